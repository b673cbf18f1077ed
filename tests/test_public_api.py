"""What `import elbo_check` promises: these names, each with its docstring, and the version of the project."""

import inspect
import pickle
import tomllib
from pathlib import Path

import pytest

import elbo_check
from elbo_check.verdict import Outcome

PROMISED = [
    "Absence",
    "Basis",
    "BernoulliDecoder",
    "Diagnosis",
    "Estimate",
    "Finding",
    "GaussianDecoder",
    "Mistake",
    "MultivariateNormal",
    "Normal",
    "Outcome",
    "Verdict",
    "__version__",
    "derivations",
    "derive",
    "gaussian_kl",
    "multivariate_gaussian_kl",
    "vae_loss",
    "vae_loss_gradient",
    "verify_divergence",
    "verify_elbo",
    "verify_kl",
    "verify_loss",
]


def test_the_names_are_exactly_those_promised() -> None:
    assert elbo_check.__all__ == PROMISED == sorted(PROMISED)


@pytest.mark.parametrize("name", [name for name in PROMISED if name != "__version__"])
def test_each_name_exists_is_listed_and_is_explained(name: str) -> None:
    assert name in dir(elbo_check)
    held = getattr(elbo_check, name)
    assert held.__name__ == name
    assert inspect.getdoc(held)


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert elbo_check.Outcome is Outcome
    monkeypatch.setattr(elbo_check, "import_module", None)
    assert elbo_check.Outcome is Outcome


def test_errors_are_reachable_and_have_one_base() -> None:
    raised = [getattr(elbo_check.errors, name) for name in elbo_check.errors.__all__]
    assert all(issubclass(error, elbo_check.errors.ElboCheckError) for error in raised)


def test_an_unknown_name_is_the_usual_error() -> None:
    with pytest.raises(AttributeError, match="module 'elbo_check' has no attribute 'verify_lk'"):
        elbo_check.verify_lk  # noqa: B018


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert elbo_check.__version__ == project["version"]


def test_an_outcome_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(Outcome.PROVED)) is Outcome.PROVED


KEYWORDS = ["claim", "reduction", "tol", "rounding", "level", "rng", "digits", "draws", "progress"]


@pytest.mark.parametrize("verb", ["verify_kl", "verify_divergence"])
def test_settings_are_keywords_with_the_same_name_everywhere(verb: str) -> None:
    parameters = inspect.signature(getattr(elbo_check, verb)).parameters
    for name in KEYWORDS:
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
