"""A user's function is asked as a black box: what it returns is read, what goes wrong has a kind, nothing gets out."""

import collections
import contextlib
import dataclasses
import functools
import json
import math
import operator
import random
import signal
import sys
import threading
import time
import warnings
from typing import NamedTuple

import ml_dtypes
import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import ElboCheckError, InputError, LossFunctionError
from elbo_check.inputs import failures, guarding, outputs
from elbo_check.inputs.loss_function import Answer, LossFunction
from elbo_check.inputs.outputs import pieces
from tests import hostile

MU = np.array([[1.0, -0.5, 0.25], [0.0, 2.0, 1.5]])
GIVEN = {"mu": MU, "logvar": np.full((2, 3), 0.5)}


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


TRUTH = [sum(0.5 * (m * m + math.exp(0.5) - 1.5) for m in row) for row in MU.tolist()]


def failure(fn, arguments=None, method="__call__", **settings):
    """The error that a question ends with."""
    asked = LossFunction.of(fn, **settings)
    with pytest.raises(LossFunctionError) as caught:
        getattr(asked, method)({"mu": MU} if arguments is None else arguments)
    return caught.value


# --- what can be asked, and how ---------------------------------------------------------------------------------------


class Model:
    scale = 1.0

    def loss(self, mu, logvar):
        return self.scale * kl(mu, logvar)

    @classmethod
    def of_class(cls, mu, logvar):
        return cls.scale * kl(mu, logvar)

    @staticmethod
    def static(mu, logvar):
        return kl(mu, logvar)

    def __call__(self, mu, logvar):
        return self.loss(mu, logvar)


@functools.wraps(kl)
def wrapped(*args):
    return kl(*args)


@pytest.mark.parametrize(
    ("fn", "name"),
    [
        (kl, "kl"),
        (lambda mu, logvar: 1.0 * kl(mu, logvar), "loss"),
        (Model().loss, "loss"),
        (Model.of_class, "of_class"),
        (Model.static, "static"),
        (Model(), "Model"),
        (wrapped, "kl"),
        (functools.partial(lambda beta, mu, logvar: beta * kl(mu, logvar), 1.0), "loss"),
        (functools.partial(Model.loss, Model()), "loss"),
        (lambda mu, /, logvar: kl(mu, logvar), "loss"),
        (lambda *, mu, logvar: kl(mu, logvar), "loss"),
        (lambda mu, *, logvar: kl(mu, logvar), "loss"),
        (lambda mu, logvar, /: kl(mu, logvar), "loss"),
    ],
)
def test_anything_that_can_be_called_is_asked(fn, name):
    asked = LossFunction.of(fn)
    assert (asked.name, asked.parameters, asked.optional) == (name, ("mu", "logvar"), ())
    assert (asked.backend, asked.dtype) == ("numpy", "float64")
    answer = asked(GIVEN)
    assert answer.outputs[""].tolist() == pytest.approx(TRUTH, rel=1e-14)
    assert (answer.dtypes, answer.unread, answer.finite) == ({"": "float64"}, {}, True)


def test_optional_arguments_are_listed_and_passed_only_when_given():
    asked = LossFunction.of(lambda mu, beta=2.0, *, flag=False, mode="sum": mu.sum() * beta + flag * 100 + len(mode))
    assert (asked.parameters, asked.optional) == (("mu",), ("beta", "flag", "mode"))
    assert asked({"mu": np.ones(3)}).outputs[""] == 9.0
    assert asked({"mu": np.ones(3), "beta": 3, "flag": True, "mode": "me"}).outputs[""] == 111.0


def test_a_partial_that_binds_by_name_leaves_that_name_optional():
    asked = LossFunction.of(functools.partial(lambda mu, beta, logvar: beta * kl(mu, logvar), beta=1.0))
    assert (asked.parameters, asked.optional) == (("mu", "logvar"), ("beta",))
    assert asked(GIVEN).outputs[""].tolist() == pytest.approx(TRUTH, rel=1e-14)


def test_a_default_is_filled_in_before_an_argument_that_goes_by_position():
    asked = LossFunction.of(lambda mu, scale=10.0, shift=1.0, /: mu * scale + shift)
    assert asked({"mu": np.ones(1), "shift": 5.0}).outputs[""].tolist() == [15.0]
    rest = LossFunction.of(lambda mu, scale=10.0, *rest: mu * scale + sum(rest), parameters=["mu", "a", "b"])
    assert (rest.parameters, rest.optional) == (("mu", "a", "b"), ("scale",))
    assert rest({"mu": np.ones(1), "a": 1.0, "b": 2.0}).outputs[""].tolist() == [13.0]


def test_parameters_name_what_a_signature_does_not():
    by_position = LossFunction.of(lambda *args: 1.0 * kl(*args), parameters=("mu", "logvar"))
    by_name = LossFunction.of(lambda **batch: 1.0 * kl(**batch), parameters=("mu", "logvar"))
    both = LossFunction.of(lambda *args, **more: 1.0 * kl(*args, **more), parameters=("mu", "logvar"))
    for asked in (by_position, by_name, both):
        assert asked.parameters == ("mu", "logvar")
        assert asked(GIVEN).outputs[""].tolist() == pytest.approx(TRUTH, rel=1e-14)
    assert LossFunction.of(math.hypot, parameters=("a", "b"))({"a": 3.0, "b": 4}).outputs[""] == 5.0
    assert LossFunction.of(max, parameters="one")({"one": np.array([3.0, 4.0])}).outputs[""] == 4.0
    assert LossFunction.of(np.add, parameters=("x1", "x2"))({"x1": 3.0, "x2": MU}).outputs[""].shape == (2, 3)
    chosen = LossFunction.of(lambda mu, beta=2.0, gamma=3.0: beta, parameters=("mu", "beta"))
    assert (chosen.parameters, chosen.optional) == (("mu", "beta"), ("gamma",))


@pytest.mark.parametrize(
    ("fn", "parameters", "said"),
    [
        (math.hypot, None, "the names of its arguments"),
        (lambda *args: 0.0, None, "the names of its arguments"),
        (lambda **kw: 0.0, None, "the names of its arguments"),
        (kl, (), "different names of arguments"),
        (kl, ("mu", "mu"), "different names of arguments"),
        (kl, ("mu", 3), "different names of arguments"),
        (kl, ("mu",), "all that kl must be given; add logvar"),
        (kl, ("mu", "logvar", "x"), "parameters=('x',) must be arguments that kl takes; it has mu, logvar"),
        (lambda: 0.0, None, "a factory"),
        (lambda: 0.0, ("mu",), "a factory"),
    ],
)
def test_names_that_do_not_fit_are_refused(fn, parameters, said):
    with pytest.raises(InputError) as caught:
        LossFunction.of(fn, parameters=parameters)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"mu": MU}, "arguments=mu must be all of mu, logvar; add logvar"),
        ({}, "arguments=nothing must be all of mu, logvar"),
        (GIVEN | {"logvr": MU}, "did you mean logvar?"),
        (GIVEN | {"zzz": MU}, "it has mu, logvar"),
    ],
)
def test_arguments_have_to_be_those_of_the_function(arguments, said):
    with pytest.raises(InputError) as caught:
        LossFunction.of(kl)(arguments)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("fn", "settings", "said"),
    [
        (3.0, {}, "fn=a value of type float must be a function"),
        (None, {}, "fn=a value of type NoneType must be a function"),
        (Model, {}, "fn=the class Model must be a function"),
        (kl, {"seconds": 0.0}, "seconds=0.0 must be a number from 0.0001 to 1e+08"),
        (kl, {"seconds": 1e-9}, "a number from 0.0001"),
        (kl, {"seconds": math.nan}, "a number from 0.0001"),
        (kl, {"seconds": math.inf}, "a number from 0.0001"),
        (kl, {"seconds": 10**400}, "a number from 0.0001"),
        (kl, {"parameters": 3}, "parameters=3 must be different names of arguments"),
        (kl, {"backend": "tensorflow"}, "one of numpy, torch, jax"),
    ],
)
def test_what_cannot_be_asked_is_refused(fn, settings, said):
    with pytest.raises(InputError) as caught:
        LossFunction.of(fn, **settings)
    assert said in str(caught.value)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", sorted(hostile.ODD))
def test_no_odd_object_gets_past_the_door_with_another_error(name):
    try:
        asked = LossFunction.of(hostile.ODD[name](), parameters=("mu",))
        asked({"mu": MU})
    except ElboCheckError:
        pass


def test_a_callable_object_that_raises_when_it_is_looked_at_is_asked_all_the_same():
    class Shy:
        def __getattr__(self, name):
            raise RuntimeError(name)

        def __call__(self, mu):
            return mu.sum()

    with pytest.raises(InputError, match="the names of its arguments"):
        LossFunction.of(Shy())
    asked = LossFunction.of(Shy(), parameters=("mu",))
    assert (asked.name, asked({"mu": MU}).outputs[""]) == ("Shy", 4.25)


# --- what it returns --------------------------------------------------------------------------------------------------


class Pair(NamedTuple):
    loss: object
    kl: object


@dataclasses.dataclass
class Output:
    loss: object = None
    kl: object = None


class ModelOutput(collections.OrderedDict):
    """A mapping with attributes, as model libraries return."""


ARRAY = np.array([0.5, 1.5])


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        (1.5, {"": 1.5}),
        (3, {"": 3.0}),
        (np.float32(0.5), {"": 0.5}),
        (np.array(0.5), {"": 0.5}),
        (ARRAY, {"": [0.5, 1.5]}),
        (np.array([[1, 2]], dtype=np.int8), {"": [[1.0, 2.0]]}),
        (np.array([1.5], dtype=ml_dtypes.bfloat16), {"": [1.5]}),
        (np.array([1.5], dtype=">f4"), {"": [1.5]}),
        ((1.5, ARRAY), {"0": 1.5, "1": [0.5, 1.5]}),
        ([1.5, 2], {"0": 1.5, "1": 2.0}),
        ([1.5, 2.5], {"": [1.5, 2.5], "0": 1.5, "1": 2.5}),
        ({"kl": [np.float32(1.5)]}, {"kl": [1.5], "kl.0": 1.5}),
        ([[1.5], [2.5]], {"": [[1.5], [2.5]], "0": [1.5], "0.0": 1.5, "1": [2.5], "1.0": 2.5}),
        ({"loss": 1.5, "kl": ARRAY}, {"loss": 1.5, "kl": [0.5, 1.5]}),
        ({1: 1.5}, {"1": 1.5}),
        (Pair(1.5, ARRAY), {"loss": 1.5, "kl": [0.5, 1.5]}),
        (Output(1.5, 2.5), {"loss": 1.5, "kl": 2.5}),
        (Output(loss=1.5), {"loss": 1.5}),
        (ModelOutput(loss=1.5), {"loss": 1.5}),
        ((1.5, {"kl": 2.5, "rate": [0.5, 1.5]}), {"0": 1.5, "1.kl": 2.5, "1.rate": [0.5, 1.5]}),
        ({"losses": Pair(1.5, 2.5)}, {"losses.loss": 1.5, "losses.kl": 2.5}),
        ((1.5, "text", None, [0.25, True]), {"0": 1.5, "3.0": 0.25}),
        (hostile.Tensor([1.0, 2.0]), {"": [1.0, 2.0]}),
        (hostile.Tensor(np.array([1.5]), "torch.bfloat16"), {"": [1.5]}),
    ],
)
def test_numbers_are_found_in_whatever_they_are_wrapped(returned, expected):
    answer = LossFunction.of(lambda mu: returned)({"mu": MU})
    assert {name: values.tolist() for name, values in answer.outputs.items()} == expected
    assert answer.dtypes.keys() == answer.outputs.keys()
    assert all(values.dtype == np.float64 for values in answer.outputs.values())


def test_what_is_not_read_is_told_beside_what_is():
    answer = LossFunction.of(lambda mu: (np.float32(1.5), "text", None, 1j))({"mu": MU})
    assert answer.dtypes == {"0": "float32"}
    assert answer.unread == {
        "1": "text (a str)",
        "2": "nothing (None: does it end with return?)",
        "3": "complex numbers (a complex)",
    }


def test_an_answer_shares_no_memory_with_its_question():
    given = {"mu": MU.copy()}
    answer = LossFunction.of(lambda mu: mu)(given)
    answer.outputs[""][:] = 0.0
    assert given["mu"].tolist() == MU.tolist()


async def later(mu):
    return mu


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "loss(mu of shape (2, 3)) returned nothing (None: does it end with return?)"),
        ("0.5", "text (a str)"),
        (b"0.5", "bytes (a bytes)"),
        (True, "True or False (a bool)"),
        (np.array([True]), "True or False (a ndarray)"),
        (1 + 2j, "complex numbers (a complex)"),
        (object(), "objects (a object)"),
        (10**30, "objects (a int)"),
        (np.array([None]), "objects (a ndarray)"),
        (np.datetime64("2020-02-02"), "values of dtype datetime64[D] (a datetime64)"),
        (np.ma.array([1.0, 2.0], mask=[True, False]), "a masked array"),
        ((), "nothing in a container"),
        ({}, "nothing in a container"),
        (((((1.0,),),),), "0.0: lists nested more than three deep"),
        ((None, "x"), "0: nothing (None: does it end with return?), 1: text (a str)"),
        (hostile.Raising(), "a Raising (RuntimeError"),
        (kl, "objects (a function)"),
    ],
)
def test_what_is_no_number_is_told(returned, said):
    error = failure(lambda mu: returned)
    assert error.kind == "not-a-number"
    assert said in str(error)
    assert "return the loss as a float, an array or a tensor" in error.remedy


def test_a_coroutine_is_not_awaited_and_leaves_no_warning():
    error = failure(later)
    assert (error.kind, "a coroutine" in str(error)) == ("not-a-number", True)


def test_a_container_that_cannot_be_opened_is_told():
    class Locked(dict):
        def __iter__(self):
            raise RuntimeError("locked")

    error = failure(lambda mu: Locked(a=1.0))
    assert error.kind == "not-a-number"
    assert "a Locked that cannot be taken to pieces: RuntimeError: locked" in str(error)


def test_an_empty_answer_has_the_wrong_shape():
    error = failure(lambda mu: mu[:0])
    assert (error.kind, "an empty array of shape (0, 3)" in str(error)) == ("shape", True)


def test_containers_are_opened_twice_and_no_more():
    assert pieces({"a": {"b": {"c": 1.0}}}) == {"a.b": {"c": 1.0}}
    assert pieces([[[1.0]]]) == {"": [[[1.0]]], "0": [[1.0]], "0.0": [1.0]}  # a list may be an array: as a whole, too


@pytest.mark.parametrize("name", sorted(hostile.ODD))
def test_no_odd_answer_gets_out_as_another_error(name):
    made = hostile.ODD[name]()
    kind = ""
    try:
        answer = LossFunction.of(lambda mu: made)({"mu": MU})
    except LossFunctionError as error:
        kind, answer = error.kind, Answer({}, {})
    assert kind in {"", "not-a-number", "shape"}
    assert bool(kind) != bool(answer.outputs)
    assert all(values.dtype == np.float64 for values in answer.outputs.values())


# --- every kind of failure --------------------------------------------------------------------------------------------


def refuses(mu):
    raise ValueError("no luck today")


def test_an_exception_is_told_with_the_line_and_the_shapes():
    error = failure(refuses)
    line = refuses.__code__.co_firstlineno + 1
    assert error.kind == "raises"
    assert str(error) == (
        f"refuses(mu of shape (2, 3)) raised ValueError: no luck today (test_loss_function.py, line {line}); "
        "call it once with arrays of these shapes and mend what it raises"
    )
    assert isinstance(error.__cause__, ValueError)


def test_a_line_of_a_library_is_not_told_as_the_users():
    error = failure(lambda mu: json.loads("{"))
    assert "(test_loss_function.py, line" in str(error)
    assert "json" not in failure(operator.methodcaller("nothing"), {"x": 1.0}, parameters=("x",)).happened


class Silent(BaseException):
    """What no handler of exceptions expects."""


@pytest.mark.parametrize("error", [SystemExit(3), Silent("x"), GeneratorExit(), RecursionError(), MemoryError()])
def test_whatever_is_raised_is_told(error):
    def fn(mu):
        raise error

    assert failure(fn).kind == "raises"
    assert type(error).__name__ in str(failure(fn))


def test_an_interrupt_from_the_keyboard_passes():
    def fn(mu):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LossFunction.of(fn)({"mu": MU})


def test_a_function_of_tensors_that_was_given_arrays_hears_of_backends():
    error = failure(lambda mu: mu.exp())
    assert error.kind == "raises"
    assert error.remedy == "it was given NumPy arrays: for tensors say backend='torch' or backend='jax'"


def test_arrays_that_reached_torch_hear_of_its_backend():
    functional = pytest.importorskip("torch.nn.functional")
    error = failure(lambda mu: functional.mse_loss(mu, mu))
    assert error.remedy == "it was given NumPy arrays: for tensors say backend='torch'"


@pytest.mark.parametrize(
    "fn",
    [
        lambda mu: mu + np.ones(7),
        lambda mu: mu @ mu,
        lambda mu: mu.sum(axis=5),
        lambda mu: mu[0, 0, 0],
        lambda mu: mu[10],
        lambda mu: mu.reshape(7, 7),
    ],
)
def test_arrays_that_do_not_fit_are_a_matter_of_shape(fn):
    error = failure(fn)
    assert error.kind == "shape"
    assert "several batch and latent sizes" in error.remedy


@pytest.mark.parametrize(
    "said",
    [
        "Expected value argument (Tensor of shape (2, 3)) to be within the support (Boolean()) of the distribution",
        "Expected parameter probs (Tensor of shape (2, 3)) to satisfy the constraint Interval(0, 1), but found others",
        "mu of shape (2, 3) has invalid values",
        "mu of size 6 must be 0 or 1",
        "mu.shape == (2, 3): probabilities are expected, in [0, 1]",
    ],
)
def test_a_complaint_of_numbers_that_tells_their_shape_is_no_matter_of_shape(said):
    def refuses(mu):
        raise ValueError(said)

    assert failure(refuses, {"mu": MU}).kind == "raises"


def test_a_wrong_keyword_is_no_matter_of_shape():
    assert failure(lambda mu: np.sum(mu, axs=1) + kl(mu, mu, axis=3)).kind == "raises"


def test_a_function_that_needs_a_device_is_told_where_it_is_asked():
    def fn(mu):
        raise RuntimeError("Found no NVIDIA driver on your system")

    error = failure(fn)
    assert error.kind == "device"
    assert "given on the CPU" in error.remedy


def adds(mu, logvar):
    mu += 1.0
    return kl(mu, logvar)


def reshapes(mu, logvar):
    mu.shape = (6,)
    return kl(mu, logvar.ravel())


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
def test_a_function_that_writes_into_its_arguments_is_found_out():
    given = {"mu": MU.copy(), "logvar": np.zeros((2, 3))}
    error = failure(adds, given)
    assert error.kind == "mutates"
    assert "adds(mu of shape (2, 3), logvar of shape (2, 3)) changed its argument in place: " in str(error)
    assert "mu[0, 0] was 1.0 and is 2.0" in str(error)
    assert given["mu"].tolist() == MU.tolist()
    error = failure(reshapes, given)
    assert error.kind == "mutates"
    assert "changed the shape of its argument mu in place, from (2, 3) to (6,)" in str(error)


def test_a_nan_that_stays_is_no_change_and_one_that_comes_is():
    def spoils(mu):
        mu[...] = np.nan
        return 0.0

    assert LossFunction.of(lambda mu: 0.0)({"mu": np.array([np.nan])}).outputs[""] == 0.0
    assert LossFunction.of(spoils)({"mu": np.array([np.nan])}).outputs[""] == 0.0
    assert "mu was 1.0 and is nan" in str(failure(spoils, {"mu": np.array(1.0)}))


def test_flags_and_labels_are_given_as_they_are():
    seen = {}

    def fn(mask, labels, text, number, scalar):
        seen.update(mask=mask.dtype, labels=labels.dtype, text=text, number=number, scalar=type(scalar))
        return 1.0

    labels = np.array([1, 2], dtype=np.int32)
    LossFunction.of(fn)({"mask": labels > 1, "labels": labels, "text": "sum", "number": 3, "scalar": np.float64(2.0)})
    assert seen == {"mask": bool, "labels": np.int32, "text": "sum", "number": 3, "scalar": float}


def test_a_function_that_draws_is_random_and_one_that_seeds_is_not():
    draws = [
        lambda mu: mu + np.random.standard_normal(mu.shape),  # noqa: NPY002
        lambda mu: mu + random.random(),
        lambda mu: mu + np.random.default_rng().standard_normal(mu.shape),
        lambda mu: mu[: np.random.default_rng().integers(1, 2**60) % 2**40 and 1],
    ]
    assert [LossFunction.of(fn).is_random({"mu": MU}) for fn in draws] == [True, True, True, False]
    error = failure(draws[0], method="checked")
    assert (error.kind, "called again" in str(error), "noise as an argument" in error.remedy) == ("random", True, True)

    def seeded(mu):
        np.random.seed(0)  # noqa: NPY002
        return mu + np.random.standard_normal(mu.shape)  # noqa: NPY002

    assert not LossFunction.of(seeded).is_random({"mu": MU})


def test_answers_that_change_their_form_are_random():
    count = iter(range(100))
    assert LossFunction.of(lambda mu: np.ones(next(count) + 1)).is_random({"mu": MU})
    assert LossFunction.of(lambda mu: {str(next(count)): 1.0}).is_random({"mu": MU})


def test_roundings_that_differ_are_not_random_and_more_is():
    def between(one, other, dtype="float64"):
        answers = [Answer({"": np.array(value)}, {"": dtype}) for value in (one, other)]
        return outputs.differ(*answers)

    assert not between([1.0, 1e-20], [1.0 + 1e-15, 2e-20])
    assert between([1.0], [1.0 + 1e-13])
    assert not between([1.0], [1.0 + 1e-6], "float32")
    assert between([1.0], [1.0 + 1e-4], "float32")
    assert not between([1.0], [1.01], "bfloat16")
    assert not between([1.0], [1.01], "float8_e5m2")
    assert not between([np.nan, np.inf], [np.nan, np.inf])
    assert between([np.nan], [1.0])
    assert between([np.inf], [-np.inf])


def test_draws_are_of_its_own_streams_which_start_the_same_and_leave_the_others_alone():
    def fn(mu):
        return np.array([np.random.random(), random.random()])  # noqa: NPY002

    np.random.seed(1)  # noqa: NPY002
    random.seed(1)
    expected = np.random.random(), random.random()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    random.seed(1)
    first, second = LossFunction.of(fn), LossFunction.of(fn)
    one = [first({"mu": MU}).outputs[""].tolist() for _ in range(3)]
    assert [second({"mu": MU}).outputs[""].tolist() for _ in range(3)] == one
    assert len({tuple(pair) for pair in one}) == 3
    assert (np.random.random(), random.random()) == expected  # noqa: NPY002


def test_values_that_are_not_finite_are_told_not_dropped():
    def fn(mu):
        return {"kl": np.log(mu), "loss": 1.0}

    answer = LossFunction.of(fn)({"mu": np.array([1.0, 0.0, -1.0])})
    assert (answer.finite, answer.outputs["kl"][1]) == (False, -np.inf)
    error = failure(fn, {"mu": np.array([1.0, 0.0, -1.0])}, method="checked")
    assert error.kind == "not-finite"
    assert "2 of 3 values that output kl of fn(mu of shape (3,)) returned are nan or infinite" in str(error)
    assert "values that loss(mu of" in str(failure(lambda mu: mu * np.inf, method="checked"))
    assert LossFunction.of(fn).checked({"mu": np.ones(2)}).finite


def busy(mu):
    while True:
        mu = mu + 1


def sleeping(mu):
    time.sleep(30)


def stubborn(mu):
    for _ in range(2):
        with contextlib.suppress(BaseException):
            busy(mu)
    return 1.0


def escaping(mu):
    try:
        busy(mu)
    except guarding.TimeUpError:
        raise ValueError("something else") from None


@pytest.mark.parametrize("fn", [busy, sleeping, stubborn, escaping])
def test_a_function_that_does_not_return_is_stopped(fn):
    handler, began = signal.getsignal(signal.SIGALRM), time.monotonic()
    error = failure(fn, seconds=0.1)
    assert error.kind == "too-slow"
    assert f"{fn.__name__}(mu of shape (2, 3)) had not returned after 0.1 s" in str(error)
    assert "seconds=" in error.remedy
    assert time.monotonic() - began < 10
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_gradient_that_does_not_return_is_too_slow(monkeypatch):
    asked = LossFunction.of(lambda mu: mu.sum(), seconds=0.1)
    monkeypatch.setattr(asked._backend, "gradient", lambda *_: busy(1.0))
    with pytest.raises(LossFunctionError) as caught:
        asked.gradient({"mu": MU}, "", ["mu"])
    assert caught.value.kind == "too-slow"


def test_an_alarm_of_the_callers_own_still_rings():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        LossFunction.of(lambda mu: time.sleep(0.1) or 1.0)({"mu": MU})
        time.sleep(0.1)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def elsewhere(work):
    """What a piece of work returns or raises on a thread that is not the main one."""
    told = []

    def target():
        try:
            told.append(work())
        except BaseException as error:  # noqa: BLE001 - told to the other thread
            told.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    return told[0]


def test_off_the_main_thread_a_thread_is_watched():
    asked = LossFunction.of(kl)
    assert elsewhere(lambda: asked(GIVEN)).outputs[""].tolist() == pytest.approx(TRUTH, rel=1e-14)
    assert elsewhere(lambda: LossFunction.of(refuses)({"mu": MU})).kind == "raises"
    error = elsewhere(lambda: LossFunction.of(busy, seconds=0.1)({"mu": MU}))
    assert error.kind == "too-slow"
    time.sleep(0.1)
    assert not [thread for thread in threading.enumerate() if thread.daemon and "target" in thread.name]


def test_an_alarm_that_comes_too_late_is_ignored():
    held = []
    assert guarding.within(5.0, lambda: held.append(signal.getsignal(signal.SIGALRM)) or 1.0) == 1.0
    assert held[0](signal.SIGALRM, None) is None


def test_without_alarms_a_thread_is_watched(monkeypatch):
    monkeypatch.delattr(guarding.signal, "setitimer")
    assert failure(busy, seconds=0.1).kind == "too-slow"


def test_prints_go_to_stderr_and_warnings_nowhere(capsys):
    def fn(mu):
        print("epoch 1")
        warnings.warn("deprecated", DeprecationWarning, stacklevel=1)
        return np.log(0.0 * mu.sum()) * 0.0

    out = sys.stdout
    assert not LossFunction.of(fn)({"mu": MU}).finite
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "epoch 1\n")
    assert sys.stdout is out


# --- dtypes, and gradients --------------------------------------------------------------------------------------------


def narrow(mu):
    if mu.dtype != np.float32:
        raise TypeError(f"expected float32, not {mu.dtype}")
    return mu.sum()


def test_a_function_that_takes_float32_only_gets_it_from_the_first_question_on():
    asked = LossFunction.of(narrow)
    assert asked({"mu": MU}).dtypes == {"": "float32"}
    assert asked.dtype == "float32"
    assert asked({"mu": MU}).outputs[""] == 4.25


def test_what_fails_in_both_is_told_as_it_would_be_without_the_dtype():
    def float32_then_fails(mu):
        narrow(mu)
        raise ValueError("no luck")

    def float64_then_fails(mu):
        if mu.dtype != np.float64:
            raise TypeError("expected float64")
        raise ValueError("no luck")

    for fn in (float32_then_fails, float64_then_fails):
        asked = LossFunction.of(fn)
        with pytest.raises(LossFunctionError, match="no luck"):
            asked({"mu": MU})
        assert asked.dtype == "float64"


def test_a_function_that_once_took_float64_is_not_asked_in_less():
    asked = LossFunction.of(lambda mu: mu.sum() if mu.ndim == 2 else refuses(mu))
    asked({"mu": MU})
    with pytest.raises(LossFunctionError, match="no luck"):
        asked({"mu": np.ones(3)})
    assert asked.dtype == "float64"
    assert asked({"mu": MU}).dtypes == {"": "float64"}


def test_numpy_has_no_gradients():
    asked = LossFunction.of(lambda mu, beta=1.0: {"kl": mu.sum() * beta})
    assert asked.gradient({"mu": MU}, "kl", ["mu"]) is None
    with pytest.raises(InputError, match="output='' must be one of 'kl'"):
        asked.gradient({"mu": MU}, "", ["mu"])
    for wrt in ("beta", "sigma", "logvar"):
        with pytest.raises(InputError, match="an argument given as an array of floats"):
            asked.gradient({"mu": MU, "beta": 2.0}, "kl", [wrt])


def test_is_about_dtype_reads_what_was_raised_not_what_was_asked():
    def told(kind, text):
        return failures.is_about_dtype(LossFunctionError(kind, f"f(dtype=1) raised {text}", "mend"))

    assert told("raises", "RuntimeError: expected scalar type Float but found Double")
    assert not told("raises", "ValueError: no luck")
    assert not told("shape", "ValueError: float")


MASK, LONGER = np.array([1.0, 0.0]), np.array([1.0, 1.0, 0.0, 1.0])


def right_with_a_mask(mu, logvar, weight=1.0, mask=MASK, /):
    return weight * (kl(mu, logvar) * mask).sum()


def test_a_mask_that_only_goes_by_position_is_replaced_by_position():
    arguments = {"mu": np.array([[1.0, 0.0], [2.0, 0.0]]), "logvar": np.zeros((2, 2))}
    asked = LossFunction.of(right_with_a_mask)
    names, kept = asked.filled({"mask": True})
    assert (tuple(names), kept.name, kept.called) == (("mask",), asked.name, ("", "right_with_a_mask", ""))
    assert [asked(arguments).outputs[""], kept(arguments).outputs[""]] == [0.5, 2.5]
    assert kept({**arguments, "weight": 2.0}).outputs[""] == 5.0


@pytest.mark.endurance
def test_a_verdict_is_given_on_a_loss_whose_mask_only_goes_by_position():
    def doubled(mu, logvar, mask=LONGER, /):
        return 2 * (kl(mu, logvar) * mask).sum() / mask.sum()

    found = verify_loss(doubled, roles=("mean", "log_variance"), rng=0)
    assert [mistake.slug for mistake in found.mistakes] == ["doubled"]
    assert found.finding("all-kept")
