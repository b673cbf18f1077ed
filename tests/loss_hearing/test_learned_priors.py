"""Whole losses whose prior is learned or conditional: the KL of two Gaussians beside −log p(x | z)."""

import numpy as np
import pytest
from scipy.stats import bernoulli, norm

from elbo_check.errors import InputError
from tests.loss_hearing.help import accused, ask, codes_of, long, needs_torch, passed, passes, unmeasured

ROLES = ("x", "reconstruction", "mean_q", "std_q", "mean_p", "std_p")
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(8)


def kl(mq, sq, mp, sp):
    """E_q[log q − log p] by Gauss–Hermite quadrature, from SciPy's densities: exact for a polynomial of degree 2."""
    z = mq[..., None] + sq[..., None] * NODES
    ratios = norm.logpdf(z, mq[..., None], sq[..., None]) - norm.logpdf(z, mp[..., None], sp[..., None])
    return ratios @ (WEIGHTS / WEIGHTS.sum())


def bits(x, r):
    return -(x * bernoulli.logpmf(1, r) + (1 - x) * bernoulli.logpmf(0, r))


def squares(x, r):
    return -norm.logpdf(x, r)


def of_rows(x, r, mq, sq, mp, sp):
    return squares(x, r).sum(-1) + kl(mq, sq, mp, sp).sum(-1)


@pytest.mark.parametrize("data", [bits, unmeasured(squares)])
def test_what_is_right_passes(data) -> None:
    passed(ask(lambda x, r, a, b, c, d: (data(x, r).sum(-1) + kl(a, b, c, d).sum(-1)).mean(), *ROLES))


@pytest.mark.endurance
def test_so_it_does_in_every_reduction_and_reading_and_beside_a_decoder_with_its_spread() -> None:
    passed(ask(of_rows, *ROLES))
    passed(ask(lambda x, r, a, b, c, d: of_rows(x, r, a, b, c, d).sum(), *ROLES))
    logs = ("x", "reconstruction", "mean_q", "log_variance_q", "mean_p", "log_std_p")
    passed(ask(lambda x, r, a, t, c, u: of_rows(x, r, a, np.exp(t / 2), c, np.exp(u)).mean(), *logs))
    learned = lambda x, r, w, a, b, c, d: (-norm.logpdf(x, r, w).sum(-1) + kl(a, b, c, d).sum(-1)).mean()
    passed(ask(learned, "x", "reconstruction", "decoder_std", *ROLES[2:]))
    weighed = lambda x, r, a, b, c, d: (squares(x, r).sum(-1) + 4 * kl(a, b, c, d).sum(-1)).mean()
    passed(ask(weighed, *ROLES, beta=4))


WRONG = {
    "mean-over-latent": lambda a, b, c, d: kl(a, b, c, d).mean(-1),
    "reversed-kl": lambda a, b, c, d: kl(c, d, a, b).sum(-1),
    "doubled": lambda a, b, c, d: 2 * kl(a, b, c, d).sum(-1),
    "prior-ignored": lambda a, b, c, d: kl(a, b, 0 * c, 0 * d + 1).sum(-1),
    "wrong-sign": lambda a, b, c, d: -kl(a, b, c, d).sum(-1),
    "missing-kl-term": lambda a, b, c, d: 0.0,
    "multiplied-not-divided": lambda a, b, c, d: (np.log(d / b) + (b**2 + (a - c) ** 2) / 2 * d**2 - 0.5).sum(-1),
    "free-bits": lambda a, b, c, d: np.maximum(kl(a, b, c, d), 0.5).sum(-1),
}


@pytest.mark.parametrize(("slug", "divergence"), [unmeasured(*case) for case in WRONG.items()])
def test_a_mistake_in_its_kl_is_named(slug, divergence) -> None:
    loss = lambda x, r, a, b, c, d: (bits(x, r).sum(-1) + divergence(a, b, c, d)).mean()
    found = accused(slug, ask(loss, *ROLES))
    assert not passes(found, loss)
    assert passes(found, lambda x, r, a, b, c, d: (bits(x, r).sum(-1) + kl(a, b, c, d).sum(-1)).mean())


@pytest.mark.unmeasured
def test_the_cure_of_an_order_is_that_of_the_part_that_has_it() -> None:
    reversed_kl = lambda x, r, a, b, c, d: (bits(x, r).sum(-1) + kl(c, d, a, b).sum(-1)).mean()
    assert "mu_q=" in accused("argument-order", ask(reversed_kl, *ROLES)).mistakes[0].cure
    swapped = lambda x, r, a, b, c, d: (bits(r, x).sum(-1) + kl(a, b, c, d).sum(-1)).mean()
    assert "input=" in accused("argument-order", ask(swapped, *ROLES)).mistakes[0].cure


@pytest.mark.unmeasured
def test_the_mean_over_the_pixels_beside_it_is_named() -> None:
    loss = lambda x, r, a, b, c, d: (bits(x, r).mean(-1) + kl(a, b, c, d).sum(-1)).mean()
    accused("bce-mean-vs-kl-sum", ask(loss, *ROLES))


@pytest.mark.endurance
def test_an_unknown_decoder_beside_it_is_asked_for() -> None:
    student = lambda x, r: 2 * np.log1p((x - r) ** 2 / 3).sum(-1)
    right = ask(lambda x, r, a, b, c, d: (student(x, r) + kl(a, b, c, d).sum(-1)).mean(), *ROLES)
    assert right.outcome == "undecided"
    assert "unknown-decoder" in codes_of(right)
    wrong = ask(lambda x, r, a, b, c, d: (student(x, r) + kl(c, d, a, b).sum(-1)).mean(), *ROLES)
    assert wrong.outcome == "refuted"


@pytest.mark.unmeasured
def test_names_of_a_prior_tell_its_roles() -> None:
    def loss(recon_x, x, mu, logvar, prior_mu, prior_logvar):
        return of_rows(x, recon_x, mu, np.exp(logvar / 2), prior_mu, np.exp(prior_logvar / 2)).mean()

    assert "proposed-roles" in codes_of(passed(ask(loss)))


@pytest.mark.unmeasured
@needs_torch
@pytest.mark.parametrize("weights", [(0.2, 0.8), long((0.0, 1.0))])
def test_a_balanced_kl_within_a_loss_is_told(weights) -> None:
    from torch.distributions import Normal, kl_divergence

    def loss(x, r, mq, sq, mp, sp):
        cut_q, cut_p = Normal(mq.detach(), sq.detach()), Normal(mp.detach(), sp.detach())
        of_q, of_p = kl_divergence(Normal(mq, sq), cut_p), kl_divergence(cut_q, Normal(mp, sp))
        return (0.5 * ((x - r) ** 2).sum(-1) + (weights[0] * of_q + weights[1] * of_p).sum(-1)).mean()

    found = ask(loss, *ROLES, backend="torch")
    assert {"kl-balancing", "stopped-gradient"} & codes_of(found), found
    assert not found.mistakes


def test_roles_that_are_those_of_no_loss_are_refused_with_what_a_whole_loss_takes() -> None:
    with pytest.raises(InputError, match="with _q and _p") as told:
        ask(lambda x, r, a, b: 0.0, "x", "reconstruction", "mean_q", "std_q")
    assert "a whole loss" in str(told.value)
