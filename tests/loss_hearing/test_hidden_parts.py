"""Thresholds of a part, as free nats are: a KL that is hidden at ordinary numbers and shows further out is there."""

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, codes_of

VAE = ("reconstruction", "x", "mean", "log_variance")


def with_kl(changed):
    """A loss of squares whose KL, a mean over the batch, is changed in this way."""

    def loss(recon, x, mu, logvar):
        return 0.5 * ((recon - x) ** 2).sum(1).mean() + changed(
            0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1).mean()
        )

    return loss


@pytest.mark.parametrize("nats", [20.0, 100.0])
def test_a_hinge_is_no_kl_that_is_missing(nats) -> None:
    found = ask(with_kl(lambda kl: np.maximum(kl - nats, 0.0)), *VAE)
    assert found.outcome == "refuted"
    assert found.mistakes == ()
    assert found.finding("threshold").message.startswith("it computes this at random points, and another value at ")
    assert "effective-beta" not in codes_of(found)


def test_a_hinge_far_out_is_no_kl_that_is_missing() -> None:
    found = ask(with_kl(lambda kl: np.maximum(kl - 1e7, 0.0)), *VAE)
    assert found.mistakes == ()
    assert "no more than a constant at ordinary numbers" in found.finding("hidden-part").message


@pytest.mark.endurance
@pytest.mark.parametrize(
    "changed", [lambda kl: np.abs(kl - 25.0), lambda kl: np.maximum(kl, 20.0)], ids=["capacity", "floor"]
)
def test_a_formula_that_ends_at_a_threshold_is_told_with_the_place(changed) -> None:
    found = ask(with_kl(changed), *VAE)
    assert found.outcome == "refuted"
    assert "at logvar = " in found.finding("threshold").message


@pytest.mark.parametrize(
    ("changed", "slug"),
    [(lambda kl: 0.0, "missing-kl-term"), (lambda kl: 2 * kl, "wrong-scale")],
    ids=["none", "twice"],
)
def test_a_formula_that_holds_everywhere_has_no_threshold(changed, slug) -> None:
    found = ask(with_kl(changed), *VAE)
    assert slug in {name for mistake in found.mistakes for name in (mistake.slug, *mistake.same_as)}
    assert not codes_of(found) & {"threshold", "hidden-part"}


def test_a_clamp_of_an_argument_is_no_threshold_of_a_wrong_loss() -> None:
    def loss(recon, x, mu, logvar):
        logvar = np.clip(logvar, -4.0, 4.0)
        return 0.5 * ((recon - x) ** 2).sum(1).mean() + (mu**2 + np.exp(logvar) - 1 - logvar).sum(1).mean()

    assert "threshold" not in codes_of(ask(loss, *VAE))


def test_a_missing_kl_beside_a_clamp_is_still_missing() -> None:
    accused("missing-kl-term", ask(with_kl(lambda kl: 0.0 * np.clip(kl, 0.0, 20.0)), *VAE))


def test_a_kl_is_missing_from_what_refuses_extreme_numbers() -> None:
    def loss(recon, x, mu, logvar):
        if np.abs(mu).max() > 1e2 or np.abs(logvar).max() > 20:
            raise ValueError("too large")
        return 0.5 * ((recon - x) ** 2).sum(1).mean()

    accused("missing-kl-term", ask(loss, *VAE))


def of_parts(put_together):
    """A loss of squares and a KL, both means over the batch, that are put together in this way."""

    def loss(recon, x, mu, logvar):
        kl = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1).mean()
        return put_together(0.5 * ((recon - x) ** 2).sum(1).mean(), kl)

    return loss


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("put_together", "numbers"),
    [
        (np.maximum, (0.697937, 0.0201242)),
        (np.minimum, (0.0201242, 0.697937)),
        (lambda rec, kl: rec + (kl if kl < rec else 0.0), (0.718061, 0.697937)),
        (lambda rec, kl: rec + kl * np.minimum(rec / kl, 1.0) if kl else rec, (0.718061, 1.39587)),
    ],
    ids=["maximum", "minimum", "a branch", "a weight"],
)
def test_a_part_that_the_other_one_hides_is_none_that_is_missing(put_together, numbers) -> None:
    found = ask(of_parts(put_together), *VAE)
    assert found.outcome == "refuted"
    assert found.mistakes == ()
    assert "effective-beta" not in codes_of(found)
    told = found.finding("threshold").message
    assert "another value where mu and logvar are nearer to the simplest numbers" in told
    assert "({:.6g}, and this is {:.6g})".format(*numbers) in told


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("put_together", "slug"),
    [
        (lambda rec, kl: rec, "missing-kl-term"),
        (lambda rec, kl: rec + 0 * kl, "missing-kl-term"),
        (lambda rec, kl: np.maximum(rec, 1e-6), "missing-kl-term"),
        (lambda rec, kl: kl, "missing-reconstruction-term"),
        (lambda rec, kl: kl + 0 * rec, "missing-reconstruction-term"),
    ],
    ids=["no kl", "times zero", "floor of rounding", "no reconstruction", "zero times"],
)
def test_a_part_that_shows_nowhere_is_missing(put_together, slug) -> None:
    found = ask(of_parts(put_together), *VAE)
    accused(slug, found)
    assert not codes_of(found) & {"threshold", "hidden-part"}


def test_a_part_is_missing_from_bits_as_from_others() -> None:
    def loss(p, x, mu, logvar):
        return -np.log(np.where(x == 1, p, 1 - p)).sum(1).mean()

    accused("missing-kl-term", ask(loss, "probabilities", "x", "mean", "log_variance"))


def test_a_packed_posterior_is_told_of_by_its_halves() -> None:
    def loss(recon, x, h):
        return of_parts(np.maximum)(recon, x, *np.split(h, 2, -1))

    found = ask(loss, "reconstruction", "x", "mean_and_log_variance")
    assert "where h₁ and h₂ are nearer" in found.finding("threshold").message
