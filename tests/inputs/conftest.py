from collections.abc import Callable
from pathlib import Path

import pytest

from elbo_check.errors import FileFormatError, InputError
from elbo_check.inputs import EncoderOutput, read_encoder

Write = Callable[[str, str | bytes], str]
Refused = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file and return its path."""

    def write_one(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write_one


@pytest.fixture
def table(write: Write) -> Callable[..., EncoderOutput]:
    """Write a table and read it back."""

    def table_of(content: str | bytes, name: str = "encoder.csv", second: str | None = None) -> EncoderOutput:
        return read_encoder(write(name, content), second=second)

    return table_of


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Read what must be refused; return the message with the folder taken out, after a look at its form."""

    def refused_files(paths: object, kind: type[InputError] = FileFormatError, second: str | None = None) -> str:
        with pytest.raises(InputError) as caught:
            read_encoder(paths, second=second)
        assert type(caught.value) is kind
        said = str(caught.value).replace(f"{tmp_path}/", "")
        assert " must be " in said
        assert "; " in said
        assert "\n" not in said
        return said

    return refused_files
