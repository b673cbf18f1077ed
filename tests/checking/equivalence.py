"""Whether a mutant says the same as the original, or something true but weaker: by all laws at once.

The original chain is proved, so that all its expressions may be used: what equals one of them equals all that an
equation joins to it, and what is beyond one of them is beyond the next.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import sympy

from elbo_check.derivation import Chain, Citation, Step
from elbo_check.errors import DerivationError, InputError, WitnessError
from elbo_check.nodes import KL, Expectation, Gaussian, Value, free_symbols
from elbo_check.normal_form import Context, NormalForm, Rule
from elbo_check.symbols import author_form

from .symmetries import moved_back, variants

OPENING = {Rule.LOGS, Rule.LINEAR, Rule.KL, Rule.ENTROPY, Rule.INFORMATION, Rule.BERNOULLI}
SETS = [
    set(),
    {Rule.LOGS},
    OPENING,
    OPENING | {Rule.CONDITIONAL},
    OPENING | {Rule.GAUSSIAN},
    OPENING | {Rule.GAUSSIAN, Rule.MOMENTS},
    OPENING | {Rule.GAUSSIAN, Rule.MOMENTS, Rule.ADDITIVE},
    OPENING | {Rule.INDEPENDENT, Rule.MARGINAL},
    OPENING | {Rule.DISCRETE},
    OPENING | {Rule.SEPARATE, Rule.MARGINAL},
    OPENING | {Rule.CHANGE, Rule.UNDER_EXPECTATION, Rule.MARGINAL},
    OPENING | {Rule.DIFFERENTIATE},
    OPENING | {Rule.UNDER_EXPECTATION, Rule.DIFFERENTIATE, Rule.INTEGRAL, Rule.NORMALISED, Rule.FUBINI},
    OPENING | {Rule.INTEGRAL, Rule.CONDITIONAL, Rule.FUBINI},
    {Rule.LAST_FACTOR},
    {Rule.LAST_TERM, Rule.LINEAR},
    {Rule.ADDITIVE},
    {Rule.NEGATION},
    {Rule.NORMALISED, Rule.FUBINI},
    {Rule.INTEGRAL, Rule.CONDITIONAL, Rule.LINEAR, Rule.NORMALISED, Rule.FUBINI},
]
SLACK = [{Rule.NONNEGATIVE}, {Rule.TANGENT}, {Rule.GIBBS}, {Rule.SUPPORT}, {Rule.JENSEN}, {Rule.EQUATIONS}]
ZERO = sympy.Integer(0)


def equivalent(place: int, mutant: Any, chain: Chain, others: Iterable[Chain] = ()) -> bool:
    """Whether a mutant of an expression of a proved chain has the value of that expression."""
    proved = _joined(chain, place)
    context = Context(chain.where)
    for one, other in itertools.product([*variants(proved[0]), *proved[1:]], variants(mutant)):
        if any(shown(one, "=", other, rules, context) for rules in SETS):
            return True
    for zero in _zeros(others):
        known = Context(chain.where, ((zero, "=", ZERO),))
        for one, other in itertools.product(proved, variants(mutant)):
            if any(shown(one, "=", other, rules | {Rule.EQUATIONS}, known) for rules in SETS):
                return True
    pairs = itertools.product(proved, variants(mutant), SETS)
    return ZERO in proved and any(_multiple(one, other, rules, context) for one, other, rules in pairs)


def _zeros(chains: Iterable[Chain]) -> list[Any]:
    """The expressions that other chains of the proof show to be 0."""
    return [
        expression
        for chain in chains
        if chain.statement.right == ZERO and all(step.relation == "=" for step in chain.steps)
        for expression in [chain.statement.left, *(step.right for step in chain.steps[:-1])]
    ]


def _joined(chain: Chain, place: int) -> list[Any]:
    """The expressions that equations join to number `place`, that one first."""
    every = [chain.statement.left, *(step.right for step in chain.steps)]
    first, last = place, place
    while first and chain.steps[first - 1].relation == "=":
        first -= 1
    while last < len(chain.steps) and chain.steps[last].relation == "=":
        last += 1
    return [every[place], *every[first:place], *every[place + 1 : last + 1]]


def _multiple(one: Any, other: Any, rules: set[Rule], context: Context) -> bool:
    """Whether one is g times positive factors, and each term of the other is a multiple of g: both are 0 if one is."""
    form = NormalForm(frozenset(rules), context)
    try:
        first, second = form.read(one), form.read(other)
    except (WitnessError, RecursionError):
        return False
    if len(first.numerator.terms) != 1:
        return False
    (monomial,) = first.numerator.terms
    left = [(base, exponent) for base, exponent in monomial if not form.terms[base].positive]
    if len(left) != 1 or left[0][1] != 1:
        return False
    return all(dict(each).get(left[0][0], 0) >= 1 for each in second.numerator.terms)


def true_but_weaker(step: Step, place: int, mutant: Any, chain: Chain, changed: Chain) -> bool:
    """Whether a step with a mutant in it is shown by other laws, or follows from the original step."""
    context = changed.context(step)
    sets = SETS if step.relation == "=" else [one | other for one in SETS for other in SLACK]
    if any(shown(step.left, step.relation, step.right, rules, context) for rules in sets):
        return True
    if step.relation == "=":
        return False
    original = [chain.statement.left, *(each.right for each in chain.steps)][place]
    if _is_further(step, place, mutant, chain) or _follows_from(original, mutant, step, changed):
        return True
    if any(shown(mutant, "=", ZERO, rules, context) for rules in SETS):
        zero = [ZERO if side == mutant else side for side in (step.left, step.right)]
        return any(shown(zero[0], step.relation, zero[1], rules, context) for rules in sets)
    opened = OPENING | {Rule.GAUSSIAN, Rule.MOMENTS, Rule.EQUATIONS}
    for facts in _hints(step.left, step.right):
        for other in (context.equations, ()):
            hinted = replace(context, equations=(*other, *facts))
            if any(shown(step.left, step.relation, step.right, one, hinted) for one in (opened, {Rule.EQUATIONS})):
                return True
    return any(
        shown(step.left, step.relation, step.right, rules | {Rule.EQUATIONS}, other.context(instance))
        for instance, other in _instances(step, changed)
        for rules in (set(), {Rule.LOGS})
    )


def _is_further(step: Step, place: int, mutant: Any, chain: Chain) -> bool:
    """Whether a mutant is worth an expression of the chain that lies on the far side of the step's other end."""
    every = [chain.statement.left, *(each.right for each in chain.steps)]
    relations = [each.relation for each in chain.steps]
    after = step.right == mutant
    places = range(place - 1, len(every)) if after else range(place + 2)
    between = {other: relations[place - 1 : other] if after else relations[other : place + 1] for other in places}
    beyond = [every[other] for other in places if other != place and {*between[other]} <= {"=", step.relation}]
    return any(shown(one, "=", mutant, rules, Context(chain.where)) for one in beyond for rules in SETS)


def _follows_from(original: Any, mutant: Any, step: Step, chain: Chain) -> bool:
    """Whether a mutant is on the far side of the original."""
    smaller = (step.relation == "≥") == (step.right == mutant)
    ends = (original, mutant) if step.right == mutant else (mutant, original)
    moved = moved_back(mutant, step)
    return (
        _follows(*ends, step.relation, chain)
        or (moved is not None and _follows(*(moved if end == mutant else end for end in ends), step.relation, chain))
        or _pointwise(*ends, step.relation)
        or _is_part(step, chain)
        or (smaller and _is_below_lost_mass(mutant, original))
        or (not smaller and original in _with_equal_means(mutant))
        or (_never_negative(original) and _is_multiple(mutant, original, smaller, chain.context(step)))
    )


def _is_part(step: Step, chain: Chain) -> bool:
    """Whether a sum stays on its side where what is never negative is left out, and the mutant is cancelled."""
    if step.relation != "≥" or not step.left.is_Add or not isinstance(step.right, Expectation):
        return False
    kept = [term for term in step.left.args if not _never_negative(term)]
    with author_form():
        part, cancelled = sympy.Add(*kept, evaluate=False), _cancelled(step.right)
    context = Context(chain.where, (), "≥")
    return len(kept) < len(step.left.args) and shown(part, "≥", cancelled, {Rule.SUPPORT, Rule.LINEAR}, context)


def _cancelled(mean: Any) -> Any:
    """E of a quotient of densities in lowest terms."""
    values = {value: sympy.Dummy(positive=True) for value in sorted(mean.atoms(Value), key=str)}
    with sympy.evaluate(True):
        body = sympy.cancel(mean.args[1].xreplace(values).doit())
    plain = body.xreplace({dummy: value for value, dummy in values.items()})
    return Expectation(mean.args[0], plain, *mean.args[2:])


def _pointwise(left: Any, right: Any, relation: str) -> bool:
    """Whether two means under one density are of bodies that stand in the relation at every point."""
    if not (isinstance(left, Expectation) and isinstance(right, Expectation)) or left.args[0] != right.args[0]:
        return False
    values = sorted(left.atoms(Value) | right.atoms(Value), key=str)
    positive = {value: sympy.Symbol(f"a{number}", positive=True) for number, value in enumerate(values)}
    with author_form():
        bodies = [side.args[1].xreplace(positive) for side in (left, right)]
    if shown(bodies[0], relation, bodies[1], {Rule.NONNEGATIVE}, Context((), (), relation)):
        return True
    first, second = (left, right) if relation == "≥" else (right, left)
    return relation != "=" and _is_never_below(first.args[1], second.args[1])


def _is_never_below(first: Any, second: Any) -> bool:
    """Whether a body is at least another where all densities are above 0: what they differ by has factors that tell."""
    values = sorted(first.atoms(Value) | second.atoms(Value), key=str)
    positive = {value: sympy.Symbol(f"a{number}", positive=True) for number, value in enumerate(values)}
    with sympy.evaluate(True):
        apart = sympy.together((first.xreplace(positive) - second.xreplace(positive)).doit())
        numerator, denominator = sympy.fraction(apart)
        if not numerator.is_polynomial() or not denominator.is_polynomial():
            return False
        return all(_is_not_negative(part, positive.values()) for part in (numerator, denominator))


def _is_not_negative(polynomial: Any, symbols: Iterable[Any]) -> bool:
    """Whether each factor of a polynomial in positive symbols is a square, or has no negative coefficient."""
    number, factors = sympy.factor_list(polynomial, *symbols)
    return bool(number >= 0) and all(
        times % 2 == 0 or all(c >= 0 for c in sympy.Poly(factor, *symbols).coeffs()) for factor, times in factors
    )


def _is_below_lost_mass(mutant: Any, original: Any) -> bool:
    """Whether a mean is at most c E_q[p/q − 1] ≤ 0, and what it stands for is never negative."""
    if not isinstance(mutant, Expectation) or not _never_negative(original):
        return False
    density, body, *point = mutant.args
    own = Value(density, *point)
    others = [value for value in body.atoms(Value) if value.args[1:] == own.args[1:] and value != own]
    with author_form():
        bounds = [c * (other / own - 1) for other in others for c in (sympy.Rational(1, 4), sympy.Rational(1, 2))]
    return any(_is_never_below(bound, body) for bound in bounds)


def _is_multiple(mutant: Any, original: Any, smaller: bool, context: Context) -> bool:
    """Whether a mutant is c times the original, with c < 1 where it may be smaller, and c > 1 elsewhere."""
    factors = (sympy.Rational(1, 2), sympy.Integer(-1)) if smaller else (sympy.Integer(2),)
    with author_form():
        return any(shown(mutant, "=", factor * original, {Rule.LINEAR}, context) for factor in factors)


def _never_negative(e: Any) -> bool:
    """Whether an expression is a mean, a product or a sum of densities, squares and positive numbers."""
    if isinstance(e, Expectation):
        return _never_negative(e.args[1])
    if e.is_Pow and e.exp.is_Integer:
        return bool(e.exp % 2 == 0) or _never_negative(e.base)
    if e.is_Add or e.is_Mul:
        return all(map(_never_negative, e.args))
    return isinstance(e, Value) or bool(e.is_Rational and e > 0)


def _with_equal_means(mutant: Any) -> list[Any]:
    """What is not greater than the KL of two Gaussians: (m − m′)ᵀΣ⁻¹(m − m′)/2 is left out."""
    if not isinstance(mutant, KL) or not all(isinstance(density, Gaussian) for density in mutant.args):
        return []
    (first, scale), (second, other) = (density.args for density in mutant.args)
    return [KL(Gaussian(mean, scale), Gaussian(mean, other)) for mean in (first, second)]


def _follows(left: Any, right: Any, relation: str, chain: Chain) -> bool:
    """Whether two expressions stand in a relation by the laws and by what is known of logarithms."""
    known = list(_facts(left, right, chain))
    used = [(), *((fact,) for fact in known), tuple(_diagonal(left, right, chain))]
    contexts = [Context(chain.where, facts, relation) for facts in used]
    return any(
        shown(left, relation, right, one | other, context)
        for one in (set(), OPENING, OPENING | {Rule.CONDITIONAL})
        for other in SLACK
        for context in contexts
        if bool(context.equations) == (other == {Rule.EQUATIONS})
    )


def _facts(left: Any, right: Any, chain: Chain) -> Iterator[tuple[Any, str, Any]]:
    """log n ≥ 0 for n ≥ 1, log a ≥ log b for a ≥ b, and Σ ± log a ≥ 0 where the product of the a is at least 1."""
    with author_form():
        for prime in (2, 3, 5):
            yield sympy.log(sympy.Integer(prime)), "≥", ZERO
        for symbol in sorted(free_symbols(left) | free_symbols(right), key=str):
            if symbol.is_integer and symbol.is_positive:
                yield sympy.log(symbol), "≥", ZERO
        arguments = sorted({node.args[0] for side in (left, right) for node in side.atoms(sympy.log)}, key=str)
        for one, other in itertools.permutations([*arguments, sympy.Integer(1)], 2):
            if _at_least(one, other, chain):
                yield sympy.log(one), "≥", sympy.log(other)
        product = sympy.Mul(*arguments, evaluate=False)
        if len(arguments) > 1 and _at_least(product, sympy.Integer(1), chain):
            yield sympy.Add(*map(sympy.log, arguments), evaluate=False), "≥", ZERO


def _diagonal(left: Any, right: Any, chain: Chain) -> Iterator[tuple[Any, str, Any]]:
    """log Λ_jj ≥ −2 log L_jj, where Λ_jj ≥ 1/L_jj²: together they are Hadamard's inequality for Λ = (L Lᵀ)⁻¹.

    With Λ_jj = N/D each is written log N ≥ log D − 2 log L_jj.
    """
    with author_form():
        for argument in sorted({node.args[0] for side in (left, right) for node in side.atoms(sympy.log)}, key=str):
            others = list(_terms([dict(chain.where).get(argument, argument)]))
            for symbol in (symbol for symbol in chain.parameters if symbol.is_positive):
                own = [term for term in others if shown(term, "=", 1 / symbol**2, set(), Context())]
                if len(own) == 1 and all(term in own or _is_square(term) for term in others):
                    with sympy.evaluate(True):
                        top, bottom = sympy.fraction(sympy.factor(sympy.Add(*(term.doit() for term in others))))
                    if top != 1:
                        yield sympy.log(top), "≥", sympy.log(bottom) - 2 * sympy.log(symbol)


def _terms(parts: list[Any]) -> Iterator[Any]:
    for part in parts:
        if part.is_Add:
            yield from _terms(list(part.args))
        else:
            yield part


def _is_square(term: Any) -> bool:
    return bool(term.is_Mul and len(term.args) == 2 and term.args[0] == term.args[1])


def _hints(left: Any, right: Any) -> Iterator[tuple[Any, ...]]:
    """What may be supposed of any symbols, μ₂ = μ₁ + d, and log t ≤ t − 1 at the ratios of variances of Gaussians."""
    symbols = sorted((s for s in free_symbols(left) | free_symbols(right) if not s.is_positive), key=str)
    with author_form():
        for one, other in itertools.permutations(symbols, 2):
            yield ((one, "=", other + sympy.Symbol("d", real=True)),)
        for node in left.atoms(KL) | right.atoms(KL):
            if isinstance(node.args[0], Gaussian) and isinstance(node.args[1], Gaussian):
                rows = (density.args[1] for density in node.args)
                ratios = [_square(a) / _square(b) for a, b in zip(*rows, strict=True)]
                yield tuple((sympy.log(t), "≤", t - 1) for t in ratios)


def _square(row: Any) -> Any:
    return sympy.Add(*(entry**2 for entry in row if entry != 0))


def _at_least(one: Any, other: Any, chain: Chain) -> bool:
    return shown(one, "≥", other, {Rule.NONNEGATIVE}, Context(chain.where, (), "≥"))


def _instances(step: Step, chain: Chain) -> Iterator[tuple[Step, Chain]]:
    """The step with the theorem that it cites at other parameters: one of them anything that stands in the step."""
    if step.cites is None:
        return
    cited = step.cites.instances or (tuple((s, s) for s in sorted(_symbols(step.cites.statement), key=str)),)
    candidates = [part for part in sympy.preorder_traversal(step.left) if isinstance(part, sympy.Expr)]
    for number, pairs in enumerate(cited):
        for at, (parameter, value) in enumerate(pairs):
            for candidate in dict.fromkeys(candidates):
                if candidate == value or not (candidate.is_Symbol or candidate.is_Mul):
                    continue
                changed = (*pairs[:at], (parameter, candidate), *pairs[at + 1 :])
                instances = (*cited[:number], changed, *cited[number + 1 :])
                try:
                    yield replace(step, cites=Citation(step.cites.theorem, instances, step.cites.case)), chain
                except DerivationError:
                    continue


def _symbols(statement: Any) -> set[Any]:
    return free_symbols(statement.left) | free_symbols(statement.right)


def shown(left: Any, relation: str, right: Any, rules: set[Rule], context: Context) -> bool:
    try:
        return NormalForm(frozenset(rules), context).shows(left, relation, right) is None
    except (WitnessError, RecursionError, DerivationError, InputError):
        return False
