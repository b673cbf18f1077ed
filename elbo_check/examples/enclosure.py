"""The same three numbers in balls, by other routes, and the optimum: what an epoch's numbers are judged by.

The data are whole numbers, so their sums are exact; the parameters are binary floats, so they are, too. The evidence
goes through the J × J matrix M (Woodbury), the ELBO through traces of products with V, and nothing is subtracted from
anything else to get the divergence.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .linear_vae import Data, LinearVAE

__all__ = ["Enclosed", "enclosed", "enclosed_optimum"]

BITS = 192


class Enclosed(NamedTuple):
    """FLINT balls around ELBO, log p(x) and KL(q ‖ posterior), in nats per datum."""

    elbo: Any
    log_evidence: Any
    divergence: Any


def enclosed(model: LinearVAE, data: Data) -> Enclosed:
    """Enclose the three numbers."""
    import flint

    with flint.ctx.workprec(BITS):
        W, V, b = _matrix(model.W), _matrix(model.V), _matrix(model.b[:, None])
        log_s2, log_D = flint.arb(float(model.log_s2)), [flint.arb(float(each)) for each in model.log_D]
        parts = _Parts(W, V, log_s2, log_D, _scatter(data, b))
        return Enclosed(_elbo(parts), _log_evidence(parts), _divergence(parts))


def enclosed_optimum(data: Data, latents: int) -> Any:
    """Enclose the largest log p(x), whatever the accuracy of the eigenvectors that LAPACK finds.

    For any invertible Q, the eigenvalues of QᵀSQ are those of S times factors between the extreme eigenvalues of QᵀQ
    (Ostrowski), and they differ from its diagonal, sorted, by at most the norm of what stands off it (Weyl).

    Source: Horn and Johnson (2013), Matrix Analysis, theorems 4.3.1 and 4.5.9; Tipping and Bishop (1999), section 3.2.
    """
    import flint

    with flint.ctx.workprec(BITS):
        pixels, S = len(data.mean), _scatter(data, None)
        Q = _matrix(np.linalg.eigh(data.covariance)[1])
        B, gram = Q.transpose() * S * Q, Q.transpose() * Q
        diagonal = sorted((float(B[i, i]) for i in range(pixels)), reverse=True)
        centre = flint.arb_mat([[float(B[i, i]) if i == j else 0.0 for j in range(pixels)] for i in range(pixels)])
        identity = flint.arb_mat([[int(i == j) for j in range(pixels)] for i in range(pixels)])
        off, skew = _norm(B - centre), _norm(gram - identity)
        factor = flint.arb(1, skew.abs_upper())
        kept = [flint.arb(each, off.abs_upper()) / factor for each in diagonal[:latents]]
        s2 = (S.trace() - sum(kept)) / (pixels - latents)
        logs = sum(each.log() for each in kept) + (pixels - latents) * s2.log()
        return -(pixels * _log_two_pi() + logs + pixels) / 2


class _Parts(NamedTuple):
    W: Any
    V: Any
    log_s2: Any
    log_D: list[Any]
    S: Any

    @property
    def s2(self) -> Any:
        return self.log_s2.exp()

    @property
    def D(self) -> list[Any]:
        return [each.exp() for each in self.log_D]

    @property
    def gram(self) -> Any:
        return self.W.transpose() * self.W

    @property
    def M(self) -> Any:
        M = self.gram
        for j in range(M.nrows()):
            M[j, j] += self.s2
        return M


def _elbo(parts: _Parts) -> Any:
    """A = tr S − 2 tr(VSW) + tr(WᵀW VSVᵀ) + Σ_j D_j (WᵀW)_jj."""
    pixels, latents = parts.S.nrows(), len(parts.log_D)
    VS, gram, D = parts.V * parts.S, parts.gram, parts.D
    VSV = VS * parts.V.transpose()
    error = parts.S.trace() - 2 * (VS * parts.W).trace() + (gram * VSV).trace()
    error += sum(D[j] * gram[j, j] for j in range(latents))
    likelihood = pixels * (_log_two_pi() + parts.log_s2) + error / parts.s2
    return -(likelihood + sum(D) + VSV.trace() - latents - sum(parts.log_D)) / 2


def _log_evidence(parts: _Parts) -> Any:
    """tr(C⁻¹S) = (tr S − tr(M⁻¹ WᵀSW))/s², det C = s²^(n − J) det M."""
    pixels, latents, M = parts.S.nrows(), len(parts.log_D), parts.M
    quadratic = (parts.S.trace() - M.solve(parts.W.transpose() * parts.S * parts.W).trace()) / parts.s2
    log_det = (pixels - latents) * parts.log_s2 + M.det().log()
    return -(pixels * _log_two_pi() + log_det + quadratic) / 2


def _divergence(parts: _Parts) -> Any:
    latents, M = len(parts.log_D), parts.M
    U = parts.V - M.solve(parts.W.transpose())
    spread = sum(M[j, j] * each for j, each in enumerate(parts.D)) + (M * U * parts.S * U.transpose()).trace()
    log_dets = latents * parts.log_s2 - M.det().log() - sum(parts.log_D)
    return (spread / parts.s2 - latents + log_dets) / 2


def _scatter(data: Data, b: Any) -> Any:
    """Return the mean of (x − b)(x − b)ᵀ from the exact sums; about the mean if there is no b."""
    import flint

    size, unit = flint.arb(len(data.x)), flint.arb(data.denominator)
    sums = flint.arb_mat([[flint.arb(int(each)) / unit] for each in data.sums])
    products = flint.arb_mat([[flint.arb(int(each)) / unit**2 for each in row] for row in data.products])
    mean = sums / size
    shift = mean - (mean if b is None else b)
    covariance = products / size - mean * mean.transpose()
    return covariance if b is None else covariance + shift * shift.transpose()


def _norm(matrix: Any) -> Any:
    """Enclose the Frobenius norm."""
    return (matrix.transpose() * matrix).trace().sqrt()


def _matrix(array: Any) -> Any:
    import flint

    return flint.arb_mat([[flint.arb(float(entry)) for entry in row] for row in array])


def _log_two_pi() -> Any:
    import flint

    return (2 * flint.arb.pi()).log()
