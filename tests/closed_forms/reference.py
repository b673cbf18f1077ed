"""The truth to at least 1e-25 relative: rational arithmetic on the doubles themselves, one logarithm in balls.

Shares nothing with the package. The precision rises until the ball itself says that it is narrow enough.
"""

import itertools

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat

ENOUGH_BITS = 90  # 2⁻⁹⁰ < 1e-27


def rational(number):
    return fmpq(*float(number).as_integer_ratio())


def certain(ball_at_this_precision):
    """Evaluate at rising precision until the ball's relative radius is below 1e-25."""
    bits = 160
    while True:
        with ctx.workprec(bits):
            ball = ball_at_this_precision()
            if ball.is_exact() or ball.rel_accuracy_bits() >= ENOUGH_BITS:
                return ball
        bits *= 2


def kl(mu, sigma, prior_mu, prior_sigma):
    """Return a ball around KL(N(mu, sigma²) ‖ N(prior_mu, prior_sigma²)) for the numbers exactly as given."""
    prior = rational(prior_sigma)
    offset, ratio = (rational(mu) - rational(prior_mu)) / prior, rational(sigma) / prior
    polynomial = (offset * offset + ratio * ratio - 1) / 2
    if ratio == 1:
        return certain(lambda: arb(polynomial))
    return certain(lambda: arb(polynomial) - arb(ratio).log())


def kl_of_held(mu, held, kind, prior_mu, prior_held, prior_kind):
    """Return a ball around the divergence of two normals whose second numbers are of any kind."""

    def log_variance(number, kind):
        exact = arb(float(number))
        return (exact if kind.startswith("log") else exact.log()) * (2 if kind.endswith("sigma") else 1)

    def ball():
        q, p = log_variance(held, kind), log_variance(prior_held, prior_kind)
        shift = arb(float(mu)) - arb(float(prior_mu))
        return (shift * shift / p.exp() + (q - p).exp() - 1 - (q - p)) / 2

    if (kind, held) == (prior_kind, prior_held):
        shift = rational(mu) - rational(prior_mu)
        return certain(lambda: arb(shift * shift / 2) / log_variance(held, kind).exp())
    return certain(ball)


def multivariate_kl(mean, cov, prior_mean, prior_cov):
    """Return a ball around the divergence of two multivariate normals; only the logarithm is not rational."""
    prior = fmpq_mat([[rational(entry) for entry in row] for row in prior_cov])
    posterior = fmpq_mat([[rational(entry) for entry in row] for row in cov])
    shift = fmpq_mat([[rational(a) - rational(b)] for a, b in zip(mean, prior_mean, strict=True)])
    solved = prior.solve(posterior)
    trace = sum((solved[i, i] for i in range(len(mean))), fmpq(0))
    polynomial = (trace + (shift.transpose() * prior.solve(shift))[0, 0] - len(mean)) / 2
    return certain(lambda: arb(polynomial) + arb(prior.det() / posterior.det()).log() / 2)


def units(computed, truth, dtype=np.float64, a_step=4):
    """Return the error in units of the dtype's relative spacing; below the normal numbers a step counts `a_step`.

    (4 by default: where 4 units are promised, one step is promised there.) An infinity where the truth does not
    exceed the largest number is infinitely wrong.
    """
    info = np.finfo(dtype)
    if np.isinf(computed):
        return 0.0 if truth > float(info.max) else np.inf
    error = abs(arb(float(computed)) - truth)
    if truth < float(info.smallest_normal):
        return a_step * float(error / float(info.smallest_subnormal))
    return float(error / truth / float(info.eps))


def worst(computed, arguments, truth=kl, **settings):
    """Return (the largest error in units, where) of the values computed from these lists of arguments."""
    rows = list(zip(*(np.ravel(each).tolist() for each in np.broadcast_arrays(*arguments)), strict=True))
    values = np.ravel(computed).tolist()
    errors = [units(value, truth(*row), **settings) for value, row in zip(values, rows, strict=True)]
    place = int(np.argmax(errors))  # a nan counts as the largest
    return errors[place], rows[place]


def grid(*axes):
    """Return the Cartesian product as one flat array an axis."""
    return tuple(np.array(column) for column in zip(*itertools.product(*axes), strict=True))
