"""Each check of the loss can fail: the code is spoilt in one place, and the check turns red."""

import numpy as np
import pytest

from elbo_check.densities import Normal
from elbo_check.losses import batch, bernoulli, gaussian, gradient, loss

from . import agreement

Gaussian, Bernoulli = gaussian.GaussianDecoder, bernoulli.BernoulliDecoder


def scaled(factor):
    return lambda old: lambda *given: factor * old(*given)


def of_pixels(old):
    return lambda self, x, output: old(self, x, output) / x.shape[-1]


VALUE = {
    "the sign of the KL": (loss, "normal_kl", scaled(-1)),
    "the ½ of the KL": (loss, "normal_kl", scaled(2)),
    "a dropped KL": (loss, "normal_kl", scaled(0)),
    "a mean over the latents": (loss, "normal_kl", scaled(0.5)),
    "σ read as σ²": (loss, "Normal", lambda old: lambda mu, h, second: old(mu, h, second="variance")),
    "the KL from p to q": (loss, "normal_kl", lambda old: lambda q, p: old(p, q)),
    "a lost log 2πs²": (
        gaussian,
        "normal_log_density_terms",
        lambda old: lambda residual, log_scale, world: (old(residual, log_scale, world)[0], 0.0, 0.0),
    ),
    "a lost log 2π": (
        gaussian,
        "normal_log_density_terms",
        lambda old: lambda residual, log_scale, world: (*old(residual, log_scale, world)[:2], 0.0),
    ),
    "a lost ½ of the squared error": (
        gaussian,
        "normal_log_density_terms",
        lambda old: lambda residual, *rest: (2 * old(residual, *rest)[0], *old(residual, *rest)[1:]),
    ),
    "a mean over the pixels, Gaussian": (Gaussian, "log_likelihood", of_pixels),
    "a mean over the pixels, Bernoulli": (Bernoulli, "log_likelihood", of_pixels),
    "the sign of the reconstruction": (Gaussian, "log_likelihood", scaled(-1)),
    "x and 1 − x exchanged": (
        Bernoulli,
        "log_likelihood",
        lambda old: lambda self, x, output: old(self, 1 - x, output),
    ),
    "logits as probabilities": (
        Bernoulli,
        "log_likelihood",
        lambda old: lambda self, x, y: np.sum(x * np.log(np.abs(y)) + (1 - x) * np.log(np.abs(1 - y)), axis=-1),
    ),
    "probabilities as logits": (
        Bernoulli,
        "log_likelihood",
        lambda old: lambda self, x, t: old(self, x, 1 / (1 + np.exp(-t))),
    ),
    "z = μ": (batch.Batch, "latents", lambda old: lambda self: self.q.mu + 0 * self.epsilon),
    "z = μ + σ² ε": (
        batch.Batch,
        "latents",
        lambda old: lambda self: self.q.mu + self.q.scale.sigma_float() ** 2 * self.epsilon,
    ),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("mistake", VALUE)
def test_a_spoilt_value_is_seen(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room, name, spoil = VALUE[mistake]
    agreement.value_agrees()
    monkeypatch.setattr(room, name, spoil(getattr(room, name)))
    with pytest.raises(AssertionError):
        agreement.value_agrees()


def test_a_sum_over_the_draws_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    agreement.one_draw_agrees()
    monkeypatch.setattr(batch.Noise, "_weights", lambda self, draws: np.ones(draws))
    with pytest.raises(AssertionError):
        agreement.one_draw_agrees()


GRADIENT = {
    "no slope of the KL by σ": (gradient, "slope_of_kl", scaled(0)),
    "its sign": (gradient, "slope_of_kl", scaled(-1)),
    "its factor": (gradient, "slope_of_kl", scaled(2)),
    "the held number taken for σ": (gradient, "slope_of_log", lambda old: lambda scale: 1 / scale.sigma_float()),
    "no path through z": (gradient, "_checked", lambda old: lambda held, shape: np.zeros(shape)),
    "the sign of the path through z": (gradient, "_checked", lambda old: lambda held, shape: -held),
    "the sign of the error": (Gaussian, "output_gradient", scaled(-1)),
    "s for s²": (
        Gaussian,
        "output_gradient",
        lambda old: lambda self, x, output: old(self, x, output) * self.scale.sigma_float(),
    ),
    "y for x − y": (Bernoulli, "output_gradient", lambda old: lambda self, x, output: old(self, 0 * x, output)),
    "no slope by the decoder's scale": (Gaussian, "own_gradient", scaled(0)),
    "the sign of the slope by the decoder's scale": (Gaussian, "own_gradient", scaled(-1)),
    "a mean over the batch": (batch.Reduction, "factor", lambda old: lambda self, data: 1 / data),
}


@pytest.mark.endurance
@pytest.mark.parametrize("mistake", GRADIENT)
def test_a_spoilt_gradient_is_seen(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room, name, spoil = GRADIENT[mistake]
    monkeypatch.setattr(room, name, spoil(getattr(room, name)))
    with pytest.raises(AssertionError):
        agreement.gradient_checks()


@pytest.mark.endurance
def test_the_unspoilt_gradient_passes() -> None:
    agreement.gradient_checks()
    assert Normal is loss.Normal
