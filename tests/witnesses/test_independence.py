"""Witnesses see the definition and nothing else: no closed form can move them, and a wrong density does."""

import ast
import dataclasses
import functools
import importlib
import inspect
import pkgutil
from pathlib import Path

import numpy as np
import pytest

import elbo_check.closed_forms
import elbo_check.witnesses
from elbo_check.densities import (
    Beta,
    Dirichlet,
    MultivariateNormal,
    Normal,
    NormalInverseGamma,
    gaussian,
    multivariate_normal,
    normal,
)
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.models import MODELS
from elbo_check.models.line import line
from elbo_check.witnesses import enclosure, line_enclosure, quadrature, regions
from elbo_check.witnesses.enclosure import enclose_integral
from elbo_check.witnesses.line_enclosure import enclose_line
from elbo_check.witnesses.line_quadrature import integrate_line
from elbo_check.witnesses.moment_balls import enclose_elements, enclose_multivariate
from elbo_check.witnesses.monte_carlo import sample_mean
from elbo_check.witnesses.quadrature import gauss_hermite, tanh_sinh
from elbo_check.witnesses.regions import enclose_half_plane_mean, enclose_simplex_mean
from elbo_check.witnesses.sigma_points import enclose_mean, sigma_point_mean

from . import truth

Q, P = Normal([0.5, -1.0], [0.7, 1.2]), Normal([0.25, 0.0], [1.5, 0.9])
FULL_Q = MultivariateNormal([0.5, -1.0], [[0.7, 0.2], [0.2, 1.2]])
FULL_P = MultivariateNormal([0.0, 0.0], [[1.0, -0.3], [-0.3, 1.0]])
EVERY = np.arange(2)


def integral():
    answers = [enclose_integral(Q, P, 20, position) for position in (0, 1)]
    return [answer.value for answer in answers] + [answer.error for answer in answers]


def elementwise(answer):
    return answer.value.tolist() + answer.error.tolist()


def sampled(q, p):
    answer = sample_mean(q, p, draws=20_000, rng=5)
    return [answer.value, answer.error, answer.standard_error]


def by_sigma_points(mean):
    def in_world(world):
        q, p = (gaussian.Gaussian(density).read(world) for density in (FULL_Q, FULL_P))
        return q, lambda z: (*q.log_density(z, world), *(-term for term in p.log_density(z, world)))

    answer = mean(in_world)
    return [answer.value, answer.error]


def by_means(mean, q, p):
    """Both divergences, each as the mean of its definition under the density that comes first."""

    def in_world(one, other):
        def integrand(world):
            d, e = one.read(world), other.read(world)
            return d, lambda z: (*d.log_density(z, world), *(-term for term in e.log_density(z, world)))

        return integrand

    answers = [mean(in_world(*pair), 12) for pair in ((q, p), (p, q))]
    return [answer.value for answer in answers] + [answer.error for answer in answers]


def along(witness, world):
    """What a witness of a line says of every model that has one."""
    answers = []
    for name in LINES:
        model, x, q = MODELS[name].example()
        known = model.data(x)
        answers += witness(line(model, known, model.density(q).read(world), world))
    return [answer.value for answer in answers] + [answer.error for answer in answers]


LINES = ("beta-binomial", "gamma-poisson", "logistic")
DICE = Dirichlet([4.0, 0.5, 2.0]), Dirichlet([1.0, 2.0, 3.0])
HALF_PLANES = NormalInverseGamma(0.75, 5.0, 4.0, 6.0), NormalInverseGamma(0.0, 1.0, 2.0, 3.0)

WITNESSES = {
    "enclosed lines": lambda: along(lambda seen: enclose_line(seen, 12), ball_world()),
    "lines by quadrature": lambda: along(integrate_line, numpy_world()),
    "means over the simplex": lambda: by_means(enclose_simplex_mean, *DICE),
    "means over the half-plane": lambda: by_means(enclose_half_plane_mean, *HALF_PLANES),
    "sigma points": lambda: by_sigma_points(sigma_point_mean),
    "sigma points in balls": lambda: by_sigma_points(lambda integrand: enclose_mean(integrand, 12)),
    "enclosure": integral,
    "moment balls": lambda: elementwise(enclose_elements(Q, P, EVERY, 1e-12)),
    "moment balls in J dimensions": lambda: elementwise(enclose_multivariate(FULL_Q, FULL_P, 1e-12)),
    "gauss-hermite": lambda: elementwise(gauss_hermite(P.seen_from(Q))),
    "gauss-hermite along principal axes": lambda: elementwise(gauss_hermite(FULL_P.principal_axes(FULL_Q))),
    "tanh-sinh": lambda: elementwise(tanh_sinh(P.seen_from(Q), EVERY)),
    "monte carlo": lambda: sampled(Q, P),
    "monte carlo in J dimensions": lambda: sampled(FULL_Q, FULL_P),
}


def closed_form_modules():
    package = elbo_check.closed_forms
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [package, *map(importlib.import_module, names)]


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", sorted(WITNESSES))
def test_nonsense_in_every_closed_form_moves_no_bit_of_a_witness(name, monkeypatch):
    before = WITNESSES[name]()
    spoilt = set()
    for module in closed_form_modules():
        for function, held in inspect.getmembers(module, inspect.isfunction):
            if held.__module__.startswith("elbo_check.closed_forms"):
                monkeypatch.setattr(module, function, lambda *_, **__: float("nan"))
                spoilt.add(function)
    assert {"gaussian_kl", "normal_kl", "multivariate_normal_kl", "multivariate_gaussian_kl"} <= spoilt
    assert np.isnan(elbo_check.closed_forms.normal_kl(Q, P))
    assert WITNESSES[name]() == before


def imports(source):
    """Every name imported, wherever in the file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


FORBIDDEN = ("closed_forms", "proofs", "checking", "judge", "diagnosis", "hearing")


def forbidden(source):
    return [name for name in imports(source) if set(name.split(".")) & set(FORBIDDEN)]


ROOMS = [elbo_check.witnesses.__file__, multivariate_normal.__file__]
FILES = sorted(path for room in ROOMS for path in Path(room).parent.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_witnesses_and_what_densities_lend_them_import_no_answers(path):
    assert forbidden(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from ..closed_forms import normal_kl",
        "import elbo_check.closed_forms.normal",
        "def f():\n    from .. import proofs",
        "from elbo_check import checking",
    ],
)
def test_such_an_import_would_be_seen(source):
    assert forbidden(source)


MUTANTS = {
    "half dropped": lambda r, g, w: (-r * r, -g, -w.half * w.log_two_pi()),
    "scale for its square": lambda r, g, w: (-w.half * r, -g, -w.half * w.log_two_pi()),
    "sign of the square": lambda r, g, w: (w.half * r * r, -g, -w.half * w.log_two_pi()),
    "sign of the logarithm": lambda r, g, w: (-w.half * r * r, g, -w.half * w.log_two_pi()),
    "logarithm of the variance": lambda r, g, w: (-w.half * r * r, -2 * g, -w.half * w.log_two_pi()),
    "logarithm dropped": lambda r, g, w: (-w.half * r * r, 0 * g, -w.half * w.log_two_pi()),
}


FAMILIES = {
    "enclosed lines": (Beta, "_terms"),
    "lines by quadrature": (Beta, "_terms"),
    "means over the simplex": (Dirichlet, "log_density"),
    "means over the half-plane": (NormalInverseGamma, "log_density"),
}


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
@pytest.mark.parametrize("name", sorted(WITNESSES.keys() - FAMILIES.keys()))
def test_a_slip_in_the_one_formula_moves_every_witness(name, mutant, monkeypatch):
    """The densities are typed once: what is wrong there is wrong in every reading."""
    before = WITNESSES[name]()
    for module in (normal, gaussian, multivariate_normal, enclosure, quadrature):
        monkeypatch.setattr(module, "normal_log_density_terms", MUTANTS[mutant])
    # a tail bound and a cumulant of the true density do not fit the broken one: what comes is a number, or a refusal
    monkeypatch.setattr(enclosure, "EVALUATIONS", 20_000)
    with np.errstate(all="ignore"):
        try:
            after = WITNESSES[name]()
        except elbo_check.errors.WitnessError:
            return
    assert abs(float(after[0]) - float(before[0])) > 1e-3 or np.isnan(after[0])


@pytest.mark.endurance
@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("lost", [2, -1])
def test_a_term_lost_from_the_density_of_a_family_moves_its_witness(name, lost, monkeypatch):
    before = WITNESSES[name]()
    family, method = FAMILIES[name]
    right = getattr(family, method)
    monkeypatch.setattr(family, method, lambda *known: tuple(np.delete(np.array(right(*known), dtype=object), lost)))
    assert abs(WITNESSES[name]()[0] - before[0]) > 1e-3


@pytest.mark.endurance
@pytest.mark.parametrize("name", ["enclosed lines", "means over the simplex", "means over the half-plane"])
def test_no_witness_asks_for_a_digamma(name, monkeypatch):
    """Means of logarithms are digammas: they would be the closed forms by another name."""
    before = WITNESSES[name]()
    blind = dataclasses.replace(ball_world(), digamma=None)
    for module in (line_enclosure, regions):
        monkeypatch.setattr(module, "ball_world", lambda: blind)
    assert WITNESSES[name]() == before
    assert ball_world().digamma is not None


def test_the_formula_is_typed_once():
    """½r² and log √2π stand in one function; only the normal-inverse-gamma density merges its powers of σ² itself."""
    typed = [path.stem for path in FILES if "log_two_pi()" in path.read_text(encoding="utf-8")]
    assert sorted(typed) == [
        "enclosure",
        "normal",
        "normal_inverse_gamma",
    ]  # in the enclosure it is handed to the tail bound


def test_the_witnesses_agree_with_the_truth_before_anything_is_broken():
    truths = [float(each) for each in truth.of(Q, P)]
    assert [float(each) for each in integral()[:2]] == pytest.approx(truths, rel=1e-15)
    for name in ("moment balls", "gauss-hermite", "tanh-sinh"):
        assert WITNESSES[name]()[:2] == pytest.approx(truths, rel=1e-13)
    assert sampled(Q, P)[0] == pytest.approx(sum(truths), abs=0.1)
    truth_of_full = float(truth.multivariate_kl(FULL_Q, FULL_P))
    for name in ("sigma points", "sigma points in balls"):
        assert float(WITNESSES[name]()[0]) == pytest.approx(truth_of_full, rel=1e-12)
    full = functools.reduce(float.__add__, WITNESSES["gauss-hermite along principal axes"]()[:2])
    assert full == pytest.approx(float(truth.multivariate_kl(FULL_Q, FULL_P)), rel=1e-13)
