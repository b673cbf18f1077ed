"""Expressions in normal form, under the rewritings that a law licenses: the check of a step *by its law*.

An expression becomes a quotient of polynomials over the rationals in generators (symbols, logarithms, densities at a
point, whole expectations). Two expressions are equal under a set of rules if their difference is the zero polynomial.
Sound but incomplete: "equal" is a proof; "not equal" says only that these rules do not lead from one to the other.
"""

from .form import Context, NormalForm
from .rules import Rule

__all__ = ["Context", "NormalForm", "Rule"]
