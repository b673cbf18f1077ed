"""The balls contain the truth, which is computed datum by datum in 60 digits, whatever basis LAPACK returns."""

import flint
import mpmath
import numpy as np
import pytest

from elbo_check.examples import enclosure
from elbo_check.examples.enclosure import enclosed, enclosed_optimum

from .worlds import COUNTS, DATA, MODELS


def truth(model):
    """Return ELBO, evidence and divergence by their definitions: Gaussians with full covariances, datum by datum."""
    pixels, latents = model.W.shape
    W, V, b = (mpmath.matrix(each.tolist()) for each in (model.W, model.V, model.b))
    s2 = mpmath.exp(mpmath.mpf(float(model.log_s2)))
    D = mpmath.diag([mpmath.exp(mpmath.mpf(float(each))) for each in model.log_D])
    C = W * W.T + s2 * mpmath.eye(pixels)
    covariance = s2 * (W.T * W + s2 * mpmath.eye(latents)) ** -1
    totals = [mpmath.mpf(0)] * 3
    for row in COUNTS:
        x = mpmath.matrix([mpmath.mpf(int(each)) / 16 for each in row])
        mu, mean = V * (x - b), covariance * W.T * (x - b) / s2
        error = x - b - W * mu
        squares = (error.T * error)[0] + trace(W * D * W.T)
        likelihood = -(pixels * mpmath.log(2 * mpmath.pi * s2) + squares / s2) / 2
        evidence = pixels * mpmath.log(2 * mpmath.pi) + mpmath.log(mpmath.det(C)) + ((x - b).T * C**-1 * (x - b))[0]
        terms = (
            likelihood - gaussian_kl(mu, D, mpmath.zeros(latents, 1), mpmath.eye(latents)),
            -evidence / 2,
            gaussian_kl(mu, D, mean, covariance),
        )
        totals = [total + term / len(COUNTS) for total, term in zip(totals, terms, strict=True)]
    return totals


def trace(matrix):
    return mpmath.fsum(matrix[i, i] for i in range(matrix.rows))


def gaussian_kl(mean_q, cov_q, mean_p, cov_p):
    inverse, shift = cov_p**-1, mean_q - mean_p
    log_dets = mpmath.log(mpmath.det(cov_p) / mpmath.det(cov_q))
    return (trace(inverse * cov_q) + (shift.T * inverse * shift)[0] - cov_q.rows + log_dets) / 2


def contains(ball, number) -> bool:
    with flint.ctx.workprec(enclosure.BITS):
        return bool(abs(ball - flint.arb(mpmath.nstr(number, 55))) < flint.arb(10) ** -45)


@pytest.mark.parametrize("model", MODELS, ids=range(len(MODELS)))
def test_the_three_numbers_are_right_to_45_digits(model) -> None:
    with mpmath.workdps(60):
        for ball, number in zip(enclosed(model, DATA), truth(model), strict=True):
            assert contains(ball, number)
            assert ball.rad() < 1e-45


def exact_optimum(latents):
    with mpmath.workdps(60):
        x = mpmath.matrix(COUNTS.tolist()) / 16
        mean = [mpmath.fsum(x[i, j] for i in range(len(COUNTS))) / len(COUNTS) for j in range(4)]
        centred = mpmath.matrix(len(COUNTS), 4)
        for i in range(len(COUNTS)):
            for j in range(4):
                centred[i, j] = x[i, j] - mean[j]
        values = sorted(mpmath.eigsy(centred.T * centred / len(COUNTS), eigvals_only=True), reverse=True)
        s2 = mpmath.fsum(values[latents:]) / (4 - latents)
        logs = mpmath.fsum(map(mpmath.log, values[:latents])) + (4 - latents) * mpmath.log(s2)
        return -(4 * mpmath.log(2 * mpmath.pi) + logs + 4) / 2


@pytest.mark.parametrize("latents", [1, 2, 3])
def test_the_optimum_is_enclosed_and_tightly(latents: int) -> None:
    ball = enclosed_optimum(DATA, latents)
    assert abs(float(ball) - float(exact_optimum(latents))) <= float(ball.rad()) + 1e-15
    assert ball.rad() < 1e-13


def test_a_poor_basis_widens_the_ball_and_does_not_move_it_off_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    eigh = np.linalg.eigh

    def poor(matrix):
        values, vectors = eigh(matrix)
        return values, vectors + 1e-5 * np.random.default_rng(0).normal(size=vectors.shape)

    monkeypatch.setattr(np.linalg, "eigh", poor)
    ball = enclosed_optimum(DATA, 2)
    assert 1e-7 < float(ball.rad()) < 1e-2
    assert abs(float(ball) - float(exact_optimum(2))) <= float(ball.rad())
