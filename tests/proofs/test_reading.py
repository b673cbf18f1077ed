"""An expression is read the way SymPy itself evaluates it, in every world, and never through text."""

import flint
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.densities.world import ball_world, numpy_world, sympy_world
from elbo_check.errors import InputError, WitnessError
from elbo_check.nodes import KL, gaussian
from elbo_check.reading import Reader
from elbo_check.symbols import author_form, positive

A, B = positive("a"), positive("b")

leaves = st.sampled_from([A, B]) | st.builds(sympy.Rational, st.integers(1, 9), st.integers(1, 9))


def grown(children):
    with author_form():
        return st.one_of(
            st.builds(lambda x, y: sympy.Add(x, y, evaluate=False), children, children),
            st.builds(lambda x, y: sympy.Mul(x, y, evaluate=False), children, children),
            st.builds(lambda x, n: sympy.Pow(x, n, evaluate=False), children, st.sampled_from([-2, -1, 2, 3])),
            st.builds(lambda x: sympy.Pow(x, sympy.Rational(1, 2), evaluate=False), children),
            st.builds(lambda x: sympy.Pow(x, sympy.Rational(-3, 2), evaluate=False), children),
            st.builds(lambda x: sympy.log(sympy.Add(1, x, evaluate=False), evaluate=False), children),
        )


@pytest.mark.unmeasured
@given(st.recursive(leaves, grown, max_leaves=8))
def test_a_tree_means_what_sympy_says_it_means(tree):
    at = {A: sympy.Rational(3, 4), B: sympy.Rational(7, 5)}
    with flint.ctx.workprec(400):
        ball = Reader(ball_world()).read(tree, {"a": flint.arb(3) / 4, "b": flint.arb(7) / 5})
    wanted = sympy.N(tree.xreplace(at), 30)
    if wanted.is_finite and abs(wanted) < 10**60:
        with mpmath.workdps(40):
            got = mpmath.mpf(ball.mid().str(35, radius=False))
            assert abs(got - mpmath.mpf(str(wanted))) <= mpmath.mpf(10) ** -25 * (1 + abs(got))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (sympy.pi, np.pi),
        (sympy.E, np.e),
        (sympy.exp(A), np.exp(2.0)),
        (sympy.log(2 * sympy.pi * sympy.E * A**2) / 2, 0.5 * np.log(8 * np.pi * np.e)),
        (sympy.sqrt(A), np.sqrt(2.0)),
        (sympy.Rational(-1, 3), -1 / 3),
    ],
)
def test_the_whole_vocabulary_is_read_in_floats(expression, value):
    assert Reader(numpy_world()).read(expression, {"a": 2.0}) == pytest.approx(value, rel=1e-15)


def test_the_world_of_sympy_gives_the_expression_back():
    expression = sympy.log(A / B) + A**2 / 2
    assert Reader(sympy_world()).read(expression, {"a": A, "b": B}) == expression


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (sympy.sin(A), "sin has no meaning"),
        (sympy.Float(0.5), "Float has no meaning"),
        (sympy.zoo, "no meaning"),
        (sympy.log(A, 2, evaluate=False), "no meaning"),
        (KL(gaussian(0, A), gaussian(0, 1)), "KL has no meaning"),
        (A + 2**60, "would be rounded"),
        (sympy.Rational(1, 3**40), "would be rounded"),
    ],
)
def test_what_cannot_be_read_is_refused(expression, said):
    with pytest.raises(WitnessError, match=said):
        Reader(numpy_world()).read(expression, {"a": 2.0, "b": 3.0})


def test_any_other_power_of_a_positive_number_is_an_exponential():
    reader = Reader(numpy_world())
    assert reader.read(A**B, {"a": 2.0, "b": 3.5}) == pytest.approx(2**3.5)
    assert reader.read(sympy.cbrt(A) / A**B, {"a": 2.0, "b": 3.0}) == pytest.approx(2 ** (1 / 3 - 3))


def test_a_symbol_without_a_value_is_named():
    with pytest.raises(InputError, match=r"'b' must be given with the others \(a\)"):
        Reader(numpy_world()).read(A + B, {"a": 1.0})
    with pytest.raises(InputError, match="none"):
        Reader(numpy_world()).read(A, {})


def test_a_hostile_name_is_looked_up_and_not_run():
    hostile = sympy.Symbol("__import__('os').abort()")
    with pytest.raises(InputError, match="__import__"):
        Reader(numpy_world()).read(hostile + 1, {})


def test_further_nodes_are_read_by_their_handlers():
    reader = Reader(numpy_world(), {sympy.sin: lambda node, values: len(values)})
    assert reader.read(sympy.sin(A) + 1, {"a": 1.0, "b": 2.0}) == 3.0
