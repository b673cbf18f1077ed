"""A loss is judged: relations with exact constants, roles and names that lie, misbehaviour, tests that fail today."""

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import InputError, LossFunctionError
from tests.loss_hearing.help import needs_torch

ROLES = ("mean", "log_variance")
NOISE = np.random.default_rng(4)


def each(m, s):
    return 0.5 * (m**2 + np.exp(s) - 1 - s)


def judged(function, roles=ROLES, **settings):
    return verify_loss(function, roles=roles, rng=11, **settings)


def slugs(found):
    return [{mistake.slug, *mistake.same_as} for mistake in found.mistakes]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("function", "relation", "factor", "offset"),
    [
        (lambda mu, logvar: 2 * each(mu, logvar).sum(-1), "proportional", "2", "0"),
        (lambda mu, logvar: each(mu, logvar).mean(), "proportional", "1/d", "0"),
        (lambda mu, logvar: -each(mu, logvar).sum(-1), "proportional", "−1", "0"),
        (lambda mu, logvar: each(mu, logvar).sum(-1) + 3, "offset", "1", "3"),
        (lambda mu, logvar: each(mu, logvar).sum(-1) + mu.shape[-1] / 2, "offset", "1", "d/2"),
        (lambda mu, logvar: 3 * each(mu, logvar).sum(-1) + 1, "affine", "3", "1"),
        (lambda mu, logvar: (each(mu, logvar) + np.exp(logvar)).sum(-1), "different", "", ""),
    ],
)
def test_a_wrong_loss_is_refuted_with_its_exact_relation_and_a_case_that_fails(function, relation, factor, offset):
    found = judged(function)
    assert (str(found.outcome), found.relation, found.factor, found.offset) == ("refuted", relation, factor, offset)
    case = dict(found.counterexample)
    claim, truth, index = case.pop("claim"), case.pop("truth"), tuple(case.pop("index", ()))
    mine = np.asarray(function(**{name: np.asarray(value) for name, value in case.items()}))
    assert float(np.squeeze(mine)[index]) == claim
    right = each(np.asarray(case["mu"]), np.asarray(case["logvar"]))
    rights = [right.sum(-1)[index]] if index else [right.sum(), right.sum(-1).mean()]
    assert any(truth == pytest.approx(value, abs=1e-12) for value in rights)
    assert abs(claim - truth) > 1e-4


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lambda mu, logvar: (each(mu, logvar) + logvar).sum(-1), {"wrong-sign"}),
        (lambda mu, logvar: 0.5 * (mu**2 + np.exp(2 * logvar) - 1 - 2 * logvar).sum(-1), {"logvar-as-logsigma"}),
        (lambda mu, logvar: 0.5 * (mu**2 + np.exp(logvar) - logvar).sum(-1), {"missing-constant"}),
        (lambda mu, logvar: np.full(len(mu), each(mu, logvar).sum(-1).mean()), {"wrong-reduction-axis"}),
        (lambda mu, logvar: each(mu, logvar).sum(0), {"wrong-reduction-axis"}),
    ],
)
def test_the_mistake_is_named(function, names):
    found = judged(function, batch=True)
    assert str(found.outcome) == "refuted"
    assert names <= set.union(*slugs(found))


def test_several_mistakes_are_named_at_once():
    found = judged(lambda mu, logvar: 0.5 * (mu**2 + np.exp(logvar) - logvar).mean(-1))
    assert {"missing-constant", "mean-over-latent"} <= set.union(*slugs(found))
    assert len(found.mistakes) == 2


@pytest.mark.unmeasured
def test_what_is_not_recognised_is_refuted_by_a_case_and_not_guessed():
    found = judged(lambda mu, logvar: np.cos(mu).sum(-1))
    assert str(found.outcome) == "refuted"
    assert found.mistakes == ()
    assert "not-recognised" in [finding.code for finding in found.findings]
    assert found.counterexample is not None


def test_names_that_lie_are_undecided_and_say_what_would_make_it_right():
    found = verify_loss(lambda mu, sigma: each(mu, sigma).sum(-1), rng=1)
    assert str(found.outcome) == "undecided"
    assert found.missing.startswith("equal, if sigma holds log σ²")
    assert [finding.code for finding in found.findings] == ["proposed-roles"]


def test_explicit_roles_are_judged():
    assert "sigma-as-logvar" in set.union(*slugs(judged(lambda mu, s: each(mu, s).sum(-1), ("mean", "std"))))


@pytest.mark.unmeasured
def test_swapped_names_are_undecided_too():
    found = verify_loss(lambda logvar, mu: each(logvar, mu).sum(-1), rng=1)
    assert str(found.outcome) == "undecided"
    assert "holds" in found.missing


def test_unknown_names_ask_for_roles():
    with pytest.raises(InputError, match=r"as in roles=\{\"a\": \"mean\", \"b\": \"log_variance\"\}"):
        verify_loss(lambda a, b: a)
    for unknown, example in (
        (lambda m0, s0, m1, s1: 0, '{"m0": "mean_q", "s0": "std_q", "m1": "mean_p", "s1": "std_p"}'),
        (lambda nll, kl, N: 0, '{"nll": "nll", "kl": "kl", "N": "dataset_size"}'),
        (lambda p, q: 0, '{"p": "probabilities_p", "q": "probabilities_q"}'),
    ):
        with pytest.raises(InputError) as refused:
            verify_loss(unknown)
        assert f"as in roles={example}" in str(refused.value)


# --- functions that misbehave ---


def test_a_function_that_draws_is_averaged_and_not_judged():
    found = judged(lambda mu, logvar: each(mu, logvar).sum(-1) + NOISE.standard_normal(len(mu)))
    assert str(found.outcome) == "undecided"
    assert "noise" in found.missing
    (note,) = [finding for finding in found.findings if finding.code == "average"]
    assert "±" in note.message
    assert note.resolution > 0


@pytest.mark.parametrize(
    "function",
    [
        lambda mu, logvar: NOISE.standard_normal() if mu.sum() > 1e9 else NOISE.standard_normal(7),
        lambda mu, logvar: np.where(NOISE.random() < 0.9, np.nan, 1.0),
        lambda mu, logvar: time.sleep(0.15) or NOISE.standard_normal(),
    ],
)
def test_an_average_that_says_nothing_is_not_told(function):
    found = judged(function)
    assert str(found.outcome) == "undecided"
    assert [finding.code for finding in found.findings if finding.code == "average"] == []


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (lambda mu, logvar: mu.no_such_thing, "raises"),
        (lambda mu, logvar: None, "not-a-number"),
        (lambda mu, logvar: "text", "not-a-number"),
        (lambda mu, logvar: np.square(mu, out=mu).sum(), "mutates"),
    ],
)
def test_a_function_that_fails_is_an_error_with_its_kind(function, kind):
    with pytest.raises(LossFunctionError) as caught:
        judged(function)
    assert caught.value.kind == kind


def test_a_function_that_never_returns_is_stopped():
    def endless(mu, logvar):
        while True:
            pass

    with pytest.raises(LossFunctionError) as caught:
        judged(endless, seconds=0.2)
    assert caught.value.kind == "too-slow"


def test_no_finite_value_is_undecided():
    found = judged(lambda mu, logvar: mu.sum(-1) * np.nan)
    assert str(found.outcome) == "undecided"
    assert "no finite value" in found.missing


@needs_torch
def test_a_target_of_logarithms_is_asked_after_where_there_is_no_finite_value():
    from torch.nn import functional

    twice = lambda q, p: functional.kl_div(p.log(), q.log(), reduction="batchmean")
    asked = {"roles": ("probabilities_q", "probabilities_p"), "backend": "torch", "rng": 0}
    assert verify_loss(twice, **asked).missing.endswith("log_target=True")
    told = lambda q, p: functional.kl_div(p.log(), q.log(), reduction="batchmean", log_target=True)
    assert verify_loss(told, **asked)


def test_what_is_finite_for_positive_numbers_only_is_read_there():
    found = judged(lambda mu, logvar: 0.5 * (mu**2 + logvar - 1 - np.log(logvar)).sum(-1))
    assert str(found.outcome) == "refuted"
    assert {"not-finite"} <= {finding.code for finding in found.findings}
    assert "logvar-as-var" in set.union(*slugs(found))


@pytest.mark.parametrize("output", ["kl", "1"])
def test_an_output_that_is_not_there_is_told(output):
    with pytest.raises(InputError, match="output"):
        judged(lambda mu, logvar: {"loss": each(mu, logvar).sum(-1)}, output=output)


# --- where a right function stops being right ---


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: np.clip(s, -5, 5), "binding-clamp"),
        (lambda s: np.log(np.exp(s.astype(np.float32)).astype(float)), "unstable-form"),
        (lambda s: np.where(s > 300, np.inf, s), "unstable-form"),
    ],
)
def test_the_place_where_it_departs_is_noted_and_is_no_accusation(change, code):
    found = judged(lambda mu, logvar: each(mu, change(logvar)).sum(-1))
    assert str(found.outcome) == "consistent"
    assert code in [finding.code for finding in found.findings]


# --- the test that comes with a refutation ---

WRONG = {
    "numpy": (
        "import numpy as np\n\ndef kl_loss(mu, logvar):\n    return {}(0.5 * (mu**2 + np.exp(logvar) - 1 - logvar))\n"
    ),
    "torch": ("import torch\n\ndef kl_loss(mu, logvar):\n    return {}(0.5 * (mu**2 + logvar.exp() - 1 - logvar))\n"),
}
REDUCTIONS = [("numpy", "np.mean", "np.sum"), ("torch", "torch.mean", "torch.sum")]


@pytest.mark.endurance
@pytest.mark.parametrize(("backend", "wrong", "right"), REDUCTIONS)
def test_the_test_fails_today_and_passes_when_the_function_is_right(tmp_path, backend, wrong, right):
    pytest.importorskip(backend)
    source = WRONG[backend].format(wrong)
    held = {}
    exec(textwrap.dedent(source), held)
    test = judged(held["kl_loss"], backend=backend).as_test()
    assert "# from your_module import kl_loss" in test
    (tmp_path / "test_loss.py").write_text(test.replace("# from your_module", "from my_losses"), encoding="utf-8")
    assert ran(tmp_path, source) == 1
    assert ran(tmp_path, WRONG[backend].format(right)) == 0


def ran(folder: Path, source: str) -> int:
    (folder / "my_losses.py").write_text(source, encoding="utf-8")
    asked = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_loss.py"]
    return subprocess.run(asked, cwd=folder, capture_output=True, check=False, timeout=120).returncode
