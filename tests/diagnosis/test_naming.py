"""From a recovered formula to slips: exact edits, the fewest first, all with that many."""

import pytest

from elbo_check.diagnosis.edits import constant_slips, dropped, exchanged, flipped, rescaled
from elbo_check.diagnosis.formula import LOG_2PI, ONE, Formula, Law, Term, law
from elbo_check.diagnosis.naming import Explanation, Table, scale_names

A, B, C = (Term(name, ("B", "d"), lambda a: 0, lambda s: 0) for name in "abc")
RIGHT = Formula.of({A: law(1), B: law(2), ONE: law(-1, d=1)})
SLIPS = [
    ("sign", flipped),
    ("gone", dropped(A)),
    ("for", exchanged([(A, C, law(1))])),
    ("twice", rescaled((B,), law(2))),
]
SCALES = {
    law(2): ("doubled", "twice over"),
    law(-1): ("wrong-sign",),
    law(-2): ("minus two",),
    law(1, d=-1): ("mean-over-latent",),
    law(1, B=-1): ("mean-over-batch",),
    law(1, B=1): ("sum-over-batch",),
}


def table(depth=1, **settings):
    made = Table([RIGHT], SLIPS, settings.pop("fixed", {}), **settings)
    for _ in range(depth):
        made.deepen()
    return made


def told(made, computed, most=6):
    return [explanation.slips for explanation in made.explanations(computed, SCALES, most, made.depth)]


def test_the_right_formula_needs_no_slip():
    assert told(table(0), RIGHT) == [()]


def test_a_single_slip_is_named():
    assert told(table(), Formula.of({C: law(1), B: law(2), ONE: law(-1, d=1)})) == [(("for",),)]
    assert told(table(), RIGHT.with_terms({A: Law()})) == [(("gone",),)]


def test_slips_compose_and_their_order_is_no_second_explanation():
    both = Formula.of({C: law(1), B: law(4), ONE: law(-1, d=1)})
    assert told(table(1), both) == []
    (way,) = told(table(2), both)
    assert sorted(way) == [("for",), ("twice",)]


def test_a_scale_is_named_beside_the_slips():
    assert told(table(0), RIGHT.scaled(law(2, d=-1))) == [(("mean-over-latent",), ("doubled", "twice over"))]
    assert told(table(0), RIGHT.scaled(law(-1))) == [(("wrong-sign",),)]
    assert told(table(0), RIGHT.scaled(law(-2))) == [(("minus two",),)]
    assert told(table(0), RIGHT.scaled(law(-3))) == [(("wrong-sign",), ("wrong-scale",))]
    assert told(table(0), RIGHT.scaled(law(1, D=2))) == [(("wrong-scale",), ("wrong-scale",))]


def test_a_positive_scale_of_an_objective_needs_no_name():
    assert told(table(0, free=True), RIGHT.scaled(law(3, d=-1))) == [()]
    assert told(table(0, free=True), RIGHT.scaled(law(-1))) == [(("wrong-sign",),)]


def test_the_fewest_slips_win_and_more_than_asked_for_are_not_told():
    doubled = RIGHT.with_terms({B: law(4)})
    assert told(table(), doubled) == [(("twice",),)]
    assert told(table(), doubled, most=0) == []


def test_nothing_left_is_a_wrong_tensor():
    assert told(table(), Formula({})) == [(("wrong-tensor",),)]


def test_a_formula_out_of_reach_is_not_explained():
    assert told(table(2), Formula.of({C: law(1), ONE: law(7)})) == []


def test_a_number_may_hide_the_power_of_a_size_that_never_changes():
    assert scale_names(law("1/8"), SCALES, {"d": 8}) == [(("mean-over-latent",),), (("wrong-scale",),)]
    assert scale_names(law("1/16"), {**SCALES, law(1, h=-1): ("mean",)}, {"h": 16, "c": 3})[0] == (("mean",),)
    assert scale_names(law("1/3"), {**SCALES, law(1, c=-1): ("mean",)}, {"h": 16, "c": 3}) == [(("wrong-scale",),)]
    assert scale_names(law("1/5"), SCALES, {"d": 5}) == [(("wrong-scale",),), (("mean-over-latent",),)]
    assert scale_names(law(-1), SCALES, {"d": 8}) == [(("wrong-sign",),)]
    assert scale_names(law("1/8"), SCALES, {}) == [(("wrong-scale",),)]
    assert scale_names(law("1/8"), SCALES, {"N": 8}) == [(("wrong-scale",),)]


def test_sizes_that_never_change_are_put_into_the_formulas():
    made = table(0, fixed={"d": 4})
    assert told(made, Formula.of({A: law(1), B: law(2), ONE: law(-4)})) == [()]


def test_right_formulas_that_are_the_same_are_one_formula_with_two_explanations():
    made = Table([RIGHT, RIGHT], SLIPS, {})
    assert made.explanations(RIGHT, {}, 6, 0) == [Explanation((), law(1), 0), Explanation((), law(1), 1)]
    assert len(made.ways) == 1


def test_sets_of_terms_come_nearest_first_and_once():
    made = table(2)
    sets = list(made.term_sets(2))
    assert list(made.term_sets(0)) == sets[:1] == [{A, B}]
    assert list(made.term_sets(1)) == sets[: len(list(table(1).term_sets(1)))]
    assert len(sets) == len(set(sets))
    assert {B} in sets
    assert {B, C} in sets


def test_a_slip_that_leaves_nothing_leads_nowhere():
    made = Table([Formula.of({A: law(1)})], [("gone", dropped(A))], {})
    made.deepen()
    assert len(made.ways) == 1


# --- the edits ---


def test_each_sign_is_flipped_alone():
    assert list(flipped(RIGHT)) == [
        RIGHT.with_terms({A: law(-1)}),
        RIGHT.with_terms({B: law(-2)}),
        RIGHT.with_terms({ONE: law(1, d=1)}),
    ]


def test_an_edit_that_changes_nothing_is_none():
    assert list(exchanged([(C, A, law(1))])(RIGHT)) == []
    assert list(rescaled((A, C), law(2))(RIGHT)) == []
    assert list(dropped(A, B)(RIGHT)) == [RIGHT.constants]


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("missing-constant", [Law()]),
        ("missing-dim-term", [law(-1)]),
        ("wrong-constant", [law("-1/2", d=1), law(-2, d=1)]),
    ],
)
def test_constants_are_left_out_uncounted_halved_and_doubled(slug, expected):
    slips = constant_slips({"d": "missing-dim-term", "B": "uncounted"})
    found = [changed[ONE] for name, edit in slips if name == slug for changed in edit(RIGHT)]
    assert found == expected
    assert not [changed for name, edit in slips if name == "uncounted" for changed in edit(RIGHT)]


def test_of_two_constants_each_or_both_are_left_out():
    formula = RIGHT.with_terms({LOG_2PI: law(1)})
    left = [changed.constants for changed in constant_slips({})[0][1](formula)]
    assert left == [Formula.of({LOG_2PI: law(1)}), Formula.of({ONE: law(-1, d=1)}), Formula({})]
