"""How densities are written: q(z | x), N(μ, σ²), products, and what an expectation is taken over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sympy

from ..nodes import (
    Arbitrary,
    Bernoulli,
    Gaussian,
    Iterated,
    Member,
    Product,
    Uniform,
    free_symbols,
    is_variable_of,
)
from .layout import Fence, Glyph, Layout, Scripts, row
from .names import digits, joined, named, sign, upright, with_index

__all__ = ["at_point", "density", "drawn", "informed"]

Write = Callable[[Any], Layout]

_NORMAL = Glyph("N", r"\mathcal{N}", "upright")
_DOTS = Glyph("…", r"\dots")
_TIMES = sign("×")


def density(which: Any, write: Write) -> Layout:
    """Return a density without its point, as in KL: N(μ, σ²), q(z | x)."""
    if isinstance(which, Arbitrary):
        return _called(which, [named(space.name) for space in which.args[1]], write)
    if isinstance(which, Gaussian | Bernoulli | Uniform):
        return row(*_family(which, write))
    if isinstance(which, Member):
        return with_index(which.args[0].name, write(which.args[1]))
    if isinstance(which, Iterated):
        return _iterated(which, write)
    parts: list[Layout] = []
    for place, factor in enumerate(which.args, 1):
        body = density(factor, write)
        runs_on = isinstance(factor, Product) or (isinstance(factor, Iterated) and place < len(which.args))
        parts += [_TIMES] if parts else []
        parts.append(Fence("(", body, ")") if runs_on else body)
    return row(*parts)


def _family(which: Any, write: Write) -> tuple[Layout, Fence]:
    """Return the name of a family and its parameters in brackets."""
    if isinstance(which, Gaussian):
        return _NORMAL, Fence("(", _gaussian(which, write), ")", True)
    if isinstance(which, Bernoulli):
        return upright("Bernoulli"), Fence("(", write(which.args[0]), ")", True)
    return upright("Uniform"), Fence("{", joined([digits(1), _DOTS, write(which.args[0])]), "}", True)


def at_point(which: Any, point: Sequence[Any], write: Write) -> Layout:
    """Return a density at a point: p(x | z), p(x | z = a)."""
    if isinstance(which, Arbitrary):
        return _called(which, _assigned(which.args[1], point, write), write)
    body = joined([write(place) for place in point])
    if isinstance(which, Gaussian | Bernoulli | Uniform):
        name, fence = _family(which, write)
        return row(name, Fence(fence.left, row(body, Glyph(";", ";", "comma"), fence.body), fence.right, True))
    if isinstance(which, Member):
        return row(density(which, write), Fence("(", body, ")", True))
    return row(Fence("(", density(which, write), ")"), Fence("(", body, ")", True))


def informed(which: Any, point: Sequence[Any], write: Write) -> Layout:
    """Return the information of an outcome: I_p(x | z), I_{N(μ, σ²)}(x)."""
    if isinstance(which, Arbitrary):
        below, inside = named(which.args[0].name), _inside(which, _assigned(which.args[1], point, write), write)
    else:
        below, inside = density(which, write), joined([write(place) for place in point])
    return row(Scripts(upright("I"), below), Fence("(", inside, ")", True))


def _called(which: Any, point: list[Layout], write: Write) -> Layout:
    return row(named(which.args[0].name), Fence("(", _inside(which, point, write), ")", True))


def _inside(which: Any, point: list[Layout], write: Write) -> Layout:
    under = _assigned(which.args[2], which.args[3], write)
    return row(joined(point), sign("|"), joined(under)) if under else joined(point)


def _assigned(spaces: Iterable[Any], places: Iterable[Any], write: Write) -> list[Layout]:
    """Return places: z as it is, and z = a where the place does not say which space is meant."""
    return [
        write(place) if is_variable_of(space, place) else row(named(space.name), sign("="), write(place))
        for space, place in zip(spaces, places, strict=True)
    ]


def drawn(which: Any, variables: Sequence[Any], whole: set[Any], write: Write) -> Layout:
    """Return what stands below E: q(z | x), or z ∼ N(μ, σ²).

    A block of draws is written as z_1, …, z_n; a single draw is not, if the integrand names its block as a `whole`.
    """
    if isinstance(which, Arbitrary) and all(map(is_variable_of, which.args[1], variables)):
        return at_point(which, variables, write)
    names: list[Layout] = [write(variable) for variable in variables]
    factors = which.args if isinstance(which, Product) else (which,)
    alike = {_one_of(factor) for factor in factors}
    if (
        len(alike) == 1
        and all(factor.dimension == 1 for factor in factors)
        and not _named_whole(factors, variables, whole)
    ):
        draws = [_draws(factor, name, write) for factor, name in zip(factors, variables, strict=True)]
        return row(joined([name for each in draws for name in each]), sign("∼"), density(alike.pop(), write))
    return row(joined(names), sign("∼"), density(which, write))


def _one_of(which: Any) -> Any:
    """Return the density of one of n draws that are alike, and any other density as it is."""
    same = isinstance(which, Iterated) and which.args[1] not in free_symbols(which.args[0])
    return which.args[0] if same else which


def _named_whole(factors: Sequence[Any], variables: Sequence[Any], whole: set[Any]) -> bool:
    """Whether a block of one draw is in the integrand as a whole: f(z), where nothing says that z is z_1."""
    pairs = zip(factors, variables, strict=True)
    return any(name in whole and _one_of(factor) != factor and factor.args[2] == 1 for factor, name in pairs)


def _draws(which: Any, name: Any, write: Write) -> list[Layout]:
    """Return z_1, …, z_n for n draws that are alike, and z for a single one."""
    if _one_of(which) == which:
        return [write(name)]
    first, last = (with_index(name.name, write(end)) for end in (sympy.Integer(1), which.args[2]))
    return [first] if which.args[2] == 1 else [first, _DOTS, last]


def _iterated(which: Any, write: Write) -> Layout:
    factor, index, upper = which.args
    product = Glyph("∏", r"\prod", "big")
    return row(Scripts(product, row(write(index), sign("="), digits(1)), write(upper)), density(factor, write))


def _gaussian(which: Any, write: Write) -> Layout:
    mean, factor = which.args
    if len(mean) == 1:
        return joined([write(mean[0]), _squared(factor[0][0], write)])
    return joined([_mean(which, write), _covariance(which, write)])


def _mean(which: Any, write: Write) -> Layout:
    """Return μ_q for the entries mu_q_1, mu_q_2, …; otherwise the entries."""
    entries = [write(entry) for entry in which.args[0]]
    return named(which.mean_stem) if which.mean_stem else Fence("(", joined(entries), ")")


def _covariance(which: Any, write: Write) -> Layout:
    """Return L_q L_qᵀ for the entries L_q_11, L_q_21, …, and diag(s₁², …) for a diagonal factor."""
    factor, stem = which.args[1], which.factor_stem
    if stem:
        transposed = Glyph("ᵀ", r"\top", "upright")
        return row(named(stem), _with_power(named(stem), transposed))
    if all(entry == 0 for line in factor for entry in line[:-1]):
        squares = [_squared(line[-1], write) for line in factor]
        return row(upright("diag"), Fence("(", joined(squares), ")", True))
    rows = [Fence("(", joined([write(entry) for entry in line]), ")") for line in factor]
    body = Fence("(", joined(list(rows)), ")")
    return row(body, _with_power(body, Glyph("ᵀ", r"\top", "upright")))


def _with_power(base: Layout, above: Layout) -> Layout:
    return Scripts(base.base, base.below, above) if isinstance(base, Scripts) else Scripts(base, None, above)


def _squared(scale: Any, write: Write) -> Layout:
    if scale == 1:
        return digits(1)
    if scale.is_Pow and scale.exp == sympy.Rational(1, 2):
        return write(scale.base)
    with sympy.evaluate(False):
        return write(sympy.Pow(scale, 2))
