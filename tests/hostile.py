"""Values that no door of the package should trip over: what users pass by accident, and what they pass on purpose.

`recipes()` is a Hypothesis strategy; `ODD` names the oddest, each made afresh, for tests that want one of each.
A few are valid numbers in an unusual coat, so that a door that refuses everything is noticed, too.
"""

import array
import collections
import datetime
import decimal
import fractions
import io
import itertools
import types
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np
import scipy.sparse
from hypothesis import strategies as st


class Raising:
    """Every way of asking for its value raises."""

    def __init__(self, error: type[Exception] = RuntimeError) -> None:
        self.error = error

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise self.error("no array\nfor you")

    def __float__(self) -> float:
        raise self.error("no float")


class Unprintable:
    """An object whose `repr` and `str` raise."""

    def __repr__(self) -> str:
        raise RuntimeError("no name")


class SilentError(Exception):
    """An exception that cannot be printed."""

    def __str__(self) -> str:
        raise RuntimeError("not even that")


class Masquerade:
    """An object that raises when it is asked for its class, as an unbound proxy does."""

    @property
    def __class__(self) -> Any:
        raise RuntimeError("nothing behind this proxy")


class Returning:
    """An object whose `__array__` gives something else than was hoped for."""

    def __init__(self, made: Any) -> None:
        self.made = made

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.made


class Lengthless:
    """A sequence that lies about its length."""

    def __len__(self) -> int:
        return -3  # noqa: PLE0303

    def __getitem__(self, place: int) -> float:
        raise IndexError(place)


class Tensor:
    """A tensor of no library: it carries a graph, may lie elsewhere, and knows bfloat16 where NumPy does not."""

    def __init__(self, held: Any, dtype: str = "torch.float32") -> None:
        self.held, self.dtype, self.attached, self.far = np.asarray(held), dtype, True, True

    def detach(self) -> "Tensor":
        made = type(self)(self.held, self.dtype)
        made.attached = False
        return made

    def cpu(self) -> "Tensor":
        made = Tensor(self.held, self.dtype)
        made.attached, made.far = self.attached, False
        return made

    def float(self) -> "Tensor":
        made = Tensor(self.held.astype(np.float32), "torch.float32")
        made.attached, made.far = self.attached, self.far
        return made

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if self.attached or self.far or self.dtype == "torch.bfloat16":
            raise TypeError("cannot convert this tensor to numpy")
        return self.held


class Elsewhere(Tensor):
    """A tensor that cannot be brought to the host."""

    def cpu(self) -> Tensor:
        raise NotImplementedError("no data here")


class Half(float):
    """A float that is a little more."""


def _cycle(width: int) -> list[Any]:
    made: list[Any] = []
    made.extend([made] * width)
    return made


def _nested(depth: int) -> Any:
    made: Any = 1.0
    for _ in range(depth):
        made = [made]
    return made


def _released() -> memoryview:
    view = memoryview(b"abc")
    view.release()
    return view


SIGNALLING_NAN = np.array([0x7FA00000, 0x3F800000], dtype=np.uint32).view(np.float32)
STRUCTURED = np.zeros(3, dtype=[("mu", "f4"), ("sigma", "f4")])

ODD: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "ellipsis": lambda: ...,
    "not implemented": lambda: NotImplemented,
    "module": lambda: np,
    "class": lambda: float,
    "tensor class": lambda: Tensor,
    "function": lambda: len,
    "file": lambda: io.BytesIO(b"12"),
    "generator": lambda: (i for i in range(3)),
    "endless": itertools.count,
    "map": lambda: map(float, "12"),
    "range": lambda: range(3),
    "deque": lambda: collections.deque([1.0, 2.0]),
    "set": lambda: {1.0, 2.0},
    "frozenset": lambda: frozenset({1}),
    "dict": lambda: {"mu": 1.0},
    "dict of one": lambda: collections.OrderedDict(a=1),
    "dict view": {"a": 1.0}.values,
    "namespace": lambda: types.SimpleNamespace(mu=1.0),
    "text": lambda: "0.5",
    "numpy text": lambda: np.str_("0.5"),
    "text array": lambda: np.array(["0.5", "nan"]),
    "variable text array": lambda: np.array(["0.5"], dtype=np.dtypes.StringDType()),
    "bytes": lambda: b"0.5",
    "bytearray": lambda: bytearray(b"0.5"),
    "bytes array": lambda: np.array([b"0.5"]),
    "memoryview": lambda: memoryview(b"abc"),
    "memoryview of floats": lambda: memoryview(array.array("d", [0.5, 1.5])),
    "released memoryview": _released,
    "array of the library": lambda: array.array("f", [0.5]),
    "true": lambda: True,
    "numpy bool": lambda: np.False_,
    "bool array": lambda: np.array([True]),
    "bool in a list": lambda: [True, 2.0],
    "deep bool": lambda: [[1.0, 2.0], (3.0, np.True_)],
    "huge int": lambda: 10**30,
    "unprintable int": lambda: 10**5000,
    "unprintable ints": lambda: [10**5000, 10**5000],
    "inexact int": lambda: 2**53 + 1,
    "inexact int in a list": lambda: [2**53 + 1, 0.5],
    "mixed signs": lambda: [2**63, -1],
    "large unsigned": lambda: np.array([2**64 - 1], dtype=np.uint64),
    "least signed": lambda: np.array([-(2**63)], dtype=np.int64),
    "largest exact": lambda: 2**53,
    "decimal": lambda: decimal.Decimal("0.5"),
    "signalling decimal": lambda: decimal.Decimal("sNaN"),
    "fraction": lambda: fractions.Fraction(1, 3),
    "unprintable fraction": lambda: fractions.Fraction(10**5000, 3),
    "complex": lambda: 1 + 2j,
    "complex array": lambda: np.array([1j], dtype=np.complex64),
    "long complex": lambda: np.clongdouble(1),
    "long double": lambda: np.longdouble(1) / 3,
    "long doubles": lambda: np.ones(3, dtype=np.longdouble),
    "nan": lambda: float("nan"),
    "infinity": lambda: -np.inf,
    "nan in an array": lambda: np.array([[1.0, np.nan]]),
    "signalling nan": lambda: SIGNALLING_NAN,
    "subnormal": lambda: 5e-324,
    "float with a class": lambda: Half(0.5),
    "bfloat16": lambda: np.array([1.5, 2.5], dtype=ml_dtypes.bfloat16),
    "bfloat16 nan": lambda: np.array([np.nan], dtype=ml_dtypes.bfloat16),
    "bfloat16 scalar": lambda: ml_dtypes.bfloat16(1.5),
    "float8": lambda: np.array([1.5], dtype=ml_dtypes.float8_e4m3fn),
    "float8 of kind f": lambda: np.array([1.5], dtype=ml_dtypes.float8_e5m2),
    "int4": lambda: np.array([1], dtype=ml_dtypes.int4),
    "date": lambda: datetime.date(2020, 2, 2),
    "datetime64": lambda: np.datetime64("2020-02-02"),
    "not a time": lambda: np.datetime64("NaT"),
    "timedelta64": lambda: np.array([3], dtype="m8[s]"),
    "structured": lambda: STRUCTURED,
    "record": lambda: STRUCTURED[0],
    "void": lambda: np.void(b"abcd"),
    "object array": lambda: np.array([1.0, None], dtype=object),
    "object scalar": lambda: np.array(None, dtype=object),
    "objects that are numbers": lambda: np.array([1.0, 2.0], dtype=object),
    "masked": lambda: np.ma.masked,
    "masked array": lambda: np.ma.array([1.0, 2.0], mask=[False, True]),
    "masked in a list": lambda: [np.ma.masked, 1.0],
    "masked arrays in a list": lambda: [np.ma.array([1.0, 2.0], mask=[False, True])],
    "matrix": lambda: np.ones((1, 2)).view(np.matrix),
    "record array": lambda: np.rec.array([(1.0, 2)], dtype=[("a", "f8"), ("b", "i4")]),
    "empty list": list,
    "empty lists": lambda: [[], []],
    "empty array": lambda: np.empty((0, 3)),
    "huge empty array": lambda: np.broadcast_to(np.float32(1), (2**20, 0)),
    "ragged": lambda: [[1.0, 2.0], [3.0]],
    "list of none": lambda: [None, 1.0],
    "list of text": lambda: [1.0, "2"],
    "list with itself": lambda: _cycle(1),
    "list with itself twice": lambda: _cycle(2),
    "deep list": lambda: _nested(31),
    "list of many axes": lambda: _nested(32),
    "integers of many axes": lambda: np.ones((1,) * 64, dtype=np.int8),
    "deepest list": lambda: _nested(64),
    "too deep list": lambda: _nested(65),
    "deeper than recursion": lambda: _nested(5000),
    "tuple of tuples": lambda: ((1.0, 2.0), (3.0, 4.0)),
    "list of arrays": lambda: [np.ones(2, np.float32), np.zeros(2)],
    "sparse": lambda: scipy.sparse.csr_array(np.eye(3)),
    "polynomial": lambda: np.polynomial.Polynomial([1.0, 2.0]),
    "big endian": lambda: np.array([1.0, 2.0], dtype=">f4"),
    "read-only": lambda: np.broadcast_to(np.float64(1.5), (3, 2)),
    "strided": lambda: np.arange(24.0).reshape(2, 3, 4)[::-1, ::2, 1::2],
    "transposed": lambda: np.asfortranarray(np.arange(6, dtype=np.float16).reshape(2, 3)),
    "unaligned": lambda: np.frombuffer(bytes(17), dtype=np.uint8)[1:].view(np.float64),
    "raising": Raising,
    "out of memory": lambda: Raising(MemoryError),
    "raising attributes": lambda: Raising(AttributeError),
    "raising in silence": lambda: Raising(SilentError),
    "raising in a list": lambda: [Raising(), 1.0],
    "unprintable": Unprintable,
    "unprintable in a list": lambda: [Unprintable()],
    "masquerade": Masquerade,
    "masquerade in a list": lambda: [Masquerade(), 1.0],
    "returning a list": lambda: Returning([1.0]),
    "returning none": lambda: Returning(None),
    "returning numbers": lambda: Returning(np.array([1.5])),
    "returning nan": lambda: Returning(np.array(np.nan)),
    "lengthless": Lengthless,
    "tensor": lambda: Tensor([1.0, 2.0]),
    "tensor of half": lambda: Tensor(np.array([1.5], dtype=np.float16), "torch.float16"),
    "tensor of bfloat16": lambda: Tensor([1.5], "torch.bfloat16"),
    "tensor of bool": lambda: Tensor([True], "torch.bool"),
    "tensor elsewhere": lambda: Elsewhere([1.0]),
    "tensor in a list": lambda: [Tensor([1.0, 2.0])],
    "exception": lambda: ValueError("not a number"),
    "warning": lambda: warnings,
}


@dataclass(frozen=True)
class Recipe:
    """How to make a value: Hypothesis looks closely at what it draws, and some of these values do not like that."""

    text: str
    make: Callable[[], Any]

    def __repr__(self) -> str:
        return self.text


def _of_bits(dtype: str, raw: bytes, wide: bool) -> Recipe:
    """Any bits at all, read as an array: every nan, signalling ones too, and every subnormal."""
    held = np.frombuffer(raw[: len(raw) // 16 * 16], dtype=np.uint8).view(dtype)
    shaped = held.reshape(1, -1) if wide else held
    return Recipe(f"{raw!r} as {dtype} of shape {shaped.shape}", lambda: shaped)


def _plain(value: Any) -> Recipe:
    return Recipe(type(value).__name__ if isinstance(value, int) else repr(value), lambda: value)


def _of_many(kind: type, parts: Sequence[Recipe]) -> Recipe:
    return Recipe(f"{kind.__name__} of {parts}", lambda: kind(part.make() for part in parts))


def recipes() -> st.SearchStrategy[Recipe]:
    """Recipes of odd objects, raw bits as arrays, plain numbers, and lists in which all of these are mixed."""
    odd = st.sampled_from([Recipe(name, make) for name, make in ODD.items()])
    kinds = ["f2", "f4", "f8", ">f8", "i1", "i8", "u4", "u8", "c8", "c16", "S4", "V8", "M8[s]", "m8[D]"]
    arrays = st.builds(_of_bits, st.sampled_from(kinds), st.binary(max_size=64), st.booleans())
    plain = st.one_of(
        st.floats(), st.integers(), st.booleans(), st.complex_numbers(), st.text(max_size=5), st.binary(max_size=5),
        st.decimals(), st.fractions(), st.dates(), st.timedeltas(),
    ).map(_plain)  # fmt: skip
    leaves = odd | odd | arrays | plain
    mixed = st.builds(_of_many, st.sampled_from([list, tuple]), st.lists(leaves, max_size=4))
    deeper = st.builds(_of_many, st.sampled_from([list, tuple]), st.lists(leaves | mixed, max_size=3))
    return leaves | mixed | deeper
