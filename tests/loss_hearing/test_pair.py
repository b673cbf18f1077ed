"""A sampler and its KL: right together, or right alone under readings that exclude each other."""

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.diagnosis.quantities import Options
from elbo_check.diagnosis.roles import assigned
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.loss_hearing.hearing import Case
from elbo_check.loss_hearing.pair import verdict_on_pair
from elbo_check.witnesses.seeding import Seeds
from tests.loss_hearing.help import accused, ask, codes_of, names_of, needs_torch, passed

DRAW = ("mean", "log_variance", "noise")
SIGMA = {"log_variance": lambda t: np.exp(t / 2), "log_std": np.exp, "std": lambda t: t}


def z(mu, t, eps, role="log_variance"):
    return mu + SIGMA[role](t) * eps


def kl(mu, t, role="log_variance"):
    sigma = SIGMA[role](t)
    return 0.5 * (mu**2 + sigma**2 - 1 - np.log(sigma**2)).sum(-1)


def plain_kl(mu, logvar):
    return kl(mu, logvar)


def sampled(mu, t, eps):
    return (-0.5 * eps**2 - t / 2 + 0.5 * z(mu, t, eps) ** 2).sum(-1)


@pytest.mark.endurance
@pytest.mark.parametrize(
    "fn",
    [
        lambda mu, logvar, eps: (z(mu, logvar, eps), kl(mu, logvar)),
        lambda mu, logvar, eps: (kl(mu, logvar).mean(), z(mu, logvar, -eps)),
        lambda mu, logvar, eps: {"kl": kl(mu, logvar).sum(), "z": z(mu, logvar, eps)},
        lambda mu, logvar, eps: (z(mu, logvar, eps), sampled(mu, logvar, eps)),
        lambda mu, logvar, eps: (z(mu, logvar, eps), 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)),
        lambda mu, logvar, eps: z(mu, logvar, 1.0 * eps),
        lambda mu, logvar, eps: kl(mu, logvar),
        lambda mu, logvar, eps: sampled(mu, logvar, eps).mean(),
    ],
)
def test_right_pairs_and_single_outputs_pass(fn) -> None:
    assert passed(ask(fn, *DRAW)).relation == "equal"
    passed(ask(fn))


@pytest.mark.endurance
def test_outputs_that_are_handed_on_are_left_out_and_said_to_be() -> None:
    found = passed(ask(lambda mu, logvar, eps: (mu, logvar, z(mu, logvar, eps), kl(mu, logvar)), *DRAW))
    told = next(finding.message for finding in found.findings if finding.code == "not-judged")
    assert told.endswith("'0', '1'")


@pytest.mark.endurance
def test_images_and_single_vectors_are_paired() -> None:
    def image(mu, logvar, eps):
        return z(mu, logvar, eps), kl(mu, logvar).sum((1, 2)) if mu.ndim == 4 else 1 / 0

    def vector(mu, logvar, eps):
        return (z(mu, logvar, eps), kl(mu, logvar)) if mu.ndim == 1 else 1 / 0

    passed(ask(image, *DRAW))
    passed(ask(vector, *DRAW))


@pytest.mark.endurance
@pytest.mark.parametrize("roles", [DRAW, ()])
@pytest.mark.parametrize(
    ("drawn", "charged"), [("log_std", "log_variance"), ("log_variance", "log_std"), ("std", "log_std")]
)
def test_readings_that_exclude_each_other_are_named(roles, drawn, charged) -> None:
    def both(mu, logvar, eps):
        return z(mu, logvar, eps, drawn), kl(mu, logvar, charged) if charged != "std" else None

    found = accused("sampler-kl-disagree", ask(both, *roles))
    evidence = found.mistakes[0].evidence
    assert "the sampler is right if logvar holds" in evidence
    assert found.counterexample is not None
    assert found.as_test()


@pytest.mark.endurance
def test_what_the_field_did_is_named_by_its_own_name_too() -> None:
    w031 = ask(lambda mu, logvar, eps: (z(mu, logvar, eps, "log_std"), kl(mu, logvar)), *DRAW)
    assert names_of(w031) == [
        {"sampler-kl-disagree", "var-as-std-in-reparam", "logvar-as-logstd-in-reparam", "logvar-as-logsigma"}
    ]

    def w069(mean, stddev, eps):
        return mean + np.exp(stddev) * eps, -0.5 * np.mean(1 + stddev - mean**2 - np.exp(stddev), -1)

    found = ask(w069, *DRAW)
    assert ["var-as-std-in-reparam" in names_of(found)[0], "mean-over-latent" in names_of(found)[1]] == [True, True]


@pytest.mark.unmeasured
def test_both_under_one_other_reading_is_a_condition_or_two_slips() -> None:
    def both(mu, logvar, eps):
        return z(mu, logvar, eps, "log_std"), kl(mu, logvar, "log_std")

    found = ask(both)
    assert found.outcome == "undecided"
    assert "if logvar holds log σ" in found.missing
    said = ask(both, *DRAW)
    assert ["logvar-as-logsigma" in names for names in names_of(said)] == [True, True]


@pytest.mark.endurance
def test_one_wrong_output_is_named_beside_a_right_one() -> None:
    found = accused("noise-scale", ask(lambda mu, logvar, eps: (z(mu, logvar, 0.01 * eps), kl(mu, logvar)), *DRAW))
    assert "z = " in found.recovered
    unknown = ask(lambda mu, logvar, eps: (mu + np.tanh(logvar) * eps, kl(mu, logvar)), *DRAW)
    assert unknown.outcome == "refuted"
    assert "not recognised" in unknown.recovered
    assert unknown.expression is None


@pytest.mark.unmeasured
def test_a_named_quantity_and_a_chosen_output_are_taken_at_their_word() -> None:
    def both(mu, logvar, eps):
        return z(mu, logvar, eps, "log_std"), kl(mu, logvar)

    passed(ask(both, *DRAW, output="1"))
    accused("var-as-std-in-reparam", ask(both, *DRAW, output="0"))
    passed(ask(both, *DRAW, output="1", quantity="gaussian-kl"))


def test_a_random_output_is_undecided() -> None:
    random = np.random.default_rng(0)
    found = ask(lambda mu, logvar, eps: (mu + random.normal(size=mu.shape), kl(mu, logvar)), *DRAW)
    assert found.outcome == "undecided"


def test_an_output_that_changes_its_shape_is_no_crash() -> None:
    def both(mu, logvar, eps):
        return z(mu, logvar, eps), np.ones(len(mu) + 1)

    found = ask(both, *DRAW)
    assert found.outcome in {"consistent", "undecided", "refuted"}


def case_of(fn, roles, name):
    function = LossFunction.of(fn)
    return Case(function, assigned(function.parameters, function.optional, roles), name, Options(), {}, None)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("role", "outcome"), [("log_variance", "consistent"), ("log_std", "refuted")])
def test_two_functions_are_judged_as_a_pair(role, outcome) -> None:
    sampler = case_of(lambda mu, logvar, eps: z(mu, logvar, eps, role), DRAW, "sampler")
    found = verdict_on_pair(sampler, case_of(plain_kl, DRAW[:2], "gaussian-kl"), Seeds.of(0))
    assert found.outcome == outcome
    assert ["sampler-kl-disagree" in names for names in names_of(found)] == [True] * (role == "log_std")


def test_two_functions_of_different_tensors_are_only_put_side_by_side() -> None:
    sampler = case_of(lambda mu, s, eps: z(mu, s, eps, "log_std"), ("mean", "std", "noise"), "sampler")
    found = verdict_on_pair(sampler, case_of(plain_kl, DRAW[:2], "gaussian-kl"), Seeds.of(0))
    assert names_of(found) == [{"sigma-as-logsigma"}]


@pytest.mark.endurance
@needs_torch
def test_a_detached_sample_of_a_pair_is_named_beside_its_slip() -> None:
    pytest.importorskip("torch")

    def both(mu, logvar, eps):
        charge = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)
        return mu + logvar.exp().detach() * eps, charge

    found = ask(both, *DRAW, backend="torch")
    assert [mistake.slug for mistake in found.mistakes] == ["sampler-kl-disagree", "detached-sample"]
    assert "right-value-wrong-gradient" not in codes_of(found)


def test_two_tensors_that_only_names_tell_of_are_asked_after() -> None:
    draw = lambda mu, log_std, eps: z(mu, log_std, eps, "log_std")
    found = ask(plain_kl, sampler=draw)
    assert found.outcome == "undecided"
    assert "given log σ as log_std, and the KL log σ² as logvar: two tensors" in found.missing
    roles = {"mu": "mean", "log_std": "log_std", "logvar": "log_variance", "eps": "noise"}
    assert verify_loss(plain_kl, sampler=draw, roles=roles, rng=0).outcome == "consistent"
