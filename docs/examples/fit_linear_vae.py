"""Fit a linear VAE with 8 latents to 1,797 handwritten digits and keep what its encoder says.

The model is p(z) = N(0, I), p(x|z) = N(Wz + b, s²I); the encoder is q(z|x) = N(V(x − b), diag D). Its ELBO
has a closed form, so nothing is sampled: L-BFGS climbs the exact ELBO from a seeded random start. The model
is probabilistic PCA, whose maximum log-likelihood is known. A linear VAE reaches it: its ELBO has no local
maximum below the global one, and there the posterior is diagonal. The lines printed compare the two.

The file holds what a network would hand on, in float32: `mu` and `sigma`, each (1797, 8), and `kl`, (1797,),
by the textbook formula in float32. The encoder's variance does not depend on x: `sigma` has equal rows.

    python docs/examples/fit_linear_vae.py [-o FILE]

Sources: Tipping and Bishop (1999), Probabilistic principal component analysis, JRSS B 61(3);
Lucas, Tucker, Grosse and Norouzi (2019), Don't blame the ELBO!, NeurIPS 32;
the digits: Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, UCI repository.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.datasets import load_digits

Array = NDArray[np.float64]

LATENTS = 8
SEED = 1999


@dataclass(frozen=True)
class LinearVAE:
    """The parameters of decoder and encoder; positive ones as logarithms, so that every step is allowed."""

    W: Array  # (pixels, latents)
    b: Array  # (pixels,)
    log_s2: Array  # ()
    V: Array  # (latents, pixels)
    log_D: Array  # (latents,)

    @classmethod
    def unpack(cls, flat: Array, pixels: int, latents: int) -> LinearVAE:
        """Cut the flat vector of the optimiser into the parameters."""
        shapes = [(pixels, latents), (pixels,), (), (latents, pixels), (latents,)]
        ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
        return cls(*(part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)))

    def pack(self) -> Array:
        """Join the parameters to one flat vector."""
        return np.concatenate([np.ravel(part) for part in (self.W, self.b, self.log_s2, self.V, self.log_D)])


@dataclass(frozen=True)
class Summary:
    """All that the ELBO averaged over the data depends on: their mean and (biased) covariance."""

    mean: Array
    covariance: Array

    @classmethod
    def of(cls, x: Array) -> Summary:
        """Summarise data of shape (samples, pixels)."""
        return cls(x.mean(axis=0), np.cov(x, rowvar=False, bias=True))


def load_pixels() -> Array:
    """Return the digits as (1797, 64), pixels scaled from 0 … 16 to 0 … 1."""
    return np.asarray(load_digits().data, dtype=np.float64) / 16


def elbo_and_gradient(model: LinearVAE, data: Summary) -> tuple[float, LinearVAE]:
    """Return the ELBO per datum in nats and its gradient, laid out as the model is.

    With S = cov(x) + δδᵀ, δ = mean(x) − b and R = I − WV, averaged over the data,

    E log p(x|z) = −½ (n log 2πs² + A/s²),  A = tr(RSRᵀ) + Σⱼ Dⱼ‖wⱼ‖²
    KL(q(z|x)‖p(z)) = ½ (Σⱼ Dⱼ + tr(VSVᵀ) − J − Σⱼ log Dⱼ)
    """
    W, V, s2, D = model.W, model.V, np.exp(model.log_s2), np.exp(model.log_D)
    n, latents = W.shape
    delta = data.mean - model.b
    S = data.covariance + np.outer(delta, delta)
    R = np.eye(n) - W @ V
    RS, VS, squares = R @ S, V @ S, np.sum(W**2, axis=0)
    A = np.sum(RS * R) + D @ squares
    log_likelihood = -0.5 * (n * np.log(2 * np.pi * s2) + A / s2)
    kl = 0.5 * (D.sum() + np.sum(VS * V) - latents - model.log_D.sum())
    gradient = LinearVAE(
        W=(RS @ V.T - W * D) / s2,
        b=R.T @ (R @ delta) / s2 + V.T @ (V @ delta),
        log_s2=np.asarray(0.5 * (A / s2 - n)),
        V=W.T @ RS / s2 - VS,
        log_D=0.5 * (1 - D - D * squares / s2),
    )
    return float(log_likelihood - kl), gradient


def fit(data: Summary, latents: int = LATENTS, seed: int = SEED) -> LinearVAE:
    """Climb the exact ELBO by L-BFGS from small random weights, b = 0, s² = 1 and D = 1."""
    pixels, rng = data.mean.size, np.random.default_rng(seed)
    W, V = 0.1 * rng.standard_normal((pixels, latents)), 0.1 * rng.standard_normal((latents, pixels))
    start = LinearVAE(W, np.zeros(pixels), np.zeros(()), V, np.zeros(latents))

    def loss(flat: Array) -> tuple[float, Array]:
        elbo, gradient = elbo_and_gradient(LinearVAE.unpack(flat, pixels, latents), data)
        return -elbo, -gradient.pack()

    options = {"maxiter": 5000, "maxfun": 10_000, "ftol": 1e-14, "gtol": 1e-7}
    result = minimize(loss, start.pack(), jac=True, method="L-BFGS-B", options=options)
    return LinearVAE.unpack(result.x, pixels, latents)


def log_likelihood(model: LinearVAE, data: Summary) -> float:
    """Return log p(x) per datum of the fitted model, x ~ N(b, WWᵀ + s²I), in nats."""
    n, delta = model.W.shape[0], data.mean - model.b
    C = model.W @ model.W.T + np.exp(model.log_s2) * np.eye(n)
    S = data.covariance + np.outer(delta, delta)
    return float(-0.5 * (n * np.log(2 * np.pi) + np.linalg.slogdet(C)[1] + np.trace(np.linalg.solve(C, S))))


def maximum_log_likelihood(data: Summary, latents: int = LATENTS) -> float:
    """Return the largest log p(x) per datum that any such model reaches, in nats.

    −½ (n log 2π + Σᵢ≤J log λᵢ + (n − J) log s² + n), s² the mean of the n − J smallest eigenvalues of cov(x):
    Tipping and Bishop (1999), section 3.2 and appendix A.
    """
    eigenvalues = np.linalg.eigvalsh(data.covariance)[::-1]
    n, s2 = eigenvalues.size, eigenvalues[latents:].mean()
    kept = np.log(eigenvalues[:latents]).sum()
    return float(-0.5 * (n * np.log(2 * np.pi) + kept + (n - latents) * np.log(s2) + n))


def encode(model: LinearVAE, x: Array) -> dict[str, NDArray[np.float32]]:
    """Return what the encoder says of x in float32, and its KL by the textbook formula in float32."""
    mu = ((x - model.b) @ model.V.T).astype(np.float32)
    sigma = np.broadcast_to(np.exp(0.5 * model.log_D), mu.shape).astype(np.float32)
    kl = -0.5 * np.sum(1 + np.log(sigma**2) - mu**2 - sigma**2, axis=-1)
    return {"mu": mu, "sigma": sigma, "kl": kl}


def main() -> None:
    """Fit, say how close the ELBO came, and write the file."""
    parser = argparse.ArgumentParser(description="Fit a linear VAE to handwritten digits.")
    parser.add_argument("-o", "--output", type=Path, default=Path("digits_encoder.npz"), metavar="FILE")
    output = parser.parse_args().output
    x = load_pixels()
    data = Summary.of(x)
    model = fit(data)
    elbo, best = elbo_and_gradient(model, data)[0], maximum_log_likelihood(data)
    np.savez_compressed(output, **encode(model, x))
    print(f"ELBO                        {elbo:.6f} nats per datum")
    print(f"log-likelihood of the model {log_likelihood(model, data):.6f}")
    print(f"maximum log-likelihood      {best:.6f}  (probabilistic PCA, exact)")
    print(f"the ELBO falls short by     {best - elbo:.1e}")
    print(f"wrote {output}")


if __name__ == "__main__":
    main()
