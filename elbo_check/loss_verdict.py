"""The verdict on somebody's loss function: what it computes, and the names of the mistakes in it. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .verdict import Verdict

__all__ = ["Diagnosis", "Mistake"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: its card in the catalogue, the cards that are the same function here, and what shows it.

    `why` says how it comes about, `effect` what it does to training, `evidence` what was seen in this function.
    """

    code: str
    slug: str
    title: str
    why: str
    effect: str
    cure: str
    evidence: str
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis(Verdict):
    """The verdict on a loss function, with what it computes.

    `relation` says how that stands to the right value: "equal", "proportional", "offset", "affine" or "different",
    with the exact `factor` and `offset` (laws in the sizes d, B, D); "" where nothing was recognised. `reduction` and
    `kind` say what one number of the output sums over. `readings` holds what each argument holds, as found.
    `recovered` is the formula in text, `right` that of the right value, `expression` and `right_expression` both as
    SymPy expressions. `weights` holds the effective weights of the parts of an objective, as laws. `differs` says
    where the two part. `alternatives` lists other explanations of the same function, by their slugs.
    """

    relation: str = ""
    factor: str = ""
    offset: str = ""
    reduction: str = ""
    kind: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)
    recovered: str = ""
    right: str = ""
    expression: Any = None
    right_expression: Any = None
    differs: str = ""
    weights: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    test: str = ""

    def as_test(self) -> str:
        """Return the source of a pytest function that fails today and passes when the function is right."""
        return self.test

    # Hooks for people. They import the roof when called: the one named exception to the floors.

    def __str__(self) -> str:
        from .render.diagnosis import diagnosis_text

        return diagnosis_text(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain data that JSON can carry, with its `schema_version`."""
        from .render.diagnosis import diagnosis_dict

        return diagnosis_dict(self)

    def to_json(self, indent: int | None = None) -> str:
        """Return `to_dict` as a JSON document."""
        from .render.diagnosis import diagnosis_json

        return diagnosis_json(self, indent)

    def _repr_html_(self) -> str:
        from .render.diagnosis_html import diagnosis_html

        return diagnosis_html(self)

    def _repr_latex_(self) -> str:
        from .render.diagnosis_html import diagnosis_latex

        return diagnosis_latex(self)
