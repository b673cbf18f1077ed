"""A second opinion on the value of an expression: plain float64, quadrature and loops, nothing of the package.

It only has to tell whether two expressions have the same value. Arbitrary densities are read as categorical ones.
"""

import itertools
import math
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
import sympy

from elbo_check.nodes import KL, Expectation, Gaussian, Iterated, Member, Product, Value

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(4)

Outcomes = list[tuple[float, list[Any]]]


def equal_by_value(left: Any, right: Any, symbols: list[Any], where: Any = (), trials: int = 2) -> bool:
    """Whether two expressions are both defined and agree to ten digits at some random places."""
    places = [place(symbols, where, seed) for seed in range(trials)]
    try:
        pairs = [(value(left, at), value(right, at)) for at in places]
    except (ArithmeticError, ValueError, KeyError, TypeError, IndexError):
        return False
    return all(abs(a - b) <= 1e-10 * max(1.0, abs(a), abs(b)) for a, b in pairs)


def place(symbols: list[Any], where: Any, seed: int) -> dict[Any, Any]:
    rng = np.random.default_rng(seed)
    at: dict[Any, Any] = {"seed": seed}
    for symbol in symbols:
        if symbol.is_integer:
            at[symbol] = 1 + seed % 2
        else:
            at[symbol] = float(rng.uniform(0.4, 1.6) if symbol.is_positive else rng.uniform(-1.5, 1.5))
    for symbol, meaning in where:
        at[symbol] = value(meaning, at)
    return at


def value(e: Any, at: Mapping[Any, Any]) -> Any:
    if isinstance(e, sympy.Symbol):
        return at[e]
    if isinstance(e, sympy.Rational):
        return int(e.p) / int(e.q)
    known: dict[type, Callable[[], Any]] = {
        sympy.Add: lambda: reduce(operator.add, [value(a, at) for a in e.args]),
        sympy.Mul: lambda: reduce(operator.mul, [value(a, at) for a in e.args]),
        sympy.Pow: lambda: value(e.args[0], at) ** value(e.args[1], at),
        sympy.log: lambda: logarithm(e.args[0], at),
        sympy.Sum: lambda: series(e, at),
        KL: lambda: divergence(e, at),
        Expectation: lambda: mean(e, at),
        Value: lambda: math.exp(log_density(e.args[0], [at[z] for z in e.args[1:]], at)),
    }
    return known[type(e)]()


def logarithm(argument: Any, at: Mapping[Any, Any]) -> Any:
    if isinstance(argument, Value):
        return log_density(argument.args[0], [at[z] for z in argument.args[1:]], at)
    return math.log(value(argument, at))


def series(e: Any, at: Mapping[Any, Any]) -> Any:
    index, lower, upper = e.limits[0]
    return sum(value(e.function, {**at, index: j}) for j in range(int(value(lower, at)), int(value(upper, at)) + 1))


def mean(e: Any, at: Mapping[Any, Any]) -> Any:
    density, body, *names = e.args
    return sum(
        weight * value(body, {**at, **dict(zip(names, point, strict=True))}) for weight, point in outcomes(density, at)
    )


def divergence(e: Any, at: Mapping[Any, Any]) -> Any:
    q, p = e.args
    return sum(w * (log_density(q, z, at) - log_density(p, z, at)) for w, z in outcomes(q, at))


def categorical(family: str, j: int, at: Mapping[Any, Any]) -> list[float]:
    weights = np.random.default_rng([at["seed"], j, *map(ord, family)]).uniform(0.1, 1.0, size=2)
    return list(weights / weights.sum())


def named(density: Any, at: Mapping[Any, Any]) -> tuple[str, int]:
    """The family and the index of a member, or the family and the number of coordinates of a block of members."""
    if isinstance(density, Iterated):
        if density.args[0].args[1] != density.args[1]:
            raise ValueError("a block of other members than the first n")
        return density.args[0].args[0].name, int(value(density.args[2], at))
    return density.args[0].name, int(value(density.args[1], at))


def matrices(density: Any, at: Mapping[Any, Any]) -> tuple[Any, Any]:
    mu = np.array([value(m, at) for m in density.args[0]])
    factor = np.zeros((len(mu), len(mu)))
    for i, row in enumerate(density.args[1]):
        for k, entry in enumerate(row):
            factor[i, k] = value(entry, at)
    return mu, factor


def outcomes(density: Any, at: Mapping[Any, Any]) -> Outcomes:
    """Weighted points: Gauss–Hermite for Gaussians (exact to degree 7), all outcomes otherwise."""
    if isinstance(density, Gaussian):
        mu, factor = matrices(density, at)
        grid = itertools.product(range(len(NODES)), repeat=len(mu))
        scale = math.sqrt(2 * math.pi) ** len(mu)
        return [
            (float(np.prod([WEIGHTS[i] for i in g])) / scale, list(mu + factor @ [NODES[i] for i in g])) for g in grid
        ]
    if isinstance(density, Product):
        parts = [outcomes(factor, at) for factor in density.args]
        chosen = itertools.product(*parts)
        return [(math.prod(w for w, _ in c), [z for _, point in c for z in point]) for c in chosen]
    family, index = named(density, at)
    if isinstance(density, Member):
        return [(w, [(i,)]) for i, w in enumerate(categorical(family, index, at))]
    vectors = [categorical(family, j, at) for j in range(1, index + 1)]
    grid = itertools.product(*(range(len(vector)) for vector in vectors))
    return [(math.prod(v[i] for v, i in zip(vectors, g, strict=True)), [g]) for g in grid]


def log_density(density: Any, point: list[Any], at: Mapping[Any, Any]) -> float:
    if isinstance(density, Gaussian):
        mu, factor = matrices(density, at)
        precision = np.linalg.inv(factor @ factor.T)
        d = np.array(point) - mu
        return float(-0.5 * d @ precision @ d + 0.5 * math.log(np.linalg.det(precision / (2 * math.pi))))
    if isinstance(density, Product):
        total, rest = 0.0, list(point)
        for factor in density.args:
            own, rest = rest[: factor.dimension], rest[factor.dimension :]
            total += log_density(factor, own, at)
        return total
    family, index = named(density, at)
    first = 1 if isinstance(density, Iterated) else index
    places = point[0]
    if len(places) != index - first + 1:
        raise ValueError("a point of another density")
    return sum(math.log(categorical(family, j, at)[i]) for j, i in zip(range(first, index + 1), places, strict=True))
