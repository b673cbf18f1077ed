"""L_1 ≤ L_2 ≤ … ≤ log p(x), exactly, in finite worlds; and against the definition over all K-tuples."""

import itertools
import math
from fractions import Fraction
from random import Random

import pytest

from elbo_check.errors import InputError, WitnessError
from elbo_check.witnesses.enumeration import LogSum
from elbo_check.witnesses.multisets import importance_bound
from elbo_check.witnesses.rational import sign

FEW, CAMPAIGN = 8, 200
LARGEST_K = 6


def world(seed):
    """A q and a joint over a few outcomes; some outcomes are beyond q, none of q's is beyond the joint."""
    random = Random(seed)
    outcomes = random.randint(2, 4)
    joint = [random.randint(1, 9) for _ in range(outcomes)]
    q = [random.randint(0, 5) for _ in range(outcomes)]
    q[random.randrange(outcomes)] += 1
    total = sum(joint) + random.randint(0, 9)
    return [Fraction(weight, sum(q)) for weight in q], [Fraction(weight, total) for weight in joint]


def constant_weights(q, joint):
    weights = {weight / mass for mass, weight in zip(q, joint, strict=True) if mass}
    return len(weights) == 1


@pytest.mark.parametrize("worlds", [FEW, pytest.param(CAMPAIGN, marks=pytest.mark.campaign)])
def test_the_bounds_rise_to_the_evidence(worlds):
    equal = 0
    for seed in range(worlds):
        q, joint = world(seed)
        bounds = [importance_bound(q, joint, k) for k in range(1, LARGEST_K + 1)]
        steps = [sign(after - before) for before, after in itertools.pairwise(bounds)]
        constant = constant_weights(q, joint)
        assert steps == [0 if constant else 1] * (LARGEST_K - 1), (q, joint)
        beyond = any(not mass for mass in q)
        assert sign(LogSum.log(sum(joint)) - bounds[-1]) == (0 if constant and not beyond else 1)
        equal += constant
    assert worlds < CAMPAIGN or equal  # the edge is reached


def test_constant_weights_make_every_bound_the_evidence():
    q = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    joint = [mass * Fraction(3, 7) for mass in q]
    for k in range(1, LARGEST_K + 1):
        assert importance_bound(q, joint, k) == LogSum.log(Fraction(3, 7))


def test_one_draw_gives_the_elbo_and_multisets_are_all_tuples():
    q, joint = [Fraction(1, 4), Fraction(3, 4)], [Fraction(1, 8), Fraction(1, 2)]
    for k in (1, 2, 3, 4):
        total = LogSum.number(0)
        for chosen in itertools.product(range(2), repeat=k):
            mass = math.prod(q[z] for z in chosen)
            mean = sum(joint[z] / q[z] for z in chosen) / k
            total = total + LogSum.log(mean).scaled(mass)
        assert importance_bound(q, joint, k) == total


@pytest.mark.parametrize(
    ("slip", "k"),
    [("no orders", 2), ("mean outside the logarithm", 3)],
)
def test_a_slip_is_seen(slip, k):
    q, joint = [Fraction(1, 4), Fraction(3, 4)], [Fraction(1, 8), Fraction(1, 2)]
    right = importance_bound(q, joint, k)
    if slip == "no orders":
        chosen = itertools.combinations_with_replacement(range(2), k)
        parts = [(math.prod(q[z] for z in c), sum(joint[z] / q[z] for z in c) / k) for c in chosen]
        wrong = LogSum.number(0)
        for mass, mean in parts:
            wrong = wrong + LogSum.log(mean).scaled(mass)
    else:
        wrong = importance_bound(q, joint, 1)  # E (1/K) Σ log w is the ELBO again
    assert right != wrong


def test_what_has_no_answer_is_refused():
    half = [Fraction(1, 2)] * 2
    with pytest.raises(InputError, match="k=0 must be at least 1; one draw gives the ELBO"):
        importance_bound(half, half, 0)
    with pytest.raises(WitnessError, match="−∞"):
        importance_bound(half, [Fraction(1), Fraction(0)], 2)
    many = [Fraction(1, 40)] * 40
    with pytest.raises(WitnessError, match=r"multisets are more than the 20000"):
        importance_bound(many, many, 6)
