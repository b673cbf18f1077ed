"""Roots, inverses and products in any world, and floats that are rounded once."""

from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy

from elbo_check.densities.linear_algebra import (
    block_diagonal,
    cholesky,
    column,
    inverse_lower,
    matrix,
    product,
    rounded,
    settled,
    stacked,
)
from elbo_check.densities.world import ball_world, numpy_world, sympy_world
from elbo_check.errors import WitnessError

WORLD = ball_world()


def random_covariance(size, seed=0):
    root = np.random.default_rng(seed).normal(size=(size, size))
    return root @ root.T + 0.1 * np.eye(size)


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_root_and_inverse_multiply_to_what_they_should(size):
    with flint.ctx.workprec(256):
        given = matrix(random_covariance(size), WORLD)
        root = cholesky(given, WORLD)
        inverse = inverse_lower(root, WORLD)
        for made, goal in ((product(root, root.T), given), (product(inverse, root), matrix(np.eye(size), WORLD))):
            for ball in (made - goal).flat:
                assert ball.contains(0)
                assert ball.rad() < 1e-40
        assert all(root[i, j] == inverse[i, j] == 0 for i in range(size) for j in range(i + 1, size))


def test_the_same_code_reads_in_sympy():
    root = cholesky(matrix([[4.0, 2.0], [2.0, 3.0]], sympy_world()), sympy_world())
    assert root.tolist() == [[2, 0], [1, sympy.sqrt(2)]]
    assert sympy.simplify(inverse_lower(root, sympy_world())[1, 0] + 1 / (2 * sympy.sqrt(2))) == 0


def test_products_of_balls_and_of_fractions_are_the_same():
    generator = np.random.default_rng(1)
    left, right, last = (generator.normal(size=shape) for shape in ((3, 4), (4, 2), (2,)))
    exact = product(*(np.vectorize(Fraction, otypes=[object])(each) for each in (left, right, last)))
    balls = product(*(matrix(each, WORLD) for each in (left, right, last)))
    assert balls.shape == exact.shape == (3,)
    for ball, fraction in zip(balls, exact, strict=True):
        assert (ball * fraction.denominator - fraction.numerator).contains(0)
    assert np.allclose(product(left, right, last), left @ right @ last)


def test_a_block_diagonal_matrix_has_its_blocks_in_their_places():
    made = block_diagonal([np.full((2, 2), 3), np.full((1, 1), 5)], numpy_world())
    assert made.tolist() == [[3, 3, 0], [3, 3, 0], [0, 0, 5]]


def test_floats_are_stacked_and_other_numbers_stay_apart():
    assert stacked([1.0, np.arange(3.0)]).tolist() == [[1, 1, 1], [0, 1, 2]]
    assert stacked([np.float64(1.0), np.float64(2.0)]).dtype == np.float64
    assert stacked([flint.arb(1), flint.arb(2)]).dtype == object
    kept = column([np.arange(3.0), np.arange(3.0)])
    assert kept.shape == (2,)
    assert kept[0].shape == (3,)


def hilbert(size):
    return np.array([[Fraction(1, i + j + 1) for j in range(size)] for i in range(size)], dtype=object)


def scaled_hilbert(size):
    """A Hilbert matrix whose entries are whole numbers, with the worst of condition numbers."""
    whole = hilbert(size) * int(np.lcm.reduce(range(1, 2 * size)))
    return whole.astype(float)


def inverse_in_fractions(given):
    size = len(given)
    rows = [[*map(Fraction, row), *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(given)]
    for k in range(size):
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[size:] for row in rows]


def inverse_of(given):
    def build(world):
        inverse = inverse_lower(cholesky(matrix(given, world), world), world)
        return product(inverse.T, inverse)

    return build


def test_floats_are_next_to_the_truth_where_float64_algebra_has_no_digit():
    given = scaled_hilbert(10)  # its condition number is 1e13
    floats = settled(inverse_of(given), numpy_world(), rounded)
    truth = inverse_in_fractions(given)
    assert [[Fraction(v) for v in row] for row in floats] == [[Fraction(float(v)) for v in row] for row in truth]
    assert not np.allclose(np.linalg.inv(given), floats, rtol=1e-6)


def test_what_does_not_settle_is_refused():
    singular = np.ones((2, 2))
    with pytest.raises(WitnessError, match="floats are not settled at 16384 bits"):
        settled(inverse_of(singular), numpy_world(), rounded)
    with pytest.raises(WitnessError, match="leaves the float64 range"):
        settled(lambda world: matrix([2.0], world) ** 2000, numpy_world(), rounded)


def test_a_ball_is_measured_against_itself_or_against_what_is_named():
    about_nothing = np.array([flint.arb(0, 1e-30)], dtype=object)
    assert rounded(about_nothing) is None
    assert rounded(about_nothing, flint.arb(1)).tolist() == [0.0]
    assert rounded(np.array([flint.arb(3, 1e-30)], dtype=object)).tolist() == [3.0]
    assert rounded(np.array([flint.arb(3, 1e-10)], dtype=object)) is None
    assert rounded(np.array([flint.arb("nan")], dtype=object)) is None


def test_other_worlds_keep_what_was_built():
    assert settled(lambda world: matrix([0.5], world), sympy_world(), rounded).tolist() == [sympy.Rational(1, 2)]
