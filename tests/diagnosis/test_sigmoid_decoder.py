"""A Gaussian decoder whose mean is the sigmoid of its logits: right ones are not accused, and its slips are named."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from elbo_check.diagnosis.probing import Kind, Sample
from elbo_check.diagnosis.quantities import Options, quantity_for, reconstruction_terms
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.loss_hearing.values import value_at

from .judged import beta_of, codes, is_named, judged, named, outcome

L = ("x", "logits", "mean", "log_variance")
BERNOULLI, GAUSSIAN = "bernoulli-vae-loss", "gaussian-vae-loss"
LOG_2PI = np.log(2 * np.pi)


def kl(mu, lv):
    return 0.5 * np.sum(mu**2 + np.exp(lv) - 1 - lv, axis=-1)


def sse(x, r):
    return np.sum((x - r) ** 2, axis=-1)


def with_kl(part):
    return lambda x, t, m, s: np.mean(part(x, t) + kl(m, s))


RIGHT = {
    "half": lambda x, t: 0.5 * sse(x, expit(t)),
    "with its constant": lambda x, t: np.sum(0.5 * (x - expit(t)) ** 2 + 0.5 * LOG_2PI, -1),
    "by a tanh": lambda x, t: 0.5 * sse(x, 0.5 + 0.5 * np.tanh(t / 2)),
    "expanded": lambda x, t: np.sum(0.5 * x * x - x * expit(t) + 0.5 * expit(t) ** 2, -1),
}


@pytest.mark.endurance
@pytest.mark.parametrize("quantity", [None, GAUSSIAN])
@pytest.mark.parametrize("case", RIGHT)
def test_right_ones_are_not_accused(case, quantity):
    diagnosis = judged(with_kl(RIGHT[case]), L, quantity)
    assert outcome(diagnosis) == "consistent", str(diagnosis)
    assert diagnosis.mistakes == ()
    assert ("missing-constant" in codes(diagnosis)) == (case != "with its constant")


def test_the_whole_formula_is_that_of_scipy():
    quantity = quantity_for(frozenset(L), GAUSSIAN, Options())
    sizes = {"B": 4, "d": 3, "D": 5}
    arrays = quantity.draw(np.random.default_rng(0), sizes)
    sample = Sample(sizes, LAYOUTS[0], Kind(("B",)), (arrays,), ())
    found = value_at(quantity.rights(sample.kind, sample.layout)[0].formula, sample, arrays)
    truth = -norm.logpdf(arrays["x"], expit(arrays["logits"]), 1).sum(-1) + kl(arrays["mean"], arrays["log_variance"])
    np.testing.assert_allclose(found, truth, rtol=1e-12)


def test_a_squared_error_without_its_half_says_which_decoder_that_is():
    diagnosis = judged(with_kl(lambda x, t: sse(x, expit(t))), L)
    assert outcome(diagnosis) == "consistent"
    assert "mse-without-variance" in codes(diagnosis)
    told = judged(with_kl(lambda x, t: sse(x, expit(t))), L, GAUSSIAN)
    assert is_named(told, "mse-without-variance")
    assert beta_of(told) == "1/2"


@pytest.mark.endurance
def test_logits_are_those_of_a_bernoulli_as_well():
    cross = with_kl(lambda x, t: np.sum(np.logaddexp(0, t) - x * t, -1))
    assert outcome(judged(cross, L)) == outcome(judged(cross, L, BERNOULLI)) == "consistent"
    assert is_named(judged(cross, L, GAUSSIAN), "wrong-likelihood")
    for case in ("half", "by a tanh"):
        assert is_named(judged(with_kl(RIGHT[case]), L, BERNOULLI), "wrong-likelihood")


WRONG = {
    "forgotten": (lambda x, t: 0.5 * sse(x, t), ("missing-sigmoid",), ""),
    "forgotten, a mean": (lambda x, t: 0.5 * sse(x, t) / x.shape[1], ("missing-sigmoid", "mse-mean-vs-kl-sum"), "D"),
    "twice": (lambda x, t: 0.5 * sse(x, expit(expit(t))), ("probabilities-as-logits",), ""),
    "a mean": (lambda x, t: np.mean((x - expit(t)) ** 2, -1), ("mse-mean-vs-kl-sum",), "D/2"),
    "half a mean": (lambda x, t: np.mean((x - expit(t)) ** 2, -1) / 2, ("mse-mean-vs-kl-sum",), "D"),
    "no square": (lambda x, t: 0.5 * np.sum(x - expit(t), -1), ("not-squared",), ""),
    "subtracted": (lambda x, t: -0.5 * sse(x, expit(t)), ("wrong-sign",), "−1"),
    "constant once": (lambda x, t: 0.5 * sse(x, expit(t)) + 0.5 * LOG_2PI, ("missing-dim-term",), ""),
}


@pytest.mark.endurance
def test_absolute_errors_are_open_unless_a_gaussian_is_asked_for():
    part = with_kl(lambda x, t: 0.5 * np.abs(x - expit(t)).sum(-1))
    assert outcome(judged(part, L, None)) == "undecided"
    diagnosis = judged(part, L, GAUSSIAN)
    assert outcome(diagnosis) == "refuted"
    assert is_named(diagnosis, "not-squared")


@pytest.mark.endurance
@pytest.mark.parametrize("quantity", [None, GAUSSIAN])
@pytest.mark.parametrize("case", WRONG)
def test_its_slips_are_named(case, quantity):
    part, slugs, beta = WRONG[case]
    diagnosis = judged(with_kl(part), L, quantity)
    assert outcome(diagnosis) == "refuted"
    assert is_named(diagnosis, *slugs), named(diagnosis)
    assert beta_of(diagnosis) == beta


@pytest.mark.unmeasured
def test_a_sigmoid_too_many_beside_a_reconstruction():
    roles = ("x", "reconstruction", "mean", "log_variance")
    assert is_named(judged(with_kl(RIGHT["half"]), roles), "probabilities-as-logits")


@pytest.mark.endurance
def test_a_name_that_may_hold_logits_is_no_ground_for_an_accusation():
    def squares(recon_x, x, mu, logvar):
        return np.mean(0.5 * sse(x, expit(recon_x)) + kl(mu, logvar))

    def crosses(recon_x, x, mu, logvar):
        return np.mean(np.sum(np.logaddexp(0, recon_x) - x * recon_x, -1) + kl(mu, logvar))

    def plain(logits, x, mu, logvar):
        return np.mean(0.5 * sse(x, logits) + kl(mu, logvar))

    for function in (squares, crosses):
        diagnosis = judged(function, None)
        assert outcome(diagnosis) == "undecided"
        assert "if recon_x holds logits" in diagnosis.missing
    assert "if logits holds what the decoder gives" in judged(plain, None).missing


@pytest.mark.endurance
def test_losses_of_torch():
    torch = pytest.importorskip("torch")
    f = torch.nn.functional

    def right(x, t, m, s):
        d = torch.distributions
        latent = d.kl_divergence(d.Normal(m, (0.5 * s).exp()), d.Normal(0.0, 1.0)).sum(-1)
        return (latent - d.Normal(torch.sigmoid(t), 1.0).log_prob(x).sum(-1)).mean()

    def averaged(x, t, m, s):
        return f.mse_loss(t.sigmoid(), x) - 0.5 * (1 + s - m**2 - s.exp()).sum() / len(x)

    assert outcome(judged(right, L, GAUSSIAN, backend="torch")) == "consistent"
    assert outcome(judged(right, L, backend="torch")) == "consistent"
    assert is_named(judged(averaged, L, backend="torch"), "mse-mean-vs-kl-sum")


@pytest.mark.endurance
def test_in_images():
    def loss(x, t, m, s):
        assert x.ndim == 4
        return np.mean(0.5 * np.sum((x - expit(t)) ** 2, axis=(1, 2, 3)) + kl(m, s))

    assert outcome(judged(loss, L)) == "consistent"


@pytest.mark.endurance
def test_a_wrong_sigmoid_would_be_seen(monkeypatch):
    """Sabotage: the sigmoid of twice the logits, and of none."""
    for broken in (lambda t: 1 / (1 + np.exp(-2 * t)), lambda t: t):
        monkeypatch.setattr(reconstruction_terms, "_sigmoid", broken)
        assert outcome(judged(with_kl(RIGHT["half"]), L)) != "consistent"
