"""Formulas in words: exact text, and expressions that are worth what the formula is."""

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from elbo_check.diagnosis.formula import LOG_2PI, ONE, Formula, Law, law
from elbo_check.diagnosis.quantities.gaussian_kl import gaussian_kl
from elbo_check.diagnosis.quantities.gaussian_terms import STANDARD, GaussianTerms
from elbo_check.diagnosis.quantities.seconds import RAW, SECONDS, of_role
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.diagnosis.wording import expression_of, formula_text, law_text, symbols_for

KL = gaussian_kl("log_variance")
TERMS = GaussianTerms(SECONDS["log_variance"], STANDARD)
NAMES = {"mean": "mu", "log_variance": "logvar"}
SYMBOLS = symbols_for(NAMES, KL.axes)


def text(formula, kept=("B",), layout=LAYOUTS[0]):
    return formula_text(formula, SYMBOLS, kept, layout)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (Law(), "0"),
        (law(3), "3"),
        (law("-1/2", d=1), "−d/2"),
        (law("2/3", d=1), "2d/3"),
        (law(1, d=2, B=-1), "d²/B"),
        (law("5/4", d=-2), "5/(4d²)"),
        (law(1, d=-1, B=-1), "1/(Bd)"),
        (law(1) + law(-1, d=1), "1 − d"),
        (law(1) + law(1, d=1), "1 + d"),
    ],
)
def test_a_law_is_written_as_people_write_it(held, expected):
    assert law_text(held) == expected


def right(count, **powers):
    return KL.formula.scaled(law(1, **powers)) + Formula.of({ONE: count})


@pytest.mark.parametrize(
    ("formula", "kept", "expected"),
    [
        (right(law("-1/2", d=1)), ("B",), "1/2 Σ_j (mu_j² + exp(logvar_j) − logvar_j − 1)"),
        (right(law("-1/2")), ("B", "d"), "1/2 (mu_j² + exp(logvar_j) − logvar_j − 1)"),
        (right(law("-1/2", d=1), B=-1), (), "1/(2B) Σ_b Σ_j (mu_j² + exp(logvar_j) − logvar_j − 1)"),
        (right(law(3)), ("B",), "1/2 Σ_j (mu_j² + exp(logvar_j) − logvar_j) + 3"),
        (Formula.of({TERMS.square: law(1)}), ("B",), "Σ_j mu_j²"),
        (Formula.of({TERMS.square: law(-1)}), ("B",), "−Σ_j mu_j²"),
        (Formula.of({TERMS.square: law(-2), ONE: law(-1)}), ("B",), "−2 Σ_j mu_j² − 1"),
        (Formula.of({TERMS.size: law(2)}), ("B", "d"), "2 abs(mu_j)"),
        (
            Formula.of({TERMS.square: law(1) + law(1, d=1), TERMS.log: law(1)}),
            ("B",),
            "Σ_j ((1 + d) mu_j² + logvar_j)",
        ),
        (Formula.of({LOG_2PI: law("1/2", d=1)}), ("B",), "d/2 log 2π"),
        (Formula({}), ("B",), "0"),
    ],
)
def test_a_formula_is_one_line(formula, kept, expected):
    assert text(formula, kept) == expected


def test_parts_that_are_sums_get_their_parentheses():
    prior = gaussian_kl("log_variance", (law("1/2").number, law(2).number))
    told = formula_text(prior.formula, SYMBOLS, ("B",), LAYOUTS[0])
    assert told.startswith("1/2 Σ_j ((mu_j/2 − 1/4)² + exp(logvar_j)/4")


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("role", ["std", "log_variance"])
def test_every_function_is_printed_as_what_it_reckons(raw, role):
    term = of_role(raw, role)
    symbol = sympy.Symbol("s", **{"positive" if role == "std" else "real": True})
    for number in (0.25, 1.5) if role == "std" or raw in ("sqrt s",) else (-0.75, 1.5):
        value = float(np.asarray(term.value({role: np.array(number)})))
        assert float(sympy.N(term.symbol({role: symbol}).subs(symbol, number))) == pytest.approx(value, rel=1e-12)


def test_positive_arguments_are_known_to_be():
    symbols = symbols_for({"mean": "m", "std_q": "s", "dataset_size": "N"}, {"mean": ("B", "d"), "std_q": ("B", "d")})
    assert symbols["std_q"].is_positive
    assert symbols["mean"].is_real
    assert not symbols["mean"].is_positive
    assert [str(symbol) for symbol in symbols.values()] == ["m_j", "s_j", "N"]


COEFFICIENTS = st.builds(
    lambda c, d: law(c, d=d), st.fractions(-3, 3, max_denominator=4).filter(bool), st.integers(-1, 1)
)


@runs(max_examples=25)
@given(st.dictionaries(st.sampled_from([TERMS.square, TERMS.variance, TERMS.log, ONE, LOG_2PI]), COEFFICIENTS))
def test_the_expression_is_worth_what_the_formula_is(coefficients):
    formula = Formula.of(coefficients)
    expression = expression_of(formula, SYMBOLS, ("B",), LAYOUTS[0])
    d, mean, second = sympy.Symbol("d", integer=True, positive=True), 0.75, -0.5
    put = {SYMBOLS["mean"]: sympy.Rational(3, 4), SYMBOLS["log_variance"]: sympy.Rational(-1, 2)}
    worth = sympy.N(sympy.sympify(expression).subs(put).subs(d, 3).doit()) if formula else 0.0
    expected = 0.0
    for term, held in formula.coefficients.items():
        number = float(held.at({"d": 3}).number)
        count = 1 if term.constant else 3
        arrays = {"mean": np.array(mean), "log_variance": np.array(second)}
        expected += number * count * float(term.value({} if term.constant else arrays))
    assert float(worth) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_axes_that_are_kept_are_not_summed():
    expression = expression_of(KL.formula, SYMBOLS, ("B", "d"), LAYOUTS[0])
    assert not expression.has(sympy.Sum)
    assert expression_of(KL.formula, SYMBOLS, (), LAYOUTS[0]).atoms(sympy.Sum)
