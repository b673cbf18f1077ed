import io
import pickle
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from elbo_check.errors import FileFormatError
from elbo_check.inputs import npy

from .conftest import Refused, Write


def saved(array: Any, version: tuple[int, int] | None = None) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asanyarray(array), version=version)
    return stream.getvalue()


def made(header: str, numbers: bytes = b"", version: int = 1, length: int | None = None) -> bytes:
    """A .npy file with any header."""
    width = 2 if version == 1 else 4
    size = len(header) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + size.to_bytes(width, "little") + header.encode() + numbers


@pytest.mark.unmeasured
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", ">f8", "i1", "u1", "<i2", ">i4", "i8", "u8"])
@pytest.mark.parametrize("shape", [(), (1,), (3, 2), (2, 1, 3)])
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_what_numpy_saves_is_read_back_in_its_own_dtype(
    write: Write, dtype: str, shape: tuple[int, ...], version: tuple[int, int]
) -> None:
    array = np.arange(np.prod(shape, dtype=int), dtype=dtype).reshape(shape)
    read = npy.read_file(write("a.npy", saved(array, version)))
    assert read.dtype == array.dtype.newbyteorder("=")
    assert read.shape == shape
    assert read.tolist() == array.tolist()


def test_columns_first_is_read_as_it_was_meant(write: Write) -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert b"'fortran_order': True" in saved(array)
    assert npy.read_file(write("a.npy", saved(array))).tolist() == array.tolist()


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }\n",  # Python 2
        '{"shape": (2,), "descr": "<f8", "fortran_order": False}',
        "{'descr':'<f8','fortran_order':False,'shape':(1,2)}",
    ],
)
def test_headers_of_other_writers_are_read(write: Write, header: str) -> None:
    assert npy.read_file(write("a.npy", made(header, np.ones(2).tobytes()))).ravel().tolist() == [1.0, 1.0]


HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
NUMBERS = bytes(16)


def changed(old: str, new: str) -> bytes:
    assert old in HEADER
    return made(HEADER.replace(old, new), NUMBERS)


def test_the_header_that_the_next_tests_spoil_is_sound(write: Write) -> None:
    assert npy.read_file(write("a.npy", made(HEADER, NUMBERS))).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x93NUM", "a file that begins with b'\\x93NUM' must be in the .npy format; write it with numpy.save"),
        (b"\x93NUMPY\x01", "must be in the .npy format"),
        (b"PK\x03\x04" + bytes(40), "a file that begins with b'PK"),
        (pickle.dumps([1.0]), "(a pickle, by the look of it: it may run code, so it is not opened)"),
        (made(HEADER, NUMBERS, version=4), "of version 4.0 must be of version 1, 2 or 3"),
        (made(HEADER, NUMBERS, version=2, length=2**31), "a .npy header of 2147483648 bytes must be at most 10000"),
        (made(HEADER, length=500), "a file that ends 443 bytes early must be whole; it was cut off"),
        (made("", length=5)[:9], "a file that ends 1 bytes early must be whole"),
        (made(HEADER, NUMBERS[:-1]), "announces 16 bytes of numbers before 15 bytes must be as long as it says"),
        (made(HEADER, NUMBERS + b"\0"), "announces 16 bytes of numbers before 17 bytes must be as long as it says"),
        (changed("(2,)", f"({10**15},)"), "announces 8000000000000000 bytes of numbers before 16 bytes"),
        (changed("(2,)", f"({10**17},{10**17})"), f"announces {8 * 10**34} bytes"),
        (changed("(2,)", "(" + "9" * 5000 + ",)"), "must be a shape that an array can have; it is damaged"),
        (changed("(2,)", "(" + "1," * 64 + "2)"), "must be a shape that an array can have"),
        (changed("(2,)", "(2,,)"), "must be a shape that an array can have"),
        (changed("(2,)", "(-2,)"), "with 0 readable entries 'shape' must be with one"),
        (changed("(2,)", "(x,)"), "with 0 readable entries 'shape'"),
        (changed("'shape'", "'shape': (2,), 'shape'"), "with 2 readable entries 'shape'"),
        (changed("'fortran_order': False, ", ""), "with 0 readable entries 'fortran_order'"),
        (changed("'descr': '<f8', ", ""), "with 0 readable entries 'descr'"),
        (changed("<f8", "|O"), "a pickled object array must be plain numbers; a pickle can run code"),
        (changed("<f8", "O8"), "a pickled object array"),
        (changed("'<f8'", "[('a', '|O')]"), "a pickled object array"),
        (
            changed("'<f8'", "[('a', '<f4'), ('b', '<f4')]"),
            "a structured array must be real numbers of at most 64 bits",
        ),
        (changed("<f8", "<V2"), "'<V2' must be real numbers of at most 64 bits; save plain arrays of floats"),
        (
            changed("<f8", "<c16"),
            "an array of dtype '<c16' must be real numbers of at most 64 bits; save it as float64",
        ),
        (changed("<f8", "<f16"), "an array of dtype '<f16'"),
        (
            changed("<f8", "|b1"),
            "an array of dtype '|b1' must be real numbers of at most 64 bits; save numbers, not True",
        ),
        (changed("<f8", "<U5"), "an array of dtype '<U5'"),
        (changed("<f8", "<M8[s]"), "an array of dtype '<M8[s]'"),
        (changed("<f8", ""), "an array of dtype ''"),
        (saved(np.empty((0, 3))), "an array of shape (0, 3) must be non-empty; save a number at least"),
        (saved(np.ones(2, dtype=ml_dtypes.bfloat16)), "NumPy's format loses bfloat16: widen it to float32 first"),
    ],
    ids=lambda part: part[:40] if isinstance(part, str) else "",
)
def test_a_damaged_or_hostile_file_is_refused(write: Write, refused: Refused, content: bytes, said: str) -> None:
    message = refused([write("mu.npy", content), write("sigma.npy", saved([1.0]))])
    assert message.startswith("mu.npy=")
    assert said in message


class Bomb:
    """Unpickling it runs code."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return pytest.fail, ("a pickle was opened",)


def test_a_pickle_is_never_opened(write: Write, refused: Refused) -> None:
    objects = np.empty(1, dtype=object)
    objects[0] = Bomb()
    with pytest.raises(pytest.fail.Exception):
        pickle.loads(pickle.dumps(Bomb()))
    for content in (saved(objects), pickle.dumps(Bomb())):
        assert "run code" in refused([write("mu.npy", content), write("sigma.npy", content)])


def test_a_huge_header_in_a_tiny_file_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    content = changed("(2,)", f"({2**40},)")
    asked: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(-1 if size is None else size)
            return super().read(size)

    with pytest.raises(FileFormatError, match="announces"):
        npy.read_array("a", Watched(content), len(content))
    assert 0 < max(asked) < 100
    assert min(asked) > 0
