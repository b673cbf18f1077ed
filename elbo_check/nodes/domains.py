"""Which symbols may stand for the outcomes of a density: none that is assumed to be less than they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import DerivationError
from ..symbols import Bit, Unit, known
from .families import Bernoulli, Gaussian, Uniform
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
        number = Unit if isinstance(density, Bernoulli) else Unit | Bit
        wrong = [name for name in names if isinstance(name, number)]
        wrong += [name for name in names if isinstance(density, Bernoulli) and known(name, "positive")]
        if wrong:
            raise DerivationError(f"{wrong[0]} cannot be an outcome of {density}: it is assumed to be less")


def require_real_line(who: str, variables: Iterable[Any]) -> None:
    """Require symbols that may be any real number."""
    for name in variables:
        if known(name, "positive") or known(name, "integer"):
            raise DerivationError(f"{who} runs over all real numbers, and {name} is no real({str(name)!r})")
