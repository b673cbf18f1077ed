"""A loss that returns its two parts, for the caller to add, is judged by their sum."""

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError
from elbo_check.loss_hearing import two_parts

from .help import accused, ask, codes_of, passed, passes
from .test_elbos import called

ROLES = ("probabilities", "x", "mean", "log_variance")


def bce(recon, x):
    return -np.sum(x * np.log(recon) + (1 - x) * np.log(1 - recon))


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def parts(recon, x, mu, logvar):
    return bce(recon, x), kl(mu, logvar).sum()


def exchanged(recon, x, mu, logvar):
    return kl(mu, logvar).sum(), bce(recon, x)


def beside_z(recon, x, mu, logvar):
    return bce(recon, x), kl(mu, logvar).sum(), mu


@pytest.mark.unmeasured
@pytest.mark.parametrize("fn", [parts, exchanged, beside_z], ids=lambda fn: fn.__name__)
def test_two_parts_without_names_are_right_if_the_caller_adds_them(fn):
    found = ask(fn, *ROLES)
    assert found.outcome == "undecided"
    assert found.missing == "equal, if the caller adds its outputs '0' and '1' (say so: output='0 + 1')"
    assert "+ 1/2 Σ_b Σ_j" in found.recovered
    passed(ask(fn, *ROLES, output="0+1"))


class Parts(NamedTuple):
    recon: float
    kld: float


@pytest.mark.unmeasured
@pytest.mark.parametrize("made", [Parts, lambda *both: dict(zip(("recon", "kl"), both, strict=True))])
def test_two_parts_that_are_called_so_are_added(made):
    found = passed(ask(lambda recon, x, mu, logvar: made(*parts(recon, x, mu, logvar)), *ROLES))
    assert "were added" in found.finding("judged-output").message


LOGGED = {
    "a KL beside a tuple's place": lambda *both: (both[0], {"kl": both[1]}),
    "a KL in another container": lambda *both: {"value": both[0], "log": {"kl": both[1]}},
    "a part that is called the loss": lambda *both: {"losses": {"loss": both[0], "kl": both[1]}},
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("made", LOGGED.values(), ids=LOGGED)
def test_a_kl_that_is_only_logged_says_nothing_of_a_sum(made):
    found = ask(lambda recon, x, mu, logvar: made(*parts(recon, x, mu, logvar)), *ROLES)
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if the caller adds its outputs '")
    output = found.missing.partition("output='")[2].removesuffix("')")
    passed(ask(lambda recon, x, mu, logvar: made(*parts(recon, x, mu, logvar)), *ROLES, output=output))


WRONG = {
    "doubled": lambda recon, x, mu, logvar: (bce(recon, x), 2 * kl(mu, logvar).sum()),
    "wrong-sign": lambda recon, x, mu, logvar: (bce(recon, x), -kl(mu, logvar).sum()),
    "missing-constant": lambda recon, x, mu, logvar: {"a": bce(recon, x), "b": (kl(mu, logvar) + 0.5).sum()},
}


@pytest.mark.endurance
@pytest.mark.parametrize("slug", WRONG)
def test_a_mistake_in_the_sum_is_named(slug):
    found = accused(slug, ask(WRONG[slug], *ROLES))
    assert "were added" in found.finding("judged-output").message


OF_LIKELIHOOD = {
    "a pair": lambda recon, x, mu, logvar: (-bce(recon, x), kl(mu, logvar).sum()),
    "exchanged": lambda recon, x, mu, logvar: (kl(mu, logvar).sum(), -bce(recon, x)),
    "keys": lambda recon, x, mu, logvar: {"log_likelihood": -bce(recon, x), "kl": kl(mu, logvar).sum()},
    "means": lambda recon, x, mu, logvar: (-bce(recon, x) / len(x), kl(mu, logvar).sum(-1).mean()),
}


@pytest.mark.endurance
@pytest.mark.parametrize("name", ["step", "elbo", "vae_loss"])
@pytest.mark.parametrize("kind", OF_LIKELIHOOD)
def test_a_log_likelihood_beside_a_kl_is_for_the_caller_to_subtract_from(kind, name):
    fn = called(OF_LIKELIHOOD[kind], name)
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith("equal, if the caller subtracts the KL, '")
    difference, output = (told.partition("'")[0] for told in found.missing.split("output='")[1:])
    passed(ask(fn, *ROLES, output=difference))
    accused("wrong-sign", ask(fn, *ROLES, output=output))


def test_a_log_likelihood_beside_a_negative_kl_is_for_the_caller_to_maximise():
    fn = called(lambda recon, x, mu, logvar: (-bce(recon, x), -kl(mu, logvar).sum()), "vae_loss")
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    words = "equal, if the caller adds '0' and '1', log p(x | z) and −KL, and maximises that, the ELBO (say so: "
    assert found.missing == f"{words}output='0 + 1' of a function that is called elbo). It is no loss"


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["step", "elbo"])
def test_a_sum_that_is_an_elbo_is_said_to_be_maximised(name):
    def both(recon, x, mu, logvar):
        return -bce(recon, x), -kl(mu, logvar).sum()

    found = ask(called(both, name), *ROLES)
    words = "equal, if the caller adds its outputs '0' and '1', and maximises that, the ELBO (say so: output='0 + 1'"
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing == words + (")" if name == "elbo" else " of a function that is called elbo)")
    passed(ask(called(both, "elbo"), *ROLES, output="0 + 1"))


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["elbo", "vae_loss"])
def test_a_cross_entropy_beside_a_negative_kl_is_wrong_whatever_it_is_called(name):
    accused("wrong-sign", ask(called(WRONG["wrong-sign"], name), *ROLES))


@pytest.mark.unmeasured
def test_the_test_of_a_sum_adds():
    def loss(recon, x, mu, logvar):
        return WRONG["doubled"](recon, x, mu, logvar)

    found = ask(loss, *ROLES)
    assert not passes(found, loss)
    assert passes(found, parts)
    assert passes(found, lambda **given: tuple(7 * part for part in parts(**given)))


@pytest.mark.endurance
def test_a_total_beside_its_parts_is_judged_alone():
    def total(recon, x, mu, logvar, weight=1):
        one, other = parts(recon, x, mu, logvar)
        return one + weight * other, one, other

    assert codes_of(passed(ask(total, *ROLES))) >= {"judged-output"}
    accused("doubled", ask(lambda recon, x, mu, logvar: total(recon, x, mu, logvar, 2), *ROLES))
    accused("doubled", ask(lambda recon, x, mu, logvar: total(recon, x, mu, logvar, 2)[::2], *ROLES))


def test_what_is_called_the_loss_and_lacks_the_kl_is_wrong():
    def loss(recon, x, mu, logvar):
        one, other = parts(recon, x, mu, logvar)
        return {"loss": one, "kl": other}

    accused("missing-kl-term", ask(loss, *ROLES))


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["train_loss", "my_loss", "total_loss"])
def test_what_is_called_the_loss_of_a_part_is_no_part(name):
    accused("missing-kl-term", ask(lambda recon, x, mu, logvar: dict(zip((name, "kl"), parts(recon, x, mu, logvar),
                                                                         strict=True)), *ROLES))  # fmt: skip


@pytest.mark.endurance
def test_two_outputs_that_nothing_is_recognised_of_are_no_parts():
    found = ask(lambda recon, x, mu, logvar: (np.tanh(recon - x).sum(), np.cosh(mu + logvar).sum()), *ROLES)
    assert (found.outcome, found.mistakes) == ("refuted", ())


def test_outputs_that_are_not_there_cannot_be_added():
    with pytest.raises(LossFunctionError, match="no '7' to be added"):
        ask(parts, *ROLES, output="0 + 7")


def logged(recon, x):
    return np.mean((recon - x) ** 2)


BESIDE = {
    "what is logged": (lambda recon, x, mu, logvar: (*parts(recon, x, mu, logvar), logged(recon, x)), "0 + 1"),
    "what comes first": (lambda recon, x, mu, logvar: (logged(recon, x), *parts(recon, x, mu, logvar)), "1 + 2"),
    "a weight": (lambda recon, x, mu, logvar: (*parts(recon, x, mu, logvar), 1.0), "0 + 1"),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("fn", "output"), BESIDE.values(), ids=BESIDE)
def test_two_parts_beside_more_numbers_are_added(fn, output):
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.endswith(f"(say so: output='{output}')")
    passed(ask(fn, *ROLES, output=output))


@pytest.mark.endurance
def test_a_mistake_in_one_of_two_parts_beside_more_numbers_is_named():
    accused("doubled", ask(lambda recon, x, mu, logvar: (bce(recon, x), 2 * kl(mu, logvar).sum(), 1.0), *ROLES))
    keys = lambda recon, x, mu, logvar: {"recon": bce(recon, x), "kl": kl(mu, logvar).sum(), "beta": 1.0}
    passed(ask(keys, *ROLES))


def elements(recon, x):
    return -(x * np.log(recon) + (1 - x) * np.log(1 - recon))


SHAPES = {
    "elements": lambda recon, x, mu, logvar: (elements(recon, x), kl(mu, logvar)),
    "a mean": lambda recon, x, mu, logvar: (elements(recon, x).sum(-1).mean(), kl(mu, logvar).sum(-1)),
    "the other mean": lambda recon, x, mu, logvar: (elements(recon, x).sum(-1), kl(mu, logvar).sum(-1).mean()),
}


@pytest.mark.parametrize("fn", SHAPES.values(), ids=SHAPES)
def test_two_right_parts_of_different_shapes_are_for_the_caller_to_add(fn):
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith("equal, if the caller adds its outputs '0' and '1', which differ in shape")


REDUCED = {"a mean": "0 + mean(1)", "the other mean": "mean(0) + 1", "a sum": "0 + sum(1)"}
SHAPES["a sum"] = lambda recon, x, mu, logvar: (bce(recon, x), kl(mu, logvar).sum(-1))


@pytest.mark.endurance
@pytest.mark.parametrize("name", REDUCED)
def test_a_part_of_one_value_a_sample_is_reduced_as_the_other_is(name):
    fn = SHAPES[name]
    assert ask(fn, *ROLES).missing.endswith(f" over the batch (say so: output='{REDUCED[name]}')")
    passed(ask(fn, *ROLES, output=REDUCED[name]))
    keys = lambda recon, x, mu, logvar: dict(zip(("recon", "kl"), fn(recon, x, mu, logvar), strict=True))
    assert ask(keys, *ROLES).outcome == "undecided"  # added as they are, a number and an array are broadcast


WRONG_OF_SHAPES = {
    "doubled": lambda recon, x, mu, logvar: (bce(recon, x), 2 * kl(mu, logvar).sum(-1)),
    "mean-over-latent": lambda recon, x, mu, logvar: (bce(recon, x) / len(x), kl(mu, logvar).mean(-1)),
    "bce-mean-vs-kl-sum": lambda recon, x, mu, logvar: (elements(recon, x).mean(-1), kl(mu, logvar).sum(-1).mean()),
    "reversed-kl": lambda recon, x, mu, logvar: (
        elements(recon, x).sum(-1).mean(),
        (logvar + np.exp(-logvar) * (1 + mu**2) - 1).sum(-1) / 2,
    ),
}


@pytest.mark.endurance
@pytest.mark.parametrize("slug", WRONG_OF_SHAPES)
def test_a_mistake_in_a_part_of_another_shape_is_named(slug):
    found = accused(slug, ask(WRONG_OF_SHAPES[slug], *ROLES))
    assert "over the batch" in found.finding("judged-output").message
    assert ").mean()" in found.as_test() or "].mean()" in found.as_test() or "].sum()" in found.as_test()


def test_what_is_no_part_of_another_shape_is_not_added():
    for other in (lambda mu: mu.sum(-1), lambda mu: mu):
        accused("missing-kl-term", ask(lambda recon, x, mu, logvar, other=other: (bce(recon, x), other(mu)), *ROLES))


def test_what_is_to_be_reduced_has_one_value_a_sample():
    with pytest.raises(LossFunctionError, match=r"output '0': mean\(…\) is taken of one value a sample, shape \(B,\)"):
        ask(SHAPES["a mean"], *ROLES, output="mean(0) + 1")


def added(one, other, weight=1, sign=1):
    """The loss of two parts, each reduced in its own way, with a weight of the KL and a likelihood's sign."""
    return lambda recon, x, mu, logvar: (sign * one(elements(recon, x)), weight * other(kl(mu, logvar)))


def each(values):
    return values


def of_a_sample(values):
    return values.sum(-1)


def average(values):
    return values.sum(-1).mean()


def shares(values):
    return values / len(values)


OTHER_SHAPES = {
    (each, each): "sum(0) + sum(1)",
    (of_a_sample, each): "sum(0) + sum(1)",
    (each, of_a_sample): "sum(0) + sum(1)",
    (average, each): "0 + mean(1)",
    (each, average): "mean(0) + 1",
    (each, np.sum): "sum(0) + 1",
    (average, shares): "0 + sum(1)",
}


@pytest.mark.endurance
@pytest.mark.parametrize("ways", OTHER_SHAPES, ids=lambda ways: "-".join(way.__name__ for way in ways))
def test_right_parts_of_any_shapes_are_for_the_caller_to_reduce_to_weigh_and_to_subtract(ways):
    found = ask(added(*ways), *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.endswith(f" over the batch (say so: output='{OTHER_SHAPES[ways]}')")
    passed(ask(added(*ways), *ROLES, output=OTHER_SHAPES[ways]))
    found = ask(added(*ways, sign=-1), *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith("equal, if the caller subtracts the KL, ")
    for weight, words in ((4, "adds its outputs '0' and '1'"), (1, "multiplies the KL by 4")):
        found = ask(added(*ways, weight), *ROLES, beta=4)
        assert (found.outcome, found.mistakes) == ("undecided", ())
        assert words in found.missing


@pytest.mark.unmeasured
@pytest.mark.parametrize("ways", OTHER_SHAPES, ids=lambda ways: "-".join(way.__name__ for way in ways))
def test_a_wrong_weight_of_a_part_of_another_shape_is_told_as_such(ways):
    found = accused("wrong-scale", ask(added(*ways, 3), *ROLES))
    assert found.finding("effective-beta").message == "effective beta 3 instead of 1"
    assert passes(found, added(*ways))
    assert not passes(found, added(*ways, 3))


@pytest.mark.endurance
def test_a_wrong_part_of_another_shape_is_refuted():
    accused("doubled", ask(added(each, each, 2), *ROLES))
    accused("wrong-sign", ask(added(each, each, -1), *ROLES))
    accused("mean-over-latent", ask(added(each, lambda values: values.mean(-1)), *ROLES))
    accused("missing-kl-term", ask(lambda recon, x, mu, logvar: (elements(recon, x), mu * logvar), *ROLES))


OF_LIKELIHOOD_AND_WRONG = {
    "mean-over-latent": lambda recon, x, mu, logvar: (-bce(recon, x) / len(x), kl(mu, logvar).mean()),
    "sum-for-mean": lambda recon, x, mu, logvar: (-bce(recon, x) / len(x), kl(mu, logvar).sum()),
    "doubled": lambda recon, x, mu, logvar: (2 * kl(mu, logvar).sum(), -bce(recon, x)),
}


@pytest.mark.parametrize("slug", OF_LIKELIHOOD_AND_WRONG)
def test_a_mistake_beside_a_log_likelihood_is_named_without_its_sign(slug):
    found = accused(slug, ask(OF_LIKELIHOOD_AND_WRONG[slug], *ROLES))
    assert "is taken, less" in found.finding("judged-output").message
    beta = found.finding("effective-beta").message
    assert (
        beta
        == f"effective beta {dict(zip(OF_LIKELIHOOD_AND_WRONG, ('1/d', 'B', '2'), strict=True))[slug]} instead of 1"
    )


@pytest.mark.unmeasured
def test_a_difference_can_be_asked_for():
    def both(recon, x, mu, logvar, times=1):
        return -bce(recon, x), times * kl(mu, logvar).sum()

    assert passed(ask(both, *ROLES, output="1 - 0")).finding("judged-output") is None
    found = accused("doubled", ask(lambda recon, x, mu, logvar: both(recon, x, mu, logvar, 2), *ROLES, output="1 - 0"))
    assert "[1] - " in found.as_test()
    with pytest.raises(LossFunctionError, match="no '7' to be added"):
        ask(both, *ROLES, output="1 - 7")


def test_of_what_was_not_recovered_no_part_is_turned():
    assert not two_parts.is_turned(SimpleNamespace(recovery=None))
