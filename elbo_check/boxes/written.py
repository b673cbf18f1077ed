"""An expression, or a density, as it is printed on a page, on one line: how a message names it."""

from __future__ import annotations

from typing import Any

from ..nodes import Density
from .densities import density
from .expressions import layout
from .texts import to_text

__all__ = ["written"]


def written(part: Any) -> str:
    """Return the plain text of an expression or of a density without its point; SymPy's text of what has no such form.

    >>> from elbo_check.language import Bernoulli, count, indexed_sum, log, sequence, unit
    >>> j, y = count("j"), sequence(unit("y"))
    >>> written(indexed_sum(log(y[j]), j, count("J"))), written(Bernoulli(y[j]))
    ('Σ_{j = 1}^J log y_j', 'Bernoulli(y_j)')
    """
    try:
        return to_text(density(part, layout) if isinstance(part, Density) else layout(part))
    except (TypeError, ValueError):  # a message may name what is refused
        return str(part)
