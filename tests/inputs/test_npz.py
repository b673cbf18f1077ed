import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from elbo_check.errors import FileFormatError, InputError
from elbo_check.inputs import npz, read_encoder, shipped_example

from .conftest import Refused, Write
from .test_npy import saved

MU = np.array([[0.5, -1.0], [0.25, 3.0]], dtype=np.float32)
SIGMA = np.array([[1.5, 0.5], [0.75, 2.0]], dtype=np.float32)
KL = np.array([1.25, 2.5], dtype=np.float64)


def archive(*unnamed: Any, **arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, *unnamed, **arrays)
    return stream.getvalue()


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back_in_their_own_dtype_and_shape_and_cannot_be_written_to(tmp_path: Path, save: Any) -> None:
    save(tmp_path / "a.npz", mu=MU, sigma=SIGMA, kl=KL, prior_mu=0.0, prior_logvar=np.float16(1))
    read = read_encoder(tmp_path / "a.npz")
    assert (read.mu.dtype, read.second.dtype) == (np.float32, np.float32)
    assert read.mu.tolist() == MU.tolist()
    assert read.second.tolist() == SIGMA.tolist()
    assert read.claim is not None
    assert read.claim.tolist() == KL.tolist()
    assert (read.second_kind, read.prior_kind) == ("sigma", "log_variance")
    assert (read.prior_mu, read.prior_second) == (0.0, 1.0)
    assert read.keys == {
        "mu": "mu", "second": "sigma", "claim": "kl", "prior_mu": "prior_mu", "prior_second": "prior_logvar"
    }  # fmt: skip
    assert read.source == (str(tmp_path / "a.npz"),)
    assert (read.claim_reduction, read.claim_half_unit, read.claim_digits) == (None, None, None)
    with pytest.raises(ValueError, match="read-only"):
        read.mu[0, 0] = 1.0


def test_what_is_not_given_is_none(write: Write) -> None:
    read = read_encoder(write("a.npz", archive(mean=MU, log_var=SIGMA)))
    assert (read.claim, read.prior_mu, read.prior_second, read.prior_kind) == (None, None, None, None)
    assert read.second_kind == "log_variance"


def test_the_shipped_example_is_read() -> None:
    read = read_encoder(shipped_example())
    assert shipped_example().name == "digits_encoder.npz"
    assert (read.mu.shape, read.second.shape, read.second_kind) == ((1797, 8), (1797, 8), "sigma")
    assert read.claim is not None
    assert (read.claim.shape, read.claim.dtype) == ((1797,), np.float32)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello world", "a file that begins with b'hello wo' must be in the .npz format; write it with numpy.savez("),
        (saved(MU), "must be in the .npz format; it is a .npy file: name it so"),
        (archive(mu=MU, sigma=SIGMA)[:-30], "a damaged archive (File is not a zip file) must be a whole .npz file"),
        (b"PK\x03\x04" + bytes(100), "a damaged archive"),
        (zipped(), "input with nothing must be a mean and a second parameter"),
        (archive(mu=MU, sgima=SIGMA), "the unknown 'sgima'"),
        (archive(mu=MU, sigma=SIGMA, labels=KL, z=KL), "the unknown 'z'"),
        (archive(MU, SIGMA), "numpy.savez needs names"),
        (archive(mu=MU), "add the second parameter"),
        (archive(mu=MU, sigma=[None]), "a.npz, key 'sigma'=a pickled object array must be plain numbers"),
        (archive(mu=MU, sigma=["1.0"]), "a.npz, key 'sigma'=an array of dtype '<U3' must be real"),
        (archive(mu=np.empty(0), sigma=SIGMA), "a.npz, key 'mu'=an array of shape (0,) must be non-empty"),
        (zipped(("mu.npy", saved(MU)), ("sigma.npy", b"text")), "a.npz, key 'sigma'=a file that begins with b'text'"),
        (zipped(("mu.npy", saved(MU)), ("sigma.npy", b"")), "a.npz, key 'sigma'=a file that begins with b''"),
        (zipped(("mu.npy", saved(MU)), ("notes.txt", b"hi")), "the unknown 'notes.txt'"),
        (zipped(("a/mu.npy", saved(MU)), ("sigma.npy", saved(MU))), "the unknown 'a/mu'"),
    ],
    ids=lambda part: part[:40] if isinstance(part, str) else "",
)
def test_a_damaged_or_unclear_archive_is_refused(write: Write, refused: Refused, content: bytes, said: str) -> None:
    message = refused(write("a.npz", content))
    assert message.startswith("a.npz")
    assert said in message


def test_two_names_for_the_second_parameter_are_a_question(write: Write, refused: Refused) -> None:
    path = write("a.npz", archive(mu=MU, sigma=SIGMA, logvar=SIGMA + 1))
    assert "both 'sigma' and 'logvar'" in refused(path, InputError)
    assert read_encoder(path, second="log_variance").second.tolist() == (SIGMA + 1).tolist()
    assert read_encoder(path, second="sigma").ignored == ("logvar",)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_key_twice_is_refused(write: Write, refused: Refused) -> None:
    content = zipped(("mu.npy", saved(MU)), ("mu.npy", saved(MU)), ("sigma.npy", saved(MU)))
    assert "'mu' more than once" in refused(write("a.npz", content))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_unpacks_without_a_bound_is_refused(write: Write, refused: Refused, method: int) -> None:
    content = zipped(("mu.npy", saved(MU)), ("sigma.npy", saved(SIGMA)), method=method)
    assert f"an archive packed by method {method} must be stored or deflated" in refused(write("a.npz", content))


def test_an_encrypted_archive_is_refused(write: Write, refused: Refused) -> None:
    content = bytearray(archive(mu=MU, sigma=SIGMA))
    for place in [i for i in range(len(content)) if content[i : i + 4] == b"PK\x01\x02"]:
        content[place + 8] |= 1
    for place in [i for i in range(len(content)) if content[i : i + 4] == b"PK\x03\x04"]:
        content[place + 6] |= 1
    said = refused(write("a.npz", bytes(content)))
    assert said == "a.npz=an encrypted archive must be open to read; write it without a password"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    write: Write, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros = np.zeros(200_000)
    content = zipped(("mu.npy", saved(zeros)), ("sigma.npy", saved(zeros)), method=zipfile.ZIP_DEFLATED)
    assert len(content) < 20_000
    path = write("a.npz", content)
    assert read_encoder(path).mu.shape == zeros.shape  # small enough to be let through
    monkeypatch.setattr(npz, "ALWAYS_ALLOWED", 2**20)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    said = refused(path)
    assert f"an archive of {len(content)} bytes that unpacks to 3200256 must be" in said
    assert "numpy.savez, not compressed" in said


def test_the_remedy_for_a_seeming_bomb_helps(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz, "ALWAYS_ALLOWED", 0)
    assert read_encoder(write("a.npz", archive(mu=np.zeros(1000), sigma=np.ones(1000)))).mu.size == 1000


def test_a_size_that_the_directory_lies_about_is_noticed(write: Write, refused: Refused) -> None:
    for claimed in (100, 10**6):
        content = bytearray(archive(mu=MU, sigma=SIGMA))
        place = content.index(b"PK\x01\x02")
        true = len(saved(MU))
        assert struct.unpack_from("<II", content, place + 20) == (true, true)
        struct.pack_into("<II", content, place + 20, claimed, claimed)
        refused(write("a.npz", bytes(content)))


def test_a_changed_number_is_noticed_by_the_check_sum(write: Write, refused: Refused) -> None:
    content = archive(mu=MU, sigma=SIGMA)
    spoilt = content.replace(MU.tobytes(), (MU + 1).tobytes())
    assert spoilt != content
    assert "Bad CRC-32" in refused(write("a.npz", spoilt), FileFormatError)


@pytest.mark.parametrize(
    "failure",
    [zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, ValueError, OverflowError],
)
def test_whatever_a_damaged_archive_raises_becomes_one_kind_of_error(
    write: Write, refused: Refused, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    def failing(*_: Any) -> Any:
        raise failure("first line\nsecond line")

    path = write("a.npz", archive(mu=MU, sigma=SIGMA))
    monkeypatch.setattr(zipfile.ZipFile, "open", failing)
    assert "a.npz=a damaged archive (first line second line) must be a whole .npz file; " in refused(path)
