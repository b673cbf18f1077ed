"""`sample_mean` gives the same bits however the work is spread, from any kind of `rng`, in constant memory."""

import random
import tracemalloc

import numpy as np
import pytest

from elbo_check.witnesses import monte_carlo, streaming
from elbo_check.witnesses.monte_carlo import sample_mean
from elbo_check.witnesses.seeding import Seeds
from elbo_check.witnesses.sources import source_of

from .pairs import MANY_P, MANY_Q, PAIRS, P, Q, numbers


@pytest.fixture
def small_chunks(monkeypatch):
    """Many chunks from few draws."""
    monkeypatch.setattr(streaming, "CHUNK", 2**11)


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
    monkeypatch.setattr(streaming, "ThreadPoolExecutor", Shuffled)
    assert numbers(sample_mean(MANY_Q, MANY_P, draws=100_000, rng=4, workers=2)) == numbers(alone)
    assert sum(map(len, done)) > 40
    assert any(places != sorted(places) for places in done)


@pytest.mark.usefixtures("small_chunks")
def test_the_bits_do_not_depend_on_the_order_in_which_chunks_are_added():
    source, seeds = source_of(MANY_Q, MANY_P), Seeds.of(4)
    work = monte_carlo._work(source)
    sums = list(streaming.stream(streaming.chunks(source.width, 500), work, seeds, 1))
    assert len(sums) > 20
    shuffled = random.Random(3).sample(sums, len(sums))
    one, other = streaming.collect(sums, 500), streaming.collect(shuffled, 500)
    assert (one.mean, one.standard_error, one.floor) == (other.mean, other.standard_error, other.floor)


def test_the_chunks_cover_every_draw_of_every_element_once():
    for width, each in [(1, 2), (1, 10**6), (120, 9), (120, 10**5), (10**5, 2), (10**5, 7), (32_769, 3)]:
        drawn = np.zeros(width, dtype=int)
        for rows, draws in streaming.chunks(width, each):
            assert draws >= 2
            assert draws * (rows.stop - rows.start) <= 2 * streaming.CHUNK
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
