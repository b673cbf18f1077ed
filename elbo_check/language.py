"""All that is needed to write a derivation of one's own: `from elbo_check.language import *`.

Densities and expressions, symbols, laws and the data of a derivation. Write expressions inside `author_form()`, so that
they are printed as they were written.
"""

from __future__ import annotations

from sympy import E, Integer, Rational, pi

from . import laws
from .catalogue import derive
from .derivation import Chain, Citation, Derivation, Statement, Step
from .nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Gaussian,
    Independent,
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
)
from .nodes.functions import exp, log, sqrt
from .symbols import author_form, bit, count, positive, real, unit

__all__ = [
    "KL",
    "Bernoulli",
    "Chain",
    "Citation",
    "Derivation",
    "E",
    "Entropy",
    "Expectation",
    "Gaussian",
    "Independent",
    "Information",
    "Integer",
    "Integral",
    "Iterated",
    "Maximum",
    "Member",
    "Minimum",
    "Product",
    "Rational",
    "Statement",
    "Step",
    "Uniform",
    "Vector",
    "author_form",
    "bit",
    "count",
    "derivative",
    "derive",
    "exp",
    "function",
    "gaussian",
    "indexed_sum",
    "laws",
    "log",
    "model",
    "pi",
    "positive",
    "real",
    "sequence",
    "sqrt",
    "unit",
]
