"""What a number of an output stands for is read off its shape, and off what moves it."""

import numpy as np
import pytest

from elbo_check.diagnosis.probing import CALLS, Kind, Sample, kind_of, narrowest, reduced, sampled
from elbo_check.diagnosis.sizes import LAYOUTS, SINGLE, sizes_for
from elbo_check.errors import WitnessError

AXES = {"x": ("B", "d"), "scale": ()}
SIZES = {"B": 2, "d": 3}


def draw(generator, sizes):
    return {"x": generator.standard_normal([sizes[a] for a in ("B", "d") if a in sizes]), "scale": 2.0}


def seen(function, sizes=SIZES, layout=LAYOUTS[0]):
    return sampled(lambda a: np.asarray(function(a["x"])), draw, AXES, sizes, layout, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("function", "kept", "words"),
    [
        (lambda x: x.sum(), (), "one number"),
        (lambda x: x.sum(1), ("B",), "one value a sample"),
        (lambda x: x.sum(1, keepdims=True), ("B",), "one value a sample"),
        (lambda x: x.sum(0), ("d",), "one value a latent"),
        (lambda x: x, ("B", "d"), "one value a coordinate"),
        (lambda x: x.T, ("d", "B"), "an array over (d, B)"),
    ],
)
def test_an_output_is_named_by_its_lengths(function, kept, words):
    sample = seen(function)
    assert sample.kind == Kind(kept)
    assert sample.kind.words == words
    assert len(sample.outputs) == len(sample.arrays) == CALLS


def test_a_total_that_was_broadcast_is_seen_although_its_shape_is_that_of_samples():
    sample = seen(lambda x: np.full(len(x), x.sum()))
    assert sample.kind == Kind(("B",), spread=True)
    assert sample.kind.words == "one value a sample, each of them a total over the batch"


def test_a_small_share_of_another_sample_is_cross_talk_too():
    assert seen(lambda x: x.sum(1) + 1e-5 * x.sum()).kind.spread
    assert not seen(lambda x: x.sum(1) + 1e-12 * x.sum()).kind.spread


def test_lengths_that_are_no_axis_cannot_be_read():
    with pytest.raises(WitnessError, match=r"an output of shape \(6,\) cannot be read where B = 2, d = 3"):
        seen(np.ravel)


def test_a_shape_that_changes_from_call_to_call_cannot_be_read():
    with pytest.raises(WitnessError, match="changes from call to call"):
        seen(lambda x: x.sum(0) if x[0, 0] > 0 else x.sum())


@pytest.mark.parametrize(
    ("function", "kept"),
    [
        (lambda x: x, ("B", "d")),
        (lambda x: x.sum(1), ("B", "H", "W")),
        (lambda x: x.sum((1, 2, 3)), ("B",)),
        (lambda x: x.sum(0), ("d",)),
        (lambda x: x.sum((0, 2, 3)), ("C",)),
    ],
)
def test_three_axes_that_stand_for_one_are_named_as_one(function, kept):
    layout = LAYOUTS[2]
    sizes = next(sizes_for(frozenset({"B", "d"}), layout, {}))
    shape = layout.shape(("B", "d"), sizes)
    sample = seen(lambda x: function(x.reshape(shape)), sizes, layout)
    assert sample.kind.kept == kept


def test_arrays_of_no_batch_are_not_moved():
    pair = ({"x": np.ones((2, 3)), "scale": 1.0}, {"x": np.zeros((2, 3)), "scale": 5.0})
    calls = []

    def call(arrays):
        calls.append(arrays)
        return np.sum(arrays["x"], axis=1)

    assert not kind_of(call, pair, AXES, SIZES, LAYOUTS[0], np.array([3.0, 3.0])).spread
    assert calls[0]["scale"] == 1.0
    assert calls[0]["x"].tolist() == [[1.0] * 3, [0.0] * 3]


VALUES = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ((), VALUES.sum()),
        (("B",), VALUES.sum(1)),
        (("d",), VALUES.sum(0)),
        (("B", "d"), VALUES),
        (("d", "B"), VALUES.T),
    ],
)
def test_terms_are_summed_over_what_an_output_does_not_keep(kept, expected):
    sample = Sample(SIZES, LAYOUTS[0], Kind(kept), (), ())
    assert np.array_equal(reduced(VALUES, sample, ("B", "d")), expected)


def test_terms_of_fewer_axes_are_repeated_along_the_others():
    sample = Sample(SIZES, LAYOUTS[0], Kind(("B", "d")), (), ())
    assert reduced(np.array([1.0, 2.0]), sample, ("B",)).tolist() == [[1.0] * 3, [2.0] * 3]
    spread = Sample(SIZES, LAYOUTS[0], Kind(("B",), spread=True), (), ())
    assert reduced(VALUES, spread, ("B", "d")).tolist() == [15.0, 15.0]
    single = Sample({"d": 3}, SINGLE, Kind(()), (), ())
    assert reduced(VALUES[0], single, ("B", "d")) == 3.0


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([0.1, 0.3], "float64", "float64"),
        ([0.1, 0.3], "float32", "float32"),
        (np.array([0.1, 0.3], np.float32), "float64", "float32"),
        (np.array([0.1, 0.3], np.float16), "float32", "float16"),
        ([0.1, 1e300], "float64", "float64"),
        ([0.1, 0.3], "bfloat16", "bfloat16"),
    ],
)
def test_answers_show_the_dtype_that_they_were_rounded_to(values, dtype, expected):
    outputs = tuple(np.asarray(values, np.float64))
    assert narrowest([Sample({}, LAYOUTS[0], Kind(()), ({},) * 2, outputs)], dtype) == expected


def test_two_samples_that_weigh_the_same_do_not_hide_a_total_over_the_batch():
    """The last sample is exchanged for two others: for one alone, the total may stay what it was."""
    points = [{"x": np.array([[1.0, 2.0], [3.0, 5.0], last])} for last in ([4.0, 0.5], [0.5, 4.0], [1.5, 4.5])]
    total = lambda arrays: np.full(3, arrays["x"].sum())
    assert kind_of(total, points, AXES, {"B": 3, "d": 2}, LAYOUTS[0], total(points[0])).spread
    assert not kind_of(total, points[:2], AXES, {"B": 3, "d": 2}, LAYOUTS[0], total(points[0])).spread
