"""Functions of JAX arrays are compiled where that makes no difference but time."""

import functools
import random

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError
from elbo_check.inputs.failures import is_without_graph
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


# --- what a function keeps --------------------------------------------------------------------------------------------


class Keyed:
    """A key that is split at every call."""

    def __init__(self):
        self.key = with_jax.random.PRNGKey(0)

    def __call__(self, mu):
        self.key, key = with_jax.random.split(self.key)
        return mu.sum() + with_jax.random.normal(key, ())


class Average:
    """An average that is logged."""

    def __init__(self):
        self.mean = 0.0

    def __call__(self, mu):
        self.mean = 0.9 * self.mean + 0.1 * mu.mean()
        return (mu**2).sum()


class Filling:
    """Arrays by their shape."""

    def __init__(self):
        self.ones = {}

    def __call__(self, mu):
        if mu.shape not in self.ones:
            self.ones[mu.shape] = jnp.ones(mu.shape)
        return (self.ones[mu.shape] * mu**2).sum()


KEY = with_jax.random.PRNGKey(0)


def keyed(mu):
    global KEY
    KEY, key = with_jax.random.split(KEY)
    return mu.sum() + with_jax.random.normal(key, ())


@functools.lru_cache
def ones(length):
    return jnp.ones(length)


def caching(mu):
    return (ones(mu.shape[-1]) * mu**2).sum()


@pytest.mark.endurance
@pytest.mark.filterwarnings("ignore:Explicitly requested dtype float64")  # kept of a call in float64
@pytest.mark.parametrize("fn", [Keyed(), Average(), Filling(), keyed, caching], ids=lambda fn: type(fn).__name__)
def test_a_function_that_keeps_something_can_be_called_afterwards(fn) -> None:
    function = LossFunction.of(fn, backend="jax")
    for shape in SHAPES:
        numbers = {"mu": np.arange(1.0, 1 + np.prod(shape)).reshape(shape)}
        function(numbers)
        gradient = function.gradient(numbers, "", ["mu"], answers=True)["mu"]
        slope = 1.0 if function.is_random(numbers) else 2 * numbers["mu"]
        assert gradient == pytest.approx(np.broadcast_to(slope, shape), rel=1e-6)
    assert np.isfinite(float(fn(jnp.ones((4, 5)))))
    assert np.isfinite(float(fn(jnp.ones((3, 5)))))


def test_a_key_that_is_split_draws_anew_at_every_call_of_any_shape() -> None:
    for fn in (Keyed(), keyed):
        function = LossFunction.of(fn, backend="jax")
        for shape in SHAPES:
            assert function.is_random({"mu": np.ones(shape)})


def test_what_is_made_at_the_first_call_alone_keeps_nothing_from_being_compiled() -> None:
    class Late:
        prior = None

        def __call__(self, mu):
            if self.prior is None:
                self.prior = jnp.ones(())
            return ((mu - self.prior) ** 2).sum()

    late = Late()
    assert times_asked(lambda mu: late(mu), ((2, 3), *((4, 5),) * 2, *((5, 6),) * 6)) == 5  # noqa: PLW0108 - counted
    assert [float(found[""]) for found in answers(Late())] == [55.0, 2470.0, 2470.0, 55.0]


def test_what_is_kept_of_every_shape_keeps_all_from_being_compiled() -> None:
    filling = Filling()
    shapes = ((2, 3), (2, 3), (4, 5), (4, 5), (3, 3), (3, 3), (2, 3))
    assert times_asked(lambda mu: filling(mu), shapes) == len(shapes)  # noqa: PLW0108 - counted


def test_what_is_kept_by_now_is_what_a_gradient_is_asked_with() -> None:
    class Warming:
        steps = 0

        def __call__(self, mu):
            self.steps += 1
            return self.steps * mu.sum()

    function = LossFunction.of(Warming(), backend="jax")
    found = []
    for _ in range(3):
        function({"mu": np.ones((2, 3))})
        found.append(function.gradient({"mu": np.ones((2, 3))}, "", ["mu"], answers=True)["mu"][0, 0])
    assert found == [2.0, 4.0, 6.0]


@pytest.mark.endurance
@pytest.mark.parametrize("known", [(2, 3), (4, 5)])
def test_what_is_kept_of_other_shapes_only_is_put_back(known) -> None:
    fn = Filling()
    fn(jnp.ones(known))
    ones.cache_clear()
    ones(known[-1])
    for each in (fn, caching):
        function = LossFunction.of(each, backend="jax")
        for shape in SHAPES:
            numbers = {"mu": np.ones(shape)}
            assert float(function(numbers).outputs[""]) == np.prod(shape)
            assert (function.gradient(numbers, "", ["mu"], answers=True)["mu"] == 2).all()
    assert all(isinstance(held, np.ndarray | with_jax.Array) for held in fn.ones.values())
    assert not any(isinstance(held, with_jax.core.Tracer) for held in [*fn.ones.values(), ones(3), ones(5)])


def test_what_is_kept_of_a_gradient_alone_is_put_back() -> None:
    class Logging:
        def __init__(self):
            self.last = jnp.zeros(())

        def __call__(self, mu):
            if isinstance(mu, with_jax.core.Tracer):
                self.last = mu.sum()
            return (mu * mu.mean()).sum() + 0 * self.last

    fn = Logging()
    function = LossFunction.of(fn, backend="jax")
    numbers = {"mu": np.ones((2, 3))}
    function(numbers)
    assert (function.gradient(numbers, "", ["mu"])["mu"] == 2).all()
    assert float(fn.last) == 0
    assert float(function(numbers).outputs[""]) == 6


def test_an_unknown_that_has_been_left_behind_is_no_want_of_a_gradient() -> None:
    left = []
    with_jax.jit(lambda x: left.append(x) or x)(1.0)

    def loss(mu):
        return mu.sum() + (left[0] if isinstance(mu, with_jax.core.Tracer) else 0.0)

    function = LossFunction.of(loss, backend="jax")
    function({"mu": np.ones((2, 3))})
    with pytest.raises(LossFunctionError, match="unexpected tracer") as caught:
        function.gradient({"mu": np.ones((2, 3))}, "", ["mu"])
    assert not is_without_graph(caught.value)
