"""The latents' densities as a textbook writes them, in mpmath: nothing here knows the package."""

import mpmath

mp = mpmath.mpf


def beta(a, b):
    a, b = mp(a), mp(b)
    return lambda t: t ** (a - 1) * (1 - t) ** (b - 1) * mpmath.gamma(a + b) / mpmath.gamma(a) / mpmath.gamma(b)


def gamma(a, b):
    a, b = mp(a), mp(b)
    return lambda z: b**a / mpmath.gamma(a) * z ** (a - 1) * mpmath.exp(-b * z)


def dirichlet(concentration):
    powers = [mp(a) - 1 for a in concentration]

    def density(*shares):
        value = mpmath.gamma(mpmath.fsum(map(mp, concentration)))
        for share, power, a in zip((*shares, 1 - mpmath.fsum(shares)), powers, concentration, strict=True):
            value *= share**power / mpmath.gamma(mp(a))
        return value

    return density


def normal_inverse_gamma(m, kappa, a, b):
    m, kappa, a, b = map(mp, (m, kappa, a, b))

    def density(mean, variance):
        normal = mpmath.npdf(mean, m, mpmath.sqrt(variance / kappa))
        return normal * b**a / mpmath.gamma(a) * variance ** (-a - 1) * mpmath.exp(-b / variance)

    return density


def over_unit(function):
    """∫₀¹, through the logit."""
    return mpmath.quad(lambda u: function(1 / (1 + mpmath.exp(-u))) / (2 + mpmath.exp(u) + mpmath.exp(-u)), WIDE)


def over_positives(function):
    """∫₀^∞, through the logarithm."""
    return mpmath.quad(lambda u: function(mpmath.exp(u)) * mpmath.exp(u), WIDE)


def over_simplex(function):
    """The integral over three shares, stick by stick."""
    return over_unit(lambda t: (1 - t) * over_unit(lambda r: function(t, r * (1 - t))))


def over_half_plane(function, m, kappa):
    """The integral over mean and variance: for each variance a Gauss–Hermite rule, exact here."""
    nodes = ((-mpmath.sqrt(3), mp(1) / 6), (mp(0), mp(2) / 3), (mpmath.sqrt(3), mp(1) / 6))

    def inner(variance):
        spread = mpmath.sqrt(variance / mp(kappa))
        parts = (
            weight * function(mp(m) + spread * node, variance) / mpmath.npdf(node) * spread for node, weight in nodes
        )
        return mpmath.fsum(parts)

    return over_positives(inner)


WIDE = [-400, -60, -10, -3, 0, 3, 10, 60, 400]
