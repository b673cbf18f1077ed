"""The Gaussian KL as a quantity: its terms beside an integral, its slips, its heads, its edges, the registry."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy import integrate, stats

from elbo_check.diagnosis.formula import LOG_2PI, ONE, Formula, law
from elbo_check.diagnosis.probing import Kind, Sample
from elbo_check.diagnosis.quantities import QUANTITIES, Options, quantity_for
from elbo_check.diagnosis.quantities.gaussian_edges import kl_edges
from elbo_check.diagnosis.quantities.gaussian_heads import head_slips
from elbo_check.diagnosis.quantities.gaussian_kl import gaussian_kl
from elbo_check.diagnosis.quantities.gaussian_slips import wider_terms
from elbo_check.diagnosis.quantities.gaussian_terms import STANDARD, GaussianTerms, log_prior
from elbo_check.diagnosis.quantities.seconds import RAW, SECONDS, log_ratio, misreading
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.errors import InputError
from elbo_check.loss_hearing.values import value_at

PRIORS = [STANDARD, (Fraction(1, 2), Fraction(2)), (Fraction(-3), Fraction(1, 5)), (Fraction(1), Fraction(1))]
DEVIATION = {
    "std": lambda s: s,
    "variance": np.sqrt,
    "log_variance": lambda s: np.exp(s / 2),
    "log_std": np.exp,
    "softplus_std": lambda s: np.log(1 + np.exp(s)),
}
PLAIN = LAYOUTS[0]


def by_quadrature(mean, deviation, prior):
    """∫ q log(q/p), by the densities alone."""
    q, p = stats.norm(mean, deviation), stats.norm(float(prior[0]), float(prior[1]))
    integrand = lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z))
    return integrate.quad(integrand, mean - 12 * deviation, mean + 12 * deviation, epsabs=1e-12, epsrel=1e-12)[0]


@pytest.mark.endurance
@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("role", SECONDS)
def test_the_formula_is_the_integral(role, prior):
    quantity = gaussian_kl(role, prior)
    arrays = quantity.draw(np.random.default_rng(2), {"B": 1, "d": 2})
    sample = Sample({"B": 1, "d": 2}, PLAIN, Kind(("B", "d")), (), ())
    (right,) = quantity.rights(sample.kind, PLAIN)
    found = value_at(right.formula, sample, arrays)
    for place in np.ndindex(1, 2):
        true = by_quadrature(arrays["mean"][place], DEVIATION[role](arrays[role][place]), prior)
        assert found[place] == pytest.approx(true, rel=1e-9, abs=1e-10)


def test_the_quantity_is_told_in_the_names_of_the_arguments():
    said = {role: gaussian_kl(role).said({"mean": "m", role: "h"}) for role in SECONDS}
    assert said == {
        "std": "KL(N(m, h²) ‖ N(0, I))",
        "variance": "KL(N(m, h) ‖ N(0, I))",
        "log_variance": "KL(N(m, exp(h)) ‖ N(0, I))",
        "log_std": "KL(N(m, exp(2 h)) ‖ N(0, I))",
        "softplus_std": "KL(N(m, softplus(h)²) ‖ N(0, I))",
    }
    assert "N(1/2, 2² I)" in gaussian_kl("std", PRIORS[1]).said({"mean": "m", "std": "s"})


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("role", SECONDS)
def test_every_slip_changes_the_right_formula_to_another_value(role, prior):
    quantity = gaussian_kl(role, prior)
    sizes = {"B": 3, "d": 5}
    arrays = quantity.draw(np.random.default_rng(0), sizes)
    sample = Sample(sizes, PLAIN, Kind(("B",)), (), ())
    (right,) = quantity.rights(sample.kind, PLAIN)
    true = value_at(right.formula, sample, arrays)
    edited = 0
    for slug, edit in quantity.slips:
        for changed in edit(right.formula):
            edited += 1
            assert changed != right.formula, slug
            assert np.max(np.abs(value_at(changed, sample, arrays) - true)) > 1e-3, slug
    assert edited > 30


def test_slips_of_an_edited_formula_apply_only_where_their_terms_are():
    quantity = gaussian_kl("log_variance")
    bare = Formula.of({term: law(1) for term in quantity.formula.terms} | {ONE: law(1)})
    kept = [changed for slug, edit in quantity.slips if slug == "misplaced-parenthesis" for changed in edit(bare)]
    assert all(changed[ONE] in (law(1), law(2)) for changed in kept)  # a constant without d is not put outside
    (kept_log,) = [
        edit for slug, edit in quantity.slips if slug == "wrong-constant" and any(c[LOG_2PI] for c in edit(bare))
    ]
    logs = list(kept_log(bare))
    assert [c[LOG_2PI] for c in logs] == [law(-1), law(1)]
    assert list(kept_log(logs[0])) == []  # it is there already
    assert list(kept_log(bare.restricted(bare.terms))) == []


def test_readings_have_names_and_factors_of_the_logarithm():
    assert misreading(SECONDS["log_std"], SECONDS["log_variance"]) == "logsigma-as-logvar"
    assert log_ratio(SECONDS["log_variance"], SECONDS["log_std"]) == law(2)
    for second in SECONDS.values():
        assert {second.variance, second.deviation, second.quartic, second.root, second.log, second.log_square} <= set(
            RAW
        )
        s = 0.75
        deviation = DEVIATION[second.role](s)
        for raw, power in ((second.variance, 2), (second.deviation, 1), (second.quartic, 4), (second.precision, -2)):
            assert RAW[raw].value(np.array(s)) == pytest.approx(deviation**power)
        assert second.log_factor * RAW[second.log].value(np.array(s)) == pytest.approx(2 * np.log(deviation))
        if second.positive:
            assert DEVIATION[second.role](second.simple[0]) == 1.0


def test_the_heads_know_an_activation_where_the_argument_is_unbounded_and_a_square_where_the_prior_is_standard():
    counts = {
        (role, prior): len(head_slips(GaussianTerms(SECONDS[role], prior))) for role in SECONDS for prior in PRIORS[:2]
    }
    assert counts["log_variance", STANDARD] == 7
    assert counts["log_variance", PRIORS[1]] == 3
    assert counts["std", STANDARD] == 1
    assert counts["std", PRIORS[1]] == 0


def test_terms_relative_to_a_prior_have_names_of_their_own():
    plain, other = (GaussianTerms(SECONDS["std"], prior) for prior in (STANDARD, PRIORS[1]))
    assert plain.square != other.square
    assert plain.variance != other.variance
    assert plain.log == other.log
    assert log_prior(PRIORS[1]).value({}) == pytest.approx(np.log(4))
    assert str(log_prior(PRIORS[1]).symbol({})) == "log(4)"


@pytest.mark.parametrize("role", SECONDS)
def test_wider_terms_are_told_apart_at_the_points_that_are_drawn(role):
    quantity = gaussian_kl(role)
    arrays = quantity.draw(np.random.default_rng(0), {"B": 20, "d": 12})
    for terms in wider_terms(GaussianTerms(SECONDS[role], STANDARD)):
        if any("log s" in term.name for term in terms) and not SECONDS[role].positive:
            continue
        columns = np.array([np.ravel(term.value(arrays)) for term in terms] + [np.ones(240)])
        scaled = columns / np.abs(columns).max(axis=1, keepdims=True)
        assert np.linalg.matrix_rank(scaled) == len(columns)
        symbols = {"mean": sympy.Symbol("m"), role: sympy.Symbol("s", positive=True)}
        assert all(term.symbol(symbols).free_symbols for term in terms)


@pytest.mark.endurance
@pytest.mark.parametrize("prior", PRIORS[:2])
@pytest.mark.parametrize("role", ["std", "variance", "log_variance", "log_std"])
def test_edges_lead_to_the_prior_and_away_from_it_with_an_accurate_reference(role, prior):
    near, *far = kl_edges(role, prior)
    assert near.near
    assert not any(edge.near for edge in far)
    for edge in (near, *far):
        for numbers in edge.points[:3]:
            arrays = {name: np.full((1, 1), number) for name, number in numbers.items()}
            deviation = float(DEVIATION[role](numbers[role]))
            true = by_quadrature(numbers["mean"], deviation, prior)
            assert float(edge.reference(arrays)[0, 0]) == pytest.approx(true, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("prior", PRIORS[:2])
def test_edges_of_a_softplus_lead_as_far_beside_the_recovered_formula(prior):
    edges = kl_edges("softplus_std", prior)
    assert all(edge.reference is None and not edge.near for edge in edges)
    spreads = [edge for edge in edges if "softplus_std" in edge.points[0]]
    deviations = [[np.logaddexp(0, numbers["softplus_std"]) for numbers in edge.points] for edge in spreads]
    for each, sign in zip(deviations, (-1, 1), strict=True):
        ratios = np.log(np.array(each) / float(prior[1]))
        assert ratios[0] == pytest.approx(sign * 1.5)
        assert ratios[-1] == pytest.approx(sign * 300)


# --- the registry ---


def quantity(*roles, name=None, **options):
    return quantity_for(frozenset(roles), name, Options(**options))


@pytest.mark.parametrize(
    ("roles", "name"),
    [
        (("mean", "std"), "gaussian-kl"),
        (("mean_q", "std_q", "mean_p", "log_variance_p"), "gaussian-kl-pair"),
        (("probabilities",), "categorical-kl"),
        (("logits_q", "probabilities_p"), "categorical-kl-pair"),
        (("mean", "std", "noise"), "sampler"),
        (("log_weights",), "iwae"),
        (("x", "logits", "mean", "log_variance"), "bernoulli-vae-loss"),
        (("x", "mean", "std"), "gaussian-negative-log-likelihood"),
        (("std",), "gaussian-entropy"),
        (("nll", "kl", "dataset_size"), "minibatch-loss"),
    ],
)
def test_roles_lead_to_their_quantity_and_names_to_theirs(roles, name):
    assert quantity(*roles).said is not None
    named = quantity(*roles, name=name)
    assert set(named.axes) == set(roles)


def test_a_name_decides_where_the_roles_leave_a_choice():
    assert quantity("mean", "std", "noise", name="sampled-kl").name == "sampled-kl"
    gaussian = quantity("x", "reconstruction", "mean", "std", "decoder_std", name="gaussian-vae-loss")
    assert set(gaussian.axes) == {"x", "reconstruction", "mean", "std", "decoder_std"}


@pytest.mark.parametrize(
    ("roles", "name", "said"),
    [
        (("mean",), None, "those of a known quantity"),
        (("mean", "std", "variance"), None, "those of a known quantity"),
        (("mean", "std"), "iwae", "those of iwae"),
        (("x", "logits", "mean", "std", "decoder_std"), None, "those of a known quantity"),
        (("x", "logits", "reconstruction", "mean", "std"), None, "those of a known quantity"),
        (("x", "reconstruction", "mean", "std", "decoder_std", "decoder_variance"), None, "those of a known quantity"),
        (("x", "reconstruction", "mean", "std", "decoder_std"), "bernoulli-vae-loss", "those of bernoulli-vae-loss"),
        (("mean", "std", "std_p"), "sampler", "those of sampler"),
        (("mean",), "sampled-kl", "those of sampled-kl"),
        (("mean_q", "mean_p"), "gaussian-kl-pair", "those of gaussian-kl-pair"),
        (("mean", "std"), "gausian-kl", "leave it out to go by the roles"),
    ],
)
def test_roles_of_no_quantity_are_told(roles, name, said):
    with pytest.raises(InputError) as caught:
        quantity(*roles, name=name)
    assert said in str(caught.value)


def test_every_quantity_of_the_registry_has_a_name_that_can_be_asked_for():
    assert len(set(QUANTITIES)) == len(QUANTITIES)
    assert quantity("mean", "std", prior=PRIORS[1]).said({"mean": "m", "std": "s"}).endswith("N(1/2, 2² I))")
