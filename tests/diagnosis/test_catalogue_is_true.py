"""What the cards say in formulas and in numbers is true: the printed formulas are read and run."""

import math
import re

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import laplace

from elbo_check.diagnosis.mistakes import CARDS, card
from tests.diagnosis.plain_formulas import evaluate, tokens

SIZES = {"b": 4, "k": 3, "j": 5, "i": 7}
SAMPLE = {"KL": 1.7, "c": 0.3, "s": 1.3, "e": 1e-8, "π": math.pi, "N": 60.0, "T": 5.0}
NEARLY_EQUAL = 1e-4  # of gradients, which are differences: an ε of 1e-8 is not told from none
SINGLE_KL = [one for one in CARDS if "μ_q" not in one.right and "σ_j" in one.right and "Σ_j" in one.right]
READINGS = [one for one in CARDS if re.match(r"EC0[456]\d", one.code)]

HELD = {
    "sigma": lambda sigma: sigma,
    "var": lambda sigma: sigma**2,
    "logvar": lambda sigma: np.log(sigma**2),
    "logsigma": np.log,
    "softplus": lambda sigma: np.log(np.expm1(sigma)),
}


def held(slug):
    """What the tensor t of a card holds, as a function of σ."""
    return HELD[slug.partition("-as-")[0] if "-as-" in slug and slug.partition("-as-")[0] in HELD else "logvar"]


def setting(slug, sizes=SIZES, seed=0, **given):
    """Values for all names of a formula; what is given replaces them."""
    draw = np.random.default_rng(seed)
    b, k, j, i = (sizes[index] for index in "bkji")
    values = SAMPLE | {"B": b, "M": b, "K": k, "d": j, "D": i}
    values |= {"μ_j": draw.normal(size=(b, 1, j, 1)), "σ_j": draw.uniform(0.2, 1.9, (b, 1, j, 1))}
    values |= {f"μ_{w}": draw.normal(size=(b, 1, j, 1)) for w in "qp"}
    values |= {f"σ_{w}": draw.uniform(0.5, 2.0, (b, 1, j, 1)) for w in "qp"}
    values |= {"x_i": draw.uniform(size=(b, 1, 1, i)), "r_i": draw.uniform(size=(b, 1, 1, i))}
    values |= {"BCE_i": draw.uniform(size=(b, 1, 1, i)), "NLL_b": draw.uniform(size=(b, 1, 1, 1))}
    values |= {"KL_b": draw.uniform(size=(b, 1, 1, 1)), "ε_j": draw.normal(size=(b, 1, j, 1))}
    values |= {"u_j": draw.uniform(size=(b, 1, j, 1))}
    values |= {f"{w}_k": simplex(draw, b, k) for w in "qpr"} | {"π_k": simplex(draw, 1, k)}
    values |= {"w_k": draw.uniform(size=(b, k, 1, 1)), "a_k": draw.normal(size=(b, k, 1, 1))}
    values |= {"x_k": np.eye(k)[draw.integers(k, size=b)].reshape(b, k, 1, 1)}
    values |= {"t_k": of_classes(slug, values["q_k"])} | given
    return {"t_j": held(slug)(values["σ_j"])} | values


def of_classes(slug, q):
    """What the tensor t of a card on classes holds: probabilities, their logarithms, or logits."""
    if slug.startswith("prob"):
        return q
    return np.log(q) if slug.startswith("logprob") else np.log(q) - np.log(q).min() + 1.0


def simplex(draw, b, k):
    """Probabilities of k classes."""
    return draw.dirichlet(np.ones(k), b).reshape(b, k, 1, 1)


def both(slug, sizes=SIZES, **given):
    """The value with the mistake, and without it."""
    one, values = card(slug), setting(slug, sizes, **given)
    return evaluate(one.with_mistake, values, sizes), evaluate(one.right, values, sizes)


def one_latent(slug, sigma, mu=0.0, **given):
    """The value with the mistake of one latent of one sample."""
    wrong, _ = both(slug, dict.fromkeys("bkji", 1), **{"σ_j": np.float64(sigma), "μ_j": np.float64(mu)} | given)
    return float(np.squeeze(wrong))


def best(slug, low, high, curvature=0.0, **given):
    """The σ at which the mistake (and a decoder that punishes noise) is smallest."""

    def loss(log_sigma):
        sigma = math.exp(log_sigma)
        return one_latent(slug, sigma, **given) + curvature * sigma**2 / 2

    bounds = math.log(low), math.log(high)
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10})
    assert found.success
    assert bounds[0] + 0.01 < found.x < bounds[1] - 0.01
    return math.exp(found.x)


def says(slug, words, value):
    """The effect says these words, and the number in them is `value` to the digits printed."""
    text = card(slug).effect
    assert words in text, text
    number = re.search(r"−?\d+(\.\d+)?(e-?\d+)?", words)[0].replace("−", "-")
    digits = len(number.partition("e")[0].partition(".")[2])
    unit = 10.0 ** (int(number.partition("e")[2] or 0) - digits)
    assert abs(float(number) - value) <= 0.5001 * unit, (words, value)


@pytest.mark.unmeasured
@pytest.mark.parametrize("one", CARDS, ids=lambda one: one.slug)
def test_both_formulas_can_be_read_and_differ_as_the_severity_says(one) -> None:
    wrong, right = both(one.slug)
    assert np.isfinite(right).all()
    if one.slug in {
        "detached-sample",
        "wrong-gradient",
        "unstable-form",
    }:  # right in value, wrong in gradient or in digits
        np.testing.assert_allclose(wrong, right, rtol=1e-12)
    elif one.slug == "harmless-epsilon":
        np.testing.assert_allclose(wrong, right, rtol=1e-6)
    else:
        assert not np.allclose(*np.broadcast_arrays(wrong, right), rtol=1e-3, equal_nan=True)


@pytest.mark.parametrize("one", SINGLE_KL + READINGS, ids=lambda one: one.slug)
def test_the_right_formula_is_the_kl(one) -> None:
    values = setting(one.slug)
    mu, sigma = values["μ_j"], values["σ_j"]
    terms = (np.log(1 / sigma) + (sigma**2 + mu**2) / 2 - 0.5)[:, 0, :, 0]
    right = both(one.slug)[1]
    expected = terms.sum(-1) if right.shape[0] > 1 else terms.sum(-1).mean()
    np.testing.assert_allclose(np.squeeze(right), expected, rtol=1e-12)


def gradients(text, values, sizes, shape):
    """The derivatives of the sum of a formula over the samples, by central differences."""
    found = {}
    for name in (
        "μ_j",
        "σ_j",
        "t_j",
        "μ_q",
        "σ_q",
        "r_i",
        "r_k",
        "q_k",
        "t_k",
        "w_k",
        "a_k",
        "BCE_i",
        "KL",
        "KL_b",
        "NLL_b",
    ):
        if name not in text:
            continue
        way = np.random.default_rng(1).uniform(0.5, 1.5, np.shape(values[name]))  # each entry by its own step
        up, down = ({**values, name: values[name] + step * way} for step in (1e-5, -1e-5))
        sides = [np.broadcast_to(evaluate(text, side, sizes), shape).sum() for side in (up, down)]
        found[name] = 0.0 if text.startswith("sg(") else (sides[0] - sides[1]) / 2e-5
    return found


UP_TO_SCALE = [one for one in CARDS if one.slug != "global-scale-only"]  # whose gradients are proportional


@pytest.mark.unmeasured
@pytest.mark.parametrize("one", UP_TO_SCALE, ids=lambda one: one.slug)
def test_a_warning_leaves_the_gradient_right_and_an_error_does_not(one) -> None:
    values = setting(one.slug)
    shape = np.broadcast_shapes(*(np.shape(side) for side in both(one.slug)))
    wrong, right = (gradients(text, values, SIZES, shape) for text in (one.with_mistake, one.right))
    same = all(
        np.isclose(wrong.get(name, 0.0), right.get(name, 0.0), rtol=NEARLY_EQUAL, atol=NEARLY_EQUAL)
        for name in wrong | right
    )
    assert same == (one.severity != "error")


@pytest.mark.parametrize(
    ("slug", "factor", "words"),
    [
        ("missing-half", lambda s: 2, "effective beta of 2"),
        ("doubled", lambda s: 2, "2 times too large"),
        ("halved", lambda s: 0.5, "0.5 times what it should be"),
        ("wrong-scale", lambda s: SAMPLE["c"], "effective beta of c"),
        ("mean-over-latent", lambda s: 1 / s["j"], "1/d of the KL"),
        ("mean-over-all", lambda s: 1 / s["j"], "1/d of the batch mean"),
        ("double-averaging", lambda s: 1 / s["b"], "1/B of the mean KL"),
        ("sum-for-mean", lambda s: s["b"], "B times the mean KL"),
        ("mean-over-steps", lambda s: 1 / SAMPLE["T"], "effective beta of 1/T"),
        ("wrong-log-base", lambda s: 1.4426950408889634, "1.4427 times the KL"),
        ("wrong-sign", lambda s: -1, "the KL is maximised"),
        ("sum-instead-of-mc-mean", lambda s: s["k"], "K times too large"),
        ("global-scale-only", lambda s: SAMPLE["c"], "Proportional to −ELBO"),
    ],
)
@pytest.mark.parametrize("sizes", [SIZES, {"b": 3, "k": 4, "j": 2, "i": 9}])
def test_the_factor_is_what_the_card_says(slug, factor, words, sizes) -> None:
    wrong, right = both(slug, sizes)
    np.testing.assert_allclose(wrong, factor(sizes) * right, rtol=1e-12)
    assert words in card(slug).effect


def test_a_batch_total_is_b_times_the_mean_and_invisible_for_one_sample() -> None:
    wrong, right = both("wrong-reduction-axis")
    np.testing.assert_allclose(wrong, SIZES["b"] * right.mean(0, keepdims=True))
    np.testing.assert_allclose(*both("wrong-reduction-axis", SIZES | {"b": 1}))
    assert "B times too large" in card("wrong-reduction-axis").effect
    assert "Invisible at B = 1" in card("wrong-reduction-axis").effect


UNIFORM = {"p_k": np.full((1, 3, 1, 1), 1 / 3)}


@pytest.mark.parametrize(
    ("slug", "offset", "words", "given"),
    [
        ("missing-constant", SIZES["j"] / 2, "d/2 at the prior", {}),
        ("wrong-constant", SIZES["j"], "d at the prior", {}),
        ("missing-dim-term", (SIZES["j"] - 1) / 2, "(d − 1)/2 too much", {}),
        ("missing-normaliser", -SIZES["i"] / 2 * math.log(2 * math.pi * 1.69), "½ log(2πs²) a pixel too little", {}),
        ("prob-instead-of-logprob", -math.log(3) - 1 / 3, "log K + 1/K too little", UNIFORM),
        ("missing-logK", math.log(3), "log K too high", {}),
    ],
)
def test_the_offset_is_what_the_card_says(slug, offset, words, given) -> None:
    wrong, right = both(slug, **given)
    np.testing.assert_allclose(wrong - right, offset, rtol=1e-12)
    assert words in card(slug).effect


@pytest.mark.parametrize(
    ("slug", "beta", "words"),
    [
        ("bce-mean-vs-kl-sum", 7, "effective beta of D, 784 for 28 × 28"),
        ("mse-mean-vs-kl-sum", 7 / (2 * 1.69), "effective beta of D/(2s²), D/2 against unit variance"),
        ("mse-without-variance", 1 / (2 * 1.69), "effective beta of 1/(2s²), which is 0.5 against s = 1"),
        ("missing-kl-term", 0, "effective beta of 0"),
        ("kl-counted-twice", 2, "effective beta of 2"),
        ("minibatch-weight", 60 / 4, "effective beta of N/M"),
        ("global-scale-only", 1, "the effective beta 1"),
    ],
)
def test_the_effective_beta_is_what_the_card_says(slug, beta, words) -> None:
    (wrong, right), (wrong_alone, right_alone) = both(slug), both(slug, KL=0.0)
    of_kl = (wrong - wrong_alone) / (right - right_alone)
    of_reconstruction = wrong_alone / right_alone
    np.testing.assert_allclose(of_kl / of_reconstruction, beta, rtol=1e-9)
    assert words in card(slug).effect


def test_means_of_both_terms_leave_a_beta_of_pixels_over_latents() -> None:
    (wrong, right), (bce, bce_sum) = both("mean-over-all"), both("bce-mean-vs-kl-sum", KL=0.0)
    np.testing.assert_allclose((wrong / right) / (bce / bce_sum), SIZES["i"] / SIZES["j"])
    assert "it is D/d" in card("mean-over-all").effect


def test_what_readings_do() -> None:
    tiny = {"σ_j": np.float64(1.0), "μ_j": np.float64(0.0)}
    for slug in ("logvar-as-sigma", "logvar-as-var", "logsigma-as-sigma", "logsigma-as-var"):
        assert one_latent(slug, 1.0) == math.inf
        assert "Infinite at log σ" in card(slug).effect
    for slug in ("logvar-as-var", "logsigma-as-var"):
        assert math.isnan(one_latent(slug, 0.9))
        assert "not a number for σ < 1" in card(slug).effect
    says("logvar-as-sigma", "22.5 a latent", 0.5 * (-math.log(1e-20 + tiny["μ_j"] ** 2) - 1))
    says("logvar-as-sigma", "1.6487", best("logvar-as-sigma", 1.2, 2))
    says("logvar-as-sigma", "0.6065", best("logvar-as-sigma", 0.5, 0.8))
    says("logvar-as-var", "1.6487", best("logvar-as-var", 1.2, 2))
    says("logsigma-as-sigma", "2.718", best("logsigma-as-sigma", 2, 4))
    says("logsigma-as-sigma", "0.368", best("logsigma-as-sigma", 0.3, 0.5))
    says("logsigma-as-var", "2.718", best("logsigma-as-var", 2, 4))


@pytest.mark.parametrize("slug", ["sigma-as-logvar", "sigma-as-logsigma", "var-as-logvar", "var-as-logsigma"])
def test_a_forgotten_logarithm_draws_sigma_to_zero(slug) -> None:
    says(slug, f"{2.195 if slug.endswith('logsigma') else 0.359} a latent", one_latent(slug, 1.0))
    values = [one_latent(slug, sigma) for sigma in np.geomspace(1e-3, 3, 40)]
    assert values == sorted(values)
    assert abs(values[0]) < 1e-5
    assert "Lowest at σ" in card(slug).effect


def pull(slug):
    """The second derivative in log σ at the prior."""
    h = 1e-4
    return (one_latent(slug, math.exp(h)) - 2 * one_latent(slug, 1.0) + one_latent(slug, math.exp(-h))) / h**2


@pytest.mark.parametrize(
    ("slug", "times", "width"),
    [
        ("logvar-as-logsigma", "4 times too strong", "1.414 times too wide"),
        ("var-as-sigma", "4 times too strong", "1.414 times too wide"),
        ("logsigma-as-logvar", "0.25 times what it should be", "0.707 times as wide"),
        ("sigma-as-var", "0.25 times what it should be", "0.707 times as wide"),
    ],
)
def test_a_doubled_or_halved_exponent_passes_at_the_prior(slug, times, width) -> None:
    assert one_latent(slug, 1.0) == 0.0
    assert "still 0 at the prior" in card(slug).effect
    says(slug, times, round(pull(slug) / pull("wrong-sign") * -1, 4))
    sharp = 1e8  # a decoder that punishes noise by ½·1e8·σ²: the right σ is 1/√(1e8 + 1)
    says(slug, width, best(slug, 1e-6, 1e-2, sharp) * math.sqrt(sharp + 1))


def test_what_is_off_in_closed_form() -> None:
    for slug, off in (
        ("logsigma-as-logvar", lambda s: (s - s**2 + np.log(s)) / 2),
        ("var-as-sigma", lambda s: (s**4 - s**2 - np.log(s**2)) / 2),
    ):
        wrong, right = both(slug)
        np.testing.assert_allclose(wrong - right, off(setting(slug)["σ_j"]).sum(2, keepdims=True))
    assert "½(σ − σ² + log σ)" in card("logsigma-as-logvar").effect
    assert "½(σ⁴ − σ² − log σ²)" in card("var-as-sigma").effect


def test_what_softplus_does() -> None:
    low = math.log(2)
    assert one_latent("softplus-as-sigma", low) == math.inf
    assert math.isnan(one_latent("softplus-as-var", 0.69))
    assert math.isfinite(one_latent("softplus-as-var", 0.7))
    says("softplus-as-var", "below 0.693", low)
    says("softplus-as-sigma", "1.313", best("softplus-as-sigma", 1, 2))
    says("softplus-as-sigma", "0.313", best("softplus-as-sigma", 0.2, 0.5))
    says("softplus-as-var", "1.313", best("softplus-as-var", 1, 2))
    says("softplus-as-logvar", "0.693", best("softplus-as-logvar", 0.3, 2))
    says("softplus-as-logsigma", "0.693", best("softplus-as-logsigma", 0.3, 2))
    says("sigma-as-softplus", "0.541", best("sigma-as-softplus", 0.3, 2))
    says("sigma-as-softplus", "0.107 a latent", one_latent("sigma-as-softplus", 1e-12))
    says("var-as-softplus", "0.541", best("var-as-softplus", 0.3, 2) ** 2)
    says("var-as-softplus", "0.736", best("var-as-softplus", 0.3, 2))
    says("var-as-softplus", "0.107 a latent", one_latent("var-as-softplus", 1e-12))
    says("logvar-as-softplus", "1.311", best("logvar-as-softplus", 0.3, 5))
    says("logsigma-as-softplus", "1.718", best("logsigma-as-softplus", 0.3, 5))


def test_where_signs_squares_and_logarithms_lead() -> None:
    says("not-squared", "best σ is 2", best("not-squared", 0.3, 5))
    says("not-squared", "−0.193 a latent", one_latent("not-squared", 2.0))
    says("half-on-logsigma", "best σ² is 0.5", best("half-on-logsigma", 0.3, 5) ** 2)
    says("half-on-logsigma", "−0.077 a latent", one_latent("half-on-logsigma", math.sqrt(0.5)))
    says("missing-log-term", "−0.5 a latent as σ goes to 0", one_latent("missing-log-term", 1e-9))
    says("missing-log", "−0.5 a latent at the prior", one_latent("missing-log", 1.0))
    assert one_latent("missing-log", 0.2) == pytest.approx(one_latent("missing-log", 3.0))
    says("abs-on-logvar", "2.195 a latent", one_latent("abs-on-logvar", math.exp(-1)))
    says("abs-on-logvar", "KL is 0.568", -one_latent("wrong-sign", math.exp(-1)))
    says("missing-half", "0.5 a latent at the prior", 0.0 + 1.0 - 0.0 - 0.5)
    falling = [one_latent("square-of-log", sigma) for sigma in np.geomspace(1e-9, 3, 50)]
    assert falling == sorted(falling)
    assert falling[0] < -100
    for slug in ("missing-mean-term", "missing-log-term", "not-squared", "square-of-log", "half-on-logsigma"):
        assert one_latent(slug, 1.0) == 0.0
    assert one_latent("missing-mean-term", 0.5, 9.0) == one_latent("missing-mean-term", 0.5)


def test_variants_that_cards_tell_of_in_words() -> None:
    line = np.linspace(-3, 1, 400001)  # log σ
    plus = 0.5 * (np.exp(2 * line) - 1 + line**2)
    says("square-of-log", "best log σ is −0.426", line[plus.argmin()])
    says("square-of-log", "−0.196 a latent", plus.min())
    halves = np.exp(2 * line) - line - 0.5
    says("missing-half", "the best σ² is 0.5", math.exp(2 * line[halves.argmin()]))
    bits = np.exp(2 * line) - 1 - np.log2(np.exp(2 * line))
    says("wrong-log-base", "best σ² is 1.4427", round(math.exp(2 * line[bits.argmin()]), 5))
    says("missing-normaliser", "0.919 at s = 1", 0.5 * math.log(2 * math.pi))
    q, p = setting("reversed-kl")["q_k"], setting("reversed-kl")["p_k"]
    np.testing.assert_allclose((q * q / p).sum(1), 1 + ((q - p) ** 2 / p).sum(1))
    assert "1 + χ²" in card("missing-log").effect


def test_what_pairs_do() -> None:
    given = {"μ_q": np.float64(0.3), "μ_p": np.float64(0.3), "σ_p": np.float64(1.0), "σ_q": np.float64(0.5)}
    one = dict.fromkeys("bkji", 1)
    wrong, right = both("reversed-kl", one, **given)
    says("reversed-kl", "0.807", wrong.item())
    says("reversed-kl", "0.318", right.item())
    near = [side.item() for side in both("reversed-kl", one, **given | {"σ_q": np.float64(1.001)})]
    assert near[0] == pytest.approx(near[1], rel=0.01)
    values = setting("misplaced-parenthesis")
    q, p = values["σ_q"], values["σ_p"]
    wrong, right = both("misplaced-parenthesis")
    np.testing.assert_allclose(wrong - right, (0.5 * q**2 / p**2 * (1 / p**2 - 1)).sum(2, keepdims=True))
    grid = np.linspace(0.5, 4, 35001)[None, None, None, :]
    sizes = one | {"i": grid.size}
    along = both("misplaced-parenthesis", sizes, **given | {"σ_p": np.float64(1.5), "σ_q": grid})[0]
    assert grid.ravel()[along.argmin()] == pytest.approx(1.5**2, abs=1e-3)
    for slug in ("misplaced-parenthesis", "prior-ignored"):
        standard = {"μ_p": np.float64(0.0), "σ_p": np.float64(1.0)}
        np.testing.assert_allclose(*both(slug, **standard))


def test_what_a_wrong_or_multiplied_variance_does() -> None:
    one = dict.fromkeys("bkji", 1)
    grid = np.linspace(0.3, 3, 27001)[None, None, None, :]
    sizes = one | {"i": grid.size}
    given = {"μ_q": np.float64(2.0), "μ_p": np.float64(0.0), "σ_p": np.float64(1.0), "σ_q": grid}
    says("wrong-variance", "1.60 instead of 1", grid.ravel()[both("wrong-variance", sizes, **given)[0].argmin()])
    for alike in ({"σ_q": np.float64(1.3), "σ_p": np.float64(1.3)}, {"μ_q": np.float64(0.0)}):
        np.testing.assert_allclose(*both("wrong-variance", **given | {"σ_q": np.float64(0.4)} | alike))
    np.testing.assert_allclose(*both("multiplied-not-divided", σ_p=np.float64(1.0)))
    along = both("multiplied-not-divided", sizes, **given | {"σ_p": np.float64(1.6)})[0]
    assert grid.ravel()[along.argmin()] == pytest.approx(1 / 1.6, abs=1e-3)
    assert "1/σ_p instead of σ_p" in card("multiplied-not-divided").effect
    priors = [given | {"σ_q": np.float64(1.0), "σ_p": np.float64(p)} for p in (1e-2, 1e-4, 1e-8)]
    falling = [both("multiplied-not-divided", one, **prior)[0].item() for prior in priors]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < -18


def test_what_a_wrong_scale_of_the_prior_does() -> None:
    sizes = {"b": 1, "k": 1, "j": 1, "i": 40001}
    grid = np.geomspace(1e-3, 3, sizes["i"])[None, None, None, :]
    given = {"μ_q": np.float64(0.0), "μ_p": np.float64(0.0), "σ_q": grid}
    for prior, words in ((0.1, "0.316 for 0.1"), (1e-4, "0.01 for 0.1")):
        along = both("wrong-prior-scale", sizes, **given, σ_p=np.float64(prior))[0]
        says("wrong-prior-scale", words, grid.ravel()[along.argmin()])
    np.testing.assert_allclose(*both("wrong-prior-scale", σ_p=np.float64(1.0)))


def test_free_bits_are_never_below_the_kl() -> None:
    wrong, right = both("free-bits")
    assert (wrong >= right).all()
    wrong, right = both("free-bits", μ_j=np.float64(0.0), σ_j=np.float64(1.0))
    np.testing.assert_allclose([wrong.item(), right.item()], [SIZES["j"] * SAMPLE["c"], 0.0], atol=1e-12)
    assert "d·c nats below the ELBO at the prior" in card("free-bits").effect
    np.testing.assert_allclose(*both("free-bits", μ_j=np.float64(2.0)))
    assert "the ELBO itself where no floor binds" in card("free-bits").effect


def test_an_absolute_error_is_a_laplace_density() -> None:
    values = setting("absolute-error")
    (wrong, _), (alone, _) = both("absolute-error"), both("absolute-error", KL=0.0)
    np.testing.assert_allclose(wrong - alone, SAMPLE["KL"])
    density = -laplace.logpdf(values["x_i"], values["r_i"])
    np.testing.assert_allclose(density.sum(3, keepdims=True) - alone, SIZES["i"] * math.log(2))
    assert "scale 1, up to log 2 a pixel" in card("absolute-error").effect
    data = np.array([0.1, 0.2, 0.9]).reshape(3, 1, 1, 1)
    grid = np.linspace(0, 1, 1001)
    sums = [both("absolute-error", {"b": 3, "k": 1, "j": 1, "i": 1}, x_i=data, r_i=r)[0].sum() for r in grid]
    assert grid[np.argmin(sums)] == pytest.approx(0.2)
    assert "a median" in card("absolute-error").effect


def test_what_mixtures_and_classes_do() -> None:
    far = {"a_k": np.full((1, 3, 1, 1), -800.0)}
    wrong, right = both("plus-instead-of-times", **far)
    assert wrong.item() == pytest.approx(0.0, abs=1e-12)
    assert right.item() < -700
    assert (both("plus-instead-of-times")[0] > 0).all()
    half = np.full((1, 2, 1, 1), 0.5)
    wrong, right = both("kldiv-input-not-log", SIZES | {"k": 2}, p_k=half, q_k=half)
    says("kldiv-input-not-log", "−1.193 instead", wrong.item())
    assert right.item() == pytest.approx(0.0)
    wrong, right = both("wrong-likelihood", SIZES | {"k": 2})
    np.testing.assert_allclose(wrong, 2 * right)
    assert "for K = 2 exactly twice" in card("wrong-likelihood").effect
    wrong, right = both("wrong-likelihood")
    assert (wrong >= right).all()
    assert "never less than the right term" in card("wrong-likelihood").effect


def test_what_samplers_do() -> None:
    zero = {"μ_j": 0.0, "ε_j": 1.0}
    for slug in ("var-as-std-in-reparam", "logvar-as-logstd-in-reparam"):
        says(slug, "0.01 for σ = 0.1", one_latent(slug, 0.1, **zero | {"mu": 0.0}))
    assert one_latent("noise-scale", 1.0, **zero) == SAMPLE["c"]
    says("missing-logK", "3.912 for K = 50", math.log(50))
    wrong, right = both("mean-of-logs")
    assert (wrong <= right).all()


def test_what_forms_do() -> None:
    says("harmless-epsilon", "5e-09 at σ = 1", -one_latent("harmless-epsilon", 1.0))
    assert "−½ log(1 + e/σ²)" in card("harmless-epsilon").effect
    at = 1e-4
    off = -one_latent("wrong-sign", at) - one_latent("harmless-epsilon", at)
    says("harmless-epsilon", "0.347 at σ = 1e-4", off)
    t, one, half = np.float32(1e-4), np.float32(1), np.float32(0.5)
    says("unstable-form", "2.5e-09", 0.5 * (math.expm1(1e-4) - 1e-4))
    says("unstable-form", "gives 0", float(-half * (one + t - np.float32(math.exp(t)))))
    near = [np.float32(t) for t in np.linspace(1e-5, 3e-4)]
    assert min(float(half * (np.float32(math.exp(t)) - one - t)) for t in near) < -1e-8
    assert "may be negative" in card("unstable-form").effect
    assert one_latent("binding-clamp", math.exp(2.0)) == one_latent("binding-clamp", math.exp(3.0))
    assert one_latent("binding-clamp", math.exp(0.5)) == pytest.approx(-one_latent("wrong-sign", math.exp(0.5)))


@pytest.mark.parametrize(
    ("first", "second", "given"),
    [
        ("missing-half", "doubled", {}),
        ("mean-over-latent", "wrong-scale", {"c": 1 / SIZES["j"]}),
        ("halved", "wrong-scale", {"c": 0.5}),
        ("mean-over-latent", "mean-over-all", {}),
        ("wrong-reduction-axis", "sum-for-mean", {}),
        ("logvar-as-logsigma", "var-as-sigma", {}),
        ("logsigma-as-logvar", "sigma-as-var", {}),
        ("reversed-kl", "argument-order", {}),
        ("var-as-std-in-reparam", "logvar-as-logstd-in-reparam", {}),
        ("var-as-std-in-reparam", "sampler-kl-disagree", {}),
    ],
)
def test_cards_that_name_each_other_are_the_same_function_somewhere(first, second, given) -> None:
    assert second in card(first).same_function
    per_sample = both("missing-half")[1]
    left, right = (both(slug, **given | {"KL_b": per_sample})[0].mean(0) for slug in (first, second))
    np.testing.assert_allclose(left, right, rtol=1e-12)


def test_kl_div_and_a_bare_prior_are_the_same_function_with_names_exchanged() -> None:
    values = setting("kldiv-input-not-log")
    first = both("kldiv-input-not-log")[0]
    second = both("prob-instead-of-logprob", q_k=values["p_k"], p_k=values["q_k"])[0]
    np.testing.assert_allclose(first, second)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2d", 10.0),
        ("1/(2 d)", 0.1),
        ("−½ + 1", 0.5),
        ("log σ_j²", math.log(4)),
        ("log(σ_j)²", math.log(2) ** 2),
        ("6/2 · 3", 9.0),
        ("Σ_j 1", 5.0),
        ("Σ_j (1 − ½)/2", 1.25),
        ("exp(1 − 1) 3", 3.0),
        ("2 − 1 − 1", 0.0),
    ],
)
def test_the_reader_reads_as_people_do(text, value) -> None:
    assert np.squeeze(evaluate(text, {"σ_j": 2.0, "d": 5.0}, SIZES)) == pytest.approx(value)


def test_the_reader_refuses_what_is_no_formula() -> None:
    with pytest.raises(ValueError, match="no token"):
        tokens("μ_j ?")
    with pytest.raises(ValueError, match="left over"):
        evaluate("1 ) 2", {}, SIZES)


def test_another_number_or_another_formula_would_be_noticed() -> None:
    with pytest.raises(AssertionError):
        says("var-as-logvar", "0.359 a latent", 0.3602)
    with pytest.raises(AssertionError):
        says("var-as-logvar", "0.358 a latent", 0.359)
    values = setting("mean-over-latent")
    text = card("mean-over-latent").with_mistake
    told = evaluate(text, values, SIZES)
    changes = [("2d", "d"), ("μ_j²", "μ_j"), ("− 1", "+ 1"), ("σ_j² −", "σ_j −"), ("log σ_j²", "log σ_j")]
    for old, new in changes:
        assert not np.allclose(evaluate(text.replace(old, new), values, SIZES), told)


def classes(slug, **given):
    """The values with and without a mistake of two classes of one sample."""
    arrays = {name: np.array(value).reshape(1, 2, 1, 1) for name, value in given.items()}
    return [float(np.squeeze(value)) for value in both(slug, {"b": 1, "k": 2, "j": 1, "i": 1}, **arrays)]


def test_what_the_cards_on_classes_say_in_numbers() -> None:
    even, uneven = [0.5, 0.5], [0.9, 0.1]
    wrong, right = classes("missing-entropy-term", q_k=even, p_k=even)
    says("missing-entropy-term", "0.693 instead of 0", wrong)
    assert right == 0.0
    wrong, _ = classes("missing-weights", q_k=uneven, p_k=even)
    assert wrong == pytest.approx(-2 * classes("missing-weights", q_k=even, p_k=uneven)[1])
    wrong, right = classes("prob-as-logits", t_k=[1.0, 1e-300])
    says("prob-as-logits", "0.111", wrong)
    says("prob-as-logits", "0.693", right)
    assert classes("logprob-as-prob", t_k=np.log(even)) == [pytest.approx(0.0), pytest.approx(0.0)]
    wrong, right = classes("logits-as-logprob", t_k=np.log(uneven))  # log Σ exp(t) = 0
    assert wrong == pytest.approx(right)
    for slug in ("logits-as-logprob", "logits-as-prob"):
        (one, fixed), (other, same) = (classes(slug, t_k=[1.0 + shift, 2.0 + shift]) for shift in (0, 1))
        assert fixed == pytest.approx(same)
        assert abs(one - other) > 0.1
