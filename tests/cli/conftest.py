"""The command line with made-up rooms behind it: these tests are about the door."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import pytest

from elbo_check.evidence import Basis, Estimate
from elbo_check.verdict import Outcome, Verdict


@dataclass
class Rooms:
    """What stands in for the rooms behind the door: it keeps the questions and gives the answers set here."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    theorems: dict[str, Verdict] = field(default_factory=dict)
    models: dict[str, Any] = field(default_factory=dict)
    bounds: Outcome = Outcome.PROVED
    losses: dict[str, Verdict] = field(default_factory=dict)
    verdict: Verdict = field(
        default_factory=lambda: Verdict(
            Outcome.PROVED,
            "KL(q ‖ p) = 0.5",
            value=0.5,
            estimates=(Estimate("quadrature", 0.5, 1e-12, Basis.HEURISTIC),),
            record={"second": "sigma"},
        )
    )
    failure: BaseException | None = None

    def answer(self, outcome: str) -> None:
        self.verdict = replace(self.verdict, outcome=Outcome(outcome))

    def verify_kl(self, *, progress: Callable[[str, int, int], None], **asked: Any) -> Verdict:
        self.asked.append(asked)
        progress("quadrature", 1, 2)
        if self.failure is not None:
            raise self.failure
        return self.verdict

    def verify_elbo(self, *asked: Any, **settings: Any) -> Verdict:
        self.asked.append({"elbo": asked} | settings)
        return Verdict(self.bounds, "ELBO ≤ log p(x) ≤ EUBO", missing="a witness")


class Coin:
    """Stands in for a model."""

    @staticmethod
    def example() -> tuple[str, int, str]:
        return "coin", 7, "q"


def _module(name: str, **held: object) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(held)
    return module


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    made = Rooms()
    made.theorems = {"gaussian-kl": Verdict(Outcome.PROVED, "KL = …")}
    fakes = [
        _module("elbo_check.api", verify_kl=made.verify_kl, verify_elbo=made.verify_elbo),
        _module("elbo_check.models", MODELS=made.models),
        _module("elbo_check.examples.losses", LOSSES=made.losses, recognised=lambda _: iter(made.losses.items())),
        _module("elbo_check.checking", checked=lambda name: made.theorems[name]),
        _module("elbo_check.proofs", names=lambda: tuple(made.theorems)),
    ]
    for fake in fakes:
        monkeypatch.setitem(sys.modules, fake.__name__, fake)
    return made
