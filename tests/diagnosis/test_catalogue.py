"""The catalogue of mistakes: codes that stay, every field filled, and what a card says in formulas is true."""

import re
from dataclasses import fields

import pytest

from elbo_check.diagnosis.mistakes import CARDS, card, find_card
from elbo_check.errors import InputError

CODES = {
    "EC001": "wrong-sign",
    "EC002": "missing-mean-term",
    "EC003": "missing-log",
    "EC004": "missing-log-term",
    "EC005": "not-squared",
    "EC006": "square-of-log",
    "EC007": "half-on-logsigma",
    "EC008": "abs-on-logvar",
    "EC009": "missing-variance-term",
    "EC010": "missing-half",
    "EC011": "doubled",
    "EC012": "mean-over-latent",
    "EC013": "mean-over-all",
    "EC014": "wrong-reduction-axis",
    "EC015": "halved",
    "EC016": "wrong-scale",
    "EC017": "double-averaging",
    "EC018": "sum-for-mean",
    "EC019": "mean-over-steps",
    "EC030": "missing-constant",
    "EC031": "wrong-constant",
    "EC032": "missing-dim-term",
    "EC033": "wrong-log-base",
    "EC034": "missing-normaliser",
    "EC035": "prob-instead-of-logprob",
    "EC036": "kldiv-input-not-log",
    "EC040": "logvar-as-sigma",
    "EC041": "logvar-as-var",
    "EC042": "logvar-as-logsigma",
    "EC043": "logsigma-as-logvar",
    "EC044": "logsigma-as-sigma",
    "EC045": "logsigma-as-var",
    "EC046": "sigma-as-logvar",
    "EC047": "sigma-as-logsigma",
    "EC048": "sigma-as-var",
    "EC049": "var-as-sigma",
    "EC050": "var-as-logvar",
    "EC051": "var-as-logsigma",
    "EC060": "softplus-as-sigma",
    "EC061": "softplus-as-var",
    "EC062": "softplus-as-logvar",
    "EC063": "softplus-as-logsigma",
    "EC064": "sigma-as-softplus",
    "EC065": "var-as-softplus",
    "EC066": "logvar-as-softplus",
    "EC067": "logsigma-as-softplus",
    "EC070": "reversed-kl",
    "EC071": "argument-order",
    "EC072": "prior-ignored",
    "EC073": "misplaced-parenthesis",
    "EC074": "plus-instead-of-times",
    "EC075": "missing-division",
    "EC076": "residual-as-absolute",
    "EC077": "multiplied-not-divided",
    "EC078": "wrong-variance",
    "EC079": "wrong-prior-scale",
    "EC080": "bce-mean-vs-kl-sum",
    "EC081": "mse-mean-vs-kl-sum",
    "EC082": "mse-without-variance",
    "EC083": "missing-kl-term",
    "EC084": "kl-counted-twice",
    "EC085": "wrong-likelihood",
    "EC086": "minibatch-weight",
    "EC087": "missing-complement",
    "EC088": "logits-as-probabilities",
    "EC089": "probabilities-as-logits",
    "EC090": "missing-reconstruction-term",
    "EC091": "activation-on-logvar",
    "EC092": "copy-paste-head",
    "EC093": "wrong-tensor",
    "EC094": "missing-sigmoid",
    "EC095": "reconstruction-weighted",
    "EC096": "mixed-samples",
    "EC097": "absolute-error",
    "EC098": "free-bits",
    "EC100": "var-as-std-in-reparam",
    "EC101": "logvar-as-logstd-in-reparam",
    "EC102": "sampler-kl-disagree",
    "EC103": "noise-scale",
    "EC104": "missing-logK",
    "EC105": "mean-of-logs",
    "EC106": "sum-instead-of-mc-mean",
    "EC107": "detached-sample",
    "EC108": "iwae-weights",
    "EC109": "deterministic-z-at-eval",
    "EC110": "missing-sigma",
    "EC111": "missing-noise",
    "EC112": "precision-as-sigma",
    "EC113": "missing-entropy",
    "EC114": "log-of-batch-mean",
    "EC115": "wrong-gradient",
    "EC116": "squared-log-ratio",
    "EC117": "wrong-noise",
    "EC120": "global-scale-only",
    "EC121": "unstable-form",
    "EC122": "harmless-epsilon",
    "EC123": "binding-clamp",
    "EC130": "missing-entropy-term",
    "EC131": "missing-weights",
    "EC132": "logits-as-prob",
    "EC133": "logits-as-logprob",
    "EC134": "prob-as-logits",
    "EC135": "logprob-as-prob",
}
ADDRESS = re.compile(
    r"https://(github\.com/[\w.-]+/[\w.-]+/\w+/\S+|arxiv\.org/abs/\d{4}\.\d{5}|arxiv\.org/abs/\d{4}\.\d{4})"
)


def test_codes_stay_and_come_in_order() -> None:
    assert {one.code: one.slug for one in CARDS} == CODES
    assert [one.code for one in CARDS] == sorted(CODES)
    assert len(set(CODES.values())) == len(CODES) == len(CARDS)


@pytest.mark.unmeasured
@pytest.mark.parametrize("one", CARDS, ids=lambda one: one.code)
def test_every_field_is_filled(one) -> None:
    for field in fields(one):
        value = getattr(one, field.name)
        if field.name != "same_function" and (not field.name.startswith("cure_of_") or value):
            assert value == value.strip() != ""
            assert "  " not in value
    assert ADDRESS.fullmatch(one.source)
    assert one.with_mistake != one.right
    assert one.severity in {"error", "warning", "note"}
    assert one.why[-1] == one.effect[-1] == "."
    assert one.title[-1] != "."


@pytest.mark.unmeasured
@pytest.mark.parametrize("one", CARDS, ids=lambda one: one.code)
def test_cards_of_the_same_function_name_each_other(one) -> None:
    assert one.slug not in one.same_function
    assert len(set(one.same_function)) == len(one.same_function)
    for slug in one.same_function:
        assert one.slug in card(slug).same_function


@pytest.mark.parametrize("asked", ["EC012", "ec012", "mean-over-latent", "Mean over latent", " mean_over_latent "])
def test_a_card_is_found_by_code_or_slug(asked) -> None:
    assert card(asked).code == "EC012"
    assert find_card(asked) is card(asked)


def test_a_slug_with_a_capital_is_found_as_it_is_written() -> None:
    assert card("missing-logK").code == card("missing-logk").code == "EC104"


@pytest.mark.parametrize(
    ("asked", "near"),
    [("mean-over-latents", "mean-over-latent"), ("logvar-as-sgima", "logvar-as-sigma"), ("!", "EC012")],
)
def test_a_name_that_is_none_is_answered_with_near_ones(asked, near) -> None:
    assert find_card(asked) is None
    with pytest.raises(InputError, match=f"such as .*{near}.*--list"):
        card(asked)
