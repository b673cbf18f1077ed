"""`Seeds`: what may be passed as `rng`, what is refused, and which streams come of it."""

import itertools
import random

import numpy as np
import pytest

from elbo_check.errors import InputError
from elbo_check.witnesses.seeding import Seeds


def streams(seeds, count=3):
    """Return the first words of the first children."""
    return [child.generate_state(4).tolist() for child in itertools.islice(seeds.children(), count)]


class Bare(np.random.bit_generator.ISeedSequence):
    """A seed sequence of somebody's own, which gives words and cannot spawn."""

    def generate_state(self, n_words, dtype=np.uint32):
        return np.arange(1, n_words + 1, dtype=dtype)


def legacy():
    return np.random.RandomState(5)._bit_generator


KINDS = {
    "an int": lambda: 7,
    "a NumPy integer": lambda: np.uint64(2**64 - 1),
    "a large int": lambda: 10**40,
    "zero": lambda: 0,
    "a list of ints": lambda: [3, 1, 4],
    "a tuple of NumPy integers": lambda: (np.uint8(3), np.int64(1)),
    "an array of ints": lambda: np.array([3, 1, 4]),
    "a SeedSequence with a larger pool": lambda: np.random.SeedSequence(7, pool_size=8),
    "a SeedSequence": lambda: np.random.SeedSequence(7),
    "a child SeedSequence": lambda: np.random.SeedSequence(7).spawn(3)[2],
    "a BitGenerator": lambda: np.random.Philox(7),
    "a Generator": lambda: np.random.default_rng(7),
    "another Generator": lambda: np.random.Generator(np.random.SFC64(7)),
    "one seeded as of old": lambda: np.random.Generator(legacy()),
    "one with a bare seed sequence": lambda: np.random.Generator(np.random.PCG64(Bare())),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_rng_gives_the_same_streams_again_when_made_again(kind):
    first, second = Seeds.of(KINDS[kind]()), Seeds.of(KINDS[kind]())
    assert streams(first) == streams(second)
    words = [tuple(words) for words in streams(first, 10)]
    assert len(set(words)) == 10


def test_none_gives_fresh_streams_each_time():
    assert streams(Seeds.of(None)) != streams(Seeds.of(None))


def test_equal_ints_of_any_type_are_one_seed_and_others_are_not():
    assert streams(Seeds.of(7)) == streams(Seeds.of(np.int8(7))) == streams(Seeds.of(np.random.SeedSequence(7)))
    assert streams(Seeds.of(7)) != streams(Seeds.of(8))
    assert streams(Seeds.of([3, 1, 4])) == streams(Seeds.of(np.array([3, 1, 4]))) != streams(Seeds.of([3, 1]))


@pytest.mark.parametrize("kind", sorted(name for name in KINDS if "enerator" in name or "one " in name))
def test_the_same_generator_passed_twice_gives_fresh_streams(kind):
    generator = KINDS[kind]()
    assert streams(Seeds.of(generator)) != streams(Seeds.of(generator))


def test_a_generator_that_can_spawn_is_not_drawn_from():
    generator = np.random.default_rng(3)
    before = generator.bit_generator.state
    seeds = Seeds.of(generator)
    assert generator.bit_generator.state == before
    assert seeds.note == ""
    assert list(seeds.root.spawn_key) == [0]
    assert list(Seeds.of(generator).root.spawn_key) == [1]


@pytest.mark.parametrize(
    ("kind", "name"), [("one seeded as of old", "MT19937"), ("one with a bare seed sequence", "PCG64")]
)
def test_a_generator_that_cannot_spawn_is_handled_and_said(kind, name):
    generator = KINDS[kind]()
    expected = KINDS[kind]().integers(0, 2**32, size=4, dtype=np.uint32)
    seeds = Seeds.of(generator)
    assert seeds.note == f"the generator passed ({name}) cannot spawn: seeded from four words drawn from it"
    assert seeds.root.entropy == expected.tolist()


def test_a_bit_generator_seeded_as_of_old_is_handled_and_said_too():
    assert "(MT19937) cannot spawn" in Seeds.of(legacy()).note


def test_seeds_pass_through():
    seeds = Seeds.of(3)
    assert Seeds.of(seeds) is seeds


@pytest.mark.parametrize(
    "rng", [0, 7, np.random.SeedSequence(5, spawn_key=(2, 3)), np.random.SeedSequence(5, pool_size=8)]
)
def test_children_are_what_numpys_spawn_gives_and_the_root_stays_as_it_is(rng):
    seeds = Seeds.of(rng)
    root = seeds.root
    spawned = root.n_children_spawned
    ours = streams(seeds, 5)
    again = np.random.SeedSequence(root.entropy, spawn_key=root.spawn_key, pool_size=root.pool_size)
    assert ours == [child.generate_state(4).tolist() for child in again.spawn(5)]
    assert root.n_children_spawned == spawned
    assert streams(seeds, 5) == ours


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_record_is_what_a_rerun_needs(kind):
    seeds = Seeds.of(KINDS[kind]())
    record = seeds.record
    again = Seeds.of(np.random.SeedSequence(**record))
    assert set(record) == {"entropy", "spawn_key"} | ({"pool_size"} if "pool" in kind else set())
    assert streams(again) == streams(seeds)


@pytest.mark.parametrize(
    "rng",
    [
        *(
            True,
            np.True_,
            -1,
            np.int64(-3),
            1.0,
            "7",
            b"7",
            object(),
            np.random,
            random.Random(3),
            {7},
            np.timedelta64(3, "s"),
        ),
        *([1.5], [3, -1], (True,), [[1, 2]], [[1], 2], np.ones(2), np.array(3), np.eye(2, dtype=int), [None]),
        *(np.array([3], dtype="m8[s]"), [np.timedelta64(3)]),
    ],
)
def test_anything_else_is_refused_with_what_would_do(rng):
    with pytest.raises(InputError) as refusal:
        Seeds.of(rng)
    assert str(refusal.value).startswith("rng=")
    assert str(refusal.value).endswith(
        "must be None, non-negative integers, or a numpy.random Generator, BitGenerator or SeedSequence; "
        "pass for example rng=0 or rng=numpy.random.default_rng(0)"
    )
