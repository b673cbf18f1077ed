import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from elbo_check.errors import FileFormatError, InputError
from elbo_check.inputs import read_encoder
from elbo_check.inputs.stems import stem_meaning

from .conftest import Refused, Write
from .test_npy import saved
from .test_npz import archive

MU, SECOND = np.array([0.5, -1.0], dtype=np.float32), np.array([1.5, 0.5], dtype=np.float32)


def pair(write: Write, *names: str) -> list[str]:
    """The mean and the second parameter under two names, in this order."""
    return [write(name, saved(array)) for name, array in zip(names, (MU, SECOND), strict=True)]


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("mu.npy", "sigma.npy"), "sigma"),
        (("mean.npy", "logvar.npy"), "log_variance"),
        (("run3_z_mean.npy", "run3_z_log_var.npy"), "log_variance"),
        (("a.npy", "b.npy"), "sigma"),
        (("a.npy", "var.npy"), "variance"),
        (("mu.npy", "b.npy"), "sigma"),
        (("MU.NPY", "Log-Sigma.NPY"), "log_sigma"),
    ],
)
def test_a_pair_is_known_by_its_names_or_by_its_order(write: Write, names: tuple[str, str], kind: str) -> None:
    read = read_encoder(pair(write, *names))
    assert (read.mu.tolist(), read.second.tolist()) == (MU.tolist(), SECOND.tolist())
    assert (read.mu.dtype, read.second_kind) == (np.float32, kind)
    assert [Path(read.keys[role]).name for role in ("mu", "second")] == list(names)
    with pytest.raises(ValueError, match="read-only"):
        read.second[0] = 1.0


def test_named_files_may_come_in_any_order_and_number(write: Write) -> None:
    paths = [write("logvar.npy", saved(SECOND)), write("mu.npy", saved(MU)), write("kl.npy", saved([3.0]))]
    paths += [write("prior_mu.npy", saved(4.0)), write("prior_std.npy", saved(5.0))]
    read = read_encoder(paths)
    assert (read.mu.tolist(), read.second.tolist(), read.second_kind) == (MU.tolist(), SECOND.tolist(), "log_variance")
    assert read.claim is not None
    assert (read.claim.tolist(), read.prior_mu, read.prior_second, read.prior_kind) == ([3.0], 4.0, 5.0, "sigma")
    assert read.source == tuple(paths)


def test_second_says_what_an_unnamed_file_holds(write: Write) -> None:
    assert read_encoder(pair(write, "a.npy", "b.npy"), second="log_variance").second_kind == "log_variance"
    assert read_encoder(pair(write, "mu.npy", "sigma.npy"), second="log_variance").second_kind == "log_variance"


def test_a_stem_is_read_from_its_end_and_the_longest_end_wins() -> None:
    held = stem_meaning("x/2026-01-01 val.log_var.npy")
    assert held is not None
    assert held.kind == "log_variance"
    assert stem_meaning("mu_old.npy") is None


@pytest.mark.parametrize(
    ("names", "kind", "said"),
    [
        (("sigma.npy", "b.npy"), InputError, "sigma.npy' in the place of 'mu' must be the mean first and the second"),
        (("a.npy", "mu.npy"), InputError, "mu.npy' in the place of 'second' must be the mean first"),
        (("a.npy", "kl.npy"), InputError, "kl.npy' in the place of 'second'"),
        (("mu.npy", "mean.npy"), InputError, "must be clear about the mean"),
        (("mu.npy", "kl.npy"), FileFormatError, "add the second parameter"),
    ],
)
def test_a_pair_whose_names_contradict_is_refused(
    write: Write, refused: Refused, names: tuple[str, str], kind: Any, said: str
) -> None:
    assert said in refused(pair(write, *names), kind)


def test_three_files_need_names(write: Write, refused: Refused) -> None:
    paths = [*pair(write, "a.npy", "b.npy"), write("kl.npy", saved(1.0))]
    said = refused(paths)
    assert "paths=input with the unknown " in said
    assert "/a.npy', '" in said
    assert "/b.npy' must be made of names such as" in said


@pytest.mark.parametrize(
    ("names", "kind", "remedy"),
    [
        (["mu.npy"], InputError, "give the second parameter, too"),
        (["a.npz", "b.npz"], InputError, "check one encoder at a time"),
        (["a.csv", "b.tsv"], InputError, "check one encoder at a time"),
        (["mu.npy", "a.npz"], InputError, "check one encoder at a time"),
        (["model.pt"], FileFormatError, "load it as you do, and save the numbers: numpy.savez("),
        (["mu"], FileFormatError, "save the numbers"),
        (["mu.npy", "sigma.pkl"], FileFormatError, "save the numbers"),
    ],
)
def test_other_files_and_numbers_of_files_are_refused(
    refused: Refused, names: list[str], kind: Any, remedy: str
) -> None:
    said = refused(names, kind)
    assert said.startswith("paths=the files '")
    assert "must be one .npz, one .csv or .tsv, or .npy files for mu and sigma; " in said
    assert remedy in said


def test_no_file_is_no_encoder(refused: Refused) -> None:
    assert "paths=[] must be a path or a list of paths" in refused([], InputError)


@pytest.mark.parametrize("paths", [None, 3, [None], [3, 4]])
def test_what_is_no_path_is_refused(refused: Refused, paths: Any) -> None:
    assert "must be a path or a list of paths; pass 'encoder.npz', for example" in refused(paths, InputError)


def test_a_path_may_be_text_or_bytes_or_a_path_or_a_list_of_these(write: Write) -> None:
    path = write("a.npz", archive(mu=MU, sigma=SECOND))
    for given in (path, Path(path), [path], (Path(path),), [os.fsencode(path)]):
        assert read_encoder(given).source == (path,)  # type: ignore[arg-type]


def test_an_unknown_kind_of_second_is_refused(refused: Refused) -> None:
    said = refused("a.npz", InputError, second="precision")
    assert said.startswith("second='precision' must be one of sigma, variance, log_sigma, log_variance; name what")


@pytest.mark.parametrize("name", ["a.npz", "a.csv", "mu.npy"])
def test_paths_that_cannot_be_read_are_refused(tmp_path: Path, refused: Refused, name: str) -> None:
    def said() -> str:
        path = str(tmp_path / name)
        return refused([path, path.replace("mu", "sigma")] if name == "mu.npy" else path)

    assert f"{name}=a path that cannot be read (No such file or directory) must be a file that can be read; " in said()
    assert "check the spelling and the folder" in said()
    (tmp_path / name).mkdir()
    assert f"{name}=a folder must be a file; give the path of a regular file" in said()
    (tmp_path / name).rmdir()
    os.mkfifo(tmp_path / name)  # opening it would wait for ever
    assert f"{name}=a device or a pipe must be a file" in said()
    (tmp_path / name).unlink()
    (tmp_path / name).touch()
    assert f"{name}=an empty file must be a file with numbers in it; write it again: 0 bytes arrived" in said()
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(tmp_path / name)
    assert f"{name}=a path that cannot be read (" in said()


@pytest.mark.parametrize("path", ["a\0b.npz", "x" * 5000 + ".npz", "no/such/folder/a.csv", "\ud800.npz"])
def test_paths_that_no_system_has_are_refused(refused: Refused, path: str) -> None:
    assert "must be a" in refused(path)


def test_a_file_without_permission_says_so(write: Write, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    path = write("a.npz", archive(mu=MU, sigma=SECOND))
    monkeypatch.setattr(Path, "open", denied)
    assert "a.npz=a path that cannot be read (Permission denied) must be" in refused(path)
    assert "ask for the permission to read it" in refused(path)


def test_a_disk_that_fails_midway_says_so(write: Write, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    paths = pair(write, "mu.npy", "sigma.npy")
    monkeypatch.setattr(Path, "open", lambda *_, **__: Failing())
    assert "mu.npy=a path that cannot be read (Input/output error) must be" in refused(paths)
    monkeypatch.setattr(Path, "open", lambda *_, **__: (_ for _ in ()).throw(OSError("no errno")))
    assert "mu.npy=a path that cannot be read (no errno) must be" in refused(paths)
