"""What the loss is by definition, E_q[log q(z) − log p(z) − log p(x | z)], integrated over the noise: the oracle.

It shares no code with the package: densities are SciPy's, nodes and weights are those of `roots_hermitenorm`.
"""

from itertools import product

import numpy as np
from scipy import stats
from scipy.special import roots_hermitenorm

RNG = np.random.default_rng(20190)
X = RNG.normal(size=(3, 4))
BITS = (X > 0).astype(float)
MU = RNG.normal(size=(3, 2))
SIGMA = 0.5 * np.exp(0.3 * RNG.normal(size=(3, 2)))
W, B, A = 0.7 * RNG.normal(size=(2, 4)), RNG.normal(size=4), 0.4 * RNG.normal(size=(2, 2))
ORDER = 20  # of the rule; a test shows that it has converged
S = 0.8


def linear(z):
    return z @ W + B


def tanh(z):
    return np.tanh(z @ A) @ W + B


def linear_vjp(z, g):
    return g @ W.T, {"W": np.einsum("lbj,lbd->jd", z, g), "B": g.sum(axis=(0, 1))}


def tanh_vjp(z, g):
    h = np.tanh(z @ A)
    inner = (g @ W.T) * (1 - h**2)
    by_a = np.einsum("lbi,lbj->ij", z, inner)
    return inner @ A.T, {"W": np.einsum("lbj,lbd->jd", h, g), "B": g.sum(axis=(0, 1)), "A": by_a}


def nodes(latents, order):
    """Return the nodes (order**J, J) of Gauss–Hermite in J dimensions, and weights that sum to 1."""
    points, weights = roots_hermitenorm(order)
    weights /= weights.sum()
    grid = np.array(list(product(points, repeat=latents)))
    return grid, np.array([np.prod(each) for each in product(weights, repeat=latents)])


def every(batch, latents, order=ORDER):
    """Return the same nodes for each datum, (L, B, J), and their weights."""
    grid, weights = nodes(latents, order)
    return np.broadcast_to(grid[:, None], (len(grid), batch, latents)).copy(), weights


def gaussian(x, output, s=S):
    return stats.norm(output, s).logpdf(x).sum(axis=-1)


def bernoulli(x, logits):
    return stats.bernoulli(1 / (1 + np.exp(-logits))).logpmf(x).sum(axis=-1)


def expected(x, decoder, mu, sigma, log_likelihood, order=ORDER):
    """Return E over ε of the reconstruction term and of the KL's integrand, for each datum."""
    grid, weights = every(*mu.shape, order)
    z = mu + sigma * grid
    ratio = (stats.norm(mu, sigma).logpdf(z) - stats.norm(0, 1).logpdf(z)).sum(axis=-1)
    return -(weights @ log_likelihood(x, decoder(z))), weights @ ratio


def central(f, array, step=1e-3):
    """Return the derivative of a scalar function of an array, by central differences of order 4."""
    found = np.zeros_like(array)
    for place in np.ndindex(array.shape):

        def at(shift, place=place):
            moved = array.copy()
            moved[place] += shift
            return f(moved)

        near, far = at(step) - at(-step), at(2 * step) - at(-2 * step)
        found[place] = (8 * near - far) / (12 * step)
    return found
