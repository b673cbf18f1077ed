"""Every bit of a file is flipped, every end cut off: what comes is an error of this package or a valid result."""

import io
import random
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from elbo_check.errors import ElboCheckError
from elbo_check.inputs import EncoderOutput, read_encoder
from elbo_check.inputs.names import KINDS

from .test_npy import saved

MU, SIGMA = np.array([[0.5, -1.0]]), np.array([[1.5, 0.25]], dtype=np.float32)


def archive(save: Callable[..., None]) -> bytes:
    stream = io.BytesIO()
    save(stream, mu=MU, logvar=SIGMA)
    return stream.getvalue()


FILES = {
    "a.npz": archive(np.savez),
    "compressed.npz": archive(np.savez_compressed),
    "mu.npy": saved(MU),
    "a.csv": b"id,mu_0,mu_1,sigma_0,sigma_1,kl\n1,0.5,-1.0,1.5,2.5e-1,1\n2,1,2,3,4,5\n",
    "a.tsv": b'\xef\xbb\xbfmu\tlog \xcf\x83\xc2\xb2\r\n"0.5"\t1\r\n',
}


def is_valid(read: Any) -> bool:
    assert isinstance(read, EncoderOutput)
    assert read.second_kind in KINDS
    for array in (read.mu, read.second, read.claim, read.prior_mu, read.prior_second):
        assert array is None or (array.dtype.kind in "fiu" and array.dtype.itemsize <= 8 and array.size > 0)
    return True


def read_again(path: Path) -> EncoderOutput | None:
    """Read a damaged file, in silence; None stands for an error of this package."""
    paths = [path, path.with_name("sigma.npy")] if path.suffix == ".npy" else [path]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            read = read_encoder(paths)
        except ElboCheckError as refusal:
            said = str(refusal)
        else:
            assert is_valid(read)
            return read
    assert "\n" not in said
    assert len(said) < 1000
    return None


@pytest.fixture(params=sorted(FILES))
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The path of a sound file, beside which its partner lies."""
    (tmp_path / "sigma.npy").write_bytes(saved(SIGMA))
    path: Path = tmp_path / request.param
    path.write_bytes(FILES[request.param])
    assert read_again(path) is not None
    return path


def fates(path: Path, contents: Iterator[bytes]) -> list[EncoderOutput | None]:
    made = []
    for content in contents:
        path.write_bytes(content)
        made.append(read_again(path))
    return made


@pytest.mark.endurance
def test_every_single_flipped_bit_is_survived_and_in_an_archive_harmless_or_noticed(sound: Path) -> None:
    whole, original = sound.read_bytes(), read_again(sound)
    assert original is not None
    flipped = (
        whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :]
        for place in range(len(whole))
        for bit in range(8)
    )
    made = fates(sound, flipped)
    assert None in made
    for read in made:
        if read is not None and sound.suffix == ".npz":
            assert read.mu.tolist() == original.mu.tolist()
            assert read.second.tolist() == original.second.tolist()


def test_every_cut_is_survived_and_in_a_binary_file_noticed(sound: Path) -> None:
    whole = sound.read_bytes()
    made = fates(sound, (whole[:end] for end in range(len(whole))))
    assert made[0] is None
    if sound.suffix in {".npz", ".npy"}:
        assert made == [None] * len(whole)


def test_hundreds_of_wild_changes_are_survived(sound: Path) -> None:
    whole, chance = sound.read_bytes(), random.Random(7)

    def changed() -> bytes:
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(content))
            piece = chance.choice(
                [b"", b"\0", b"\xff\xff\xff\xff", b"9", b"-", b",", b'"', b"(", b"PK\x01\x02", b"nan"]
            )
            content[place : place + chance.randint(0, 4)] = piece
        return bytes(content)

    made = fates(sound, (changed() for _ in range(800)))
    assert None in made


@pytest.mark.endurance
def test_headers_of_npy_inside_an_archive_are_survived_behind_a_right_check_sum(tmp_path: Path) -> None:
    whole = saved(MU)

    def spoilt() -> Iterator[bytes]:
        for place in range(len(whole)):
            for byte in b"\x00\x01\xff9O('],":
                stream = io.BytesIO()
                with zipfile.ZipFile(stream, "w") as made:
                    made.writestr("mu.npy", whole[:place] + bytes([byte]) + whole[place + 1 :])
                    made.writestr("sigma.npy", whole)
                yield stream.getvalue()

    made = fates(tmp_path / "a.npz", spoilt())
    assert None in made
    assert not all(read is None for read in made)
