"""The classes of names: what is one function is found to be one, what is not stays apart."""

from dataclasses import dataclass

import numpy as np
import pytest

from .case import Case
from .planted import FAMILIES, singles
from .planted_gaussian import GAUSSIANS
from .same_function import family_of, fingerprint, is_named_right, is_same, reproduces, same_class
from .written import FIELD

KL = {family.roles[1]: family for family in GAUSSIANS}
BY_ID = {case.id: case for case in FIELD}


@dataclass
class Name:
    slug: str
    same_as: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("role", "one", "other"),
    [
        ("log_variance", "doubled", "missing-half"),
        ("log_variance", "mean-over-all", "mean-over-latent"),
        ("log_std", "not-squared", "logsigma-as-logvar"),
        ("log_variance", "logvar-as-logsigma", "missing-half"),
        ("std", "half-on-logsigma", "sigma-as-var"),
        ("std", "not-squared", "sigma-as-var"),
    ],
)
def test_these_are_one_function(role: str, one: str, other: str):
    assert same_class(KL[role], one, other)
    assert same_class(KL[role], other, one)


@pytest.mark.parametrize(
    ("role", "one", "other"),
    [
        ("log_variance", "wrong-sign", "missing-half"),
        ("log_variance", "missing-constant", "missing-dim-term"),
        ("log_variance", "mean-over-latent", "double-averaging"),
        ("std", "sigma-as-logvar", "sigma-as-logsigma"),
        ("variance", "wrong-log-base", "missing-half"),
    ],
)
def test_these_are_not(role: str, one: str, other: str):
    assert not same_class(KL[role], one, other)


@pytest.mark.parametrize(("one", "other"), [("w003", "w004"), ("w028", "w165"), ("w055", "w168")])
def test_rows_with_different_labels_are_one_function(one: str, other: str):
    """They differ in what their arguments are said to hold, by position; two of them in the reduction too."""
    family = family_of(BY_ID[one])
    assert family
    totals = [fingerprint(lambda *a, case=BY_ID[row]: np.sum(case.function(*a)), family[0]) for row in (one, other)]
    assert is_same(*totals)


@pytest.mark.endurance
def test_every_single_is_reproduced_by_its_own_name_and_by_no_foreign_one():
    for case in singles():
        assert reproduces(case, [case.slugs])
        assert not reproduces(case, [{"no-such-name"}])


def test_a_wrong_name_is_not_accepted():
    assert is_named_right(BY_ID["w035"], [Name("missing-half"), Name("missing-constant")])
    assert is_named_right(BY_ID["w035"], [Name("missing-constant"), Name("doubled")])
    assert not is_named_right(BY_ID["w035"], [Name("missing-half")])
    assert not is_named_right(BY_ID["w035"], [Name("missing-half"), Name("wrong-sign")])
    assert not is_named_right(BY_ID["w001"], [])
    assert not is_named_right(BY_ID["w001"], [Name("mean-over-latent"), Name("wrong-sign")])
    assert is_named_right(BY_ID["w161"], [])
    assert not is_named_right(BY_ID["w161"], [Name("wrong-sign")])


def test_names_follow_the_function_and_not_the_label():
    assert is_named_right(BY_ID["w021"], [Name("sigma-as-logsigma")])
    assert is_named_right(BY_ID["w003"], [Name("mean-over-latent", ("mean-over-all",))])
    assert is_named_right(BY_ID["w036"], [Name("wrong-sign"), Name("mean-over-all"), Name("wrong-scale")])


@pytest.mark.parametrize("case", [case for case in FIELD if case.is_wrong], ids=lambda case: case.id)
def test_the_labels_of_the_field_are_right_names(case: Case):
    assert is_named_right(case, [Name(slug) for slug in case.expected])


def test_most_field_labels_make_the_functions_that_they_label():
    """The labels are the reporters'; where a family knows the mistakes, planting them gives the reported function."""
    wrong = [case for case in FIELD if case.is_wrong and family_of(case)]
    made = [case for case in wrong if reproduces(case, [{slug} for slug in case.expected])]
    assert len(made) / len(wrong) > 0.7


def test_families_are_told_apart_by_quantity_and_roles():
    assert len({(family.quantity, tuple(sorted(family.roles))) for family in FAMILIES}) == len(FAMILIES)
