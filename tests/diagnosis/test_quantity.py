"""What is right for an output of some shape: every reduction over the batch, with its constants counted."""

import numpy as np
import pytest

from elbo_check.diagnosis.formula import ONE, Formula, law
from elbo_check.diagnosis.probing import Kind
from elbo_check.diagnosis.quantities import Options, quantity_for
from elbo_check.diagnosis.quantities.gaussian_kl import gaussian_kl
from elbo_check.diagnosis.quantity import grid, shape_of
from elbo_check.diagnosis.sizes import LAYOUTS, SINGLE

KL = gaussian_kl("log_variance")
PLAIN, IMAGE = LAYOUTS[0], LAYOUTS[2]


@pytest.mark.parametrize(
    ("kind", "layout", "expected"),
    [
        (
            Kind(()),
            PLAIN,
            {
                "summed over the latents, averaged over the batch": (law(1, B=-1), law("-1/2", d=1)),
                "summed over the latents, summed over the batch": (law(1), law("-1/2", B=1, d=1)),
            },
        ),
        (Kind(("B",)), PLAIN, {"summed over the latents, one value a sample": (law(1), law("-1/2", d=1))}),
        (Kind(("B", "d")), PLAIN, {"elementwise": (law(1), law("-1/2"))}),
        (Kind(("d",)), PLAIN, {"elementwise, averaged over the batch": (law(1, B=-1), law("-1/2"))}),
        (
            Kind(("B", "H", "W")),
            IMAGE,
            {"summed over the latents, an array over (B, H, W)": (law(1), law("-1/2", C=1))},
        ),
        (Kind(()), SINGLE, {"summed over the latents": (law(1), law("-1/2", d=1))}),
        (
            Kind(("B",), spread=True),
            PLAIN,
            {
                "summed over the latents, averaged over the batch": (law(1, B=-1), law("-1/2", d=1)),
                "summed over the latents, summed over the batch": (law(1), law("-1/2", B=1, d=1)),
            },
        ),
    ],
)
def test_every_reduction_that_is_right_is_among_the_rights(kind, layout, expected):
    found = {right.reduction: (right.scale, right.formula[ONE]) for right in KL.rights(kind, layout)}
    assert found == expected
    for right in KL.rights(kind, layout):
        assert right.formula.restricted(right.formula.terms) == KL.formula.scaled(right.scale)


def test_the_sign_of_an_objective_may_be_that_of_a_loss():
    iwae = quantity_for(frozenset({"log_weights"}), None, Options())
    said = [right.reduction for right in iwae.rights(Kind(()), PLAIN)]
    assert any("with the sign of a loss" in words for words in said)
    assert any("with the sign of a loss" not in words for words in said)


def test_quantities_without_latents_or_data_are_named_by_their_numbers():
    minibatch = quantity_for(frozenset({"nll", "kl", "dataset_size"}), None, Options())
    assert minibatch.rights(Kind(()), PLAIN)[0].reduction.startswith("one number")


def test_both_forms_of_a_squared_error_are_right_for_an_objective():
    vae = quantity_for(frozenset({"x", "reconstruction", "mean", "log_variance"}), "gaussian-vae-loss", Options())
    rights = vae.rights(Kind(()), PLAIN)
    assert len({right.formula for right in rights}) == len(rights) > 2
    assert {right.note[0] for right in rights} > {""}
    assert len(vae.constants) == len(set(vae.constants))
    assert vae.constants[0] == ONE


def test_a_part_weighs_less_where_it_is_repeated_along_an_axis_that_it_lacks():
    vae = quantity_for(frozenset({"x", "reconstruction", "mean", "log_variance"}), "gaussian-vae-loss", Options())
    likelihood, kl = vae.parts
    assert kl.scale(Kind(("B", "D")), PLAIN) == law(1, D=-1)
    assert kl.scale(Kind(("B",)), PLAIN) == law(1)
    assert likelihood.scale(Kind(()), SINGLE) == law(1)


def test_points_are_multiples_of_a_64th_and_never_0():
    drawn = grid(np.random.default_rng(1), -2.0, 2.0, (4000,))
    assert np.array_equal(drawn * 64, np.round(drawn * 64))
    assert np.all(drawn != 0)
    assert np.array_equal(drawn.astype(np.float16), drawn)
    assert drawn.min() == -2.0
    assert drawn.max() == 2.0


def test_arrays_without_a_batch_have_fewer_axes():
    assert shape_of(("B", "d"), {"B": 2, "d": 3}) == (2, 3)
    assert shape_of(("B", "d"), {"d": 3}) == (3,)


def test_the_formula_of_a_kl_is_half_of_its_terms():
    assert KL.formula == Formula.of(
        {term: law(c) for term, c in zip(sorted(KL.formula.terms, key=str), _halves(), strict=True)}
    )


def _halves():
    """In the order of the names (m-a)², exp s, s."""
    return ("1/2", "1/2", "-1/2")
