"""The importance-weighted bound: right forms in both orders and signs pass, every slip is named."""

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from elbo_check.errors import InputError
from tests.loss_hearing.help import accused, ask, needs_jax, needs_torch, passed

WEIGHTS = "log_weights"


def bound(w, axis=-1):
    return logsumexp(w, axis=axis) - np.log(w.shape[axis])


@pytest.mark.endurance
@pytest.mark.parametrize(
    "fn",
    [
        bound,
        lambda w: bound(w).mean(),
        lambda w: bound(w).sum(),
        lambda w: -bound(w).mean(),
        lambda w: np.log(np.mean(np.exp(w), -1)),
        lambda w: w.max(-1) + np.log(np.mean(np.exp(w - w.max(-1, keepdims=True)), -1)),
        lambda w: bound(w.astype("float32")).mean(),
        lambda w: bound(w, 0),
        lambda w: -bound(w, 0).sum(),
    ],
)
def test_right_forms_pass(fn) -> None:
    passed(ask(fn, WEIGHTS))


def test_the_axis_of_the_draws_is_said() -> None:
    assert "K draws along the last axis" in ask(bound, WEIGHTS).claim
    assert "K draws along the first axis" in ask(lambda w: bound(w, 0).mean(), WEIGHTS).claim


def test_a_single_sample_and_a_fixed_number_of_draws_pass() -> None:
    def single(w):
        assert w.ndim == 1
        return bound(w)

    def five(w):
        assert w.shape[-1] == 5
        return logsumexp(w, axis=-1) - np.log(5)

    passed(ask(single, WEIGHTS))
    passed(ask(five, WEIGHTS, sizes={"K": 5}))


def test_one_draw_is_refused() -> None:
    with pytest.raises(InputError, match="at least two draws"):
        ask(bound, WEIGHTS, sizes={"K": 1})


PLANTED = [
    ("mean-of-logs", lambda w: w.mean()),
    ("mean-of-logs", lambda w: w.mean(-1)),
    ("mean-of-logs", lambda w: w.mean(-1) - np.log(w.shape[-1])),
    ("missing-logK", lambda w: logsumexp(w, axis=-1).mean()),
    ("missing-logK", lambda w: -logsumexp(w, axis=0).sum()),
    ("wrong-reduction-axis", lambda w: (logsumexp(w, axis=0) - np.log(w.shape[1])).mean()),
    ("wrong-reduction-axis", lambda w: (logsumexp(w, axis=1) - np.log(w.shape[0])).mean()),
    ("wrong-sign", lambda w: bound(-w).mean()),
    ("wrong-sign", lambda w: (logsumexp(w, axis=-1) + np.log(w.shape[-1])).mean()),
    ("missing-log", lambda w: np.exp(w).mean(-1)),
    ("iwae-weights", lambda w: (softmax(w, axis=-1) * w).sum(-1).mean()),
    ("iwae-weights", lambda w: (softmax(-w, axis=-1) * -w).sum()),
    ("log-of-batch-mean", lambda w: logsumexp(w) - np.log(w.size)),
    ("doubled", lambda w: 2 * bound(w).mean()),
]


@pytest.mark.parametrize(("slug", "fn"), PLANTED)
def test_planted_slips_are_named(slug, fn) -> None:
    found = accused(slug, ask(fn, WEIGHTS))
    assert found.counterexample is not None


def test_a_sum_over_draws_is_one_slip_or_another() -> None:
    found = ask(lambda w: w.sum(-1), WEIGHTS)
    assert found.outcome == "refuted"
    assert {slug for m in found.mistakes for slug in (m.slug, *m.same_as)} >= {"mean-of-logs"}


@pytest.mark.unmeasured
def test_field_cases() -> None:
    assert accused("mean-of-logs", ask(lambda w: w.mean(), WEIGHTS)).mistakes[0].slug == "mean-of-logs"  # w113
    accused("iwae-weights", ask(lambda w: (softmax(-w, -1) * -w).sum(), WEIGHTS))  # w114, L = −log w
    passed(ask(lambda w: logsumexp(w, axis=0) - np.log(w.shape[0]), WEIGHTS))  # w175: right, and was accused


def test_what_no_slip_explains_is_printed_or_unrecognised() -> None:
    largest = ask(lambda w: w.max(-1), WEIGHTS)
    assert (largest.outcome, largest.mistakes) == ("refuted", ())
    assert "max(" in largest.recovered
    assert ask(lambda w: np.sin(w).sum(-1), WEIGHTS).outcome == "refuted"


@needs_torch
def test_the_bound_in_torch_passes() -> None:
    torch = pytest.importorskip("torch")
    passed(ask(lambda w: -(torch.logsumexp(w, -1) - np.log(w.shape[-1])).mean(), WEIGHTS, backend="torch"))


@pytest.mark.endurance
@needs_jax
def test_the_bound_in_jax_passes() -> None:
    jax = pytest.importorskip("jax")
    passed(ask(lambda w: jax.nn.logsumexp(w, 0) - np.log(w.shape[0]), WEIGHTS, backend="jax"))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_share_in_the_place_of_its_logarithm_is_named(sign):
    accused("prob-instead-of-logprob", ask(lambda w: sign * (logsumexp(w, axis=-1) + 1 / w.shape[-1]), WEIGHTS))
