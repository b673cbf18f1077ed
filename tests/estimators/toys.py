"""Small models for the estimators: a finite one, whose every mean is a sum, and one without a posterior."""

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import numpy as np

from elbo_check.densities.gaussian import Gaussian
from elbo_check.densities.normal import Normal
from elbo_check.errors import WitnessError

QUARTER = Fraction(1, 4)


@dataclass(frozen=True)
class Place:
    """Outcomes, as whole numbers."""

    index: np.ndarray


@dataclass(frozen=True)
class Outcomes:
    """0 … size − 1."""

    size: int

    def points(self):
        return (Place(np.intp(k)) for k in range(self.size))


@dataclass(frozen=True, eq=False)
class Table:
    """A density over a few outcomes, by its weights; its parameters are their logarithms, less that of the sum."""

    logs: object
    script: object = None

    @classmethod
    def of_probabilities(cls, probabilities):
        with np.errstate(divide="ignore"):
            return cls(np.log(np.array([float(p) for p in probabilities])))

    @property
    def space(self):
        return Outcomes(len(self.logs.value if hasattr(self.logs, "value") else self.logs))

    @property
    def parameters(self):
        return {f"logit[{k}]": float(log) for k, log in enumerate(self.logs)}

    def with_parameters(self, numbers, world):
        total = sum((world.exp(number) for number in numbers[1:]), world.exp(numbers[0]))
        table = np.empty(len(numbers), dtype=object)
        table[:] = [number - world.log(total) for number in numbers]
        return Table(table)

    def log_density(self, z, world):
        return (self.logs[z.index],)

    def supports(self, z):
        return self.logs[z.index] > -math.inf

    def covers(self, other):
        return all(mine > -math.inf or its == -math.inf for mine, its in zip(self.logs, other.logs, strict=True))

    def draw(self, generator, count):
        if self.script:
            return Place(self.script.read(count))
        return Place(generator.choice(len(self.logs), size=count, p=np.exp(self.logs)))


class Script:
    """Every sequence of K draws once, a ticket for every share of a probability: the mean over them is exact."""

    def __init__(self, probabilities, samples):
        shares = math.lcm(*(p.denominator for p in probabilities))
        tickets = [k for k, p in enumerate(probabilities) for _ in range(int(p * shares))]
        self.sequences = np.array(list(itertools.product(tickets, repeat=samples)))

    def read(self, count):
        assert count == self.sequences.size
        return self.sequences.T.reshape(-1)  # the first draws of all groups come first


class Mixture:
    """A finite joint density p(x, z) for one x: the weights of all z, and the rest of the mass with the other x."""

    name = "toy"

    def __init__(self, prior, likelihood):
        self.chances, self.likelihood = prior, likelihood

    def data(self, x):
        return x

    def density(self, q):
        return q

    def prior(self, x, world):
        return Table.of_probabilities(self.chances)

    def posterior(self, x, world):
        return Table.of_probabilities([joint / self.evidence for joint in self.joint])

    def log_likelihood(self, x, z, world):
        with np.errstate(divide="ignore"):
            return (np.log(np.array([float(p) for p in self.likelihood]))[z.index],)

    @property
    def joint(self):
        return [p * chance for p, chance in zip(self.chances, self.likelihood, strict=True)]

    @property
    def evidence(self):
        return sum(self.joint)

    def bound(self, probabilities, samples):
        """Return L_K for any probabilities, by brute force with 40 digits."""
        total = mpmath.mpf(0)
        for sequence in itertools.product(range(len(probabilities)), repeat=samples):
            weights = [
                mpmath.mpf(self.joint[k].numerator) / self.joint[k].denominator / probabilities[k] for k in sequence
            ]
            total += mpmath.fprod(probabilities[k] for k in sequence) * mpmath.log(mpmath.fsum(weights) / samples)
        return total


MIXTURE = Mixture([QUARTER, Fraction(1, 2), QUARTER], [Fraction(1, 8), Fraction(1, 2), Fraction(7, 8)])
Q = [Fraction(1, 2), QUARTER, QUARTER]


def scripted(probabilities, samples):
    """Return the density whose draws are all sequences, and how many there are."""
    script = Script(probabilities, samples)
    return Table(Table.of_probabilities(probabilities).logs, script), len(script.sequences)


def high(fractions):
    return [mpmath.mpf(p.numerator) / p.denominator for p in fractions]


def softmax(logits):
    weights = [mpmath.exp(logit) for logit in logits]
    return [weight / mpmath.fsum(weights) for weight in weights]


def slopes(function, logits):
    """Return the partial derivatives by central differences with a step of 1e-12 at 40 digits."""
    step, found = mpmath.mpf(10) ** -12, []
    for k in range(len(logits)):
        ends = [function([*logits[:k], logits[k] + sign * step, *logits[k + 1 :]]) for sign in (1, -1)]
        found.append((ends[0] - ends[1]) / (2 * step))
    return found


def table_kl(q, p, world):
    """KL of two tables, as terms: what closed_forms lends for them."""
    return tuple(world.exp(q.logs[k]) * (q.logs[k] - p.logs[k]) for k in range(len(p.logs)))


TABLE_FORMS = SimpleNamespace(kl=table_kl)


class Logistic:
    """z ~ N(0, 1), x | z ~ Bernoulli(1/(1 + exp(−a z))): no posterior in closed form, and a likelihood of slope |a|."""

    name = "toy logistic"
    steepness = 1.5

    def data(self, x):
        return x

    def density(self, q):
        return Gaussian(q)

    def prior(self, x, world):
        return Gaussian(Normal(0.0, 1.0))

    def posterior(self, x, world):
        raise WitnessError("the posterior has no closed form")

    def log_likelihood(self, x, z, world):
        return (-world.softplus(-(2 * x - 1) * self.steepness * z.minus(0)),)

    def likelihood_slope(self, x, q):
        return self.steepness * float(q.factor[0, 0])

    def elbo(self, mean, sigma):
        """Return the ELBO for x = 1, by mpmath's quadrature."""
        with mpmath.workdps(30):
            integrand = lambda e: mpmath.npdf(e) * -mpmath.log1p(mpmath.exp(-self.steepness * (mean + sigma * e)))
            fit = mpmath.quad(integrand, [-12, -4, 0, 4, 12])
            return fit - (mean**2 + sigma**2 - 1 - 2 * mpmath.log(sigma)) / 2
