"""Many categoricals a sample, (B, G, K), as discrete latents are: their KLs are added up."""

import sys

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from scipy.stats import entropy

from elbo_check.diagnosis.formula import law
from elbo_check.diagnosis.probing import Kind, Sample
from elbo_check.diagnosis.quantities import Options, categories, kept_quantity, quantity_for
from elbo_check.diagnosis.quantities.categories import CATEGORIES
from elbo_check.diagnosis.sizes import LAYOUTS, sizes_for
from elbo_check.errors import LossFunctionError
from elbo_check.loss_hearing.values import value_at

from .judged import is_named, is_right, judged, names

PROBABILITIES = {"probabilities": np.array, "logits": lambda a: softmax(a, axis=-1), "log_probabilities": np.exp}
SIZES = {"B": 4, "G": 3, "K": 5}


def three(function):
    """A function that refuses arrays of other than three axes."""

    def strict(a):
        _, _, _ = a.shape
        return function(a)

    return strict


def three_of_two(function):
    def strict(a, b):
        _, _, _ = a.shape
        return function(a, b)

    return strict


def to_uniform(q):
    return q * np.log(q * q.shape[-1])


def of_two(q, p):
    return q * np.log(q / p)


RIGHT = {
    "each": lambda kl: kl,
    "categoricals": lambda kl: kl.sum(-1),
    "rows": lambda kl: kl.sum((-1, -2)),
    "classes": lambda kl: kl.sum(1),
    "mean": lambda kl: kl.sum((-1, -2)).mean(),
    "total": np.sum,
}
WRONG = {
    "mean over the categoricals, rows": (lambda kl: kl.sum(-1).mean(-1), "mean-over-latent", "1/G"),
    "mean over the categoricals": (lambda kl: kl.sum(-1).mean(), "mean-over-latent", "1/G"),
    "mean over the classes": (lambda kl: kl.mean(-1).sum(-1).mean(), "mean-over-latent", "1/K"),
    "mean over the classes, categoricals": (lambda kl: kl.mean(-1), "mean-over-latent", "1/K"),
    "mean over everything": (np.mean, "mean-over-all", "1/(GK)"),
    "divided by the batch twice": (lambda kl: kl.sum() / len(kl) ** 2, "double-averaging", "1/B"),
    "doubled": (lambda kl: 2 * kl.sum(-1), "doubled", "2"),
    "times G": (lambda kl: kl.shape[1] * kl.sum((1, 2)), "wrong-reduction-axis", "G"),
}


def many_of(*roles):
    (held,) = quantity_for(frozenset(roles), None, Options()).otherwise
    return held


def values(held, kept):
    arrays = held.draw(np.random.default_rng(0), SIZES)
    sample = Sample(SIZES, LAYOUTS[0], Kind(kept), (arrays,), ())
    return arrays, [value_at(right.formula, sample, arrays) for right in held.rights(sample.kind, sample.layout)]


@pytest.mark.parametrize("role", CATEGORIES)
def test_the_right_formulas_are_those_of_scipy(role):
    held, held_of_two = many_of(role), many_of(f"{role}_q", "logits_p")
    arrays, (each,) = values(held, ("B", "G"))
    q = PROBABILITIES[role](arrays[role])
    assert q.shape == (4, 3, 5)
    truth = entropy(q, np.full_like(q, 0.2), axis=-1)
    np.testing.assert_allclose(each, truth, rtol=1e-12)
    np.testing.assert_allclose(values(held, ("B",))[1], [truth.sum(-1)], rtol=1e-12)
    np.testing.assert_allclose(values(held, ())[1], [truth.sum() / 4, truth.sum()], rtol=1e-12)
    arrays, (rows,) = values(held_of_two, ("B",))
    q, p = PROBABILITIES[role](arrays[f"{role}_q"]), softmax(arrays["logits_p"], axis=-1)
    np.testing.assert_allclose(rows, entropy(q, p, axis=-1).sum(-1), rtol=1e-11)


@pytest.mark.endurance
@pytest.mark.parametrize("reduction", RIGHT)
@pytest.mark.parametrize("role", CATEGORIES)
def test_right_ones_are_not_accused(reduction, role):
    over, held = RIGHT[reduction], PROBABILITIES[role]
    found = judged(three(lambda a: over(to_uniform(held(a)))), (role,))
    assert is_right(found), names(found)
    assert "of each of the G categoricals of a sample" in found.claim
    found = judged(three_of_two(lambda a, b: over(of_two(held(a), softmax(b, axis=-1)))), (f"{role}_q", "logits_p"))
    assert is_right(found), names(found)


@pytest.mark.unmeasured
@pytest.mark.parametrize("reduction", RIGHT)
def test_what_takes_both_layouts_is_judged_by_one_categorical(reduction):
    """A mean over the categoricals as well: it is right where there is one a sample."""
    for over in (RIGHT[reduction] if reduction not in ("rows", "mean", "classes") else np.sum, np.sum):
        found = judged(lambda q, over=over: over(to_uniform(q)), ("probabilities",))
        assert is_right(found), names(found)
    assert is_right(judged(lambda q: to_uniform(q).sum(-1).mean(), ("probabilities",)))


@pytest.mark.endurance
@pytest.mark.parametrize("reduction", WRONG)
def test_wrong_reductions_are_named(reduction):
    over, slug, factor = WRONG[reduction]
    for role, held in PROBABILITIES.items():
        found = judged(three(lambda a, h=held: over(to_uniform(h(a)))), (role,))
        assert is_named(found, slug), names(found)
        assert (found.relation, found.factor) == ("proportional", factor)
    found = judged(three_of_two(lambda a, b: over(of_two(softmax(a, axis=-1), b))), ("logits_q", "probabilities_p"))
    assert is_named(found, slug), names(found)


SLIPS = {
    "reversed-kl": lambda q: -(np.log(q) + np.log(q.shape[-1])).sum((1, 2)) / q.shape[-1],
    "missing-weights": lambda q: np.log(q * q.shape[-1]).sum((1, 2)),
    "missing-constant": lambda q: (q * np.log(q)).sum((1, 2)),
    "missing-dim-term": lambda q: (q * np.log(q)).sum((1, 2)) + np.log(q.shape[-1]),
    "wrong-log-base": lambda q: (q * np.log2(q * q.shape[-1])).sum((1, 2)),
    "misplaced-parenthesis": lambda q: (q * np.log(q) + np.log(q.shape[-1])).sum((1, 2)),
    "prob-as-logits": lambda q: to_uniform(softmax(q, axis=-1)).sum((1, 2)),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("slug", SLIPS)
def test_slips_are_named(slug):
    found = judged(three(SLIPS[slug]), ("probabilities",))
    assert is_named(found, slug), names(found)


def test_a_softmax_over_the_wrong_axis_is_not_right():
    found = judged(three(lambda a: to_uniform(softmax(a, axis=1)).sum((1, 2))), ("logits",))
    assert found.outcome == "refuted"


@pytest.mark.unmeasured
def test_a_softmax_over_the_first_axis_is_right_of_categories_that_stand_there():
    """Nothing in the divergence of two categoricals says how many categories there are."""
    found = judged(three_of_two(lambda a, b: of_two(softmax(a, axis=1), softmax(b, axis=1))), ("logits_q", "logits_p"))
    assert found.outcome == "undecided"
    assert "if its arguments hold the categories before their categoricals, (B, K, G)" in found.missing


@pytest.mark.endurance
def test_distributions_of_torch():
    torch = pytest.importorskip("torch")
    held = torch.distributions

    def latents(logits):
        return held.Independent(held.OneHotCategorical(logits=logits), 1)

    def right(posterior, prior):
        return held.kl_divergence(latents(posterior), latents(prior)).mean()

    roles = ("logits_q", "logits_p")
    assert is_right(judged(right, roles, backend="torch"))

    def averaged(posterior, prior):
        one, other = (held.Categorical(logits=each) for each in (posterior, prior))
        return held.kl_divergence(one, other).mean(dim=(0, 1)) * posterior.shape[2] / posterior.shape[-1]

    found = judged(averaged, roles, backend="torch")
    assert is_named(found, "mean-over-latent"), names(found)


def test_sizes_that_it_insists_on():
    def of(a):
        if a.shape[1:] != (4, 10):
            raise ValueError(a.shape)
        return (softmax(a, axis=-1) * (log_softmax(a, axis=-1) + np.log(10))).sum((1, 2)).mean()

    assert is_right(judged(of, ("logits",), sizes={"G": 4, "K": 10}))
    assert is_right(judged(of, ("logits",)))  # both lengths stand in its code
    square = judged(three(lambda q: to_uniform(q).sum(-1)), ("probabilities",), sizes={"G": 6, "K": 6})
    assert square.outcome == "undecided"
    assert "G and K are both 6" in square.missing
    assert is_right(judged(three(lambda q: to_uniform(q).sum((1, 2))), ("probabilities",), sizes={"G": 6, "K": 6}))


@pytest.mark.parametrize("given", [{}, {"K": 3}, {"K": 5}, {"B": 4}, {"G": 4}, {"G": 2, "K": 3}])
def test_no_two_axes_are_equally_long(given):
    for sizes in sizes_for(frozenset({"B", "G", "K"}), LAYOUTS[0], given):
        assert len(set(sizes.values())) == 3


def test_a_factor_of_a_count_of_categoricals_has_a_name(monkeypatch):
    """Sabotage: without the name of 1/G, and with one layout only."""
    mean = three(lambda q: to_uniform(q).sum(-1).mean())
    one, two = (sys.modules[f"{categories.__package__}.{name}"] for name in ("categorical_kl", "categorical_kl_pair"))
    scales = {scale: slugs for scale, slugs in categories.CATEGORICAL_SCALES.items() if scale != law(1, G=-1)}
    monkeypatch.setattr(one, "CATEGORICAL_SCALES", scales)
    assert not is_named(judged(mean, ("probabilities",)), "mean-over-latent")
    for module in (one, two):
        monkeypatch.setattr(module, "LAID_OUT", (("B", "K"), ("B", "K")))
    kept_quantity.cache_clear()
    with pytest.raises(LossFunctionError):
        judged(mean, ("probabilities",))
    with pytest.raises(LossFunctionError):
        judged(three_of_two(lambda q, p: of_two(q, p).sum()), ("probabilities_q", "probabilities_p"))
