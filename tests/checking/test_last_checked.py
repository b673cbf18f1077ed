"""A check that was stopped by its time is what a page shows: printing does not wait for another one."""

import pytest

from elbo_check import checking, laws
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.symbols import author_form, real

x = real("x")


def proof(name):
    with author_form():
        left, right = (x + 1) ** 2, x**2 + 2 * x + 1
    chain = Chain(Statement(left, right), (Step("s", left, right, laws.algebra),), (x,))
    return Derivation(name, "t", "t", (), (chain,), ("none",))


def test_what_was_stopped_is_shown_as_it_is_until_it_is_finished(monkeypatch):
    stopped = proof("stopped")
    assert stopped.check(seconds=0).outcome == "undecided"
    with monkeypatch.context() as patch:
        patch.setattr(checking, "check", lambda *_: pytest.fail("it was checked once more"))
        assert "not finished after 0 s" in stopped.to_text()
        assert stopped.to_dict()["outcome"] == "undecided"
    assert stopped.check().outcome == "proved"
    assert "PROVED" in stopped.to_text()


def test_few_verdicts_are_kept_of_checks_that_were_stopped():
    many = [proof(f"stopped {number}") for number in range(checking._MOST_STOPPED + 2)]
    for each in many:
        each.check(seconds=0)
    assert len(checking._STOPPED) == checking._MOST_STOPPED
    assert many[-1] in checking._STOPPED
    assert many[0] not in checking._STOPPED
    assert "PROVED" in many[0].to_text()
    checking._STOPPED.clear()
