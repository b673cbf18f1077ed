"""The KL of two Gaussians: what is right is never accused, and what is planted is named."""

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from elbo_check.diagnosis.formula import law
from elbo_check.diagnosis.mistakes import card
from elbo_check.diagnosis.naming import Table
from elbo_check.diagnosis.probing import Kind
from elbo_check.diagnosis.quantities import QUANTITIES, Options, quantity_for
from elbo_check.diagnosis.quantities.seconds import SECONDS
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.errors import InputError

from .judged import is_named, is_right, judged, names, right_values

DEVIATION = {
    "std": lambda s: s,
    "variance": np.sqrt,
    "log_variance": lambda s: np.exp(s / 2),
    "log_std": np.exp,
    "softplus_std": lambda s: np.log1p(np.exp(s)),
}
READINGS = [(q, p) for q in SECONDS for p in SECONDS]
FEW = [("std", "std"), ("log_variance", "log_variance"), ("variance", "log_std"), ("softplus_std", "variance")]


def quantity(q, p):
    return quantity_for(frozenset({"mean_q", f"{q}_q", "mean_p", f"{p}_p"}), None, Options())


def roles(q, p):
    return ("mean_q", f"{q}_q", "mean_p", f"{p}_p")


def expected_log_ratio(mq, sq, mp, sp):
    """E_q[log q − log p] by Gauss–Hermite quadrature: exact for a polynomial of degree 2."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    z = mq[..., None] + sq[..., None] * nodes
    ratios = norm.logpdf(z, mq[..., None], sq[..., None]) - norm.logpdf(z, mp[..., None], sp[..., None])
    return ratios @ (weights / weights.sum())


def truth_of(arrays, q, p):
    seconds = DEVIATION[q](arrays[f"{q}_q"]), DEVIATION[p](arrays[f"{p}_p"])
    return expected_log_ratio(arrays["mean_q"], seconds[0], arrays["mean_p"], seconds[1])


@pytest.mark.parametrize(("q", "p"), READINGS)
def test_the_right_formula_is_the_expectation(q, p):
    arrays, (each,) = right_values(quantity(q, p), ("B", "d"))
    np.testing.assert_allclose(each, truth_of(arrays, q, p), rtol=1e-10, atol=1e-12)
    arrays, (mean, total) = right_values(quantity(q, p), ())
    np.testing.assert_allclose([mean, total], truth_of(arrays, q, p).sum() * np.array([0.25, 1]), rtol=1e-10)
    arrays, (rows,) = right_values(quantity(q, p), ("B",))
    np.testing.assert_allclose(rows, truth_of(arrays, q, p).sum(-1), rtol=1e-10)


def test_the_expectation_notices_a_wrong_formula():
    """Sabotage: each term of the right formula with another sign, or half of it."""
    held = quantity("std", "log_variance")
    for factor in (-1, "1/2"):
        for term, coefficient in held.formula.coefficients.items():
            spoilt = replace(held, formula=held.formula.with_terms({term: coefficient * law(factor)}))
            arrays, (each,) = right_values(spoilt, ("B", "d"))
            assert not np.allclose(each, truth_of(arrays, "std", "log_variance"), rtol=1e-6)


def of_variances(form, q, p):
    """A function of the arguments as they are held, from a form in means and variances."""

    def kl(mean_q, second_q, mean_p, second_p):
        return form(mean_q, DEVIATION[q](second_q) ** 2, mean_p, DEVIATION[p](second_p) ** 2)

    return kl


DISGUISES = {
    "text": lambda mq, vq, mp, vp: 0.5 * ((mq - mp) ** 2 / vp + vq / vp - 1 - np.log(vq / vp)),
    "turned": lambda mq, vq, mp, vp: -0.5 * (1 + np.log(vq) - np.log(vp) - vq / vp - (mp - mq) ** 2 / vp),
    "fraction": lambda mq, vq, mp, vp: np.log(np.sqrt(vp) / np.sqrt(vq)) + (vq + (mq - mp) ** 2) / (2 * vp) - 0.5,
    "expanded": lambda mq, vq, mp, vp: 0.5 * ((mq**2 - 2 * mq * mp + mp**2 + vq) / vp - 1 + np.log(vp / vq + 1e-16)),
    "epsilon": lambda mq, vq, mp, vp: 0.5 * ((mq - mp) ** 2 / vp + vq / vp - 1 - np.log(vq / vp + 1e-8)),
}
REDUCTIONS = {
    "elementwise": lambda kl: kl,
    "rows": lambda kl: kl.sum(-1),
    "total": np.sum,
    "mean": lambda kl: kl.sum(-1).mean(),
}


@pytest.mark.endurance
@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_what_is_right_is_not_accused(disguise, reduction):
    for q, p in random.Random(f"{disguise} {reduction}").sample(READINGS, 4):
        form = of_variances(DISGUISES[disguise], q, p)
        found = judged(lambda a, b, c, d, form=form: REDUCTIONS[reduction](form(a, b, c, d)), roles(q, p))
        assert is_right(found), (q, p, names(found))


SLIPS = {
    "reversed": (("reversed-kl",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vp) / vq - 1 + np.log(vq / vp)),
    "no prior": (("prior-ignored",), lambda mq, vq, mp, vp: mq**2 + vq - 1 - np.log(vq)),
    "no prior mean": (("prior-ignored",), lambda mq, vq, mp, vp: (mq**2 + vq) / vp - 1 - np.log(vq / vp)),
    "no prior scale": (("prior-ignored",), lambda mq, vq, mp, vp: (mq - mp) ** 2 + vq - 1 - np.log(vq)),
    "+ mean": (("wrong-sign",), lambda mq, vq, mp, vp: ((mq + mp) ** 2 + vq) / vp - 1 - np.log(vq / vp)),
    "− log": (("wrong-sign",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1 + np.log(vq / vp)),
    "− square": (("wrong-sign",), lambda mq, vq, mp, vp: (vq - (mq - mp) ** 2) / vp - 1 - np.log(vq / vp)),
    "− ratio": (("wrong-sign",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 - vq) / vp - 1 - np.log(vq / vp)),
    "+ 1": (("wrong-sign",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp + 1 - np.log(vq / vp)),
    "no 1": (("missing-constant",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - np.log(vq / vp)),
    "1 once": (
        ("missing-dim-term",),
        lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1 / mq.shape[-1] - np.log(vq / vp),
    ),
    "half for some": (
        ("missing-half",),
        lambda mq, vq, mp, vp: 2 * ((mq - mp) ** 2 + vq) / vp - 1 - np.log(vq / vp),
    ),
    "log whole": (("missing-half",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1 - 2 * np.log(vq / vp)),
    "log halved": (("half-on-logsigma",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1 - np.log(vq / vp) / 2),
    "w039": (("misplaced-parenthesis",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq / vp) / vp - 1 - np.log(vq / vp)),
    "2σ squared": (
        ("misplaced-parenthesis",),
        lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / (2 * vp) - 1 - np.log(vq / vp),
    ),
    "undivided ratio": (
        ("missing-division",),
        lambda mq, vq, mp, vp: vq + (mq - mp) ** 2 / vp - 1 - np.log(vq / vp),
    ),
    "undivided square": (
        ("missing-division",),
        lambda mq, vq, mp, vp: vq / vp + (mq - mp) ** 2 - 1 - np.log(vq / vp),
    ),
    "undivided": (("missing-division",), lambda mq, vq, mp, vp: vq + (mq - mp) ** 2 - 1 - np.log(vq / vp)),
    "times σ_p²": (
        ("multiplied-not-divided",),
        lambda mq, vq, mp, vp: (vq + (mq - mp) ** 2) * vp - 1 - np.log(vq / vp),
    ),
    "square times σ_p²": (
        ("multiplied-not-divided",),
        lambda mq, vq, mp, vp: vq / vp + (mq - mp) ** 2 * vp - 1 - np.log(vq / vp),
    ),
    "σ_q² times σ_p²": (
        ("multiplied-not-divided",),
        lambda mq, vq, mp, vp: vq * vp + (mq - mp) ** 2 / vp - 1 - np.log(vq / vp),
    ),
    "over σ_q²": (("wrong-variance",), lambda mq, vq, mp, vp: vq / vp + (mq - mp) ** 2 / vq - 1 - np.log(vq / vp)),
    "upside down": (("wrong-variance",), lambda mq, vq, mp, vp: (vp / vq) + (mq - mp) ** 2 / vp - 1 - np.log(vq / vp)),
    "distance": (("not-squared",), lambda mq, vq, mp, vp: (mq - mp + vq) / vp - 1 - np.log(vq / vp)),
    "size": (("not-squared",), lambda mq, vq, mp, vp: (abs(mq - mp) + vq) / vp - 1 - np.log(vq / vp)),
    "σ ratio": (
        ("not-squared",),
        lambda mq, vq, mp, vp: (mq - mp) ** 2 / vp + np.sqrt(vq / vp) - 1 - np.log(vq / vp),
    ),
    "σ below": (("not-squared",), lambda mq, vq, mp, vp: (mq - mp) ** 2 / np.sqrt(vp) + vq / vp - 1 - np.log(vq / vp)),
    "no log": (("missing-log-term",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1),
    "no log of q": (("missing-log-term",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1 + np.log(vp)),
    "no square": (("missing-mean-term",), lambda mq, vq, mp, vp: vq / vp - 1 - np.log(vq / vp)),
    "no ratio": (("missing-variance-term",), lambda mq, vq, mp, vp: (mq - mp) ** 2 / vp - 1 - np.log(vq / vp)),
    "bare": (("missing-log",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1 + vp / vq),
    "log²": (("square-of-log",), lambda mq, vq, mp, vp: ((mq - mp) ** 2 + vq) / vp - 1 + np.log(vp / vq) ** 2),
}


def planted(form, reduction="rows", scale=0.5):
    return lambda a, b, c, d: REDUCTIONS[reduction](scale * form(a, b, c, d))


@pytest.mark.endurance
@pytest.mark.parametrize("slip", SLIPS)
def test_a_planted_slip_is_named(slip):
    slugs, form = SLIPS[slip]
    for (q, p), reduction in random.Random(slip).sample(list(zip(FEW, REDUCTIONS, strict=True)), 2):
        if slip == "1 once" and reduction == "elementwise":
            continue  # nothing is summed: 1/d is then another number
        found = judged(planted(of_variances(form, q, p), reduction), roles(q, p))
        assert is_named(found, *slugs), (q, p, reduction, names(found))


SCALES = {"doubled": 1.0, "halved": 0.25, "wrong-sign": -0.5}


@pytest.mark.endurance
@pytest.mark.parametrize("seed", range(12))
def test_pairs_of_a_slip_and_a_scale_are_named(seed):
    drawn = random.Random(seed)
    slip, scale = (
        drawn.choice([s for s in SLIPS if s not in {"half for some", "log whole"}]),
        drawn.choice(list(SCALES)),
    )
    slugs, form = SLIPS[slip]
    q, p = drawn.choice(READINGS)
    found = judged(planted(of_variances(form, q, p), "rows", SCALES[scale]), roles(q, p))
    expected = dict.fromkeys((*slugs, scale))  # one card tells of the sign of a term and of that of the whole
    assert is_named(found, *expected), (slip, scale, q, p, names(found))
    assert found.differs


def misread(held, read, sides):
    """A right form in which one second argument, or both, are taken for another."""

    def kl(mq, sq, mp, sp):
        vq = DEVIATION[read if "q" in sides else held](sq) ** 2
        vp = DEVIATION[read if "p" in sides else held](sp) ** 2
        return (0.5 * ((mq - mp) ** 2 / vp + vq / vp - 1 - np.log(vq / vp))).sum(-1)

    return kl


@pytest.mark.endurance
@pytest.mark.parametrize("sides", ["q", "p", "qp"])
@pytest.mark.parametrize("held", SECONDS)
def test_misread_arguments_are_named(held, sides):
    short = SECONDS[held].short
    for read in SECONDS:
        if read == held or (read in {"std", "variance"} and not SECONDS[held].positive):
            continue
        found = judged(misread(held, read, sides), roles(held, held))
        assert is_named(found, f"{short}-as-{SECONDS[read].short}"), (held, read, names(found))


def test_misread_in_a_part_only():
    found = judged(
        lambda mq, sq, mp, sp: (0.5 * ((mq - mp) ** 2 / sp + (sq**2) / sp**2 - 1 - 2 * np.log(sq / sp))).sum(-1),
        roles("std", "std"),
    )
    assert is_named(found, "sigma-as-var")
    found = judged(
        lambda mq, vq, mp, vp: (0.5 * (((mq - mp) / vp) ** 2 + vq / vp - 1 - np.log(vq / vp))).mean(-1),
        roles("variance", "variance"),
    )
    assert is_named(found, "var-as-sigma", "mean-over-latent")
    found = judged(
        lambda mq, lq, mp, lp: (0.5 * (((mq - mp) ** 2 + lq) / lp - 1 - lq + lp)).sum(-1),
        roles("log_variance", "log_variance"),
    )
    assert is_named(found, "logvar-as-var")


def test_arguments_in_another_order_are_named():
    def kl(mq, sq, mp, sp):
        return (np.log(sp / sq) + (sq**2 + (mq - mp) ** 2) / (2 * sp**2) - 0.5).sum(-1)

    found = judged(lambda mq, sq, mp, sp: kl(mp, sp, mq, sq), roles("std", "std"))
    assert is_named(found, "argument-order")
    assert is_named(found, "reversed-kl")
    found = judged(lambda mq, sq, mp, sp: kl(mq, abs(mp) * 0 + mp, sq, sp), roles("std", "std"))
    assert is_named(found, "argument-order"), names(found)


@pytest.mark.endurance
def test_two_slips_of_shape_are_named_together():
    form = of_variances(lambda mq, vq, mp, vp: 0.5 * ((mq + mp) ** 2 + vq) / vp - np.log(vq / vp) / 2, "std", "std")
    assert is_named(judged(planted(form, "total", 1.0), roles("std", "std")), "wrong-sign", "missing-constant")
    form = of_variances(lambda mq, vq, mp, vp: 0.5 * ((mq - mp) ** 2 / vq + vp - 1 + np.log(vq / vp)), "std", "std")
    assert is_named(judged(planted(form, "mean", 1.0), roles("std", "std")), "reversed-kl", "missing-division")


FIELD = {
    "w055": (
        ("mean_p", "std_p", "mean_q", "std_q"),
        lambda pm, ps, qm, qs: 0.5 * np.sum(2 * np.log(qs / ps) - 1 + (ps / qs) ** 2 + ((qm - pm) / qs) ** 2),
        ("reversed-kl",),
    ),
    "w039": (
        ("mean_p", "log_variance_p", "mean_q", "log_variance_q"),
        lambda pm, pl, qm, ql: np.sum(0.5 * ((np.exp(ql - pl) + (qm - pm) ** 2) / np.exp(pl) - 1 - (ql - pl)), axis=1),
        ("misplaced-parenthesis",),
    ),
    "w168": (
        ("mean_q", "std_q", "mean_p", "std_p"),
        lambda qm, qs, pm, ps: np.sum(np.log(ps) - np.log(qs) + (qs**2 + (qm - pm) ** 2) / (2 * ps**2) - 0.5, axis=1),
        (),
    ),
    "w169": (
        ("mean_q", "log_variance_q", "mean_p", "log_variance_p"),
        lambda m1, l1, m2, l2: 0.5 * (-1 + l2 - l1 + np.exp(l1 - l2) + (m1 - m2) ** 2 * np.exp(-l2)),
        (),
    ),
    "w171": (
        ("mean_q", "std_q", "mean_p", "std_p"),
        lambda qm, qs, pm, ps: 0.5 * np.sum(qs**2 / ps**2 + (qm - pm) ** 2 / ps**2 - 1 + np.log(ps**2 / qs**2 + 1e-16)),
        (),
    ),
    "w171 as was proposed": (
        ("mean_q", "std_q", "mean_p", "std_p"),
        lambda qm, qs, pm, ps: 0.5 * np.sum(qs**2 / ps**2 + (qm - pm) ** 2 / ps**2 - 1 - np.log(ps**2 / qs**2 + 1e-16)),
        ("wrong-sign",),
    ),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", FIELD)
def test_cases_of_the_field(case):
    held, function, slugs = FIELD[case]
    found = judged(function, held)
    assert is_named(found, *slugs) if slugs else is_right(found), names(found)


@pytest.mark.unmeasured
def test_layouts_of_images_and_single_vectors():
    def image(mq, lq, mp, lp):
        assert mq.ndim == 4
        return (0.5 * ((mq - mp) ** 2 / np.exp(lp) + np.exp(lq - lp) - 1 - lq + lp)).sum((1, 2, 3))

    assert is_right(judged(image, roles("log_variance", "log_variance")))

    def vector(mq, lq, mp, lp):
        (d,) = mq.shape
        return 0.5 * (np.dot((mq - mp) ** 2, np.exp(-lp)) + np.exp(lq - lp).sum() - d - (lq - lp).sum())

    found = judged(vector, roles("log_variance", "log_variance"))
    assert is_right(found), names(found)


def test_a_function_that_takes_one_size_only():
    def fixed(mq, lq, mp, lp):
        if mq.shape[-1] != 8:
            raise ValueError(mq.shape)
        return 0.5 * ((mq - mp) ** 2 / np.exp(lp) + np.exp(lq - lp) - 1 - lq + lp).sum(-1) / 8

    found = judged(fixed, roles("log_variance", "log_variance"))
    assert is_named(found, "mean-over-latent") or is_named(found, "wrong-scale"), names(found)
    assert "fixed-size" in {finding.code for finding in found.findings}


@pytest.mark.endurance
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_in_both_precisions(dtype):
    torch = pytest.importorskip("torch")

    def kl(mq, lq, mp, lp):
        mq, lq, mp, lp = (x.to(getattr(torch, dtype)) for x in (mq, lq, mp, lp))
        return 0.5 * ((mq - mp).pow(2) / lp.exp() + (lq - lp).exp() - 1 - lq + lp).sum(-1).mean()

    held = roles("log_variance", "log_variance")
    assert is_right(judged(kl, held, backend="torch"))
    found = judged(lambda mq, lq, mp, lp: kl(mp, lp, mq, lq), held, backend="torch")
    assert is_named(found, "reversed-kl"), names(found)

    def library(mq, sq, mp, sp):
        normal = torch.distributions.Normal
        each = torch.distributions.kl_divergence(normal(mq, sq, False), normal(mp, sp, False))
        return each.sum(-1)

    assert is_right(judged(library, roles("std", "std"), backend="torch"))


@pytest.mark.unmeasured
def test_what_no_slips_explain_is_not_guessed():
    found = judged(lambda mq, sq, mp, sp: np.sin(mq - mp).sum(-1), roles("std", "std"))
    assert found.relation == ""
    assert not found.mistakes
    assert found.outcome.value == "refuted"


@pytest.mark.parametrize(("q", "p"), READINGS)
def test_every_slug_is_a_card_and_tables_stay_small(q, p):
    held = quantity(q, p)
    assert {card(slug).slug for slug, _ in held.slips} == {slug for slug, _ in held.slips}
    table = Table([right.formula for right in held.rights(Kind(("B",)), LAYOUTS[0])], held.slips, {})
    table.deepen()
    assert 50 < len(table.ways) < 100
    assert held.said({role: role for role in held.axes}).startswith("KL(N(mean_q, ")


@pytest.mark.unmeasured
def test_depth_two_stays_within_a_few_thousand_formulas():
    held = quantity("std", "std")
    table = Table([right.formula for right in held.rights(Kind(("B",)), LAYOUTS[0])], held.slips, {})
    table.deepen()
    table.deepen()
    assert 1000 < len(table.ways) < 4000


RESIDUAL = ("delta_mean", "delta_log_variance", "mean_p", "log_variance_p")


def residual(form, reduction="rows"):
    return lambda dm, dl, m, t: REDUCTIONS[reduction](0.5 * form(dm, dl, m, t))


def test_the_residual_formula_is_the_expectation():
    held = quantity_for(frozenset(RESIDUAL), None, Options())
    arrays, (each,) = right_values(held, ("B", "d"))
    m, t = arrays["mean_p"], arrays["log_variance_p"]
    scale = np.exp((t + arrays["delta_log_variance"]) / 2)
    np.testing.assert_allclose(
        each, expected_log_ratio(m + arrays["delta_mean"], scale, m, np.exp(t / 2)), rtol=1e-10, atol=1e-12
    )
    assert {card(slug).slug for slug, _ in held.slips} == {slug for slug, _ in held.slips}
    assert held.said({role: role for role in RESIDUAL}).startswith("KL(N(mean_p + delta_mean, ")


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_right_residuals_are_not_accused(reduction):
    form = lambda dm, dl, m, t: dm**2 / np.exp(t) + np.exp(dl) - 1 - dl
    assert is_right(judged(residual(form, reduction), RESIDUAL))
    through = lambda dm, dl, m, t: ((m + dm - m) ** 2 + np.exp(t + dl)) / np.exp(t) - 1 - (t + dl) + t
    assert is_right(judged(residual(through, reduction), RESIDUAL))
    without = judged(lambda dm, dl, t: residual(form, reduction)(dm, dl, 0, t), (*RESIDUAL[:2], RESIDUAL[3]))
    assert is_right(without)


RESIDUAL_SLIPS = {
    "standard": (("residual-as-absolute",), lambda dm, dl, m, t: dm**2 + np.exp(dl) - 1 - dl),
    "times the variance": (
        ("multiplied-not-divided",),
        lambda dm, dl, m, t: dm**2 * np.exp(t) + np.exp(dl) - 1 - dl,
    ),
    "standard, too": (("missing-division",), lambda dm, dl, m, t: dm**2 + np.exp(dl) - 1 - dl),
    "against p": (
        ("residual-as-absolute",),
        lambda dm, dl, m, t: ((dm - m) ** 2 + np.exp(dl)) / np.exp(t) - 1 - dl + t,
    ),
    "no prior": (("prior-ignored",), lambda dm, dl, m, t: (m + dm) ** 2 + np.exp(t + dl) - 1 - t - dl),
    "mean added": (("prior-ignored",), lambda dm, dl, m, t: (m + dm) ** 2 / np.exp(t) + np.exp(dl) - 1 - dl),
    "reversed": (("reversed-kl",), lambda dm, dl, m, t: dm**2 / np.exp(t + dl) + np.exp(-dl) - 1 + dl),
    "w039": (("misplaced-parenthesis",), lambda dm, dl, m, t: (dm**2 + np.exp(dl)) / np.exp(t) - 1 - dl),
    "σ below": (("not-squared",), lambda dm, dl, m, t: dm**2 / np.exp(t / 2) + np.exp(dl) - 1 - dl),
    "distance": (("not-squared",), lambda dm, dl, m, t: dm / np.exp(t) + np.exp(dl) - 1 - dl),
    "misread": (("logvar-as-logsigma",), lambda dm, dl, m, t: dm**2 / np.exp(2 * t) + np.exp(2 * dl) - 1 - 2 * dl),
    "misread below": (("logvar-as-logsigma",), lambda dm, dl, m, t: dm**2 / np.exp(2 * t) + np.exp(dl) - 1 - dl),
    "no 1": (("missing-constant",), lambda dm, dl, m, t: dm**2 / np.exp(t) + np.exp(dl) - dl),
    "sign": (("wrong-sign",), lambda dm, dl, m, t: dm**2 / np.exp(t) + np.exp(dl) - 1 + dl),
    "no square": (("missing-mean-term",), lambda dm, dl, m, t: np.exp(dl) - 1 - dl),
}


@pytest.mark.endurance
@pytest.mark.parametrize("slip", RESIDUAL_SLIPS)
def test_a_slip_of_a_residual_is_named(slip):
    slugs, form = RESIDUAL_SLIPS[slip]
    for reduction in ("rows", "mean"):
        found = judged(residual(form, reduction), RESIDUAL)
        assert is_named(found, *slugs), names(found)


def test_an_unknown_residual_is_not_guessed():
    found = judged(lambda dm, dl, m, t: np.sin(dm + t).sum(-1), RESIDUAL)
    assert not found.mistakes
    assert not is_right(found)


def test_roles_that_do_not_fit_are_refused():
    for name, held in (("gaussian-kl-pair", {"mean_q", "std_q", "mean_p"}), ("gaussian-kl-residual", {"delta_mean"})):
        assert QUANTITIES[name](frozenset(held), Options()) is None
        with pytest.raises(InputError, match="roles"):
            quantity_for(frozenset(held), name, Options())
