"""Bayes' rule as a witness: a constant is enclosed, anything else is refused."""

import flint
import pytest

from elbo_check.errors import WitnessError
from elbo_check.evidence import Basis
from elbo_check.witnesses.bayes import enclose_by_bayes, points_needed

POINTS = [flint.arb(k) / 8 for k in range(-9, 10)]


def test_what_is_the_same_everywhere_is_enclosed() -> None:
    with flint.ctx.workprec(200):
        found = enclose_by_bayes(lambda z: ((1 + z) ** 2, -(z * z), -2 * z), POINTS)
    assert found.basis is Basis.ENCLOSED
    assert not found.excludes(1)
    assert found.error < 1e-55


@pytest.mark.parametrize("ratio", [lambda z: (z,), lambda z: (z * 1e-6, -1), lambda z: (1 / (z - z),)])
def test_what_is_no_constant_is_refused(ratio) -> None:
    with flint.ctx.workprec(200), pytest.raises(WitnessError, match="not the posterior"):
        enclose_by_bayes(ratio, POINTS)


@pytest.mark.parametrize("dimension", [1, 4, 40])
def test_there_are_more_points_than_a_quadratic_has_coefficients(dimension: int) -> None:
    assert points_needed(dimension) > (dimension + 1) * (dimension + 2) // 2
