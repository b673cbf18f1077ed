"""`sample_mean`: the same bits however the work is spread, an error that holds, and refusals that are said."""

import math
import random
import tracemalloc

import numpy as np
import pytest
import scipy.stats

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.errors import InputError, ShapeError, WitnessError
from elbo_check.evidence import Basis
from elbo_check.witnesses import monte_carlo
from elbo_check.witnesses.moment_balls import enclose_elements, enclose_multivariate
from elbo_check.witnesses.monte_carlo import sample_mean
from elbo_check.witnesses.seeding import Seeds
from elbo_check.witnesses.sources import source_of

from . import truth

Q, P = Normal([0.5], [0.7]), Normal([0.25], [1.5])
GENERATOR = np.random.default_rng(12)
MANY_Q = Normal(GENERATOR.normal(size=(40, 3)), np.exp(GENERATOR.normal(size=(40, 3))))
MANY_P = Normal(0.25, np.array([0.5, 1.0, 2.0]))
TALL_Q = Normal(GENERATOR.normal(size=40_000), np.exp(0.1 * GENERATOR.normal(size=40_000)))
FULL_Q = MultivariateNormal([0.3, -1.0, 0.5], truth.covariance(GENERATOR, 3))
FULL_P = MultivariateNormal([0.0, 0.5, 0.0], truth.covariance(GENERATOR, 3))
PAIRS = {
    "one element": (Q, P),
    "many elements": (MANY_Q, MANY_P),
    "more elements than a chunk holds rows": (TALL_Q, P),
    "full Gaussians": (FULL_Q, FULL_P),
}


def numbers(estimate):
    return estimate.value, estimate.error, estimate.standard_error


def total(q, p):
    """Return (the truth, its radius) by balls."""
    if isinstance(q, MultivariateNormal):
        ball = enclose_multivariate(q, p, 1e-14)
    else:
        shape = np.broadcast_shapes(q.shape, p.shape)
        q, p = q.broadcast_to(shape).flat(), p.broadcast_to(shape).flat()
        ball = enclose_elements(q, p, np.arange(q.size), 1e-14)
    return math.fsum(ball.value), math.fsum(ball.error)


@pytest.fixture
def small_chunks(monkeypatch):
    """Many chunks from few draws."""
    monkeypatch.setattr(monte_carlo, "CHUNK", 2**11)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_the_estimate_holds_the_truth_and_says_what_it_is(name):
    q, p = PAIRS[name]
    estimate = sample_mean(q, p, draws=300_000, rng=1)
    value, error = total(q, p)
    assert abs(estimate.value - value) <= estimate.error + error
    assert abs(estimate.value - value) <= 6 * estimate.standard_error
    assert (estimate.basis, estimate.bound, estimate.level) == (Basis.SAMPLED, "chernoff", 1e-9)


def test_the_scope_tells_draws_and_elements():
    assert (sample_mean(Q, P, draws=1234, rng=0).scope, sample_mean(Q, P, draws=1234, rng=0).count) == (
        "1,234 draws",
        1,
    )
    many = sample_mean(MANY_Q, MANY_P, draws=1000, rng=0)
    assert (many.scope, many.count) == ("the total over 120 elements, 9 draws each", 120)
    few = sample_mean(MANY_Q, MANY_P, draws=2, rng=0)
    assert few.scope == "the total over 120 elements, 2 draws each"
    assert sample_mean(FULL_Q, FULL_P, draws=1000, rng=0).scope == "1,000 draws"


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", sorted(PAIRS))
def test_the_bits_do_not_depend_on_the_number_of_workers(name):
    alone, two, three = (sample_mean(*PAIRS[name], draws=90_001, rng=4, workers=workers) for workers in (1, 2, 3))
    assert numbers(alone) == numbers(two) == numbers(three)


@pytest.mark.usefixtures("small_chunks")
def test_the_bits_do_not_depend_on_the_order_in_which_chunks_are_done(monkeypatch):
    done = []

    class Shuffled:
        """A pool that does its tasks in another order, and hands the answers back in theirs."""

        def __init__(self, _workers):
            self.order = random.Random(1)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def map(self, work, batch):
            places = list(range(len(batch)))
            self.order.shuffle(places)
            done.append(places)
            answers = {place: work(batch[place]) for place in places}
            return [answers[place] for place in range(len(batch))]

    alone = sample_mean(MANY_Q, MANY_P, draws=100_000, rng=4)
    monkeypatch.setattr(monte_carlo, "ThreadPoolExecutor", Shuffled)
    assert numbers(sample_mean(MANY_Q, MANY_P, draws=100_000, rng=4, workers=2)) == numbers(alone)
    assert sum(map(len, done)) > 40
    assert any(places != sorted(places) for places in done)


@pytest.mark.usefixtures("small_chunks")
def test_the_bits_do_not_depend_on_the_order_in_which_chunks_are_added():
    source, seeds = source_of(MANY_Q, MANY_P), Seeds.of(4)
    sums = list(monte_carlo._run(source, monte_carlo._chunks(source.width, 500), seeds, 1))
    assert len(sums) > 20
    shuffled = random.Random(3).sample(sums, len(sums))
    assert monte_carlo._collect(iter(sums), 500) == monte_carlo._collect(iter(shuffled), 500)


def test_the_chunks_cover_every_draw_of_every_element_once():
    for width, each in [(1, 2), (1, 10**6), (120, 9), (120, 10**5), (10**5, 2), (10**5, 7), (32_769, 3)]:
        drawn = np.zeros(width, dtype=int)
        for rows, draws in monte_carlo._chunks(width, each):
            assert draws >= 2
            assert draws * (rows.stop - rows.start) <= 2 * monte_carlo.CHUNK
            drawn[rows] += draws
        assert np.all(drawn == each)


@pytest.mark.parametrize(
    "rng",
    [7, np.int64(7), lambda: np.random.default_rng(7), lambda: np.random.SeedSequence(7), lambda: np.random.PCG64(7)],
)
def test_every_kind_of_rng_is_taken_and_reproducible(rng):
    make = rng if callable(rng) else lambda: rng
    assert numbers(sample_mean(Q, P, draws=1000, rng=make())) == numbers(sample_mean(Q, P, draws=1000, rng=make()))


def test_without_an_rng_each_run_is_new():
    assert sample_mean(Q, P, draws=1000).value != sample_mean(Q, P, draws=1000).value


def test_a_shared_generator_gives_fresh_draws_each_time():
    generator = np.random.default_rng(7)
    assert sample_mean(Q, P, draws=1000, rng=generator).value != sample_mean(Q, P, draws=1000, rng=generator).value


def test_a_generator_that_cannot_spawn_is_taken_and_that_is_noted():
    estimate = sample_mean(Q, P, draws=1000, rng=np.random.Generator(np.random.RandomState(5)._bit_generator))
    assert "cannot spawn" in estimate.note
    assert sample_mean(Q, P, draws=1000, rng=np.random.default_rng(0)).note == ""


def test_global_state_is_neither_used_nor_touched():
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one = sample_mean(Q, P, draws=1000, rng=5)
    np.random.seed(4)  # noqa: NPY002
    assert numbers(sample_mean(Q, P, draws=1000, rng=5)) == numbers(one)
    np.random.seed(3)  # noqa: NPY002
    sample_mean(Q, P, draws=1000)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize(
    ("name", "value", "expectation"),
    [
        ("draws", 1, "an integer, at least 2"),
        ("draws", 0, "an integer, at least 2"),
        ("draws", -5, "an integer, at least 2"),
        ("draws", 1e5, "an integer, at least 2"),
        ("draws", "many", "an integer, at least 2"),
        ("draws", True, "an integer, at least 2"),
        ("level", 0.0, "a number between 0 and 1"),
        ("level", 1.0, "a number between 0 and 1"),
        ("level", -1e-9, "a number between 0 and 1"),
        ("level", math.nan, "a number between 0 and 1"),
        ("level", "low", "a number between 0 and 1"),
        ("workers", 0, "an integer, at least 1"),
        ("workers", 1.5, "an integer, at least 1"),
        ("rng", -1, "None, non-negative integers"),
    ],
)
def test_bad_settings_are_refused_by_name(name, value, expectation):
    with pytest.raises(InputError, match=f"^{name}={value!r} must be {expectation}"):
        sample_mean(Q, P, **{name: value})


def test_numpy_integers_and_floats_are_settings_too():
    settings = {"draws": np.int64(1000), "level": np.float32(0.5), "workers": np.int8(2)}
    assert numbers(sample_mean(Q, P, rng=1, **settings)) == numbers(sample_mean(Q, P, rng=1, draws=1000, level=0.5))


def test_the_prior_is_spread_over_the_elements_and_a_misfit_is_named():
    spread = Normal(np.full((40, 3), 0.25), np.broadcast_to([0.5, 1.0, 2.0], (40, 3)))
    assert numbers(sample_mean(MANY_Q, MANY_P, draws=5000, rng=0)) == numbers(
        sample_mean(MANY_Q, spread, draws=5000, rng=0)
    )
    assert sample_mean(Normal(0.0, 1.0), MANY_P, draws=100, rng=0).count == 3
    with pytest.raises(ShapeError, match=r"q \(40, 3\), p \(2,\)"):
        sample_mean(MANY_Q, Normal([0.0, 1.0], 1.0))


def test_the_watch_hears_of_the_draws_done():
    heard = []
    watch = lambda done, draws: heard.append((done, draws))
    monte_carlo.sample_total(Q, P, draws=2**19 + 1, seeds=Seeds.of(0), level=1e-9, watch=watch)
    assert heard == [(0, 2**19 + 1), (2**18, 2**19 + 1), (2**19, 2**19 + 1)]


@pytest.mark.parametrize("name", ["one element", "full Gaussians", "many elements"])
def test_the_error_holds_at_its_level_and_the_standard_error_is_right(name):
    q, p = PAIRS[name]
    value, _ = total(q, p)
    runs = [sample_mean(q, p, draws=400, rng=seed, level=0.05) for seed in range(600)]
    departures = np.array([run.value - value for run in runs])
    errors = np.array([run.error for run in runs])
    deviations = np.array([run.standard_error for run in runs])
    assert np.count_nonzero(np.abs(departures) >= errors) <= scipy.stats.binom.ppf(1 - 1e-6, 600, 0.05)
    assert np.std(departures) == pytest.approx(np.sqrt(np.mean(deviations**2)), rel=0.2)
    assert abs(departures.mean()) <= 6 * np.std(departures) / math.sqrt(600)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(5))
def test_the_error_holds_at_its_level_in_many_runs(seed):
    generator = np.random.default_rng(seed)
    for _ in range(10):
        mu, prior_mu, *logs = generator.normal(size=4)
        q, p = Normal([mu], [math.exp(logs[0])]), Normal([prior_mu], [math.exp(logs[1])])
        value, _ = total(q, p)
        runs = [sample_mean(q, p, draws=20, rng=k, level=0.05) for k in range(2000)]
        beyond = sum(abs(run.value - value) >= run.error for run in runs)
        assert beyond <= scipy.stats.binom.ppf(1 - 1e-8, 2000, 0.05)


@pytest.mark.parametrize("pair", [(Q, P), (FULL_Q, FULL_P)])
def test_a_biased_generator_is_excluded_by_the_enclosure(pair, monkeypatch):
    value, error = total(*pair)
    assert abs(sample_mean(*pair, draws=200_000, rng=1).value - value) < 0.01
    standard = monte_carlo._standard
    for spoil in (lambda e: e + 0.5, lambda e: e * 1.05, np.abs, lambda e: np.round(e, 0)):
        monkeypatch.setattr(monte_carlo, "_standard", lambda *shape, spoil=spoil: spoil(standard(*shape)))
        estimate = sample_mean(*pair, draws=200_000, rng=1)
        assert abs(estimate.value - value) > estimate.error + error


def test_a_nan_among_the_draws_is_never_dropped(monkeypatch):
    standard = monte_carlo._standard

    def spoilt(generator, height, draws):
        drawn = standard(generator, height, draws)
        drawn[0, 3] = math.nan
        return drawn

    monkeypatch.setattr(monte_carlo, "_standard", spoilt)
    with pytest.raises(WitnessError, match="monte carlo gave nan"):
        sample_mean(Q, P, draws=1000, rng=0)


def test_joint_and_independent_draws_agree_in_distribution():
    """The same diagonal Gaussians by both sources: other draws, the same law."""
    mu, variance = np.array([0.5, -1.0, 0.0]), np.array([0.5, 2.0, 1.0])
    q, p = Normal(mu, variance, second="variance"), Normal(np.zeros(3), np.ones(3))
    full_q, full_p = MultivariateNormal(mu, np.diag(variance)), MultivariateNormal(np.zeros(3), np.eye(3))
    apart = sample_mean(q, p, draws=600_000, rng=1)
    joint = sample_mean(full_q, full_p, draws=200_000, rng=2)
    spread = math.hypot(apart.standard_error, joint.standard_error)
    assert abs(apart.value - joint.value) <= 5 * spread
    assert joint.standard_error == pytest.approx(apart.standard_error, rel=0.02)
    assert joint.error == pytest.approx(apart.error, rel=0.02)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "pair",
    [
        (Normal([0.0], [1e200]), Normal([0.0], [1e-200])),
        (Normal([1e200], [1.0]), Normal([0.0], [1.0])),
        (Normal([1.7e308], [1.0]), Normal([-1.7e308], [1.0])),
        (Normal([0.0], [1.7e308], second="log_sigma"), Normal([0.0], [-1.7e308], second="log_sigma")),
        (Normal([0.0, 1.0], [1e160, 1.0]), Normal([0.0, 0.0], [1.0, 1.0])),
    ],
)
def test_what_leaves_the_range_of_float64_is_refused_without_a_warning(pair, workers):
    with pytest.raises(WitnessError, match="not a finite number"):
        sample_mean(*pair, draws=1000, rng=0, workers=workers)


def test_where_q_equals_p_the_error_is_the_rounding_floor():
    estimate = sample_mean(Q, Q, draws=10_000, rng=0)
    assert (estimate.value, estimate.standard_error) == (0.0, 0.0)
    # E Σ|terms| is E ½ε² + E ½ε² = 1
    assert estimate.error == pytest.approx(16 * 2.0**-52, rel=0.1)


@pytest.mark.parametrize("count", [1, 8, 65, 100, 1000])
def test_large_and_nearly_equal_terms_add_up_within_the_floor(count):
    """A thousand terms of 1e16 summed one by one all round the same way: seven floors off, before it was noticed."""
    for factor in (1.0, 1.07, 1.14, 1.35):
        q, p = Normal(np.full(count, 1.2345678e8 * factor), 1e-8), Normal(0.0, 1.0)
        estimate = sample_mean(q, p, draws=count * 1100, rng=0)
        value, error = total(q, p)
        assert abs(estimate.value - value) <= estimate.error + error
        assert estimate.error < 1e-14 * value


def test_draws_from_a_tiny_scale_are_never_rounded():
    """σ = 1e-16 at μ = 1: a rounded z would be fifty standard errors off."""
    q, p = Normal([1.0], [1e-16]), Normal([1.0], [2e-16])
    estimate = sample_mean(q, p, draws=200_000, rng=0)
    value, _ = total(q, p)
    assert abs(estimate.value - value) <= 5 * estimate.standard_error


def test_memory_does_not_grow_with_the_draws():
    def peak(draws):
        tracemalloc.start()
        sample_mean(Q, P, draws=draws, rng=0)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1000)
    few, many = peak(2**19), peak(2**22)
    assert many <= few + 100_000
    assert many < 8e6


@pytest.mark.parametrize("condition", [1e2, 1e6, 1e10])
def test_correlated_full_gaussians_keep_the_truth_within_their_error(condition):
    generator = np.random.default_rng(5)
    for dimension in (2, 4):
        q, p = (
            MultivariateNormal(generator.normal(size=dimension), truth.covariance(generator, dimension, condition))
            for _ in range(2)
        )
        estimate = sample_mean(q, p, draws=50_000, rng=1)
        value, error = total(q, p)
        assert abs(estimate.value - value) <= estimate.error + error


def test_a_covariance_too_near_to_singular_to_factor_is_refused():
    near = MultivariateNormal([0.0, 0.0], [[1.0, 1 - 4e-16], [1 - 4e-16, 1.0]])
    for pair in ((near, FLAT), (FLAT, near)):
        with pytest.raises(WitnessError, match="a covariance is too near to singular to be factored in float64"):
            sample_mean(*pair, draws=1000, rng=0)


FLAT = MultivariateNormal([1.0, 0.0], np.eye(2))
