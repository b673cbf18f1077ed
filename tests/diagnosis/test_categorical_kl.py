"""KLs of categorical distributions: what is right is never accused, and what is planted is named."""

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import kl_div, log_softmax, rel_entr, softmax
from scipy.stats import entropy

from elbo_check.diagnosis.formula import law
from elbo_check.diagnosis.mistakes import card
from elbo_check.diagnosis.naming import Table
from elbo_check.diagnosis.probing import Kind
from elbo_check.diagnosis.quantities import Options, quantity_for
from elbo_check.diagnosis.quantities.categories import CATEGORIES, drawn
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.errors import InputError

from .judged import is_named, is_right, judged, names, right_values

PROBABILITIES = {
    "probabilities": lambda a: a,
    "logits": lambda a: softmax(a, axis=-1),
    "log_probabilities": np.exp,
}
PAIRS = [(q, p) for q in CATEGORIES for p in CATEGORIES]
REDUCTIONS = {
    "each": lambda kl: kl,
    "rows": lambda kl: kl.sum(-1),
    "total": np.sum,
    "mean": lambda kl: kl.sum(-1).mean(),
}


def quantity(*roles):
    return quantity_for(frozenset(roles), None, Options())


@pytest.mark.parametrize("role", CATEGORIES)
def test_the_right_formula_to_uniform_is_that_of_scipy(role):
    arrays, (rows,) = right_values(quantity(role), ("B",))
    q = PROBABILITIES[role](arrays[role])
    truth = entropy(q, np.full_like(q, 1 / q.shape[-1]), axis=-1)
    np.testing.assert_allclose(rows, truth, rtol=1e-12)
    for kept, scales in (((), (1 / len(q), 1)), (("K",), (1 / len(q), 1)), (("B", "K"), (1,))):
        _, found = right_values(quantity(role), kept)
        np.testing.assert_allclose([each.sum() for each in found], np.sum(truth) * np.array(scales), rtol=1e-12)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_the_right_formula_of_two_is_that_of_scipy(one, two):
    held = quantity(f"{one}_q", f"{two}_p")
    arrays, (rows,) = right_values(held, ("B",))
    q, p = PROBABILITIES[one](arrays[f"{one}_q"]), PROBABILITIES[two](arrays[f"{two}_p"])
    np.testing.assert_allclose(rows, entropy(q, p, axis=-1), rtol=1e-11)
    _, (each, library) = right_values(held, ("B", "K"))
    np.testing.assert_allclose(each, rel_entr(q, p), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(library, kl_div(q, p), rtol=1e-11, atol=1e-13)


def test_scipy_notices_a_wrong_formula():
    """Sabotage: each term with another coefficient, and log K counted for every class."""
    held = quantity("probabilities_q", "logits_p")
    for term, coefficient in held.formula.coefficients.items():
        spoilt = replace(held, formula=held.formula.with_terms({term: coefficient * law("1/2")}))
        arrays, (rows,) = right_values(spoilt, ("B",))
        truth = entropy(arrays["probabilities_q"], softmax(arrays["logits_p"], axis=-1), axis=-1)
        assert not np.allclose(rows, truth, rtol=1e-6)
    held = quantity("probabilities")
    counts = tuple(replace(count, axes=("B", "K")) for count in held.counts)
    arrays, (rows,) = right_values(replace(held, counts=counts), ("B",))
    assert not np.allclose(rows, entropy(arrays["probabilities"], np.full(5, 0.2)[None], axis=-1), rtol=1e-6)


@pytest.mark.parametrize("categories", [2, 5, 8, 512])
def test_probabilities_are_exact_in_float32(categories):
    q = drawn({"q": CATEGORIES["probabilities"]})(np.random.default_rng(1), {"B": 50, "K": categories})["q"]
    assert (q > 0).all()
    assert (q.astype(np.float32) == q).all()
    assert (q.sum(-1) == 1).all()


UNIFORM = {
    "text": lambda q: q * (np.log(q) - np.log(1 / q.shape[-1])),
    "one logarithm": lambda q: q * np.log(q * q.shape[-1]),
    "epsilon": lambda q: q * np.log(q * q.shape[-1] + 1e-10),
    "turned": lambda q: -q * (-np.log(q.shape[-1]) - np.log(q)),
}


@pytest.mark.endurance
@pytest.mark.parametrize("disguise", UNIFORM)
@pytest.mark.parametrize("role", CATEGORIES)
def test_right_ones_to_uniform_are_not_accused(disguise, role):
    for reduction in REDUCTIONS.values():
        found = judged(lambda a, r=reduction: r(UNIFORM[disguise](PROBABILITIES[role](a))), (role,))
        assert is_right(found), names(found)
    found = judged(lambda a: UNIFORM[disguise](PROBABILITIES[role](a)).sum(0), (role,))
    assert is_right(found) or is_named(found, "wrong-reduction-axis"), names(found)


TWO = {
    "text": lambda q, p: q * np.log(q / p),
    "apart": lambda q, p: q * np.log(q) - q * np.log(p),
    "cross": lambda q, p: -q * np.log(p) + q * np.log(q + 1e-12),
    "library": rel_entr,
    "library with p − q": kl_div,
}


@pytest.mark.endurance
@pytest.mark.parametrize("disguise", TWO)
def test_right_ones_of_two_are_not_accused(disguise):
    for one, two in PAIRS:
        reduction = random.Random(f"{disguise}{one}{two}").choice(list(REDUCTIONS.values()))
        found = judged(
            lambda a, b, r=reduction, f=PROBABILITIES[one], g=PROBABILITIES[two]: r(TWO[disguise](f(a), g(b))),
            (f"{one}_q", f"{two}_p"),
        )
        assert is_right(found), (one, two, names(found))


UNIFORM_SLIPS = {
    "w047": (("wrong-sign", "prob-instead-of-logprob"), lambda q: -q * (np.log(q) - 1 / q.shape[-1])),
    "1/K": (("prob-instead-of-logprob",), lambda q: q * (np.log(q) - 1 / q.shape[-1])),
    "no log K": (("missing-constant",), lambda q: q * np.log(q)),
    "entropy": (("wrong-sign", "missing-constant"), lambda q: -q * np.log(q)),
    "− log K": (("wrong-sign",), lambda q: q * (np.log(q) - np.log(q.shape[-1]))),
    "no logarithm": (("missing-log",), lambda q: q * (q * q.shape[-1])),
    "K for log K": (("missing-log",), lambda q: q * (np.log(q) + q.shape[-1])),
    "log K once a class": (("misplaced-parenthesis",), lambda q: q * np.log(q) + np.log(q.shape[-1])),
    "reversed": (("reversed-kl",), lambda q: -(np.log(q) + np.log(q.shape[-1])) / q.shape[-1]),
    "no weights": (("missing-weights",), lambda q: np.log(q) + np.log(q.shape[-1])),
    "bits": (("wrong-log-base",), lambda q: q * np.log2(q * q.shape[-1])),
    "half in bits": (("wrong-log-base",), lambda q: q * (np.log2(q) + np.log(q.shape[-1]))),
}


@pytest.mark.endurance
@pytest.mark.parametrize("slip", UNIFORM_SLIPS)
def test_a_slip_to_uniform_is_named(slip):
    slugs, form = UNIFORM_SLIPS[slip]
    for role, reduction in zip(CATEGORIES, random.Random(slip).sample(["each", "rows", "mean"], 3), strict=True):
        found = judged(lambda a, r=reduction, f=PROBABILITIES[role]: REDUCTIONS[r](form(f(a))), (role,))
        assert is_named(found, *slugs), (role, reduction, names(found))


TWO_SLIPS = {
    "reversed": (("reversed-kl",), lambda q, p: p * np.log(p / q)),
    "w136": (("missing-log",), lambda q, p: q * (q / p)),
    "bare p": (("kldiv-input-not-log",), lambda q, p: q * (np.log(q) - p)),
    "both bare": (("missing-log",), lambda q, p: q * (q - p)),
    "cross entropy": (("missing-entropy-term",), lambda q, p: -q * np.log(p)),
    "entropy": (("prior-ignored",), lambda q, p: q * np.log(q)),
    "no weights": (("missing-weights",), lambda q, p: np.log(q / p)),
    "sign": (("wrong-sign",), lambda q, p: q * (np.log(q) + np.log(p))),
    "bits": (("wrong-log-base",), lambda q, p: q * np.log2(q / p)),
    "over p": (("reversed-kl", "wrong-sign"), lambda q, p: p * np.log(q / p)),
}


@pytest.mark.endurance
@pytest.mark.parametrize("slip", TWO_SLIPS)
def test_a_slip_of_two_is_named(slip):
    slugs, form = TWO_SLIPS[slip]
    for (one, two), reduction in zip(random.Random(slip).sample(PAIRS, 3), ("each", "mean", "mean"), strict=True):
        found = judged(
            lambda a, b, r=reduction, f=PROBABILITIES[one], g=PROBABILITIES[two]: REDUCTIONS[r](form(f(a), g(b))),
            (f"{one}_q", f"{two}_p"),
        )
        assert is_named(found, *slugs), (one, two, reduction, names(found))


@pytest.mark.endurance
@pytest.mark.parametrize("seed", range(8))
def test_pairs_of_slips_are_named(seed):
    drawn_ = random.Random(seed)
    slip, (scale, name) = drawn_.choice([*TWO_SLIPS][:7]), drawn_.choice([(2, "doubled"), (0.5, "halved")])
    (slugs, form), (one, two) = TWO_SLIPS[slip], drawn_.choice(PAIRS)
    found = judged(
        lambda a, b: scale * form(PROBABILITIES[one](a), PROBABILITIES[two](b)).mean(), (f"{one}_q", f"{two}_p")
    )
    assert is_named(found, *slugs, name, "mean-over-latent"), (slip, one, two, names(found))


MISREAD = {
    ("logits", "logits-as-logprob"): lambda a: np.exp(a) * a,
    ("logits", "logits-as-prob"): lambda a: a * np.log(a),
    ("probabilities", "prob-as-logits"): lambda a: softmax(a, axis=-1) * log_softmax(a, axis=-1),
    ("probabilities", "prob-instead-of-logprob"): lambda a: np.exp(a) * a,
    ("log_probabilities", "logprob-as-prob"): lambda a: a * a,
}


@pytest.mark.parametrize(("role", "slug"), MISREAD)
def test_what_is_taken_for_something_else_is_named(role, slug):
    form = MISREAD[role, slug]
    assert is_named(judged(lambda a: form(a).sum(-1) + np.log(a.shape[-1]), (role,)), slug)


@pytest.mark.unmeasured
def test_a_misreading_with_weights_that_do_not_add_up_is_named():
    found = judged(lambda a: (np.exp(a) * (a + np.log(a.shape[-1]))).sum(-1).mean(), ("logits",))
    assert is_named(found, "logits-as-logprob"), names(found)
    found = judged(lambda a: (softmax(a, axis=-1) * (a + np.log(a.shape[-1]))).sum(-1), ("logits",))
    assert is_named(found, "logits-as-logprob"), names(found)
    found = judged(lambda a, b: (np.exp(a) * (a - b)).sum(-1), ("logits_q", "logits_p"))
    assert is_named(found, "logits-as-logprob"), names(found)
    found = judged(lambda a, b: (softmax(a, axis=-1) * (a - b)).sum(-1), ("logits_q", "logits_p"))
    assert is_named(found, "logits-as-logprob"), names(found)


def test_log_probabilities_are_logits():
    def kl(a):
        return (softmax(a, axis=-1) * (log_softmax(a, axis=-1) + np.log(a.shape[-1]))).sum(-1)

    assert is_right(judged(kl, ("log_probabilities",)))


FIELD = {
    "w047": (
        ("probabilities",),
        lambda q: -np.sum(q * (np.log(q) - 1.0 / q.shape[-1]), axis=-1),
        UNIFORM_SLIPS["w047"][0],
    ),
    "w173": (("probabilities",), lambda q: np.sum(q * np.log(q * q.shape[-1] + 1e-10), axis=-1), ()),
    "w136": (("probabilities_q", "probabilities_p"), lambda q, p: np.sum(q * (q / p)), ("missing-log",)),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", FIELD)
def test_cases_of_the_field(case):
    roles, function, slugs = FIELD[case]
    found = judged(function, roles)
    assert is_named(found, *slugs) if slugs else is_right(found), names(found)


def test_cases_of_the_field_in_torch():
    torch = pytest.importorskip("torch")
    F = torch.nn.functional

    def w155(s, t):
        return F.kl_div(F.softmax(s, -1), F.softmax(t, -1), reduction="none").mean()

    found = judged(w155, ("logits_p", "logits_q"), backend="torch")
    assert is_named(found, "kldiv-input-not-log", "mean-over-latent"), names(found)

    def w157(a, b):
        return F.kl_div(a, b, reduction="batchmean")

    found = judged(w157, ("probabilities_p", "probabilities_q"), backend="torch")
    assert is_named(found, "kldiv-input-not-log"), names(found)
    found = judged(w157, ("probabilities_q", "probabilities_p"), backend="torch")
    assert is_named(found, "kldiv-input-not-log", "reversed-kl"), names(found)

    def w107(logits):
        uniform = torch.full_like(logits, 1 / logits.shape[-1]).log()
        return F.kl_div(uniform, F.log_softmax(logits, -1), reduction="batchmean", log_target=True)

    assert is_right(judged(w107, ("logits",), backend="torch"))

    def library(s, t):
        held = torch.distributions.Categorical
        return torch.distributions.kl_divergence(held(logits=s), held(logits=t))

    assert is_right(judged(library, ("logits_q", "logits_p"), backend="torch"))

    def single(s, t):
        return F.kl_div(F.log_softmax(s.float(), -1), F.softmax(t.float(), -1), reduction="sum")

    assert is_right(judged(single, ("logits_p", "logits_q"), backend="torch"))
    found = judged(single, ("logits_q", "logits_p"), backend="torch")  # few digits: coefficients cannot be told
    assert is_named(found, "reversed-kl"), names(found)
    found = judged(lambda s, t: (s - t).float().sin().sum(), ("logits_q", "logits_p"), backend="torch")
    assert found.relation == ""


def test_a_single_distribution_and_a_fixed_number_of_classes():
    found = judged(lambda q: float(np.dot(q, np.log(q * len(q)))), ("probabilities",))
    assert is_right(found), names(found)

    def ten(q):
        if q.shape[-1] != 10:
            raise ValueError(q.shape)
        return (q * np.log(q * 10)).sum(-1)

    assert is_right(judged(ten, ("probabilities",), sizes={"K": 10}))


@pytest.mark.endurance
def test_what_no_slips_explain_is_not_guessed():
    for roles in (("logits",), ("probabilities_q", "probabilities_p")):
        found = judged((lambda a: np.sin(a).sum(-1)) if len(roles) == 1 else lambda a, b: np.sin(a - b).sum(-1), roles)
        assert not found.mistakes
        assert found.outcome.value == "refuted"


ALL = [(role,) for role in CATEGORIES] + [(f"{one}_q", f"{two}_p") for one, two in PAIRS]


@pytest.mark.parametrize("roles", ALL, ids=" ".join)
@pytest.mark.parametrize("kept", [("B",), ("B", "K")])
def test_every_slug_is_a_card_and_tables_stay_small(roles, kept):
    held = quantity(*roles)
    assert {card(slug).slug for slug, _ in held.slips} == {slug for slug, _ in held.slips}
    table = Table([right.formula for right in held.rights(Kind(kept), LAYOUTS[0])], held.slips, {})
    table.deepen()
    table.deepen()
    assert 30 < len(table.ways) < 1500
    assert held.said(dict.fromkeys(roles, "a")).startswith("KL(q ‖ ")


def test_roles_that_do_not_fit_are_refused():
    for name, roles in (("categorical-kl", ("probabilities", "logits")), ("categorical-kl-pair", ("logits_q",))):
        with pytest.raises(InputError, match="roles"):
            quantity_for(frozenset(roles), name, Options())
