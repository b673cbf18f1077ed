"""Functions that change what they return, or how much of it, are not read as if they did not."""

from types import SimpleNamespace

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import LossFunctionError, WitnessError
from elbo_check.loss_hearing.calls import samples_of

ROLES = ("mean", "log_variance")


def each(m, s):
    return 0.5 * (m**2 + np.exp(s) - 1 - s)


def judged(function, **settings):
    return verify_loss(function, roles=ROLES, rng=2, **settings)


def test_an_output_that_comes_and_goes_is_undecided():
    found = judged(lambda mu, logvar: {"kl" if len(mu) == 2 else "loss": each(mu, logvar).sum()})
    assert str(found.outcome) == "undecided"
    assert "the outputs change from call to call: 'kl' is missing" in found.missing


@pytest.mark.parametrize("limit", [0.0, 4.5, 20.0])
def test_an_output_that_comes_and_goes_with_the_numbers_is_undecided(limit):
    def named(mu, logvar):
        far = np.max(np.abs([mu, logvar])) > limit if limit else np.all(mu == 0)
        return {"loss" if far else "kl": each(mu, logvar).sum(-1)}

    found = judged(named)
    assert str(found.outcome) == "undecided"
    assert found.missing == "the outputs change from call to call: 'kl' is missing"


def parts_that_come_and_go(r, x, m, s):
    divergence = each(m, s).sum(-1).mean()
    return {"rec": (0.5 * (x - r) ** 2).sum(-1).mean(), **({"kl": divergence} if divergence > 0.1 else {})}


def test_a_part_that_comes_and_goes_is_undecided_where_nobody_asked_for_the_sum():
    roles = ("reconstruction", "x", *ROLES)
    found = verify_loss(parts_that_come_and_go, roles=roles, rng=2)
    assert str(found.outcome) == "undecided"
    assert found.missing.startswith("the outputs change from call to call: ")
    assert found.missing.endswith("returned 'rec', and no 'kl' to be added")
    with pytest.raises(LossFunctionError, match="name outputs that are there"):
        verify_loss(parts_that_come_and_go, roles=roles, rng=2, output="rec + kl")


@pytest.mark.unmeasured
def test_parts_of_which_none_is_ever_missing_are_added():
    def parts(r, x, m, s):
        return {"rec": (0.5 * (x - r) ** 2).sum(-1).mean(), "kl": each(m, s).sum(-1).mean()}

    assert str(verify_loss(parts, roles=("reconstruction", "x", *ROLES), rng=2).outcome) == "consistent"


def test_an_output_whose_meaning_changes_with_the_sizes_is_undecided():
    found = judged(lambda mu, logvar: each(mu, logvar).sum(-1 if len(mu) < 4 else None))
    assert str(found.outcome) == "undecided"
    assert "changes with the sizes: one value a sample at {" in found.missing
    assert "one number at {" in found.missing


def test_what_depends_on_other_samples_at_some_sizes_is_no_total():
    found = judged(lambda mu, logvar: np.sort(each(mu, logvar).sum(-1)))
    assert str(found.outcome) == "undecided"
    assert "one value a sample, which depends on other samples too, at {" in found.missing
    assert "total" not in found.missing


def test_sizes_that_a_function_refuses_are_left_out():
    def small(mu, logvar):
        if mu.size > 40:
            raise ValueError("too large")
        return each(mu, logvar).sum(-1)

    found = judged(small)
    assert str(found.outcome) == "consistent"
    assert 1 < len(found.record["sizes"]) < 6


def test_a_failure_that_no_layout_mends_is_told_as_it_is():
    def large_only(mu, logvar):
        return None if mu.size > 6 else each(mu, logvar).sum(-1)

    with pytest.raises(LossFunctionError, match="returned nothing"):
        judged(large_only)


def test_a_list_that_is_as_long_as_the_batch_at_one_choice_only_is_a_list_of_outputs():
    found = judged(lambda mu, logvar: [float(each(mu, logvar).sum()), 7.0])
    assert (str(found.outcome), found.reduction) == ("consistent", "summed over the latents, summed over the batch")


def test_a_coarse_dtype_leaves_right_undecided_and_twice_wrong():
    half = lambda mu, logvar: each(mu.astype(np.float16), logvar.astype(np.float16)).sum(-1)
    assert "which is what float16 can tell" in judged(half).missing
    assert "which is what float16 can tell" in judged(lambda mu, logvar: 1.01 * half(mu, logvar)).missing
    assert str(judged(lambda mu, logvar: 2 * half(mu, logvar)).outcome) == "refuted"


def test_lengths_that_no_sizes_have_are_told():
    nowhere = SimpleNamespace(sizes=lambda: iter(()))
    with pytest.raises(WitnessError, match="no choice of sizes has the lengths"):
        samples_of(nowhere, np.random.default_rng(0))
