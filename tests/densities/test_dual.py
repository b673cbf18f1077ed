"""Derivatives of what is written once over a world: numbers that carry them against SymPy's differentiation."""

import numpy as np
import pytest
import sympy

from elbo_check.densities.beta import Beta
from elbo_check.densities.dirichlet import Dirichlet
from elbo_check.densities.dual import Dual, dual_world, slopes_of, value_of, with_slopes
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.normal_inverse_gamma import NormalInverseGamma
from elbo_check.densities.spaces import HalfPlanePoint, PositivePoint, SimplexPoint, UnitPoint
from elbo_check.densities.world import sympy_world

POINTS = {
    "beta": (Beta(2.5, 0.75), UnitPoint(-0.5, -0.9)),
    "gamma": (Gamma(0.3, 4.0), PositivePoint(0.25, -1.4)),
    "dirichlet": (Dirichlet([0.5, 2.0, 3.25]), SimplexPoint((-1.0, -0.75, -2.0))),
    "normal-inverse-gamma": (NormalInverseGamma(0.5, 2.0, 1.5, 0.25), HalfPlanePoint(0.25, -0.75, 0.5)),
}


@pytest.mark.parametrize("name", sorted(POINTS))
def test_the_score_of_a_density_is_the_derivative_of_its_logarithm(name):
    density, point = POINTS[name]
    symbols = [sympy.Symbol(f"a{k}", positive=True) for k in range(len(density.parameters))]
    values = dict(zip(symbols, map(sympy.Rational, density.parameters.values()), strict=True))
    exact = sum(density.with_parameters(symbols, sympy_world()).log_density(point, sympy_world()))
    wanted = [float(sympy.diff(exact, symbol).subs(values).evalf(30)) for symbol in symbols]
    terms = with_slopes(density).log_density(point, dual_world())
    found = sum(slopes_of(term, len(symbols)) for term in terms)
    assert found == pytest.approx(wanted, rel=1e-12)
    assert float(sum(value_of(term) for term in terms)) == pytest.approx(float(exact.subs(values).evalf(30)), rel=1e-12)


X, Y = sympy.symbols("x y", positive=True)
FORMULAS = {
    "products and quotients": lambda w, x, y: 3 / x * y / (x + 2) - (1 - x) * x * y,
    "signs and differences": lambda w, x, y: -(x - y) * (x - 1) + (2 - y) + x,
    "logarithms and powers": lambda w, x, y: w.log(x) * w.exp(-y) + w.sqrt(x * y),
    "gamma functions": lambda w, x, y: w.log_gamma(x * y) + w.digamma(x) * y,
    "softplus": lambda w, x, y: w.softplus(-x * y) + w.softplus(y),
}


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_every_operation_applies_the_chain_rule(name):
    formula, numbers = FORMULAS[name], {X: sympy.Rational(3, 4), Y: sympy.Rational(5, 2)}
    exact = formula(sympy_world(), X, Y)
    wanted = [float(sympy.diff(exact, symbol).subs(numbers).evalf(30)) for symbol in (X, Y)]
    duals = [Dual(np.float64(value), row) for value, row in zip((0.75, 2.5), np.eye(2), strict=True)]
    found = formula(dual_world(), *duals)
    assert float(found) == pytest.approx(float(exact.subs(numbers).evalf(30)), rel=1e-13)
    assert found.slopes == pytest.approx(wanted, rel=1e-12)


def test_numbers_spread_over_arrays_from_either_side():
    x, draws = Dual(np.float64(2.0), np.array([1.0, 0.0])), np.array([1.0, 2.0, 3.0])
    for product in (x * draws, draws * x):
        assert np.array_equal(product.value, 2 * draws)
        assert np.array_equal(slopes_of(product, 2), [draws, 0 * draws])
    total = draws + x + Dual(draws, np.array([[0.0] * 3, [1.0] * 3]))
    assert np.array_equal(slopes_of(total, 2), np.ones((2, 3)))
    assert slopes_of(draws, 2).shape == (2, 3)


def test_an_indexed_table_of_duals_is_gathered():
    table = np.empty(2, dtype=object)
    table[:] = [Dual(np.float64(1.5), np.array([1.0, 0.0])), Dual(np.float64(2.5), np.array([0.0, 1.0]))]
    picked = table[np.array([1, 0, 1])]
    assert np.array_equal(value_of(picked), [2.5, 1.5, 2.5])
    assert np.array_equal(slopes_of(picked, 2), [[0, 1, 0], [1, 0, 1]])
