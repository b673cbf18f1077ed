"""A small number added to σ or σ²: harmless where it is small, told where it is not, and no cloak for a mistake."""

from functools import partial

import numpy as np
import pytest
import sympy

from elbo_check.diagnosis import epsilon, shifting

from .judged import is_named, judged, names


def softplus(t):
    return np.log1p(np.exp(t))


def of_deviation(role, deviation):
    """The variance and its logarithm of σ + ε, by the role of the argument."""
    return role, lambda s, e: (deviation(s) + e) ** 2, lambda s, e: 2 * np.log(deviation(s) + e)


FORMS = {
    "softplus(ρ) + ε": of_deviation("softplus_std", softplus),
    "log(softplus(ρ) + ε)": ("softplus_std", lambda s, e: softplus(s) ** 2, lambda s, e: 2 * np.log(softplus(s) + e)),
    "exp(log σ) + ε": of_deviation("log_std", np.exp),
    "exp(log σ²) + ε": ("log_variance", lambda s, e: np.exp(s) + e, lambda s, e: np.log(np.exp(s) + e)),
    "exp(log σ²) + ε beside log σ²": ("log_variance", lambda s, e: np.exp(s) + e, lambda s, e: s),
    "sqrt(σ² + ε)": ("variance", lambda s, e: np.sqrt(s + e) ** 2, lambda s, e: 2 * np.log(np.sqrt(s + e))),
    "log(σ² + ε)": ("variance", lambda s, e: s, lambda s, e: np.log(s + e)),
    "σ + ε": of_deviation("std", np.array),
    "log(σ + ε)": ("std", lambda s, e: s**2, lambda s, e: 2 * np.log(s + e)),
    "log(σ·σ + ε)": ("std", lambda s, e: s * s, lambda s, e: np.log(s * s + e)),
}
WRONG = {
    "missing-half": lambda m, v, lv: (m**2 + v - lv - 1).sum(-1),
    "mean-over-latent": lambda m, v, lv: 0.5 * (m**2 + v - lv - 1).mean(-1),
    "wrong-sign": lambda m, v, lv: 0.5 * (m**2 + v + lv - 1).sum(-1),
    "missing-mean-term": lambda m, v, lv: 0.5 * (v - lv - 1).sum(-1),
    "missing-constant": lambda m, v, lv: 0.5 * (m**2 + v - lv).sum(-1),
}
NAMES = sorted(FORMS)


def kl(m, v, lv):
    return 0.5 * (m**2 + v - lv - 1).sum(-1)


def pair(mq, vq, lq, mp, vp, lp):
    return 0.5 * ((mq - mp) ** 2 / vp + vq / vp - 1 - lq + lp).sum(-1)


def of_one(form, e, value=kl, **given):
    role, variance, log = FORMS[form]
    return judged(lambda mu, s: value(mu, variance(s, e), log(s, e)), ("mean", role), **given)


def of_two(form, e, value=pair):
    role, variance, log = FORMS[form]

    def loss(mq, sq, mp, sp):
        return value(mq, variance(sq, e), log(sq, e), mp, variance(sp, e), log(sp, e))

    return judged(loss, ("mean_q", f"{role}_q", "mean_p", f"{role}_p"))


def is_harmless(diagnosis):
    codes = [finding.code for finding in diagnosis.findings]
    return diagnosis.outcome == "consistent" and "harmless-epsilon" in codes and not diagnosis.mistakes


@pytest.mark.endurance
@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize("e", [1e-6, 1e-5, 1e-3])
def test_a_small_number_is_harmless_and_told(form, e):
    diagnosis = of_one(form, e)
    assert is_harmless(diagnosis), names(diagnosis)
    assert diagnosis.relation == "equal"


@pytest.mark.endurance
@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize("e", [1e-2, 0.1])
def test_a_large_number_is_not(form, e):
    diagnosis = of_one(form, e)
    assert diagnosis.outcome == "undecided" or diagnosis.relation == "offset", names(diagnosis)
    assert f"{e:g} is added to σ" in diagnosis.missing or "gradients-right" in {f.code for f in diagnosis.findings}
    assert diagnosis.relation != "equal"


@pytest.mark.endurance
@pytest.mark.parametrize("slug", sorted(WRONG))
@pytest.mark.parametrize("form", NAMES)
def test_a_mistake_beside_a_small_number_is_named(form, slug):
    diagnosis = of_one(form, 1e-3, WRONG[slug])
    alone = form.endswith("beside log σ²") and slug == "missing-constant"  # then ε is all that is left of the constant
    assert is_named(diagnosis, "wrong-constant" if alone else slug), names(diagnosis)


@pytest.mark.endurance
@pytest.mark.parametrize(
    "form",
    [
        *(
            pytest.param(form, marks=pytest.mark.endurance)
            for form in ("softplus(ρ) + ε", "exp(log σ²) + ε", "exp(log σ²) + ε beside log σ²")
        ),
        "log(σ² + ε)",
    ],
)
def test_of_two_gaussians(form):
    assert is_harmless(of_two(form, 1e-5))
    assert is_harmless(of_two(form, 1e-3))
    large = of_two(form, 0.1)
    assert large.outcome == "undecided", names(large)
    assert "0.1 is added to σ" in large.missing
    assert is_named(of_two(form, 1e-3, lambda *a: 2 * pair(*a)), "missing-half")
    assert is_named(of_two(form, 1e-3, lambda mq, vq, lq, mp, vp, lp: pair(mp, vp, lp, mq, vq, lq)), "reversed-kl")


@pytest.mark.endurance
@pytest.mark.parametrize("e", [1e-6, 1e-4, 1e-3])
@pytest.mark.parametrize(
    "loss",
    [
        lambda a, b, c, d, e: pair(a, b, np.log(b), c, d + e, np.log(d)),
        lambda a, b, c, d, e: pair(a, b, np.log(b + e), c, d + e, np.log(d + e)),
        lambda a, b, c, d, e: pair(a, b, np.log(b), c, np.sqrt(d) ** 2, np.log(d + e)),
    ],
    ids=["in the quotients", "in the quotients and both logarithms", "in one logarithm"],
)
def test_in_some_places_of_two_gaussians(loss, e):
    roles = ("mean_q", "variance_q", "mean_p", "variance_p")
    assert is_harmless(judged(lambda a, b, c, d: loss(a, b, c, d, e), roles))


SAMPLED = {
    "sampler": (("mean", "softplus_std", "noise"), lambda m, s, n, e: m + (softplus(s) + e) * n),
    "sampler of σ²": (("mean", "variance", "noise"), lambda m, v, n, e: m + np.sqrt(v + e) * n),
    "sampled KL": (
        ("mean", "log_std", "noise"),
        lambda m, s, n, e: ((m + (np.exp(s) + e) * n) ** 2 / 2 - n**2 / 2 - np.log(np.exp(s) + e)).sum(-1),
    ),
    "entropy": (("variance",), lambda v, e: 0.5 * np.log(2 * np.pi * np.e * (v + e)).sum(-1)),
    "likelihood": (
        ("x", "x_mean", "variance"),
        lambda x, m, v, e: 0.5 * (np.log(2 * np.pi * (v + e)) + (x - m) ** 2 / (v + e)).sum(-1),
    ),
}


@pytest.mark.endurance
@pytest.mark.parametrize("kind", sorted(SAMPLED))
def test_of_other_quantities(kind):
    roles, function = SAMPLED[kind]
    for e in (1e-5, 1e-3):
        assert is_harmless(judged(partial(function, e=e), roles)), e
    large = judged(partial(function, e=0.02), roles)
    assert large.outcome == "undecided", names(large)


def test_a_sampler_that_is_wrong_beside_a_small_number():
    diagnosis = judged(lambda m, s, n: m + (np.exp(s) + 1e-3) * n, ("mean", "log_variance", "noise"))
    assert is_named(diagnosis, "var-as-std-in-reparam")


def objective(weight, scale, e):
    def loss(x, r, mu, rho):
        bce = -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(-1)
        deviation = softplus(rho) + e
        divergence = kl(mu, deviation**2, 2 * np.log(deviation))
        return scale(x) * np.mean(weight(x) * bce + divergence)

    return judged(loss, ("x", "reconstruction", "mean", "softplus_std"))


@pytest.mark.endurance
def test_of_an_objective():
    def one(x):
        return 1.0

    def an_observed_number(x):
        return 1 / x.shape[-1]

    assert is_harmless(objective(one, one, 1e-3))
    scaled = objective(one, an_observed_number, 1e-3)
    assert is_harmless(scaled)
    assert scaled.relation == "proportional"
    assert is_named(objective(an_observed_number, one, 1e-3), "bce-mean-vs-kl-sum")
    for scale in (one, an_observed_number):
        large = objective(one, scale, 1e-2)
        assert large.outcome == "undecided", names(large)
        assert "0.01 is added to σ" in large.missing


@pytest.mark.endurance
def test_of_a_decoder():
    def loss(x, r, decoder, mu, v):
        nll = 0.5 * ((x - r) ** 2 / (decoder + 1e-3) + np.log(decoder + 1e-3)).sum(-1)
        return nll + kl(mu, v, np.log(v))

    diagnosis = judged(loss, ("x", "reconstruction", "decoder_variance", "mean", "variance"))
    assert is_harmless(diagnosis)
    assert "added to σ² of the decoder" in diagnosis.finding("harmless-epsilon").message


@pytest.mark.endurance
@pytest.mark.parametrize("seed", range(12))
def test_right_losses_with_a_number_drawn_are_never_accused(seed):
    rng = np.random.default_rng(seed)
    form = NAMES[int(rng.integers(len(NAMES)))]
    e = float(10.0 ** rng.uniform(-8, -3))
    diagnosis = of_one(form, e)
    assert diagnosis.outcome == "consistent", (form, e, names(diagnosis))
    assert not diagnosis.mistakes


@pytest.mark.endurance
@pytest.mark.parametrize("e", [1e-6, 1e-4, 1e-3])
def test_in_float32(e):
    def loss(mu, rho):
        deviation = softplus(rho.astype(np.float32)) + np.float32(e)
        return kl(mu.astype(np.float32), deviation**2, 2 * np.log(deviation))

    assert judged(loss, ("mean", "softplus_std")).outcome == "consistent"
    assert is_named(judged(lambda mu, rho: 2 * loss(mu, rho), ("mean", "softplus_std")), "missing-half")


def test_how_far_it_moves_the_values_is_told():
    """Held against the formulas themselves, at points of this test's own."""
    told = of_one("softplus(ρ) + ε", 1e-3).finding("harmless-epsilon")
    rho = np.linspace(-1.5, 1.25, 2001)
    exact, moved = (np.array([d**2 / 2, -np.log(d)]) for d in (softplus(rho), softplus(rho) + 1e-3))
    apart = np.abs((moved - exact).sum(0)) / np.maximum(np.abs(moved).max(0), 0.5)
    assert 0.1 * apart.max() < told.resolution < apart.max()
    assert "0.001 is added to σ, which" in told.message


def test_a_larger_number_beside_a_mistake_is_told_and_not_called_harmless():
    diagnosis = of_one("softplus(ρ) + ε", 0.01, WRONG["missing-half"])
    assert is_named(diagnosis, "missing-half")
    assert "0.01 is added to σ" in diagnosis.finding("epsilon").message
    assert "harmless-epsilon" not in {finding.code for finding in diagnosis.findings}


@pytest.mark.unmeasured
@pytest.mark.parametrize("constant", [0.7, 0.98])
def test_a_wrong_constant_is_no_number_added_to_the_variance(constant):
    diagnosis = judged(lambda mu, lv: 0.5 * (mu**2 + np.exp(lv) - lv - constant).sum(-1), ("mean", "log_variance"))
    assert (diagnosis.outcome, diagnosis.relation) == ("refuted", "offset")
    assert "added to" not in diagnosis.recovered


@pytest.mark.endurance
def test_different_numbers_beside_the_two_densities():
    def loss(mq, sq, mp, sp):
        return pair(mq, (sq + 1e-4) ** 2, 2 * np.log(sq + 1e-4), mp, (sp + 1e-3) ** 2, 2 * np.log(sp + 1e-3))

    diagnosis = judged(loss, ("mean_q", "std_q", "mean_p", "std_p"))
    assert is_harmless(diagnosis)
    told = diagnosis.finding("harmless-epsilon").message
    assert told.startswith("0.0001 is added to σ of q and 0.001 is added to σ of p, which")


def test_the_formula_is_told_and_its_expression_is_exact():
    diagnosis = judged(lambda mu, v: kl(mu, v + 0.02, np.log(v + 0.02)), ("mean", "variance"))
    assert diagnosis.recovered.endswith("where 0.02 is added to σ²")
    expression = diagnosis.expression.doit()
    assert not expression.atoms(sympy.Float)
    assert any(sympy.Rational(1, 50) in term.args for term in expression.atoms(sympy.Add))


@pytest.mark.parametrize(
    ("where", "name", "broken", "seen"),
    [
        (epsilon, "HARMLESS", 1.0, lambda: of_one("σ + ε", 0.1).outcome == "consistent"),
        (epsilon, "HARMLESS", 1e-12, lambda: of_one("σ + ε", 1e-3).outcome == "undecided"),
        (shifting, "_NEAR", -1.0, lambda: not is_named(of_one("σ + ε", 1e-3, WRONG["wrong-sign"]), "wrong-sign")),
        (shifting, "_STEPS", 1, lambda: of_one("σ + ε", 0.1).outcome == "refuted"),
        (shifting, "_LARGEST", 1e-9, lambda: not is_harmless(of_one("σ + ε", 1e-3))),
    ],
)
def test_sabotage_is_seen(monkeypatch, where, name, broken, seen):
    monkeypatch.setattr(where, name, broken)
    assert seen()


@pytest.mark.unmeasured
def test_nothing_is_believed_that_is_not_shown_at_every_point():
    """A bump is no number added to σ, near to a right value as it may be."""
    bumped = judged(lambda mu, s: kl(mu, s**2, 2 * np.log(s)) + 1e-3 * np.sin(5 * s).sum(-1), ("mean", "std"))
    assert bumped.outcome != "consistent"
    for e in (1e-3, 1e-2):
        apart = judged(lambda mu, s, e=e: kl(mu, s**2, 2 * np.log(s)) + e * mu[:, 0] ** 3, ("mean", "std"))
        assert apart.outcome != "consistent"


@pytest.mark.endurance
def test_of_probabilities():
    def cross(one, other):
        def loss(p, x, mu, s):
            bce = -(x * np.log(p + one) + (1 - x) * np.log(1 - p + other)).sum(-1)
            return (bce + 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)).mean()

        return judged(loss, ("probabilities", "x", "mean", "log_variance"))

    both = cross(1e-4, 1e-4)
    assert is_harmless(both)
    assert "0.0001 is added to the probability and its complement within" in both.finding("harmless-epsilon").message
    assert "logvar" not in " ".join(f.message for f in both.findings if f.code == "binding-clamp")
    assert is_harmless(cross(1e-4, 0.0))
    large = cross(1e-2, 1e-2)
    assert large.outcome == "undecided"
    assert "0.01 is added to the probability" in large.missing


BESIDE = {
    "missing-constant": lambda mu, s: 0.5 * (mu**2 + np.exp(s) - s),
    "missing-variance-term": lambda mu, s: 0.5 * mu**2,
    "missing-kl-term": lambda mu, s: 0 * mu,
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("slug", BESIDE)
def test_what_is_left_out_beside_an_epsilon_in_the_probabilities_is_named(slug):
    def loss(p, x, mu, s):
        bce = -(x * np.log(p + 1e-8) + (1 - x) * np.log(1 - p + 1e-8)).sum(-1)
        return (bce + BESIDE[slug](mu, s).sum(-1)).mean()

    diagnosis = judged(loss, ("probabilities", "x", "mean", "log_variance"))
    assert is_named(diagnosis, slug), names(diagnosis)
    assert "1e-08 is added to the probability" in diagnosis.finding("harmless-epsilon").message


def test_a_spread_that_is_bounded_below_is_told_as_what_it_is():
    def bounded(least, factor=1):
        def loss(mu, rho):
            s = least + (1 - least) * np.log1p(np.exp(rho))
            return factor * (0.5 * (mu**2 + s**2 - 1) - np.log(s)).sum(-1)

        return judged(loss, ("mean", "softplus_std"))

    large = bounded(0.01)
    assert large.outcome == "undecided"
    assert "0.01 is added to 0.99·σ" in large.missing
    assert is_harmless(bounded(1e-3))
    assert is_named(bounded(1e-3, 2), "missing-half")
    expression = bounded(1e-3).expression
    assert "0.999" in str(expression) or "999" in str(expression)
