"""Which symbols may stand for the outcomes of a density: none that is assumed to be less than they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import DerivationError
from ..symbols import kind_of, known
from .arbitrary import Arbitrary
from .densities import require_own_kinds
from .families import Bernoulli, Gaussian, Uniform
from .given import ASSUMED, kind_of_space, space_of
from .products import Iterated, Product

__all__ = ["require_domain", "require_real_line"]


def require_domain(density: Any, variables: Iterable[Any]) -> None:
    """Refuse a positive z ~ N(0, 1): what is known of z must be true of every outcome.

    Nothing is known of the outcomes of an arbitrary density: its space is what its variable says.
    """
    names = list(variables)
    if isinstance(density, Product):
        for factor in density.args:
            require_domain(factor, names[: factor.dimension])
            names = names[factor.dimension :]
    elif isinstance(density, Iterated):
        require_domain(density.args[0], names)
    elif isinstance(density, Gaussian):
        require_real_line(str(density), names)
    elif isinstance(density, Bernoulli | Uniform):
        require_own_kinds(density, names)
    elif isinstance(density, Arbitrary):
        for space, name in zip(density.args[1], names, strict=True):
            _require_outcome(density, space, name)


def _require_outcome(density: Any, space: Any, name: Any) -> None:
    """Require a variable of another letter to be no less than the outcomes of a space: its own letter says what it is.

    A real number may stand for one between 0 and 1, a bit may not.
    """
    kind, own = kind_of_space(space), kind_of(name)
    wider = {"unit": ("unit", "positive", "real"), "positive": ("positive", "real")}.get(kind, (kind,))
    if space_of(name) != space.name and own and own not in wider:
        use = f"{kind}({str(name)!r}) or a variable {space.name}"
        raise DerivationError(f"{name} is no outcome of {density}: it is assumed to be {ASSUMED[own]}; use {use}")


def require_real_line(who: str, variables: Iterable[Any]) -> None:
    """Require symbols that may be any real number."""
    for name in variables:
        if known(name, "positive") or known(name, "integer"):
            raise DerivationError(f"{who} runs over all real numbers, and {name} is no real({str(name)!r})")
