"""The loss is a second typing of theorems that are proved: it is held against them in balls."""

import flint
import numpy as np
import pytest

from elbo_check import BernoulliDecoder, GaussianDecoder, vae_loss
from elbo_check.checking import checked
from elbo_check.densities.world import ball_world
from elbo_check.proofs import evaluate

from . import definition as d


@pytest.mark.endurance
@pytest.mark.parametrize(
    "name", ["vae-loss", "reparameterization", "minibatch", "gaussian-decoder", "bernoulli-decoder", "score-function"]
)
def test_the_theorems_it_names_are_proved(name: str) -> None:
    assert checked(name).outcome == "proved"


def test_the_kl_term_is_the_theorem() -> None:
    world = ball_world()
    mu, sigma = d.MU[0], d.SIGMA[0]
    found = vae_loss(d.X[0], d.linear, mu, sigma, likelihood=GaussianDecoder(sigma=1.0), rng=0).kl
    exact = [
        evaluate("gaussian-kl-standard", {"mu": world.exact(m), "sigma": world.exact(s)}, world)
        for m, s in zip(mu, sigma, strict=True)
    ]
    assert abs(float(sum(exact) - flint.arb(float(found)))) <= 8 * 2.0**-52 * float(sum(exact))


def test_the_gaussian_decoder_is_the_theorem() -> None:
    world = ball_world()
    x, mean = [0.3, -1.2, 0.7], [0.1, 0.4, -0.2]
    values = {"x": [world.exact(each) for each in x], "m": [world.exact(each) for each in mean], "D": 3}
    exact = float(evaluate("gaussian-decoder", values | {"s": world.exact(0.6)}, world))
    found = -GaussianDecoder(sigma=0.6).log_likelihood(np.array(x), np.array(mean))
    assert found == pytest.approx(exact, rel=1e-14)


def test_the_bernoulli_decoder_is_the_theorem() -> None:
    world = ball_world()
    y = [0.3, 0.9, 0.2]
    values = {"x": [flint.arb(1), flint.arb(0), flint.arb(1)], "y": [world.exact(each) for each in y], "D": 3}
    exact = float(evaluate("bernoulli-decoder", values, world))
    x = np.array([1.0, 0.0, 1.0])
    assert -BernoulliDecoder("probabilities").log_likelihood(x, np.array(y)) == pytest.approx(exact, rel=1e-14)
    logits = np.log(y) - np.log1p(-np.array(y))
    assert -BernoulliDecoder("logits").log_likelihood(x, logits) == pytest.approx(exact, rel=1e-14)
