"""The mean of an estimator over all of its draws, against the truth: no sampling error on either side."""

import mpmath
import numpy as np

from elbo_check.densities.gaussian import Gaussian
from elbo_check.densities.normal import Normal
from elbo_check.estimators import eubo, iwae, reparameterised, score_function, sgvb_a, sgvb_b
from elbo_check.models import NormalNormal

from .toys import MIXTURE, Q, high, scripted, slopes, softmax

MODEL, X = NormalNormal(0.5, 2.0, sigma=1.5), [1.0, 3.0, -0.5]
MEAN, SIGMA = 0.75, 0.5
# the weights ⅔, ⅙, ⅙ at 0 and ±√3 have the moments of a standard normal up to the fifth: as six tickets
NODES = np.array([0.0, 0.0, 0.0, 0.0, np.sqrt(3.0), -np.sqrt(3.0)])


def departure(found, truth):
    """Return the largest departure of what was found, in units of 1e-12 of the size of the truth (at least 1)."""
    wanted = np.array([float(number) for number in truth])
    return float(np.max(np.abs(np.asarray(found) - wanted) / np.maximum(1.0, np.abs(wanted)))) / 1e-12


def log_bound(logits, samples):
    with mpmath.workdps(40):
        return MIXTURE.bound(softmax(logits), samples)


def finite_values(samples):
    """How far the mean of L_K's estimator, of its score-function objective and its gradient are off."""
    with mpmath.workdps(40):
        logits = [mpmath.log(p) for p in high(Q)]
        value, gradient = log_bound(logits, samples), slopes(lambda given: log_bound(given, samples), logits)
    q, draws = scripted(Q, samples)
    plain = iwae.estimate(MIXTURE, None, q, samples=samples, draws=draws)
    scored = score_function.gradient(MIXTURE, None, q, samples=samples, draws=draws, baseline=-0.75)
    return max(departure([plain.value, scored.objective.value], [value] * 2), departure(scored.value, gradient))


def finite_sgvb(form):
    """How far the mean of SGVB A or B on a finite world, and of its score-function gradient, are off."""
    with mpmath.workdps(40):
        logits = [mpmath.log(p) for p in high(Q)]
        value, gradient = log_bound(logits, 1), slopes(lambda given: log_bound(given, 1), logits)
    q, draws = scripted(Q, 1)
    plain = {"A": sgvb_a, "B": sgvb_b}[form].estimate(MIXTURE, None, q, draws=draws)
    scored = score_function.gradient(MIXTURE, None, q, draws=draws, form=form, baseline=0.5)
    return max(departure([plain.value, scored.objective.value], [value] * 2), departure(scored.value, gradient))


def gaussian_elbo(mean, sigma):
    """The ELBO of N(mean, sigma²) in `MODEL`, typed from its definition."""
    m, s = mpmath.mpf(mean), mpmath.mpf(sigma)
    normal = lambda square, scale: -square / (2 * scale**2) - mpmath.log(scale) - mpmath.log(2 * mpmath.pi) / 2
    fit = mpmath.fsum(normal((number - m) ** 2 + s**2, mpmath.mpf(1.5)) for number in X)
    return fit + normal((m - mpmath.mpf(0.5)) ** 2 + s**2, mpmath.mpf(2)) - normal(s**2, s)


def gaussian_gradients(monkeypatch, form):
    """How far value and gradient of both gradient estimators are off, over noise with the moments of a normal."""
    noise = Gaussian.noise
    monkeypatch.setattr(Gaussian, "noise", lambda self, g, count: NODES if count == 6 else noise(self, g, count))
    with mpmath.workdps(40):
        value, gradient = gaussian_elbo(MEAN, SIGMA), slopes(lambda p: gaussian_elbo(*p), [MEAN, SIGMA])
    off = []
    for estimator in (reparameterised, score_function):
        found = estimator.gradient(MODEL, X, Normal(MEAN, SIGMA), draws=6, form=form)
        assert found.names == ("mu[0]", "sigma[0]")
        off.append(max(departure([found.objective.value], [value]), departure(found.value, gradient)))
    return off


def finite_eubo():
    """How far the mean of the EUBO and of its gradient are off, over all draws of the posterior."""
    posterior = [joint / MIXTURE.evidence for joint in MIXTURE.joint]

    def truth(logits):
        weights = zip(high(posterior), high(MIXTURE.joint), softmax(logits), strict=True)
        return mpmath.fsum(p * mpmath.log(joint / own) for p, joint, own in weights)

    with mpmath.workdps(40):
        logits = [mpmath.log(p) for p in high(Q)]
        value, gradient = truth(logits), slopes(truth, logits)
    (drawn, draws), (q, _) = scripted(posterior, 1), scripted(Q, 1)
    model = type(MIXTURE)(MIXTURE.chances, MIXTURE.likelihood)
    model.posterior = lambda x, world: drawn
    found, with_slopes = eubo.estimate(model, None, q, draws=draws), eubo.gradient(model, None, q, draws=draws)
    return max(
        departure([found.value, with_slopes.objective.value], [value] * 2), departure(with_slopes.value, gradient)
    )
