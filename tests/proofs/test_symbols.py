"""Symbols carry assumptions and plain names; the author's form stays as written."""

import pytest
import sympy

from elbo_check.errors import InputError
from elbo_check.symbols import author_form, count, positive, real, safe_name

UNSAFE = ["", "1x", "_x", "x y", "x-1", "σ", "x\n", "__import__('os').system('id')", "x;y", "x'", 3, None]


@pytest.mark.parametrize("name", UNSAFE)
@pytest.mark.parametrize("make", [real, positive, count])
def test_a_name_that_could_be_read_as_more_than_a_name_is_refused(make, name):
    assert not safe_name(name)
    with pytest.raises(InputError, match="letters, digits and underscores"):
        make(name)


@pytest.mark.parametrize("name", ["x", "mu_q", "Sigma_p_21", "J"])
def test_plain_names_pass(name):
    assert safe_name(name)
    assert real(name).name == name


def test_each_maker_states_its_assumptions():
    assert real("x").is_real
    assert real("x").is_positive is None
    assert positive("x").is_positive
    assert count("J").is_integer
    assert count("J").is_positive


def test_the_author_s_form_keeps_order_brackets_and_numbers():
    z, mu, sigma = real("z"), real("mu"), positive("sigma")
    with author_form():
        square, quotient, nothing = (z - mu) ** 2, (z - mu) ** 2 / (2 * sigma**2), z - z
    assert sympy.latex(square, order="none") == r"\left(z - \mu\right)^{2}"
    assert sympy.latex(quotient, order="none") == r"\frac{\left(z - \mu\right)^{2}}{2 \sigma^{2}}"
    assert nothing != 0
    assert z - z == 0  # outside the block SymPy works as ever
