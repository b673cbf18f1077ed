"""What cannot be a loss is refused with the value, the expectation and the remedy."""

import re

import numpy as np
import pytest

from elbo_check import BernoulliDecoder, GaussianDecoder, vae_loss, vae_loss_gradient
from elbo_check.errors import InputError, ShapeError

from . import definition as d

GAUSSIAN = GaussianDecoder(sigma=1.0)


def loss(**changed):
    given = {"x": d.X, "decoder": d.linear, "mu": d.MU, "sigma": d.SIGMA, "likelihood": GAUSSIAN} | changed
    return vae_loss(given.pop("x"), given.pop("decoder"), given.pop("mu"), given.pop("sigma"), **given)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"x": np.ones((3, 2, 2))}, "x=an array of shape (3, 2, 2) must be of shape (B, D) or (D,); flatten images"),
        ({"x": d.X[0]}, "mu, sigma=arrays that broadcast to shape (3, 2) must be of shape (J,)"),
        ({"x": 1.0}, "x=an array of shape () must be"),
        ({"mu": d.MU[0], "sigma": 1.0}, "must be of shape (3, J); one row of J latents for each datum"),
        ({"mu": d.MU[:2], "sigma": d.SIGMA[:2]}, "shape (2, 2) must be of shape (3, J)"),
        ({"mu": 0.0, "sigma": 1.0}, "shape () must be of shape (3, J)"),
        ({"mu": np.ones((3, 4))}, "shapes that broadcast with each other"),
        ({"decoder": lambda z: z}, "decoder(z)=an array of shape (1, 3, 2) must be of shape (1, 3, 4)"),
        ({"noise": np.ones((3, 2))}, "noise=an array of shape (3, 2) must be of shape (L, 3, 2)"),
        ({"noise": np.ones((5, 2, 3))}, "must be of shape (L, 3, 2)"),
        ({"noise": np.ones((5, 3, 2)), "samples": 4}, "samples=4 must be 5, the rows of noise"),
        ({"noise": np.ones((5, 3, 2)), "weights": np.ones(4) / 4}, "must be of shape (5,); one weight a row"),
        ({"likelihood": GaussianDecoder(sigma=np.ones(3))}, "x=an array of shape (3, 4) must be of shape (…, 3)"),
    ],
)
def test_shapes_that_do_not_fit(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ShapeError, match=re.escape(said)):
        loss(**changed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sigma": -d.SIGMA}, "must be > 0; for a log-variance pass second='log_variance'"),
        ({"second": "std"}, "second='std' must be one of sigma, variance, log_sigma, log_variance"),
        (
            {"reduction": "batchmean"},
            "reduction='batchmean' must be one of none, sum, mean; none keeps a value a datum",
        ),
        ({"reduction": None}, "reduction=None must be one of none, sum, mean"),
        ({"samples": 0}, "samples=0 must be a whole number ≥ 1; it is draws of z for each datum"),
        ({"samples": True}, "samples=True must be a whole number"),
        ({"samples": 2.0}, "samples=2.0 must be a whole number"),
        ({"samples": 10**12}, "samples=1000000000000 must be at most 22,369,621 for data of this size; take fewer"),
        ({"dataset_size": 0, "reduction": "sum"}, "dataset_size=0 must be a whole number ≥ 1"),
        ({"dataset_size": 30, "reduction": "mean"}, "left out with reduction='mean'; pass reduction='sum'"),
        ({"dataset_size": 30}, "left out with reduction='none'"),
        ({"weights": np.ones(1)}, "weights=an array must be given together with noise"),
        ({"noise": np.ones((2, 3, 2)), "weights": [1.0, 1.0]}, "weights with the sum 2 must be summing to 1"),
        ({"noise": np.ones((2, 3, 2)), "weights": [1.0, 0.0]}, "a 0 among them must be not 0"),
        ({"rng": -1}, "rng=-1 must be"),
        ({"decoder": lambda z: np.full((1, 3, 4), np.nan)}, "decoder(z)[0, 0, 0]=nan must be finite"),
        ({"sigma": 2000 * d.SIGMA, "second": "log_variance"}, "such that z is finite; the encoder has diverged"),
        ({"x": "digits"}, "x='digits' must be a number or an array of numbers"),
    ],
)
def test_numbers_that_cannot_be(changed: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        loss(**changed)


def test_grey_values_are_no_bernoulli_data_and_the_message_says_why() -> None:
    grey = d.BITS.copy()
    grey[1, 2] = 0.5
    with pytest.raises(InputError) as refusal:
        loss(x=grey, likelihood=BernoulliDecoder("logits"))
    assert str(refusal.value) == (
        "x[1, 2]=0.5 must be 0 or 1: on grey values the cross-entropy x log y + (1 − x) log(1 − y) is no "
        "log-likelihood, because y^x (1 − y)^(1 − x) does not integrate to 1 over 0 ≤ x ≤ 1 (its normaliser is that of "
        "the continuous Bernoulli); binarise the data, (x > 0.5).astype(float), or use a Gaussian decoder"
    )


def test_the_reason_given_for_grey_values_is_true() -> None:
    """∫ y^x (1 − y)^(1 − x) dx = (2y − 1)/log(y/(1 − y)), which is 1 for no y in (0, 1)."""
    from scipy.integrate import quad

    for y in (0.01, 0.3, 0.6, 0.99):
        mass = quad(lambda x, y=y: y**x * (1 - y) ** (1 - x), 0, 1)[0]
        assert mass == pytest.approx((2 * y - 1) / np.log(y / (1 - y)), rel=1e-12)
        assert mass < 1


@pytest.mark.parametrize("given", ["sigmoid", None, 1])
def test_what_a_bernoulli_decoder_returns_must_be_said(given: object) -> None:
    with pytest.raises(InputError, match="must be one of logits, probabilities; say what your decoder returns"):
        BernoulliDecoder(given)
    with pytest.raises(TypeError, match="outputs"):
        BernoulliDecoder()


def test_logits_are_no_probabilities() -> None:
    with pytest.raises(InputError, match=r"must be a probability; are these logits\?"):
        loss(x=d.BITS, likelihood=BernoulliDecoder("probabilities"))


@pytest.mark.parametrize("sigma", [0.0, -1.0, float("nan")])
def test_a_gaussian_decoder_has_a_scale(sigma: float) -> None:
    with pytest.raises(InputError, match="sigma="):
        GaussianDecoder(sigma=sigma)


def test_a_gaussian_decoder_has_one_scale_or_one_a_pixel() -> None:
    with pytest.raises(ShapeError, match="must be a number, or of shape"):
        GaussianDecoder(sigma=np.ones((3, 4)))


def gradient(**changed):
    given = {"x": d.X, "decoder": d.linear, "vjp": d.linear_vjp, "likelihood": GAUSSIAN} | changed
    return vae_loss_gradient(given.pop("x"), given.pop("decoder"), given.pop("vjp"), d.MU, d.SIGMA, **given)


def test_a_gradient_is_that_of_one_number() -> None:
    with pytest.raises(InputError, match="reduction='none' must be sum or mean"):
        gradient(reduction="none")


def test_a_gradient_needs_the_product_in_the_shape_of_z() -> None:
    with pytest.raises(
        ShapeError, match=re.escape("vjp(z, g)[0]=an array of shape (1, 3, 4) must be of shape (1, 3, 2)")
    ):
        gradient(vjp=lambda z, g: (g, None))


def test_what_is_impossible_has_no_gradient() -> None:
    with pytest.raises(InputError, match="calls a datum impossible must be such that the loss has a derivative"):
        gradient(x=d.BITS, decoder=lambda z: np.zeros((1, 3, 4)), likelihood=BernoulliDecoder("probabilities"))
