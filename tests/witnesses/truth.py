"""The truth by routes that share nothing with the package: mpmath on the numbers as given, and rational arithmetic."""

from fractions import Fraction

import mpmath
import numpy as np

from elbo_check.densities import Normal

KINDS = ("sigma", "variance", "log_sigma", "log_variance")
# σ in 1e-150…1e150 and shifts as small: products of four such numbers keep a hundred digits
DIGITS = 1400


def rational(number):
    """Return an mpmath number as it is."""
    sign, mantissa, exponent, _ = number._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def held(kind, log_sigma):
    """Return what a density of this kind holds where log σ is about `log_sigma`."""
    power = 2.0 if kind.endswith("variance") else 1.0
    return power * log_sigma if kind.startswith("log") else np.exp(power * log_sigma)


def log_sigma(number, kind):
    """Return log σ for what a density of this kind holds, exactly as held."""
    exact = mpmath.mpf(float(number))
    return (exact if kind.startswith("log") else mpmath.log(exact)) / (2 if kind.endswith("variance") else 1)


def kl(mu, second, kind, prior_mu, prior_second, prior_kind):
    """Return the divergence of two normals as a rational number, right to at least 300 digits after the point."""
    with mpmath.workdps(DIGITS):
        if (second, kind) == (prior_second, prior_kind):
            log_ratio = mpmath.mpf(0)
        else:
            log_ratio = log_sigma(second, kind) - log_sigma(prior_second, prior_kind)
        shift = (mpmath.mpf(float(mu)) - mpmath.mpf(float(prior_mu))) / mpmath.exp(log_sigma(prior_second, prior_kind))
        return rational((mpmath.expm1(2 * log_ratio) + shift * shift) / 2 - log_ratio)


def of(q, p):
    """Return the divergences of two flat normals, one by one."""
    columns = (q.mu, q.scale.values, p.mu, p.scale.values)
    return [kl(a, b, q.scale.kind, c, d, p.scale.kind) for a, b, c, d in zip(*columns, strict=True)]


def normals(kinds, mu, second, prior_mu, prior_second):
    """Return two flat normals that hold these numbers, brought to one length."""
    mu, second, prior_mu, prior_second = np.broadcast_arrays(mu, second, prior_mu, prior_second)
    return Normal(mu, second, second=kinds[0]), Normal(prior_mu, prior_second, second=kinds[1])


def excess(value, error, truth):
    """Return by how much value ± error misses the truth, in exact arithmetic (negative: it holds it)."""
    return abs(Fraction(float(value)) - truth) - Fraction(float(error))


def multivariate_kl(q, p):
    """Return the divergence of two full Gaussians: rational but for one logarithm."""
    prior, posterior = exact_matrix(p.cov), exact_matrix(q.cov)
    shift = [Fraction(float(a)) - Fraction(float(b)) for a, b in zip(q.mean, p.mean, strict=True)]
    columns = [list(column) for column in zip(*posterior, strict=True)]
    solved = [solve(prior, column)[0][i] for i, column in enumerate(columns)]
    through, determinant = solve(prior, shift)
    quadratic = sum(a * b for a, b in zip(shift, through, strict=True))
    ratio = determinant / solve(posterior, shift)[1]
    with mpmath.workdps(200):
        log = rational(mpmath.log(mpmath.mpf(ratio.numerator) / ratio.denominator))
    return (sum(solved) + quadratic - len(shift) + log) / 2


def exact_matrix(matrix):
    return [[Fraction(float(entry)) for entry in row] for row in matrix]


def solve(matrix, right):
    """Return (the solution, the determinant) by elimination in rational numbers."""
    rows = [[*row, entry] for row, entry in zip(matrix, right, strict=True)]
    size, determinant = len(rows), Fraction(1)
    for k in range(size):
        determinant *= rows[k][k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows], determinant


def covariance(generator, dimension, condition=10.0):
    """Return a random covariance whose eigenvalues spread over `condition`."""
    axes, _ = np.linalg.qr(generator.normal(size=(dimension, dimension)))
    product = (axes * np.geomspace(1 / condition, 1, dimension)) @ axes.T
    return (product + product.T) / 2
