"""Formulas in boxes: the order of the author, signs and brackets, names, and every expression of every proof."""

import math
import random
import re
from xml.etree import ElementTree

import pytest
import sympy
from sympy import Integer, Rational, exp, log, pi, sqrt

from elbo_check import proofs
from elbo_check.boxes.expressions import layout
from elbo_check.boxes.names import named
from elbo_check.boxes.texts import to_text
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Gaussian,
    Information,
    Integral,
    Iterated,
    Maximum,
    Member,
    Minimum,
    Product,
    Uniform,
    Vector,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)  # fmt: skip
from elbo_check.render.derivation.breaking import Bracket, lines
from elbo_check.render.derivation.latex_page import line_latex
from elbo_check.render.derivation.latexing import to_latex
from elbo_check.render.derivation.mathml import to_mathml
from elbo_check.render.derivation.text_page import line_text
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, y, z, mu, eps, theta = (real(name) for name in ("x", "y", "z", "mu", "epsilon", "theta"))
s, t = positive("sigma"), positive("t")
j, J = count("j"), count("J")
p, q, f = model("p"), model("q"), function("f")
m, v = sequence(mu), sequence(s)
N = gaussian(mu, s)


def text(build):
    with author_form():
        return to_text(layout(build()))


@pytest.mark.parametrize(
    ("build", "wanted"),
    [
        (lambda: (z - mu) ** 2, "(z − μ)²"),
        (lambda: x - (y - z), "x − (y − z)"),
        (lambda: x - y - z, "x − y − z"),
        (lambda: x - (-y), "x + y"),
        (lambda: -(x + y), "−(x + y)"),
        (lambda: -x * y, "−x y"),
        (lambda: x * -y, "x (−y)"),
        (lambda: x / 2, "x/2"),
        (lambda: Rational(1, 2) * x, "1/2 x"),
        (lambda: Rational(-1, 2) * x, "−1/2 x"),
        (lambda: Rational(-3, 2) + x, "−3/2 + x"),
        (lambda: x + Integer(-3), "x − 3"),
        (lambda: Rational(-1, 2), "−1/2"),
        (lambda: 1 / (2 * s**2), "1/(2 σ²)"),
        (lambda: (x + y) / (x - y), "(x + y)/(x − y)"),
        (lambda: x / y / z, "(x/y)/z"),
        (lambda: x / (y * z), "x/(y z)"),
        (lambda: 1 / x / y / z, "(1/x) · (1/y) · 1/z"),
        (lambda: x * y / z / mu * eps, "((x y/z)/μ) ε"),
        (lambda: Integer(-1) * (-x), "−(−x)"),
        (lambda: x + Integer(-1) * (-y), "x − (−y)"),
        (lambda: s**-2, "1/σ²"),
        (lambda: s**2 * s**-2, "σ²/σ²"),
        (lambda: sqrt(s), "√σ"),
        (lambda: sqrt(x + y), "√(x + y)"),
        (lambda: (x * y) ** 2, "(x y)²"),
        (lambda: log(s) ** 2, "(log σ)²"),
        (lambda: s ** (x + 1), "σ^{x + 1}"),
        (lambda: log(s**2), "log(σ²)"),
        (lambda: log(s) * x, "log(σ) x"),
        (lambda: x * log(s), "x log σ"),
        (lambda: exp(-x), "e^{−x}"),
        (lambda: 2 * pi * sympy.E, "2 π e"),
        (lambda: 3 * Rational(1, 2) * x, "1/2 · 3 x"),
        (lambda: Integer(3) * Rational(1, 2) * x, "3 · 1/2 x"),
        (lambda: Rational(1, 2) * Rational(1, 2) * x, "1/2 · 1/2 x"),
        (lambda: x * Rational(1, 2), "x · 1/2"),
        (lambda: log(x + y) * Rational(1, 2), "log(x + y) · 1/2"),
        (lambda: x * 2**y, "x · 2^y"),
        (lambda: Integer(3) * Integer(2) ** y, "3 · 2^y"),
        (lambda: x**-2 * 3, "(1/x²) · 3"),
        (lambda: 1 / x * (2 / y), "(1/x) (2/y)"),
        (lambda: 1 / x * (1 / y), "(1/x) · 1/y"),
        (lambda: 1 / (x * y), "1/(x y)"),
        (lambda: 1 / x * 2 / y, "(1/x) · 2/y"),
        (lambda: exp(-(x**2)) / 2, "e^{−x²}/2"),
        (lambda: exp(-2) / x, "e⁻²/x"),
        (lambda: x ** ((y + z) * mu), "x^{(y + z) μ}"),
        (lambda: x ** (y**2), "x^{y²}"),
        (lambda: m[1] ** 2, "μ_1²"),
        (lambda: (x**2) ** Rational(1, 2), "√(x²)"),
        (lambda: sqrt(x * y), "√(x y)"),
        (lambda: sqrt(log(x)), "√(log x)"),
        (lambda: sqrt(log(x + 1)), "√(log(x + 1))"),
        (lambda: sqrt(f(x)), "√f(x)"),
        (lambda: sqrt(m[j]), "√μ_j"),
        (lambda: 1 / sqrt(2 * pi), "1/√(2 π)"),
        (lambda: (x / y) * z, "(x/y) z"),
        (lambda: ((x + y) / z) * mu, "((x + y)/z) μ"),
        (lambda: x * (y / z), "x (y/z)"),
        (lambda: log(x) / y, "(log x)/y"),
        (lambda: z * log(x) / y, "(z log x)/y"),
        (lambda: log(x) * z / y, "log(x) z/y"),
        (lambda: log(x + 1) / y, "log(x + 1)/y"),
        (lambda: real("det_q") / y, "(det Σ_q)/y"),
        (lambda: log(Integer(-3)), "log(−3)"),
        (lambda: indexed_sum(-m[j], j, J), "Σ_{j = 1}^J (−μ_j)"),
        (lambda: sympy.E**2 * x, "e² x"),
        (lambda: sqrt(sympy.E) * sqrt(sympy.E), "√e √e"),
        (lambda: sympy.E**x, "e^x"),
        (lambda: x / sympy.E, "x/e"),
        (lambda: sympy.E**sympy.E, "e^e"),
        (lambda: exp(2), "e²"),
        (lambda: pi**2, "π²"),
        (lambda: Integer(2) * Integer(3) * x, "2 · 3 x"),
        (lambda: m[j] ** 2 + v[j] ** 2, "μ_j² + σ_j²"),
        (lambda: sequence(real("mu_q"))[j], "μ_{q, j}"),
        (lambda: indexed_sum(m[j] + 1, j, J), "Σ_{j = 1}^J (μ_j + 1)"),
        (lambda: indexed_sum(m[j], j, J) * x, "(Σ_{j = 1}^J μ_j) x"),
        (lambda: p(x, given=z) * p(z) / p(x), "p(x | z) p(z)/p(x)"),
        (lambda: KL(q(z), p(z, given=x)), "KL(q(z) ‖ p(z | x))"),
        (lambda: KL(N, gaussian(0, 1)), "KL(N(μ, σ²) ‖ N(0, 1))"),
        (lambda: KL(Product(N, N), Product(N, N)), "KL(N(μ, σ²) × N(μ, σ²) ‖ N(μ, σ²) × N(μ, σ²))"),
        (lambda: KL(Member("q", j), Member("p", 1)), "KL(q_j ‖ p_1)"),
        (lambda: Entropy(Product(Iterated(N, j, J), N)), "H[(∏_{j = 1}^J N(μ, σ²)) × N(μ, σ²)]"),
        (lambda: Entropy(Product(N, Iterated(N, j, J))), "H[N(μ, σ²) × ∏_{j = 1}^J N(μ, σ²)]"),
        (lambda: Entropy(Product(N, Product(N, N))), "H[N(μ, σ²) × (N(μ, σ²) × N(μ, σ²))]"),
        (lambda: derivative(derivative(f(mu), mu), mu), "∂/(∂ μ) ∂/(∂ μ) f(μ)"),
        (lambda: Entropy(q(z, given=x)), "H[q(z | x)]"),
        (lambda: Information(p(x)), "I_p(x)"),
        (lambda: Information(N(x)), "I_{N(μ, σ²)}(x)"),
        (lambda: Integral(p(x, z) + 1, z), "∫ (p(x, z) + 1) d z"),
        (lambda: Expectation(q(z), f(z)), "E_{q(z)}[f(z)]"),
        (lambda: Expectation(N(z), z**2), "E_{z ∼ N(μ, σ²)}[z²]"),
        (lambda: Expectation(Product(N, N), x * z, x, z), "E_{x, z ∼ N(μ, σ²)}[x z]"),
        (lambda: Expectation(Product(N, gaussian(0, 1)), x * z, x, z), "E_{x, z ∼ N(μ, σ²) × N(0, 1)}[x z]"),
        (lambda: Expectation(Iterated(N, j, J), f(z), z), "E_{z_1, …, z_J ∼ N(μ, σ²)}[f(z)]"),
        (lambda: Expectation(Iterated(N, j, 1), f(z), z), "E_{z ∼ ∏_{j = 1}¹ N(μ, σ²)}[f(z)]"),
        (lambda: Expectation(Iterated(N, j, 1), f(sequence(z)[1]), z), "E_{z_1 ∼ N(μ, σ²)}[f(z_1)]"),
        (
            lambda: Expectation(Iterated(N, j, J), f(sequence(real("z_a"))[1]), real("z_a")),
            "E_{z_{a, 1}, …, z_{a, J} ∼ N(μ, σ²)}[f(z_{a, 1})]",
        ),
        (lambda: Expectation(Uniform(J)(j), m[j]), "E_{j ∼ Uniform{1, …, J}}[μ_j]"),
        (lambda: log(Bernoulli(unit("y"))(bit("c"))), "log Bernoulli(c; y)"),
        (lambda: log(Member("q", 2)(z)), "log q_2(z)"),
        (lambda: log(Product(q(x), q(z))(x, z)), "log((q(x) × q(z))(x, z))"),
        (lambda: Maximum(f(theta), theta), "max_θ f(θ)"),
        (lambda: -Minimum(-f(theta), theta), "−min_θ (−f(θ))"),
        (lambda: derivative(f(mu), mu) * 2, "(∂/(∂ μ) f(μ)) · 2"),
        (lambda: derivative(x + mu, mu), "∂/(∂ μ) (x + μ)"),
        (lambda: f(Vector(m[j] + v[j], j, J)), "f((μ_j + σ_j)_{j = 1}^J)"),
        (lambda: gaussian(x, sqrt(1 + t))(z), "N(z; x, 1 + t)"),
        (lambda: gaussian(x, 2 * s)(z), "N(z; x, (2 σ)²)"),
        (lambda: Gaussian((x, y), ((s,), (0, t)))(z, mu), "N(z, μ; (x, y), diag(σ², t²))"),
        (lambda: Gaussian((x, y), ((s,), (x, t)))(z, mu), "N(z, μ; (x, y), ((σ), (x, t)) ((σ), (x, t))^ᵀ)"),
    ],
)  # fmt: skip
def test_an_expression_is_printed_as_its_author_wrote_it(build, wanted):
    assert text(build) == wanted
    with author_form():
        assert balanced(to_latex(layout(build())))
        ElementTree.fromstring(f"<math>{to_mathml(layout(build()))}</math>")


@pytest.mark.parametrize(
    ("build", "wanted", "latex"),
    [
        (lambda: KL(p(x, given={z: y}), p(x, given={mu: y})), "KL(p(x | z = y) ‖ p(x | μ = y))", r"p(x\mid z=y)"),
        (lambda: p(x, given={z: y}), "p(x | z = y)", r"p(x\mid z=y)"),
        (lambda: p(x, given={z: z + 1}), "p(x | z = z + 1)", r"p(x\mid z=z+1)"),
        (lambda: p(x, given={z: 2}), "p(x | z = 2)", r"p(x\mid z=2)"),
        (lambda: p(x, given=y), "p(x | y)", r"p(x\mid y)"),
        (lambda: p(x, given=real("z_1")), "p(x | z_1)", r"p(x\mid z_{1})"),
        (lambda: p(x, given=sequence(z)[j]), "p(x | z_j)", r"p(x\mid z_{j})"),
        (lambda: p(x).args[0](y), "p(x = y)", "p(x=y)"),
        (lambda: Expectation(p(x).args[0], f(y), y), "E_{y ∼ p(x)}[f(y)]", r"y\sim p(x)"),
        (lambda: Expectation(p(z).args[0], f(real("z_1")), real("z_1")), "E_{p(z_1)}[f(z_1)]", "p(z_{1})"),
        (lambda: Information(p(x, given=z)), "I_p(x | z)", r"\mathrm{I}_{p}(x\mid z)"),
        (lambda: Information(p(x, given={z: 2})), "I_p(x | z = 2)", r"\mathrm{I}_{p}(x\mid z=2)"),
        (lambda: Information(Member("q", 1)(z)), "I_{q_1}(z)", r"\mathrm{I}_{q_{1}}(z)"),
    ],
)  # fmt: skip
def test_a_density_says_at_what_it_is_taken_and_under_what(build, wanted, latex):
    assert text(build) == wanted
    with author_form():
        assert latex in to_latex(layout(build()))
        ElementTree.fromstring(f"<math>{to_mathml(layout(build()))}</math>")
        if not isinstance(build(), Expectation | Information):
            assert str(build()) == wanted.replace("μ", "mu").replace("z_j", "z[j]")


def test_a_gaussian_is_named_by_its_stem_only_where_the_entries_are_in_their_places():
    one, two, low = real("mu_1"), real("mu_2"), real("L_21")
    rows = ((positive("L_11"),), (low, positive("L_22")))
    assert text(lambda: Gaussian((one, two), rows)(x, y)) == "N(x, y; μ, L L^ᵀ)"
    assert text(lambda: Gaussian((two, one), ((s,), (0, t)))(x, y)) == "N(x, y; (μ_2, μ_1), diag(σ², t²))"
    turned = text(lambda: Gaussian((one, one), (rows[1][1:], (low, *rows[0])))(x, y))
    assert turned == "N(x, y; (μ_1, μ_1), ((L_22), (L_21, L_11)) ((L_22), (L_21, L_11))^ᵀ)"


def test_names_become_letters_indices_and_matrices():
    names = [
        "alpha", "mu_q_1", "lambda_", "Sigma_q_21", "Precision_p_31", "det_q", "det_M", "rho_bar", "c_bar", "z_block",
    ]  # fmt: skip
    assert [to_text(named(name)) for name in names] == [
        "α", "μ_{q, 1}", "λ", "Σ_{q, 21}", "(Σ_p⁻¹)_31", "det Σ_q", "det M", "ρ̄", "c̄", "z_block",
    ]  # fmt: skip
    assert to_latex(named("rho_bar")) == r"\bar{\rho}"
    assert to_latex(named("epsilon")) == r"\varepsilon"
    assert to_latex(named("word")) == r"\mathrm{word}"


def test_what_has_no_printed_form_is_told():
    with pytest.raises(TypeError, match="sin has no printed form"):
        layout(sympy.sin(x))


def balanced(latex):
    depth = 0
    for found in re.finditer(r"(?<!\\)([{}])", latex):
        depth += 1 if found[1] == "{" else -1
        if depth < 0:
            return False
    return depth == 0


EXPRESSIONS = [
    side
    for name in (*proofs.names(), *proofs.misconceptions())
    for chain in proofs.theorem(name).chains
    for side in (chain.statement.left, *(step.right for step in chain.steps), *(meaning for _, meaning in chain.where))
]


@pytest.mark.unmeasured
def test_every_expression_of_every_proof_is_printed_in_every_script_and_broken_into_lines():
    for expression in EXPRESSIONS:
        boxes = layout(expression)
        assert to_text(boxes)
        assert balanced(to_latex(boxes))
        ElementTree.fromstring(f"<math>{to_mathml(boxes)}</math>")
        broken = lines(boxes, 50)
        assert "".join(line_text(line) for line in broken).replace(" ", "").count("E_") >= to_text(boxes).count("E_")
        assert all(balanced(line_latex(line)) for line in broken)


def test_long_formulas_are_broken_at_signs_and_inside_brackets():
    terms = [sequence(real("a"))[k] * x**k for k in range(1, 30)]
    with author_form():
        total = terms[0]
        for term in terms[1:]:
            total = total - term
        whole = log(total / (total + 1))
    broken = lines(layout(whole), 40)
    assert len(broken) > 10
    assert any(isinstance(part, Bracket) for line in broken for part in line.parts)
    assert max(len(line_text(line)) for line in broken) < 100
    assert lines(layout(x), 40)[0].depth == 0


def test_numbers_side_by_side_have_a_dot_in_latex_too():
    with author_form():
        half = Rational(1, 2)
        shown = [to_latex(layout(e)) for e in (Integer(3) * half * x, x * half, x * 2**y, Integer(3) * Integer(2) ** y)]
    assert shown == [r"3\cdot\tfrac{1}{2}x", r"x\cdot\tfrac{1}{2}", r"x\cdot2^{y}", r"3\cdot2^{y}"]


def test_a_broken_quotient_with_a_factor_behind_it_stays_in_brackets():
    top = [sequence(real("a"))[k] * x**k for k in range(1, 12)]
    with author_form():
        total = sum(top[1:], top[0])
        followed, alone = total / (total + 1) * y, total / (total + 1)
    first = [" ".join(line_text(line).strip() for line in lines(layout(e), 40)) for e in (followed, alone)]
    assert re.match(r"\( ?\( ?x a_1", first[0])
    assert re.search(r"\) ?\) y$", first[0])
    assert re.match(r"\( ?x a_1", first[1])


class Parser:
    """Reads the printed text of an arithmetic expression back, by its own grammar, as a float."""

    def __init__(self, written, values):
        plain = written.replace(" · ", " ")
        marked = re.sub(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: "^" + found[1].translate(SUPER), plain)
        self.tokens = re.findall(r"log|\d+|[^\W\d_]|\^|[()/+√{}]|−", marked)
        self.values, self.place = values, 0

    def peek(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self):
        self.place += 1
        return self.tokens[self.place - 1]

    def sum(self):
        sign = -1 if self.peek() == "−" and self.take() else 1
        total = sign * self.product()
        while self.peek() in ("+", "−"):
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self):
        total = self.quotient()
        while self.peek() and self.peek() not in "+−)}/":
            total *= self.quotient()
        return total

    def quotient(self):
        """A fraction's numerator may be a product; what follows the slash is one box."""
        start = [self.power()]
        while self.peek() and self.peek() not in "+−)}/":
            start.append(self.power())
        total = 1.0
        for one in start:
            total *= one
        while self.peek() == "/":
            self.take()
            total /= self.power()
        return total

    def power(self):
        base = self.atom()
        if self.peek() == "^":
            self.take()
            if self.peek() == "{":
                self.take()
                exponent = self.sum()
                self.take()
            else:
                exponent = -self.atom() if self.peek() == "−" and self.take() else self.atom()
            return base**exponent
        return base

    def atom(self):
        token = self.take()
        if token == "(":
            inner = self.sum()
            self.take()
            return inner
        if token == "√":
            return self.atom() ** 0.5
        if token == "log":
            return float(sympy.log(self.power() if self.peek() != "(" else self.atom()))
        return float(token) if token.isdigit() else self.values[token]


SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def tree(rng, depth):
    if depth == 0:
        return rng.choice([positive("a"), positive("b"), positive("c"), Integer(rng.randint(1, 9))])
    one, other = tree(rng, depth - 1), tree(rng, depth - 1)
    return rng.choice(
        [
            lambda: one + other,
            lambda: one - other,
            lambda: one * other,
            lambda: one / (other**2 + 1),
            lambda: -one,
            lambda: (one + other) ** 2,
            lambda: log(one**2 + 1),
            lambda: sqrt(other**2 + 2),
            lambda: Rational(rng.randint(1, 5), rng.randint(2, 7)) * other,
            lambda: one * Rational(rng.randint(1, 5), rng.randint(2, 7)),
            lambda: one / (other**2 + 1) * one,
            lambda: sqrt(one**2),
            lambda: log(one**2 + 1) / (other**2 + 1),
            lambda: exp(-1 / (1 + one**2)) / 2,
        ]
    )()


def worth(expression, values):
    """The number that a tree is, by its nodes and nothing else."""
    if expression.is_Rational:
        return float(expression)
    if expression.is_Symbol:
        return values[expression.name]
    parts = [worth(part, values) for part in expression.args]
    known = {sympy.Add: sum, sympy.Mul: math.prod, sympy.Pow: lambda two: two[0] ** two[1]}
    known |= {sympy.log: lambda one: math.log(*one), sympy.exp: lambda one: math.exp(*one)}
    return known[expression.func](parts)


@pytest.mark.endurance
@pytest.mark.parametrize("seed", range(300))
def test_what_is_printed_has_the_value_of_what_is_checked(seed):
    """The tie by value: an independent reader of the printed text finds the number that the tree is."""
    rng = random.Random(seed)
    with author_form():
        expression = tree(rng, 3)
    values = {"a": 1.25, "b": 0.75, "c": 2.5, "e": math.e}
    printed = to_text(layout(expression))
    wanted = worth(expression, values)
    assert Parser(printed, values).sum() == pytest.approx(wanted, rel=1e-9), printed
