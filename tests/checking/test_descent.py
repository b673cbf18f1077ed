"""The search among assignments that moves towards one that excludes an inequality; and shrinking with its tables."""

from fractions import Fraction

import pytest
from sympy import Rational, log

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.checking.descent import descended, neighbours
from elbo_check.checking.draws import Draws
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outline import Outline
from elbo_check.checking.shrinking import shrunk
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.nodes import KL, Expectation, function, gaussian, model
from elbo_check.symbols import count, positive, real

x, z, m = real("x"), real("z"), real("m")
s, r, n = positive("s"), positive("r"), count("n")
p, q, f = model("p"), model("q"), function("f")


def ruled(left, relation, right, parameters):
    step = Step("claimed", left, right, laws.algebra, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    return check_step(step, chain, by_meaning.readings_for(chain))


def test_a_narrow_hole_in_an_inequality_is_found():
    """False for r between 0.93 and 1.07 times s alone, and only where s is small."""
    found = ruled(KL(gaussian(m, s), gaussian(0, r)), "≥", s**2 / 1000 + 1 / (1000 * s), (m, s, r))
    assert found.state == "refuted"
    assert found.counterexample["left"] < found.counterexample["right"]


HOLES = [  # false near m = 0 and s = r, or near x = 32/85, alone
    (KL(gaussian(m, s), gaussian(0, r)), Rational(1, 1000), (m, s, r)),
    (KL(gaussian(m, s), gaussian(3, 7 * r)), Rational(1, 1000), (m, s, r)),
    ((680 * x - 256) ** 2, Rational(1, 100), (x,)),
]


@pytest.mark.parametrize(("left", "right", "parameters"), HOLES)
def test_nothing_is_found_in_a_narrow_hole_without_the_descent(left, right, parameters, monkeypatch):
    found = ruled(left, "≥", right, parameters)
    assert found.state == "refuted"
    assert found.counterexample["left"] < found.counterexample["right"]
    monkeypatch.setattr(by_meaning, "descended", lambda *_: None)
    assert ruled(left, "≥", right, parameters).state == "undecided"


@pytest.mark.unmeasured
def test_what_is_true_is_not_refuted_however_long_is_searched():
    assert ruled(KL(gaussian(m, s), gaussian(0, r)), "≥", s - s, (m, s, r)).state == "undecided"
    assert ruled(KL(q(z), p(z)), "≥", s - s, (s,)).state == "undecided"


def test_the_descent_is_what_is_asked_where_no_draw_hits(monkeypatch):
    asked = []
    monkeypatch.setattr(by_meaning, "descended", lambda *given: asked.append(given))
    assert ruled(KL(gaussian(m, s), gaussian(0, r)), "≥", s - s, (m, s, r)).state == "undecided"
    assert asked


def test_a_descent_stops_where_nothing_is_nearer():
    reading = GaussianReading(Draws(0), Outline((x, s)))
    tried = []

    def farther(fixed):
        tried.append(fixed)
        return None if len(tried) % 2 else (reading, 2.0)

    assert descended(reading, 1.0, farther) is None
    assert 4 <= len(tried) <= 40


def test_a_descent_that_never_arrives_gives_up():
    """Every attempt comes a little closer, so only the limit on attempts ends it."""
    start = GaussianReading(Draws(0), Outline((x, s)))
    gaps = []

    def always_nearer(fixed):
        gaps.append(0.9 ** (len(gaps) + 1))
        return GaussianReading(Draws(0, dict(fixed)), Outline((x, s))), gaps[-1]

    assert descended(start, 1.0, always_nearer) is None
    assert len(gaps) == 200


def test_every_kind_of_draw_has_neighbours_that_are_such_draws():
    assert list(neighbours(("member", "q", 1, (2,)), (1, 12))) == [(2, 12), (1, 11)]
    assert (0, 2) in list(neighbours(("joint", "q", ("z",), (2,)), (0, 1)))
    assert all(number > 0 for number in neighbours(("number", s), Fraction(1, 2)))
    assert list(neighbours(("number", n), Fraction(2))) == []
    assert Fraction(-3) in list(neighbours(("coefficient", "f", (), "function"), Fraction(3)))
    assert all(scale > 0 for _, scale in neighbours(("gaussian", "q", 1), (Fraction(0), Fraction(1))))
    assert list(neighbours(("size", "z"), 2)) == list(neighbours(("number", s), None)) == []


def test_a_space_that_gets_smaller_keeps_its_tables():
    """A third outcome that plays no part is dropped, and what is left is the table that was there."""
    step = Step("claimed", Expectation(q(z), f(z)), Expectation(q(z), f(z)) + KL(q(z), p(z)), laws.algebra)
    chain = Chain(Statement(step.left, step.right), (step,), ())
    made = {
        ("size", "z"): 3, ("volume", "z"): Fraction(1), ("joint", "q", ("z",), (3,)): (1, 2, 3),
        ("joint", "p", ("z",), (3,)): (2, 1, 3),
    }  # fmt: skip
    readers = [reader for reader in by_meaning.readings_for(chain) if reader.reading.full_support]
    reading = readers[0].make(Draws(0, made))
    reading.read(step.right)
    seen = []

    def attempt(fixed):
        seen.append(fixed)
        return by_meaning._still_refutes(step, readers[0].make, fixed)

    small = shrunk(reading, attempt)
    assert small.draws.made["size", "z"] == 2
    cut = next(fixed for fixed in seen if fixed.get(("size", "z")) == 2)
    assert cut["joint", "q", ("z",), (2,)] == (1, 2)
    assert cut["joint", "p", ("z",), (2,)] == (2, 1)


def test_a_table_that_nothing_is_left_of_is_drawn_anew():
    step = Step("claimed", KL(q(z), p(z)), log(s), laws.algebra)
    chain = Chain(Statement(step.left, step.right), (step,), (s,))
    make = by_meaning.readings_for(chain)[0].make
    made = {("size", "z"): 3, ("joint", "q", ("z",), (3,)): (0, 0, 1)}
    reading = make(Draws(0, made))
    reading.read(step.left)
    seen = []
    shrunk(reading, seen.append)
    cut = next(fixed for fixed in seen if fixed.get(("size", "z")) == 2)
    assert ("joint", "q", ("z",), (2,)) not in cut
    assert ("joint", "p", ("z",), (2,)) in cut


def test_a_function_and_a_density_of_one_name_are_drawn_apart():
    told = GaussianReading(Draws(0), Outline((x,), forms={"p": {(("x",), ())}}))
    told.read(log(p(x)) + function("p")(x))
    density, own = (
        [told.draws.made["coefficient", "p", powers, kind] for powers in ((), (0,), (0, 0), (0, 0, 0))]
        for kind in ("density", "function")
    )
    assert density != own


def test_an_attempt_at_what_cannot_be_read_is_none():
    step = Step("claimed", 1 / x, x, laws.algebra, "≤")
    chain = Chain(Statement(step.left, step.right, "≤"), (step,), (x,))
    make = by_meaning.readings_for(chain)[0].make
    assert by_meaning._attempt(step, make, {("number", x): Fraction(0)}) is None
    assert by_meaning._attempt(step, make, {("number", x): Fraction(2)})[1] == 1.5
    step = Step("claimed", log(x), x, laws.algebra, "≤")
    assert by_meaning._attempt(step, make, {("number", x): Fraction(-1)}) is None
