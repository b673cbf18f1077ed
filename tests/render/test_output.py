import errno
import io
import os
import stat
from pathlib import Path

import pytest

from elbo_check.errors import InputError
from elbo_check.render import output
from elbo_check.render.output import WIDTH, coloured, destination, new_file, terminal_width, wants_colour, write_stream

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and pipes as POSIX has them")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_path_the_stream_gets_the_text() -> None:
    stream = io.StringIO()
    with destination(None, stream) as write:
        write("told")
    assert stream.getvalue() == "told"


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "verdict.txt"
    with destination(str(path), io.StringIO()) as write:
        write("half, ")
        assert not path.exists()
        write("and whole: ±\n")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "half, and whole: ±\n"
    assert [path.name for path in tmp_path.iterdir()] == ["verdict.txt"]


def fail_inside(path: Path, failure: BaseException) -> None:
    with destination(str(path), io.StringIO()) as write:
        write("new")
        raise failure


@pytest.mark.parametrize("failure", [RuntimeError(), KeyboardInterrupt(), OSError("of the work itself")])
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path, failure: BaseException) -> None:
    path = tmp_path / "verdict.txt"
    path.write_text("old")
    with pytest.raises(type(failure)) as raised:
        fail_inside(path, failure)
    assert raised.value is failure  # and not called a failure of the output
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["verdict.txt"]


def test_a_disk_that_fills_up_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "verdict.txt"
    path.write_text("old")

    def full(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match=r"output='.*' \(No space left on device\)"):  # noqa: SIM117
        with destination(str(path), io.StringIO()) as write:
            write("new")
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["verdict.txt"]


@pytest.mark.parametrize("name", ["missing/verdict.txt", ".", "file/below"])
def test_an_unwritable_place_is_an_error_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"output=.* must be a file that can be written; name another place with -o"):  # noqa: SIM117
        with destination(str(tmp_path / name), io.StringIO()):
            pytest.fail("the work began")


def test_a_write_protected_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "verdict.txt"
    path.write_text("old")
    monkeypatch.setattr(output.os, "access", lambda place, mode: False)  # root may write anything
    with pytest.raises(InputError, match="write-protected"):  # noqa: SIM117
        with destination(str(path), io.StringIO()):
            pytest.fail("the work began")


@posix
def test_permissions_of_a_replaced_file_stay_and_links_are_followed(tmp_path: Path) -> None:
    path, link = tmp_path / "verdict.txt", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    with destination(str(link), io.StringIO()) as write:
        write("new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    path, second = tmp_path / "mu.npy", tmp_path / "sigma.npy"
    path.write_text("numbers")
    second.write_text("more")
    links = [tmp_path / "symbolic", tmp_path / "hard"]
    links[0].symlink_to(second)
    links[1].hardlink_to(second)
    for name in (second, tmp_path / "." / "sigma.npy", *links):
        with pytest.raises(InputError, match="another file than the input; name another place with -o"):  # noqa: SIM117
            with destination(str(name), io.StringIO(), [str(path), second]):
                pytest.fail("the work began")
    assert second.read_text() == "more"
    assert len(list(tmp_path.iterdir())) == 4


def test_another_file_than_the_inputs_is_written(tmp_path: Path) -> None:
    path, other = tmp_path / "mu.npy", tmp_path / "verdict.txt"
    path.write_text("numbers")
    for inputs in ([path], [tmp_path / "missing.npy", str(path)], [path]):
        with destination(str(other), io.StringIO(), inputs) as write:
            write("told")
    assert (path.read_text(), other.read_text()) == ("numbers", "told")


@posix
def test_a_device_is_written_and_never_replaced() -> None:
    with destination(os.devnull, io.StringIO()) as write:
        write("told")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_characters_that_the_stream_lacks_are_escaped() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write_stream(stream, "a ‖ b")
    assert raw.getvalue() == rb"a \u2016 b"


def test_a_stream_that_was_closed_before_the_start_gets_nothing() -> None:
    write_stream(None, "told")


class Broken(io.StringIO):
    def __init__(self, failure: OSError) -> None:
        super().__init__()
        self.failure = failure

    def flush(self) -> None:
        raise self.failure


def test_a_reader_who_left_is_no_error_but_a_full_disk_is() -> None:
    write_stream(Broken(BrokenPipeError()), "told")
    with pytest.raises(InputError, match=r"standard output=unwritable \(No space left\) must be open for writing"):
        write_stream(Broken(OSError(errno.ENOSPC, "No space left")), "told")


@pytest.mark.parametrize(
    ("stream", "environment", "wanted"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (None, {}, False),
    ],
)
def test_colour_is_for_terminals_of_those_who_want_it(
    stream: io.StringIO | None, environment: dict[str, str], wanted: bool
) -> None:
    assert wants_colour(stream, environment) is wanted


def test_only_the_first_outcome_of_a_line_is_painted() -> None:
    assert coloured("a  REFUTED  PROVED\nPROVEDLY") == "a  \x1b[1;31mREFUTED\x1b[0m  PROVED\nPROVEDLY"


@pytest.mark.parametrize(("columns", "width"), [("20", 60), ("80", 80), ("300", 100)])
def test_lines_fit_the_terminal_within_reason(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert terminal_width(Terminal()) == width
    assert terminal_width(io.StringIO()) == WIDTH
    assert terminal_width(None) == WIDTH


def test_an_interruption_at_opening_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def interrupted(self, *mode):
        opened(self, *mode).close()
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "open", interrupted)
    with pytest.raises(KeyboardInterrupt), new_file(str(tmp_path / "out.txt")):
        pass
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_in_the_way_is_not_removed(tmp_path: Path) -> None:
    held = tmp_path / f".out.txt.{os.getpid()}.tmp"
    held.write_text("another's")
    with pytest.raises(InputError, match="in the way"), new_file(str(tmp_path / "out.txt")):
        pass
    assert held.read_text() == "another's"
