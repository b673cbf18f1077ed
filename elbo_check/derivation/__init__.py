"""Derivations: inert data. An ill-typed or disconnected chain cannot be built; a false one can, and is then refuted."""

from .data import Chain, Citation, Derivation, Statement, Step
from .kinds import outcomes_said

__all__ = ["Chain", "Citation", "Derivation", "Statement", "Step", "outcomes_said"]
