"""What once let a false statement through: each hole has a sentence, and stays closed."""

import pytest
import sympy

from elbo_check.errors import DerivationError
from elbo_check.language import *  # noqa: F403
from elbo_check.language import count, exp, function, log, real, sequence, sqrt

PAYLOAD = "__import__('pathlib').Path({path!r}).touch() or 1"


@pytest.mark.parametrize(
    "door",
    [
        lambda text: sequence(real("mu"))[text],
        lambda text: sequence(real("mu"))[count("j"), text],
        lambda text: function("f")(text),
        lambda text: function("f")(real("z"), text),
        lambda text: log(text),
        lambda text: exp(text),
        lambda text: sqrt(text),
    ],
)
def test_text_is_neither_read_nor_run(door, tmp_path):
    path = tmp_path / "touched"
    with pytest.raises(DerivationError, match="is no expression"):
        door(PAYLOAD.format(path=str(path)))
    assert not path.exists()


def test_an_entry_and_a_function_need_an_argument():
    with pytest.raises(DerivationError, match="needs an index"):
        sequence(real("mu"))[()]
    with pytest.raises(DerivationError, match="function of something"):
        function("f")()
    assert str(sequence(real("mu"))[sympy.Tuple(1, 2)]) == "mu[1, 2]"
