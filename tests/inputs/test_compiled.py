"""Functions of JAX arrays are compiled where that makes no difference but time."""

import random

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError
from elbo_check.inputs.loss_function import LossFunction
from tests.loss_hearing.help import needs_jax

pytestmark = needs_jax
with_jax = pytest.importorskip("jax", reason="jax is not installed")
jnp = with_jax.numpy

SHAPES = ((2, 3), (4, 5), (4, 5), (2, 3))


def answers(fn, shapes=SHAPES):
    """Return the outputs of a function at arrays of these shapes, the same numbers for the same shape."""
    function = LossFunction.of(fn, backend="jax")
    numbers = (np.arange(1.0, 1 + np.prod(shape)).reshape(shape) for shape in shapes)
    return [function({"mu": each}).outputs for each in numbers]


def times_asked(fn, shapes=SHAPES):
    """Return how often Python's part of a function runs."""
    calls = []
    answers(lambda mu: (calls.append(None), fn(mu))[1], shapes)
    return len(calls)


def test_other_shapes_than_the_first_run_python_once_each() -> None:
    assert times_asked(lambda mu: (mu**2).sum(-1)) == 4  # twice at first, itself and to be compiled, and once again
    assert times_asked(lambda mu: (mu**2).sum(-1), ((2, 3), *((4, 5),) * 6)) == 3


def test_what_takes_long_is_not_asked_itself_for_ever(monkeypatch) -> None:
    monkeypatch.setattr("elbo_check.inputs.backends.compiled._SECONDS", 0.0)
    assert times_asked(lambda mu: (mu**2).sum(-1), ((2, 3),) * 6) == 2


@pytest.mark.parametrize(
    ("fn", "right"),
    [
        (lambda mu: mu.sum() if mu[0, 0] > 0 else 0 * mu.sum(), 21.0),  # an `if` of values
        (lambda mu: float(mu.sum()), 21.0),
        (lambda mu: np.sum(np.asarray(mu)), 21.0),
        (lambda mu: jnp.where(mu > 3, 1, 0).sum(), 3.0),  # whole numbers
        (lambda mu: mu.astype(jnp.float16).sum().astype(jnp.float32), 21.0),
    ],
    ids=["branch", "float", "numpy", "integers", "half"],
)
def test_answers_are_those_of_the_function_itself(fn, right) -> None:
    one, other, again, last = answers(fn)
    assert one[""] == last[""] == right
    assert other[""] == again[""]


def test_a_rounding_that_compiling_would_leave_out_stays() -> None:
    def rounded(mu):
        return ((mu / 3).astype(jnp.bfloat16).astype(mu.dtype) * 3).sum()

    _, here, *_ = answers(rounded)
    assert abs(here[""] - 210) > 1e-3


def test_entries_keep_their_order() -> None:
    def losses(mu):
        return {"total": mu.sum(), "kl": mu.mean(), "each": [mu[0, 0], (mu[1, 1], mu[0, 1])]}

    assert all(list(found) == list(answers(losses)[0]) for found in answers(losses))
    assert next(iter(answers(losses)[1])) == "total"


def test_entries_that_change_with_the_shape_are_as_they_come() -> None:
    found = answers(lambda mu: {"kl": mu.sum()} if len(mu) == 2 else {"total": mu.sum()})
    assert [list(each) for each in found] == [["kl"], ["total"], ["total"], ["kl"]]
    found = answers(lambda mu: (mu.sum(),) if len(mu) == 2 else (mu.sum(), mu.mean()))
    assert [len(each) for each in found] == [1, 2, 2, 1]


def test_a_plain_number_among_the_outputs_stays_one() -> None:
    assert times_asked(lambda mu: (mu.sum(), 1.0)) == 5  # never compiled, but for the first look


HELD = np.random.default_rng(0)


@pytest.mark.parametrize(
    "draw",
    [lambda: np.random.rand(), lambda: random.random(), lambda: HELD.random()],  # noqa: NPY002, PLW0108
    ids=["NumPy", "Python", "held"],
)
def test_noise_of_the_host_is_drawn_at_every_call(draw) -> None:
    def noisy(mu):
        return mu.sum() + draw()

    function = LossFunction.of(noisy, backend="jax")
    assert function.is_random({"mu": np.ones((2, 3))})
    assert function.is_random({"mu": np.ones((4, 5))})


def test_noise_that_is_drawn_at_the_first_shapes_again_is_seen() -> None:
    calls = []

    def now_and_then(mu):
        calls.append(None)
        return mu.sum() + (len(calls) > 4)

    function = LossFunction.of(now_and_then, backend="jax")
    found = [float(function({"mu": np.ones((2, 3))}).outputs[""]) for _ in range(6)]
    assert found[0] == 6
    assert found[-1] == 7


def test_a_refusal_is_told_as_the_function_tells_it() -> None:
    def refusing(mu):
        if mu.shape[0] == 4:
            raise ValueError("two rows, please")
        return mu.sum()

    with pytest.raises(LossFunctionError, match="two rows, please"):
        answers(refusing)
    function = LossFunction.of(refusing, backend="jax")
    for shape in ((2, 3), (3, 3)):
        function({"mu": np.ones(shape)})
    with pytest.raises(LossFunctionError, match="two rows, please"):
        function({"mu": np.ones((4, 3))})


def test_a_branch_at_other_shapes_is_taken_by_values() -> None:
    def branch(mu):
        if mu.shape[0] == 4 and mu[0, 0] > 0:
            return 2 * mu.sum()
        return mu.sum()

    assert [float(found[""]) for found in answers(branch)] == [21.0, 420.0, 420.0, 21.0]
