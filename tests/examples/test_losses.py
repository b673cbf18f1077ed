"""The losses that `verify` goes through are recognised, and one that is not what it is said to be is not."""

import pytest

from elbo_check.examples import losses
from elbo_check.examples.losses import LOSSES, Loss, recognised
from elbo_check.verdict import Outcome


def test_every_loss_is_recognised() -> None:
    found = dict(recognised(0))
    assert found.keys() == LOSSES.keys()
    assert {verdict.outcome for verdict in found.values()} == {Outcome.CONSISTENT}


@pytest.mark.parametrize("mistakes", [("wrong-sign",), ("doubled", "wrong-sign"), ()])
def test_a_loss_that_is_taken_for_another_is_not(monkeypatch: pytest.MonkeyPatch, mistakes: tuple[str, ...]) -> None:
    spoilt = Loss(LOSSES["kl, without its half"].function, ("mean", "log_variance"), mistakes)
    monkeypatch.setattr(losses, "LOSSES", {"spoilt": spoilt})
    ((_, verdict),) = recognised(0)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.claim == "not recognised: EC011 doubled"
