"""Estimators stream: the same bits for any number of workers, constant memory, and draws that are never used twice."""

import tracemalloc

import numpy as np
import pytest

from elbo_check.densities.normal import Normal
from elbo_check.estimators import eubo, groups, importance, iwae, reparameterised, score_function, sgvb_a, sgvb_b
from elbo_check.models import BetaBinomial, NormalNormal
from elbo_check.witnesses import streaming
from elbo_check.witnesses.seeding import Seeds

COIN, NORMAL = BetaBinomial.example(), NormalNormal.example()
ESTIMATES = {
    "sgvb_a": lambda **s: sgvb_a.estimate(*COIN, **s),
    "sgvb_b": lambda **s: sgvb_b.estimate(*COIN, **s),
    "eubo": lambda **s: eubo.estimate(*COIN, **s),
    "iwae": lambda **s: iwae.estimate(*COIN, samples=3, **s),
    "evidence": lambda **s: iwae.evidence(*COIN, samples=3, **s),
    "importance": lambda **s: importance.estimate(*COIN, **s),
}
GRADIENTS = {
    "reparameterised": lambda **s: reparameterised.gradient(*NORMAL, samples=2, **s),
    "score": lambda **s: score_function.gradient(*COIN, samples=2, **s),
    "eubo": lambda **s: eubo.gradient(*COIN, **s),
}


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(streaming, "CHUNK", 2**11)


@pytest.mark.unmeasured
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", sorted(ESTIMATES))
def test_the_bits_of_a_value_do_not_depend_on_the_workers(name):
    one, two, again = (ESTIMATES[name](draws=20_001, rng=4, workers=workers) for workers in (1, 2, 1))
    assert (one.value, one.error, one.standard_error) == (two.value, two.error, two.standard_error)
    assert one.value == again.value
    assert one.value != ESTIMATES[name](draws=20_001, rng=5).value


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", sorted(GRADIENTS))
def test_the_bits_of_a_gradient_do_not_depend_on_the_workers(name):
    one, two = (GRADIENTS[name](draws=10_001, rng=4, workers=workers) for workers in (1, 2))
    assert np.array_equal(one.value, two.value)
    assert np.array_equal(one.error, two.error)
    assert one.objective.value == two.objective.value


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["sgvb_a", "iwae", "importance"])
def test_memory_does_not_grow_with_the_draws(name):
    def peak(draws):
        tracemalloc.start()
        ESTIMATES[name](draws=draws, rng=0)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1000)
    few, many = peak(2**17), peak(2**19)
    assert many <= few + 100_000
    assert many < 12e6


def test_memory_does_not_grow_with_the_samples_of_a_group():
    def peak(samples):
        tracemalloc.start()
        found = iwae.estimate(*COIN, samples=samples, draws=2, rng=0)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used, found.value

    peak(100)
    (few, _), (many, value) = peak(10**5), peak(10**6)
    assert many <= few + 500_000
    assert value == pytest.approx(-2.52672814464134, abs=1e-3)


def test_a_group_in_blocks_is_the_group_at_once(monkeypatch):
    whole = reparameterised.gradient(*NORMAL, samples=40, draws=50, rng=2)
    drawn = []
    right = groups.Groups.add

    def add(self, log_weights, slopes):
        """Give the same draws in blocks of seven."""
        drawn.append(log_weights.shape)
        for start in range(0, len(log_weights), 7):
            right(self, log_weights[start : start + 7], slopes[:, start : start + 7])

    monkeypatch.setattr(groups.Groups, "add", add)
    parts = reparameterised.gradient(*NORMAL, samples=40, draws=50, rng=2)
    assert drawn == [(40, 50)]
    assert parts.objective.value == pytest.approx(whole.objective.value, rel=1e-13)
    assert parts.value == pytest.approx(whole.value, rel=1e-12)


@pytest.mark.unmeasured
@pytest.mark.usefixtures("small_chunks")
def test_seeds_that_are_used_twice_are_seen(monkeypatch):
    """The same child for every chunk: the error shrinks with draws that are no new ones."""

    def beyond():
        found = [sgvb_a.estimate(*COIN, draws=2**17, rng=seed) for seed in range(6)]
        return sum(abs(run.value + 2.578352478675925) > 4 * run.standard_error for run in found)

    assert beyond() == 0
    children = Seeds.children

    def same(self):
        first = next(children(self))
        while True:
            yield first

    monkeypatch.setattr(Seeds, "children", same)
    assert beyond() > 0


def test_a_generator_that_cannot_spawn_is_noted():
    rng = np.random.Generator(np.random.RandomState(5)._bit_generator)
    assert "cannot spawn" in ESTIMATES["sgvb_a"](draws=100, rng=rng).note
    assert "cannot spawn" in GRADIENTS["score"](draws=100, rng=rng).note
    assert "cannot spawn" in ESTIMATES["importance"](draws=100, rng=rng).note


def test_scopes_say_what_was_drawn():
    assert ESTIMATES["sgvb_a"](draws=1000, rng=0).scope == "1,000 draws"
    assert ESTIMATES["iwae"](draws=1000, rng=0).scope == "1,000 groups of 3 draws"
    assert GRADIENTS["reparameterised"](draws=1000, rng=0).objective.scope == "1,000 groups of 2 draws"


def test_large_and_nearly_equal_values_keep_the_truth_within_their_error():
    """A mean of 1e8 and a deviation of 1e-8: z itself would round away."""
    model = NormalNormal(0.0, 1.0, sigma=1.0)
    found = sgvb_b.estimate(model, [0.0], Normal(1e8, 1e-8), draws=1000, rng=0)
    exact = -((1e8) ** 2) - np.log(2 * np.pi) / 2 + 0.5 - np.log(1e8) - 1e-16
    assert abs(found.value - exact) <= found.error < 1e-13 * 1e16
