"""A right formula times a number that is no simple rational: found, told, and not taken for what it is not."""

import math
from dataclasses import replace

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.diagnosis.fitting import Fitter
from elbo_check.diagnosis.formula import ONE, Formula, law
from elbo_check.diagnosis.free_offset import offset_right
from elbo_check.diagnosis.free_scale import nearness, scaled_right
from elbo_check.diagnosis.probing import Kind, Sample, is_constant
from elbo_check.diagnosis.quantities import Options, quantity_for
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.diagnosis.wording import expression_of, law_text, symbols_for
from elbo_check.loss_hearing.values import value_at

from .judged import codes, is_named, judged, named, outcome

R = ("x", "reconstruction", "mean", "log_variance")
L = ("x", "logits", "mean", "log_variance")
PAIR = ("mean_q", "log_variance_q", "mean_p", "log_variance_p")
SIZES = [{"B": 2, "d": 3}, {"B": 5, "d": 4}, {"B": 7, "d": 9}]
QUANTITY = quantity_for(frozenset(("mean", "log_variance")), None, Options())


def kl(mu, lv):
    return 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)


def loss(x, r, mu, lv):
    return 0.5 * ((r - x) ** 2).sum() + kl(mu, lv).sum()


def bits_per_dim(x, t, mu, lv):
    bce = (np.maximum(t, 0) - t * x + np.log1p(np.exp(-np.abs(t)))).sum()
    return (bce + kl(mu, lv).sum()) / (x.size * math.log(2))


def fitter_of(factor, noise=0.0):
    """Samples of a KL's batch total times a factor of the sizes."""
    generator = np.random.default_rng(0)
    right = QUANTITY.rights(Kind(()), LAYOUTS[0])[-1].formula
    samples = []
    for sizes in SIZES:
        empty = Sample(sizes, LAYOUTS[0], Kind(()), (), ())
        arrays = tuple(QUANTITY.draw(generator, sizes) for _ in range(9))
        values = [value_at(right, empty, each) * factor(sizes) * (1 + noise * generator.normal()) for each in arrays]
        samples.append(Sample(sizes, LAYOUTS[0], Kind(()), arrays, tuple(values)))
    assert not is_constant(samples)
    return Fitter(samples, QUANTITY.constants), right


def found_of(factor, *, any_number=True, noise=0.0, tolerances=(1e-10,)):
    fitter, right = fitter_of(factor, noise)
    fit = scaled_right(fitter, [right], tolerances, any_number=any_number)
    return "" if fit is None else law_text(fit.formula.quotient(right))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (math.pi, "3.14159265359"),
        (1 / math.sqrt(2), "0.707106781187"),
        (0.1234567, "0.1234567"),
        (1e-6, "0.000001"),
        (-0.1234567, "−0.1234567"),
        (1 / math.log(2), "1/log 2"),
        (math.log(10), "log 10"),
        (0.5 / math.log(2), "1/(2·log 2)"),
    ],
)
def test_a_number_is_told_as_it_is(number, told):
    assert found_of(lambda sizes: number) == told


def test_powers_of_sizes_stand_beside_the_number():
    assert found_of(lambda n: 0.1234567 / n["B"] / n["d"]) == "0.1234567/(B·d)"
    assert found_of(lambda n: 3.7 * math.log(2) * n["B"]) != ""


def test_a_factor_that_is_another_at_every_size_is_none():
    assert found_of(lambda n: 1 / (n["B"] + 0.1234567)) == ""


def test_values_that_are_no_multiple_are_none():
    assert found_of(lambda n: 0.1234567, noise=1e-6) == ""
    assert found_of(lambda n: 0.1234567, noise=3e-10) == ""  # nearly one, and not to rounding
    assert found_of(lambda n: 0.1234567, noise=1e-8, tolerances=(1e-10, 1e-6)) != ""


def test_of_a_value_only_logarithms_are_known():
    assert found_of(lambda n: 1 / math.log(2) / n["d"], any_number=False) == "1/(d·log 2)"
    assert found_of(lambda n: 0.1234567, any_number=False) == ""


def test_numbers_that_are_not_finite_are_infinitely_far():
    fitter, right = fitter_of(lambda n: 1.0)
    first, *others = fitter.samples
    outputs = (np.array(np.nan), *first.outputs[1:])
    broken = Fitter([replace(first, outputs=outputs), *others], QUANTITY.constants)
    assert nearness(broken, right) == (math.inf, math.inf)
    assert offset_right(broken, [right], 1e-9) is None
    assert offset_right(fitter, [right - Formula.of({ONE: law(3)})], 1e-9) is not None


@pytest.mark.unmeasured
@pytest.mark.parametrize("number", [math.pi, 0.1234567, 1e-6, 1 / math.log(2)])
def test_an_objective_is_right_up_to_any_positive_number(number):
    found = judged(lambda x, r, mu, lv: loss(x, r, mu, lv) * number, R, "gaussian-vae-loss")
    assert (outcome(found), found.relation) == ("consistent", "proportional")
    assert "global-scale-only" in codes(found)
    assert found.factor == "1/log 2" or float(found.factor) == pytest.approx(number, rel=1e-11)


def test_bits_per_dimension_are_said_to_be_bits():
    found = judged(bits_per_dim, L)
    assert (outcome(found), found.factor) == ("consistent", "1/(D·log 2)")
    assert "bits instead of nats" in found.finding("global-scale-only").message


def test_a_loss_in_bits_in_single_precision_is_right_too():
    def narrow(x, t, mu, lv):
        return bits_per_dim(*(np.asarray(a, np.float32) for a in (x, t, mu, lv))).astype(np.float32)

    assert outcome(judged(narrow, L)) == "consistent"


@pytest.mark.endurance
def test_a_negative_number_is_a_wrong_sign():
    assert is_named(judged(lambda x, r, m, s: -loss(x, r, m, s) * 0.1234567, R, "gaussian-vae-loss"), "wrong-sign")


@pytest.mark.endurance
def test_one_part_alone_by_such_a_number_is_wrong():
    found = judged(
        lambda x, r, mu, lv: 0.5 * ((r - x) ** 2).sum() + 0.7234567 * kl(mu, lv).sum(), R, "gaussian-vae-loss"
    )
    assert outcome(found) == "refuted"


@pytest.mark.endurance
def test_a_weight_that_differs_from_sample_to_sample_is_wrong():
    def uneven(x, r, mu, lv):
        each = 0.5 * ((r - x) ** 2).sum(-1) + kl(mu, lv)
        return (each * np.linspace(0.5, 1.4567, len(x))).sum()

    assert outcome(judged(uneven, R, "gaussian-vae-loss")) == "refuted"


@pytest.mark.parametrize(("base", "factor"), [(2, "1/log 2"), (10, "1/log 10")])
def test_a_kl_in_bits_is_named(base, factor):
    found = judged(lambda mu, lv: kl(mu, lv).mean() / math.log(base), ("mean", "log_variance"))
    assert is_named(found, "wrong-log-base")
    assert factor in found.mistakes[0].evidence
    assert found.factor == factor


@pytest.mark.unmeasured
def test_a_kl_times_another_number_is_not_named():
    found = judged(lambda mu, lv: kl(mu, lv).mean() * 0.7234567, ("mean", "log_variance"))
    assert (outcome(found), named(found)) == ("refuted", [])


def test_bits_of_a_mean_over_latents_are_two_mistakes():
    found = judged(lambda mu, lv: kl(mu, lv) / lv.shape[-1] * math.log(2), ("mean", "log_variance"))
    assert is_named(found, "wrong-log-base", "mean-over-latent")


def test_a_kl_of_two_gaussians_in_bits_is_named():
    def pair(a, b, c, d):
        return 0.5 * (d - b - 1 + np.exp(b - d) + (a - c) ** 2 * np.exp(-d)).sum(-1) / math.log(2)

    assert is_named(judged(pair, PAIR), "wrong-log-base")


def test_a_bound_in_bits_is_named():
    def bound(w):
        return -(np.log(np.exp(w).mean(-1))).mean() / math.log(2)

    assert is_named(judged(bound, ("log_weights",)), "wrong-log-base")


def test_the_expression_of_a_number_is_that_number():
    fitter, right = fitter_of(lambda n: 1 / math.log(2))
    fit = scaled_right(fitter, [right], [1e-10], any_number=True)
    symbols = symbols_for({"mean": "mu", "log_variance": "lv"}, QUANTITY.axes)
    assert "log(2)" in str(expression_of(fit.formula, symbols, (), LAYOUTS[0]))


@pytest.mark.endurance
@pytest.mark.parametrize("weight", [1.0001, 0.9999, 1.001])
def test_a_weight_near_one_is_a_weight_in_single_precision_too(weight):
    def loss(recon, x, mu, logvar):
        recon, x, mu, logvar = (np.asarray(each, np.float32) for each in (recon, x, mu, logvar))
        part = (0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)).sum(-1)
        return (0.5 * ((recon - x) ** 2).sum(-1) + np.float32(weight) * part).mean()

    found = verify_loss(loss, roles=("reconstruction", "x", "mean", "log_variance"), rng=0)
    assert [mistake.slug for mistake in found.mistakes] == ["wrong-scale"]
    assert f"effective beta {weight} " in found.finding("effective-beta").message
