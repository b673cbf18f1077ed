"""A KL that is wrong is named whatever it stands beside: with a decoder that is known in place of its own."""

import numpy as np
import pytest

from elbo_check.loss_hearing import latents_apart

from .help import accused, ask, codes_of, long, passes, unmeasured
from .test_latents_apart import VAE, each, poisson, right, student, summed, tenth

ARGUMENTS = ("r", "x", "mu", "s")
NAMED = {
    "wrong-sign": lambda mu, s: -right(mu, s),
    "mean-over-latent": lambda mu, s: each(mu, s).mean(1),
    "logvar-as-logsigma": lambda mu, s: right(mu, 2 * s),
}


@pytest.mark.parametrize("reduce", [np.mean, unmeasured(lambda each: each)], ids=["mean", "each"])
@pytest.mark.parametrize(
    ("slug", "kl"), [case if case[0] == "mean-over-latent" else unmeasured(*case) for case in NAMED.items()]
)
def test_a_wrong_kl_is_named_beside_an_unknown_decoder(slug, kl, reduce):
    wrong = summed(student, kl, reduce)
    told = accused(slug, ask(wrong, *VAE))
    assert "none that is known, and its KL is wrong" in told.finding("wrong-kl").message
    assert "not-recognised" not in codes_of(told)
    assert not passes(told, wrong)
    assert passes(told, summed(student, right, reduce))


def cauchy(r, x):
    return np.log(np.pi * (1 + (x - r) ** 2))


@pytest.mark.endurance
def test_a_weight_of_the_kl_is_named_beside_a_density():
    told = accused("doubled", ask(summed(cauchy, lambda mu, s: 2 * right(mu, s)), *VAE))
    assert passes(told, summed(cauchy, right))


WEIGHTS = {
    "2": lambda x, mu: 2,
    "1/D": lambda x, mu: 1 / x.shape[1],
    "1/d": lambda x, mu: 1 / mu.shape[1],
    "1/B": lambda x, mu: 1 / len(x),
    "2/d": lambda x, mu: 2 / mu.shape[1],
}


@pytest.mark.endurance
@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS)
def test_the_kl_of_a_multiplied_objective_is_asked_further_out(weight):
    def weighed(kl):
        return lambda r, x, mu, s: weight(x, mu) * summed(student, kl)(r, x, mu, s)

    assert ask(weighed(right), *VAE).outcome == "undecided"
    told = ask(weighed(lambda mu, s: each(mu, s)[:, :64].sum(1)), *VAE)
    assert told.finding("wrong-spot").details["where"] == "d = 70"
    assert passes(told, weighed(right))
    assert not passes(told, weighed(lambda mu, s: 3 * right(mu, s)))


@pytest.mark.endurance
@pytest.mark.parametrize("decoder", [student, long(cauchy)])
@pytest.mark.parametrize(("name", "reduce"), [("2", np.sum), long("2", np.mean), ("2/d", np.sum)])
def test_the_plainest_weight_is_told_in_any_reduction(decoder, name, reduce):
    whole = summed(decoder, right, reduce)
    told = ask(lambda r, x, mu, s: WEIGHTS[name](x, mu) * whole(r, x, mu, s), *VAE)
    assert told.outcome == "undecided"
    assert told.missing.startswith(f"{name} times the objective")
    assert ("the KL has a weight of 2." in told.missing) == (decoder is student)


SLIPS = {
    "missing-variance-term": lambda mu, s: right(mu, s) - 0.5 * np.exp(s).sum(1),
    "double-averaging": lambda mu, s: right(mu, s) / len(mu),
    "wrong-sign": lambda mu, s: -right(mu, s),
}


@pytest.mark.endurance
@pytest.mark.parametrize("slug", SLIPS)
def test_no_constant_and_no_weight_of_all_is_blamed_beside_a_slip(slug):
    told = accused(slug, ask(lambda *given: 2 * summed(cauchy, SLIPS[slug])(*given), *VAE, parameters=ARGUMENTS))
    assert "up to a constant" in told.finding("wrong-kl").message


@pytest.mark.endurance
@pytest.mark.parametrize("slug", ["mean-over-latent", long("logvar-as-logsigma"), long("wrong-sign")])
def test_a_wrong_kl_of_a_small_declared_weight_is_not_called_right(slug):
    accused(slug, ask(summed(cauchy, lambda mu, s: 1e-4 * NAMED[slug](mu, s)), *VAE, beta=1e-4))
    assert ask(summed(cauchy, lambda mu, s: 1e-4 * right(mu, s)), *VAE, beta=1e-4).outcome == "undecided"


@pytest.mark.endurance
@pytest.mark.parametrize("slug", [long("doubled"), "mean-over-latent"])
def test_nor_is_one_beside_many_pixels(slug):
    kl = {**NAMED, "doubled": lambda mu, s: 2 * right(mu, s)}[slug]

    def of_many(divergence):
        return lambda r, x, mu, s: summed(cauchy, divergence)(r.reshape(-1, 3072), x.reshape(-1, 3072), mu, s)

    accused(slug, ask(of_many(kl), *VAE))
    told = ask(of_many(lambda mu, s: each(mu, s, 1e-4).sum(1)), *VAE)
    assert told.outcome == "undecided"
    assert "harmless-epsilon" in codes_of(told)


def of_prior(mu, s):
    return 0.5 * ((mu - 1) ** 2 / 4 + np.exp(s) / 4 - 1 - s + np.log(4)).sum(1)


def masked(r, x):
    return 0.5 * (x - r) ** 2 * (x > 0.3)


@pytest.mark.endurance
def test_a_prior_that_is_given_is_minded():
    assert ask(summed(student, of_prior), *VAE, prior=(1.0, 2.0)).outcome == "undecided"
    accused("prior-ignored", ask(summed(student, right), *VAE, prior=(1.0, 2.0)))
    cut = ask(summed(student, lambda mu, s: of_prior(mu[:, :64], s[:, :64])), *VAE, prior=(1.0, 2.0))
    assert cut.finding("wrong-spot").details["where"] == "d = 70"


@pytest.mark.parametrize("kl", [of_prior, lambda mu, s: 2 * of_prior(mu, s)], ids=["right", "twice"])
def test_what_is_no_likelihood_of_any_decoder_accuses_no_right_kl_nor_its_weight(kl):
    told = ask(summed(masked, kl), *VAE, prior=(1.0, 2.0))
    assert "weighed-data" in codes_of(told)
    assert told.mistakes == ()


def test_an_elbo_of_an_unknown_decoder_is_left_open():
    def elbo(r, x, mu, s):
        return -summed(student, right)(r, x, mu, s)

    told = ask(elbo, *VAE)
    assert told.outcome == "undecided"
    assert "maximised" not in told.missing
    told = ask(lambda r, x, mu, s: -summed(student, right)(r, x, mu, s), *VAE)
    assert told.outcome == "undecided"
    assert "; and if it is to be maximised" in told.missing


@pytest.mark.unmeasured
def test_so_it_is_beside_logits():
    told = accused("wrong-sign", ask(summed(poisson, NAMED["wrong-sign"]), "logits", *VAE[1:]))
    assert "With Σ log(1 + e^l) − x·l in place" in told.finding("wrong-kl").message


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "kl",
    [lambda mu, s: right(mu, s) ** 2, lambda mu, s: right(mu, s) + 0.01 * np.sin(mu).sum(1)],
    ids=["squared", "and a sine"],
)
def test_what_no_known_mistake_explains_has_no_name(kl):
    told = ask(summed(student, kl), *VAE)
    assert told.outcome == "refuted"
    assert told.mistakes == ()
    assert "wrong-kl" not in codes_of(told)


def test_the_kl_is_not_named_where_it_is_right_beside_what_is_no_density():
    told = ask(summed(lambda r, x: -student(r, x), right), *VAE)
    assert told.outcome == "refuted"
    assert "wrong-kl" not in codes_of(told)


def test_where_no_simple_numbers_show_it_the_first_counterexample_stays(monkeypatch):
    monkeypatch.setattr(latents_apart, "counterexample", lambda *given: None)
    told = accused("wrong-sign", ask(summed(student, NAMED["wrong-sign"]), *VAE))
    assert "test_loss_is_right" in told.as_test()


def parts(decoder, kl):
    return lambda r, x, mu, s: (decoder(r, x).sum(1).mean(), kl(mu, s).mean())


@pytest.mark.endurance
@pytest.mark.parametrize("slug", NAMED)
def test_the_parts_of_such_a_loss_are_judged_together(slug):
    told = accused(slug, ask(parts(student, NAMED[slug]), *VAE))
    assert "'0', '1' were added" in told.finding("judged-output").message


@pytest.mark.endurance
def test_a_kl_beside_a_log_likelihood_is_for_the_caller_to_subtract():
    told = ask(parts(lambda r, x: -cauchy(r, x), right), *VAE)
    assert told.outcome == "undecided"
    assert "if the caller subtracts the KL, '1', from log p(x | z), '0'" in told.missing
    assert ask(parts(lambda r, x: -cauchy(r, x), lambda mu, s: 2 * right(mu, s)), *VAE).outcome == "refuted"


@pytest.mark.endurance
def test_a_kl_that_stands_first_is_no_loss_without_its_likelihood():
    told = ask(lambda r, x, mu, s: parts(student, NAMED["logvar-as-logsigma"])(r, x, mu, s)[::-1], *VAE)
    accused("logvar-as-logsigma", told)


def test_what_is_of_the_data_alone_has_no_kl_to_be_wrong():
    def of_three(r, x, mu, s):
        return *parts(cauchy, NAMED["wrong-sign"])(r, x, mu, s), -10 * np.log10(((x - r) ** 2).mean())

    told = ask(of_three, *VAE)
    assert told.outcome == "refuted"
    assert "wrong-kl" not in codes_of(told)


@pytest.mark.endurance
def test_an_error_that_is_logged_beside_them_is_not_blamed():
    def logged(kl):
        def loss(r, x, mu, s):
            return {"mse": ((x - r) ** 2).mean(), "nll": tenth(r, x).sum(1).mean(), "kl": kl(mu, s).mean()}

        return loss

    told = accused("mean-over-latent", ask(logged(NAMED["mean-over-latent"]), *VAE))
    assert "'nll', 'kl' were added" in told.finding("judged-output").message
    assert ask(logged(right), *VAE).outcome == "undecided"

    def beside_another(r, x, mu, s):  # of two means of errors either may be meant
        return {**logged(right)(r, x, mu, s), "nll": (-1 - student(r, x)).sum(1).mean()}

    accused("mse-mean-vs-kl-sum", ask(beside_another, *VAE))


@pytest.mark.parametrize("quantity", ["bernoulli-vae-loss", unmeasured("gaussian-vae-loss")])
def test_beside_a_likelihood_that_is_said_to_be_known_the_decoder_is_of_that_kind(quantity):
    def cross_entropy(r, x):
        return np.sin(-(x * np.log(r) + (1 - x) * np.log(1 - r)))

    told = ask(summed(cross_entropy, right), *VAE, quantity=quantity)
    assert told.outcome == "refuted"
    assert not told.mistakes
    assert "not-recognised" in codes_of(told)
    accused("wrong-sign", ask(summed(cross_entropy, NAMED["wrong-sign"]), *VAE, quantity=quantity))


REDUCED = {
    "mean-over-latent": (np.sum, lambda terms: terms.mean(1).sum()),
    "sum-for-mean": (np.mean, lambda terms: terms.sum()),
    "double-averaging": (np.sum, lambda terms: terms.sum(1).mean()),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("slug", REDUCED)
def test_the_kl_is_reduced_as_the_data_are(slug):
    """Beside a total the mean over latents of a total is no mean over samples of the wrong axis."""
    over, reduced = REDUCED[slug]

    def loss(r, x, mu, s):
        return over(student(r, x).sum(1)) + reduced(each(mu, s))

    told = accused(slug, ask(loss, *VAE))
    assert passes(told, lambda r, x, mu, s: over(student(r, x).sum(1)) + over(right(mu, s)))


IGNORING = {
    "missing-mean-term": lambda mu, s: 0.5 * (np.exp(s) - 1 - s).sum(1),
    "copy-paste-head": lambda mu, s: right(mu, mu),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("slug", IGNORING)
def test_a_kl_that_ignores_an_argument_is_named(slug):
    wrong = summed(cauchy, IGNORING[slug])
    told = accused(slug, ask(wrong, *VAE))
    assert "ignored-argument" in codes_of(told)
    assert not passes(told, wrong)
    assert passes(told, summed(cauchy, right))
