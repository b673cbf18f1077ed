"""Recover, then compare: relations with exact constants, the nearest explanation, and nothing where there is none."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from elbo_check.diagnosis.formula import LOG_2PI, ONE, Formula, law
from elbo_check.diagnosis.probing import sampled
from elbo_check.diagnosis.quantities import Options, quantity_for
from elbo_check.diagnosis.recovery import UNEXPLAINED, is_right, recovered
from elbo_check.diagnosis.relation import Relation, relation_of
from elbo_check.diagnosis.sizes import LAYOUTS, sizes_for
from elbo_check.diagnosis.tables import tables_for

QUANTITY = quantity_for(frozenset({"mean", "log_variance"}), None, Options())
OBJECTIVE = quantity_for(frozenset({"x", "reconstruction", "mean", "log_variance"}), "gaussian-vae-loss", Options())


def kl(m, s):
    return 0.5 * (m**2 + np.exp(s) - 1 - s)


def seen(function, quantity=QUANTITY, given=()):
    generator = np.random.default_rng(3)
    names = frozenset(axis for axes in quantity.axes.values() for axis in axes)
    call = lambda arrays: np.asarray(function(*(arrays[role] for role in quantity.axes)), dtype=np.float64)
    choices = itertools.islice(sizes_for(names, LAYOUTS[0], dict(given)), 6)
    return [sampled(call, quantity.draw, quantity.axes, sizes, LAYOUTS[0], generator) for sizes in choices]


def found(function, **settings):
    return recovered(seen(function, **settings), settings.get("quantity", QUANTITY), 1e-10)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("function", "name", "factor"),
    [
        (lambda m, s: kl(m, s).sum(), "equal", law(1)),
        (lambda m, s: kl(m, s).sum(-1), "equal", law(1)),
        (lambda m, s: kl(m, s).mean(), "proportional", law(1, d=-1)),
        (lambda m, s: -kl(m, s).sum(-1), "proportional", law(-1)),
        (lambda m, s: kl(m, s).sum(-1) + 3, "offset", law(1)),
        (lambda m, s: 2 * kl(m, s).sum(-1) + m.shape[1], "affine", law(2)),
        (lambda m, s: kl(m, s).sum(-1) + np.exp(s).sum(-1), "different", None),
    ],
)
def test_the_relation_to_the_right_formula_is_exact(function, name, factor):
    recovery = found(function)
    assert (recovery.relation.name, recovery.relation.factor) == (name, factor)


def test_the_offset_is_a_law_too():
    assert found(lambda m, s: kl(m, s).sum(-1) + m.shape[1] / 2).relation.offset == Formula.of({ONE: law("1/2", d=1)})


def test_slips_are_counted_and_a_broadcast_is_one_of_them():
    assert found(lambda m, s: kl(m, s).sum(-1)).slips == 0
    assert found(lambda m, s: 2 * kl(m, s).sum(-1)).slips == 1
    spread = found(lambda m, s: np.full(len(m), kl(m, s).sum()))
    assert spread.kind.spread
    assert spread.slips == 1


def test_what_no_slips_explain_is_recovered_all_the_same():
    recovery = found(lambda m, s: (3 * m**2 + 5 * np.exp(s) + 7 * m).sum(-1))
    assert recovery.fit is not None
    assert recovery.explanations == ()
    assert recovery.slips == UNEXPLAINED


@pytest.mark.unmeasured
def test_what_is_no_formula_is_not_recovered_and_its_distance_is_told():
    recovery = found(lambda m, s: np.cos(m).sum(-1))
    assert recovery.fit is None
    assert recovery.slips == UNEXPLAINED
    assert recovery.apart > 0.1
    assert found(lambda m, s: np.round(kl(m, s).sum(-1), 4)).apart < 1e-4


def test_a_right_formula_is_told_as_it_stands_even_where_no_coefficient_can_be_read():
    prior = quantity_for(frozenset({"mean", "log_variance"}), None, Options((law(0).number, law("1/7").number)))
    right = lambda m, s: (0.5 * (49 * m**2 + 49 * np.exp(s) - s - 1) - np.log(7)).sum(-1)
    recovery = found(right, quantity=prior)
    assert recovery.relation.name == "equal"
    assert recovery.fit is not None
    assert recovery.fit.departure <= 1e-10


def test_a_size_that_never_changes_is_put_in():
    recovery = found(lambda m, s: kl(m, s).mean(), given={"d": 8})
    assert recovery.fixed == {"d": 8}
    assert recovery.relation.factor == law("1/8")
    names = {slug for way in recovery.explanations for slip in way.slips for slug in slip}
    assert {"wrong-scale", "mean-over-latent"} <= names


@pytest.mark.parametrize("quantity", [QUANTITY, OBJECTIVE], ids=["value", "objective"])
def test_a_quick_look_tells_right_from_wrong(quantity):
    def right(*arrays):
        *data, m, s = arrays
        error = 0.5 * ((data[0] - data[1]) ** 2).sum(-1) if data else 0.0
        return (error + kl(m, s).sum(-1)).mean()

    def wrong(*arrays):
        return right(*arrays) + arrays[-2].sum()

    def log_2pi(*arrays):
        return right(*arrays) + 0.5 * np.log(2 * np.pi) * (arrays[0].shape[-1] if len(arrays) > 2 else 0)

    assert is_right(seen(right, quantity), quantity, 1e-10)
    assert is_right(seen(log_2pi, quantity), quantity, 1e-10)
    assert not is_right(seen(wrong, quantity), quantity, 1e-10)
    doubled = seen(lambda *a: 2 * right(*a), quantity)
    assert is_right(doubled, quantity, 1e-10) == quantity.objective
    spread = seen(lambda *a: np.full(len(a[0]), right(*a)), quantity)
    assert not is_right(spread, quantity, 1e-10)


def test_of_several_right_formulas_the_nearest_is_compared():
    rights = QUANTITY.rights(seen(lambda m, s: kl(m, s).sum())[0].kind, LAYOUTS[0])
    for right in rights:
        assert relation_of(right.formula, rights, {}).right is right
        shifted = right.formula + Formula.of({LOG_2PI: law(1)})
        assert relation_of(shifted, rights, {}).right is right
    nothing = relation_of(Formula({}), rights, {})
    assert nothing.name == "different"


def test_only_a_positive_factor_keeps_the_minimisers():
    assert Relation("proportional", None, law(2, d=-1)).is_global_scale
    assert not Relation("proportional", None, law(-2)).is_global_scale
    assert not Relation("affine", None, law(2)).is_global_scale
    assert not Relation("different").is_global_scale


@pytest.mark.unmeasured
def test_threads_that_ask_about_one_quantity_find_the_same():
    samples = seen(lambda mean, log_variance: -kl(mean, log_variance).mean(-1))
    tables_for.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: recovered(samples, QUANTITY, 1e-10).explanations, range(16)))
    assert found == [found[0]] * 16
    assert found[0][0].count == 2
