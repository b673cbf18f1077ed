"""Arguments that come in other ways: images of categoricals, two halves of one tensor, a decoder's own spread."""

import numpy as np
import pytest

from elbo_check.diagnosis.roles import assigned
from elbo_check.diagnosis.sizes import CLASSES, sizes_for
from elbo_check.errors import InputError
from tests.loss_hearing.help import accused, ask, codes_of, needs_torch, passed, passes

PACKED = ("mean_and_log_variance",)
V = ("reconstruction", "x", "mean", "log_variance")


def softmax(logits, axis):
    weights = np.exp(logits - logits.max(axis, keepdims=True))
    return weights / weights.sum(axis, keepdims=True)


def uniform(logits, axis, count):
    """KL to the uniform distribution of every place, of logits along an axis."""
    q = softmax(logits, axis)
    return (q * np.log(q * count)).sum(axis)


def of_image(logits):
    _, classes, _, _ = logits.shape
    return uniform(logits, 1, classes)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "fn",
    [
        lambda t: of_image(t).sum((1, 2)).mean(),
        lambda t: of_image(t).sum((1, 2)),
        lambda t: of_image(t).sum(),
        of_image,
    ],
    ids=["mean", "a sample", "sum", "a place"],
)
def test_the_categories_may_be_the_channels_of_an_image(fn):
    passed(ask(fn, "logits"))


def test_a_value_a_category_may_be_the_channel_of_an_image():
    def each(q):
        _, classes, _, _ = q.shape
        return q * np.log(q * classes)

    passed(ask(each, "probabilities"))


def test_the_places_of_an_image_are_added_up():
    accused("mean-over-latent", ask(lambda t: of_image(t).mean(), "logits"))


def test_a_mean_over_one_side_of_an_image_is_named():
    accused("mean-over-latent", ask(lambda t: of_image(t).mean(1).sum(1).mean(), "logits"))


def test_the_wrong_axis_is_refuted():
    def along_height(logits):
        _, classes, _, _ = logits.shape
        return uniform(logits, 2, classes).sum((1, 2))

    assert ask(along_height, "logits").outcome == "refuted"


def test_categories_that_come_last_are_offered_as_a_reading():
    def last(logits):
        _, _, _, classes = logits.shape
        return uniform(logits, -1, classes).sum((1, 2))

    found = ask(last, "logits")
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if its arguments hold G along two axes (H, W), the categories after these")


@pytest.mark.parametrize(
    ("given", "sides"), [({"G": 20}, (4, 5)), ({"G": 36}, (6, 6)), ({"H": 7}, (7, 5)), ({"G": 35, "H": 7}, (7, 5))]
)
def test_an_image_of_categoricals_has_the_sides_that_are_given(given, sides):
    sizes = next(sizes_for(frozenset("BGK"), CLASSES[0], given))
    assert (sizes["H"], sizes["W"]) == sides
    assert sizes["G"] == sides[0] * sides[1]


def test_what_is_no_image_yields_no_sizes():
    assert list(sizes_for(frozenset("BGK"), CLASSES[0], {"G": 35})) == []


@needs_torch
def test_the_gradient_of_an_image_of_categoricals_is_laid_out_as_it_is():
    import torch

    def kl(logits, cut=False):
        _, classes, _, _ = logits.shape
        q = torch.softmax(logits, 1)
        return ((q.detach() if cut else q) * (torch.log_softmax(logits, 1) + np.log(classes))).sum((1, 2, 3)).mean()

    passed(ask(kl, "logits", backend="torch"))
    accused("detached-sample", ask(lambda logits: kl(logits, cut=True), "logits", backend="torch"))


def halves(params):
    middle = params.shape[-1] // 2
    return params[..., :middle], params[..., middle:]


def kl(mu, lv):
    return 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)


@pytest.mark.endurance
def test_one_argument_may_hold_two_side_by_side():
    found = passed(ask(lambda params: kl(*halves(params)), *PACKED))
    assert "halves" in codes_of(found)
    assert "params₁_j²" in found.recovered
    passed(ask(lambda params: kl(*halves(params)[::-1]).mean(), "log_variance_and_mean"))
    assert ask(lambda params: kl(*halves(params)[::-1]), *PACKED).outcome == "refuted"
    accused("mean-over-latent", ask(lambda params: kl(*halves(params)) / (params.shape[-1] / 2), *PACKED))


def test_the_halves_of_an_image_are_channels():
    def of_channels(params):
        _, channels, _, _ = params.shape
        mu, lv = params[:, : channels // 2], params[:, channels // 2 :]
        return 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum((1, 2, 3))

    passed(ask(of_channels, *PACKED))


def test_a_name_that_says_two_things_is_a_proposal():
    passed(ask(lambda moments: kl(*halves(moments))))
    found = ask(lambda moments: kl(halves(moments)[0], 2 * halves(moments)[1]))
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if moments holds the mean and then log σ;")


def test_two_arguments_do_not_hold_the_same():
    with pytest.raises(InputError, match="the role of one argument"):
        assigned(("params", "mu"), (), ("mean_and_std", "mean"))


def test_the_failing_test_of_halves_fails():
    found = ask(lambda params: kl(*halves(params)) / 2, *PACKED)
    assert not passes(found, lambda params: kl(*halves(params)) / 2)
    assert passes(found, lambda params: kl(*halves(params)))


@pytest.mark.unmeasured
@needs_torch
def test_the_gradients_of_halves_are_told_apart():

    def loss(params, cut=False):
        mu, lv = params.chunk(2, -1)
        mu = mu.detach() if cut else mu
        return 0.5 * (mu**2 + lv.exp() - 1 - lv).sum(-1)

    passed(ask(loss, *PACKED, backend="torch"))
    found = accused("detached-sample", ask(lambda params: loss(params, cut=True), *PACKED, backend="torch"))
    assert "params₁" in found.mistakes[0].evidence
    scope = {"loss": lambda params: loss(params, cut=True)}
    exec(found.as_test(), scope)
    with pytest.raises(RuntimeError, match="Jacobian"):
        next(held for name, held in scope.items() if name.startswith("test_"))()


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("role", "deviation"), [("decoder_log_std", np.exp), ("decoder_std", lambda s: s)], ids=["log σ", "σ"]
)
@pytest.mark.parametrize("name", ["x_log_sigma", "sigma_x"])
def test_a_decoder_may_give_its_spread_in_any_way(role, deviation, name):
    def loss(r, x, mu, lv, s):
        sigma = deviation(s)
        nll = 0.5 * ((x - r) / sigma) ** 2 + np.log(sigma) + 0.5 * np.log(2 * np.pi) + 0 * x
        return (nll.sum(-1) + kl(mu, lv)).mean()

    passed(ask(loss, *V, role))
    assert next(iter(assigned((name,), (), None).roles.values())) in ("decoder_log_std", "decoder_std")


def test_half_of_the_logarithm_of_a_decoder_is_refuted():
    def loss(r, x, mu, lv, ls):
        return ((0.5 * ((x - r) / np.exp(ls)) ** 2 + 0.5 * ls).sum(-1) + kl(mu, lv)).mean()

    assert ask(loss, *V, "decoder_log_std").outcome == "refuted"


def test_a_sum_over_the_batch_beside_a_mean_over_the_latents_is_refuted_where_batches_are_meant():
    def loss(mu, lv):
        return (0.5 * (mu**2 + np.exp(lv) - 1 - lv)).sum(axis=0).mean()

    accused("wrong-reduction-axis", ask(loss, "mean", "log_variance", batch=True))
    found = ask(loss, "mean", "log_variance")  # values do not tell it from kl.mean() * len(mu) of one sample
    assert found.outcome == "undecided"
    assert "wrong-reduction-axis (batch=True says that it takes batches)" in found.missing


def test_a_length_of_one_sample_is_still_open():
    def loss(mu, lv):
        return 0.5 * ((mu**2).sum() + np.exp(lv).sum() - len(mu) - lv.sum())

    found = ask(loss, "mean", "log_variance")
    assert found.outcome == "undecided"
    assert "single samples" in found.missing


@pytest.mark.parametrize("axes", [1, (1, 2, 3)])
def test_two_arrays_of_a_likelihood_may_be_in_one_argument(axes):
    log_two_pi = np.log(2 * np.pi)

    def nll(parameters, sample, constant=log_two_pi):
        mean, logvar = np.split(parameters, 2, 1)
        return 0.5 * np.sum(constant + logvar + (sample - mean) ** 2 / np.exp(logvar), axis=axes)

    found = passed(ask(nll, "mean_and_log_variance", "x"))
    assert "the halves of parameters along its observed numbers" in found.finding("halves").message
    accused("missing-constant", ask(lambda p, x: nll(p, x, 0), "mean_and_log_variance", "x"))


BOTH = ("mean_and_log_variance_q", "mean_and_log_variance_p")


def divergence_of_halves(q, p, axes, sign=-1):
    (m, s), (n, t) = np.split(q, 2, 1), np.split(p, 2, 1)
    return 0.5 * np.sum((m - n) ** 2 / np.exp(t) + np.exp(s - t) - 1 + sign * s + t, axis=axes)


@pytest.mark.unmeasured
@pytest.mark.parametrize("axes", [1, (1, 2, 3)])
def test_each_of_two_gaussians_may_be_in_one_argument(axes):
    found = passed(ask(lambda q, p: divergence_of_halves(q, p, axes), *BOTH))
    words = [each.message for each in found.findings if each.code == "halves"]
    assert words == [
        f"{name}₁ and {name}₂ are the halves of {name} along its latents: the mean and then log σ²" for name in "qp"
    ]
    accused("argument-order", ask(lambda q, p: divergence_of_halves(p, q, axes), *BOTH))
    accused("wrong-sign", ask(lambda q, p: divergence_of_halves(q, p, axes, 1), *BOTH))


@pytest.mark.unmeasured
def test_one_of_two_gaussians_may_be_and_what_it_holds_is_named():
    def loss(q, n, t):
        return divergence_of_halves(q, np.concatenate([n, t], 1), 1)

    passed(ask(loss, BOTH[0], "mean_p", "log_variance_p"))
    accused("logsigma-as-logvar", ask(loss, "mean_and_log_std_q", "mean_p", "log_variance_p"))
    found = ask(lambda q, p: divergence_of_halves(q, p, 1), "log_variance_and_mean_q", BOTH[1])
    assert found.finding("reading").message == "it would be right if q holds the mean and then log σ²"
