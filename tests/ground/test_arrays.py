import warnings
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elbo_check.arrays import Reals, broadcast_shape, reals
from elbo_check.errors import ElboCheckError, InputError, ShapeError

from .. import hostile


def is_valid(made: Any) -> bool:
    """Whether a door let through what it promises: finite float64 numbers that know their spacing."""
    assert isinstance(made, Reals)
    assert made.values.dtype == np.float64
    assert made.values.dtype.isnative
    assert made.values.size > 0
    assert np.isfinite(made.values).all()
    assert 0 < made.epsilon < 1
    return True


def outcome(value: Any) -> str:
    """Feed one value to the door and return "taken" or the message; any warning is a failure."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            said = "taken" if is_valid(reals("mu", value)) else ""
        except ElboCheckError as refusal:
            said = str(refusal)
    assert [str(warning.message) for warning in seen] == []
    return said


TAKEN = [
    "array of the library", "bfloat16", "bfloat16 scalar", "big endian", "deep list", "deque", "float with a class",
    "largest exact", "list of arrays", "matrix", "memoryview", "memoryview of floats", "range",
    "read-only", "returning numbers", "strided", "subnormal", "tensor", "tensor of bfloat16", "tensor of half",
    "transposed", "tuple of tuples", "unaligned",
]  # fmt: skip


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", sorted(hostile.ODD))
def test_each_odd_value_is_taken_or_refused_with_a_letter(name: str) -> None:
    said = outcome(hostile.ODD[name]())
    assert (said == "taken") == (name in TAKEN), said
    if said != "taken":
        assert said.startswith("mu")
        assert " must be " in said
        assert "; " in said
        assert "\n" not in said
        assert len(said) < 400


@pytest.mark.endurance
def test_ten_thousand_hostile_values_are_taken_or_refused_in_silence() -> None:
    fed = taken = 0

    @settings(max_examples=1_300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(hostile.recipes(), min_size=8, max_size=8))
    def feed(recipes: list[hostile.Recipe]) -> None:
        nonlocal fed, taken
        for recipe in recipes:
            fed += 1
            taken += outcome(recipe.make()) == "taken"

    feed()
    assert fed >= 10_000
    assert 0 < taken < fed  # a door that takes or refuses everything would pass the rest


REFUSALS = {
    "text": ("mu='0.5' must be a number or an array of numbers", "float()"),
    "none": ("mu=None must be a number or an array of numbers", "convert it first"),
    "true": ("mu=True must be real numbers", "pass 1.0 and 0.0"),
    "bool array": ("mu=an array of dtype bool must be real numbers", "pass 1.0 and 0.0"),
    "bool in a list": ("mu=a list with True or False in it must be real numbers", "pass 1.0 and 0.0"),
    "deep bool": ("mu=a list with True or False in it must be real numbers", "pass 1.0 and 0.0"),
    "complex": ("mu=(1+2j) must be real numbers", "array.real"),
    "complex array": ("mu=an array of dtype complex64 must be real numbers", "array.real"),
    "text array": ("mu=an array of dtype str", "astype(float)"),
    "variable text array": ("mu=an array of dtype StringDType", "text is not read as numbers"),
    "bytes array": ("mu=an array of dtype bytes", "astype(float)"),
    "object array": ("mu=an array of dtype object must be real numbers", "astype(float)"),
    "sparse": ("must be real numbers", ".toarray()"),
    "decimal": ("mu=Decimal('0.5') must be real numbers", "float()"),
    "masked array": ("mu=a masked array must be a plain array", "filled(value)"),
    "masked in a list": ("mu=a masked array must be a plain array", "compressed()"),
    "masked arrays in a list": ("mu=a masked array must be a plain array", "compressed()"),
    "empty array": ("mu=an array of shape (0, 3) must be non-empty", "a number at least"),
    "empty list": ("mu=an array of shape (0,) must be non-empty", "a number at least"),
    "nan": ("mu=nan must be finite; 1 of 1 values", "find where"),
    "nan in an array": ("mu[0, 1]=nan must be finite; 1 of 2 values", "find where"),
    "signalling nan": ("mu[0]=nan must be finite; 1 of 2 values", "find where"),
    "infinity": ("mu=-inf must be finite", "find where"),
    "huge int": (f"mu={10**30} must be at most 2**53 in size", "pass floats"),
    "unprintable int": ("mu=a value of type int that cannot be printed must be at most 2**53", "pass floats"),
    "inexact int": (f"mu={2**53 + 1} must be at most 2**53 in size", "pass floats"),
    "inexact int in a list": (f"mu={2**53 + 1} must be at most 2**53 in size", "pass floats"),
    "least signed": (f"mu={2**63} must be at most 2**53 in size", "pass floats"),
    "large unsigned": (f"mu={2**64 - 1} must be at most 2**53 in size", "pass floats"),
    "long double": ("mu=np.longdouble(", "astype(numpy.float64)"),
    "float8": ("mu=an array of dtype float8_e4m3fn must be real", "numpy.float32"),
    "float8 of kind f": ("mu=an array of dtype float8_e5m2 must be real", "astype"),
    "structured": ("must be real numbers", "a field of the structure"),
    "datetime64": ("mu=np.datetime64('2020-02-02') must be real numbers", "subtract an origin"),
    "timedelta64": ("mu=an array of dtype timedelta64[s] must be real numbers", "divide by"),
    "ragged": ("mu=a list must be a number or an array of numbers", "inhomogeneous"),
    "list of many axes": ("mu=an array with 32 axes must be an array with at most 31 axes", "reshape it"),
    "integers of many axes": ("mu=an array with 64 axes must be an array with at most 31 axes", "reshape it"),
    "list with itself twice": ("mu=a list nested more than 64 deep must be an array", "contains itself"),
    "deeper than recursion": ("mu=a list nested more than 64 deep must be an array", "contains itself"),
    "raising": ("mu=a Raising must be a number or an array of numbers", "(RuntimeError: no array)"),
    "raising in silence": ("mu=a Raising must be a number or an array of numbers", "(SilentError)"),
    "unprintable": ("mu=a value of type Unprintable that cannot be printed must be real", "float()"),
    "masquerade": ("mu=a Masquerade must be a number or an array of numbers", "nothing behind this proxy"),
    "tensor elsewhere": ("mu=a Elsewhere must be a number", "NotImplementedError: no data here"),
    "tensor of bool": ("mu=an array of dtype bool must be real numbers", "pass 1.0 and 0.0"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_names_the_argument_the_value_the_expectation_and_the_remedy(name: str) -> None:
    said = outcome(hostile.ODD[name]())
    shown, remedy = REFUSALS[name]
    assert shown in said
    assert remedy in said.partition("; ")[2]


def test_refusals_are_value_errors_and_those_of_shape_are_told_apart() -> None:
    with pytest.raises(ValueError, match="finite"):
        reals("mu", float("nan"))
    with pytest.raises(ShapeError):
        reals("mu", [])
    with pytest.raises(InputError) as caught:
        reals("sigma", "x")
    assert (caught.value.argument, caught.value.value) == ("sigma", "x")


@pytest.mark.parametrize(
    ("dtype", "epsilon"),
    [
        (np.float16, 2.0**-10),
        (np.float32, 2.0**-23),
        (np.float64, 2.0**-52),
        (ml_dtypes.bfloat16, 2.0**-7),
        (np.int16, 2.0**-52),
        (np.uint8, 2.0**-52),
    ],
)
def test_numbers_keep_their_value_and_remember_the_spacing_of_their_dtype(dtype: Any, epsilon: float) -> None:
    given_array = np.array([[0, 3, 100]], dtype=dtype)
    made = reals("mu", given_array)
    assert made.values.tolist() == [[0.0, 3.0, 100.0]]
    assert (made.dtype, made.epsilon) == (np.dtype(dtype).name, epsilon)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_every_finite_number_of_sixteen_bits_is_widened_exactly(dtype: Any) -> None:
    held = np.arange(2**16, dtype=np.uint16).view(dtype)
    finite = held[np.isfinite(held.astype(np.float32))]
    made = reals("mu", finite)
    assert len(finite) > 60_000
    assert np.array_equal(made.values.astype(dtype).view(np.uint16), finite.view(np.uint16))


def test_integers_are_taken_up_to_the_last_exact_one_and_not_beyond() -> None:
    assert reals("mu", [-(2**53), 2**53]).values.tolist() == [-(2.0**53), 2.0**53]
    for beyond in (2**53 + 1, -(2**53) - 1):
        with pytest.raises(InputError, match=r"at most 2\*\*53"):
            reals("mu", [1, beyond])
        with pytest.raises(InputError, match=r"at most 2\*\*53"):
            reals("mu", np.array([1, beyond]))


def test_views_are_read_as_they_are_and_never_written_to() -> None:
    held = np.arange(24.0).reshape(2, 3, 4)
    view = held[::-1, ::2, 1::2]
    view.flags.writeable = False
    assert reals("mu", view).values.tolist() == view.tolist()
    assert held.tolist() == np.arange(24.0).reshape(2, 3, 4).tolist()


def test_reals_pass_the_door_as_they_are() -> None:
    made = reals("mu", [1.0])
    assert reals("sigma", made) is made


def test_a_foreign_byte_order_is_turned() -> None:
    assert reals("mu", np.array([1.5, -2.0], dtype=">f8")).values.tolist() == [1.5, -2.0]


def test_a_tensor_is_detached_and_brought_to_the_host_and_its_bfloat16_is_widened() -> None:
    assert reals("mu", hostile.Tensor([1.0, 2.0])).values.tolist() == [1.0, 2.0]
    made = reals("mu", hostile.Tensor([1.5], "torch.bfloat16"))
    assert (made.values.tolist(), made.dtype, made.epsilon) == ([1.5], "bfloat16", 2.0**-7)


def test_torch_tensors_are_taken_as_they_are() -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.tensor([[0.1, 2.0]], requires_grad=True)
    made = reals("mu", tensor)
    assert (made.dtype, made.values.tolist()) == ("float32", [[float(np.float32(0.1)), 2.0]])
    assert tensor.requires_grad
    half = reals("mu", torch.tensor([1.1, -3e38], dtype=torch.bfloat16, requires_grad=True))
    assert half.dtype == "bfloat16"
    assert half.values.tolist() == np.array([1.1, -3e38], dtype=ml_dtypes.bfloat16).astype(float).tolist()
    assert reals("mu", torch.tensor(3, dtype=torch.int64)).values.tolist() == 3.0
    assert reals("mu", torch.arange(6.0).reshape(2, 3).T).values.tolist() == [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
    for refused in (
        torch.tensor([True]),
        torch.tensor([1j]),
        torch.empty(0),
        torch.empty(3, device="meta"),
        torch.eye(3).to_sparse(),
        torch.tensor([float("nan")]),
        [torch.tensor(1.0, requires_grad=True)],
        torch.Tensor,
    ):
        assert outcome(refused) != "taken"


def test_jax_arrays_are_taken_as_they_are_and_tracers_are_refused() -> None:
    jax = pytest.importorskip("jax")
    made = reals("mu", jax.numpy.array([[0.1, 2.0]]))
    assert (made.dtype, made.values.tolist()) == ("float32", [[float(np.float32(0.1)), 2.0]])
    half = reals("mu", jax.numpy.array([1.1], dtype=jax.numpy.bfloat16))
    assert (half.dtype, half.values.tolist()) == ("bfloat16", [1.1015625])
    for refused in (jax.numpy.array([True]), jax.numpy.array([1j]), jax.numpy.zeros((0,)), jax.random.key(0)):
        assert outcome(refused) != "taken"
    said = []
    jax.jit(lambda x: said.append(outcome(x)) or x)(jax.numpy.array(1.0))
    assert "Tracer" in said[0]
    assert "\n" not in said[0]


def test_shapes_that_broadcast_give_their_common_shape_and_others_are_listed() -> None:
    assert broadcast_shape(mu=(3, 1), sigma=(2,), prior_mu=()) == (3, 2)
    with pytest.raises(ShapeError, match=r"shapes=mu \(3,\), sigma \(2,\) must be shapes that broadcast"):
        broadcast_shape(mu=(3,), sigma=(2,))
