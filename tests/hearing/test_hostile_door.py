"""The door of the main verb: whatever is passed, in any argument, is judged or refused with a letter."""

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import elbo_check.api
from elbo_check import Verdict, verify_kl
from elbo_check.errors import ElboCheckError, InputError

from .. import hostile

NUMBERS = ("mu", "sigma", "prior_mu", "prior_sigma", "claim")
SETTINGS = ("reduction", "second", "prior_second", "tol", "rounding", "level", "rng", "digits", "draws")


def knock(argument, value):
    """Pass one odd value among sound ones and return the verdict or the refusal; any warning is a failure."""
    arguments = {"mu": 0.5, "sigma": 0.7, "claim": 0.25, "rng": 0, "digits": 1, "draws": 2} | {argument: value}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return verify_kl(**arguments)
        except ElboCheckError as refusal:
            return refusal


@pytest.fixture
def _judged_at_once(monkeypatch):
    """Only the door is fuzzed ten thousand times; what lies behind it is, too, but less often."""
    monkeypatch.setattr(elbo_check.api, "verdict_on", lambda *_: "judged")


@pytest.mark.endurance
@pytest.mark.usefixtures("_judged_at_once")
def test_ten_thousand_hostile_values_in_any_argument_are_taken_or_refused():
    said = {"judged": 0, "refused": 0}

    @settings(max_examples=1_300, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(NUMBERS + SETTINGS), hostile.recipes()), min_size=8, max_size=8))
    def feed(pairs):
        for argument, recipe in pairs:
            answer = knock(argument, recipe.make())
            assert answer == "judged" or isinstance(answer, Verdict | ElboCheckError)
            said["refused" if isinstance(answer, ElboCheckError) else "judged"] += 1

    feed()
    assert sum(said.values()) >= 10_000
    assert min(said.values()) > 0


@pytest.mark.endurance
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(NUMBERS), hostile.recipes())
def test_what_is_taken_is_judged_to_the_end(argument, recipe):
    assert isinstance(knock(argument, recipe.make()), Verdict | ElboCheckError)


@pytest.mark.endurance
@settings(max_examples=60)
@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(min_value=0, exclude_min=True, allow_infinity=False))
def test_every_pair_of_finite_numbers_is_judged(mu, sigma):
    answer = verify_kl(mu, sigma, rng=0, digits=1, draws=2)
    assert isinstance(answer, Verdict)


@pytest.mark.parametrize("argument", NUMBERS + SETTINGS)
def test_a_refusal_names_the_argument_the_expectation_and_the_remedy(argument):
    refusal = knock(argument, "nonsense")
    assert isinstance(refusal, InputError)
    assert refusal.argument == argument
    assert str(refusal).startswith(f"{argument}='nonsense' must be ")
    assert refusal.remedy


def test_shapes_that_do_not_broadcast_are_refused():
    for argument, value in (("mu", np.zeros((2, 3))), ("prior_mu", np.zeros((2, 3)))):
        arguments = {"mu": np.zeros(5), "sigma": np.ones(5)} | {argument: value}
        with pytest.raises(InputError, match="broadcast"):
            verify_kl(**arguments)


def test_tensors_of_torch_are_taken_with_their_graph():
    torch = pytest.importorskip("torch")
    mu, sigma = torch.tensor([0.5, -1.0], requires_grad=True), torch.tensor([0.7, 1.5])
    claim = torch.distributions.kl_divergence(
        torch.distributions.Normal(mu, sigma), torch.distributions.Normal(0.0, 1.0)
    )
    assert verify_kl(mu, sigma, claim=claim, rng=0)
    assert mu.requires_grad
    assert verify_kl(mu.bfloat16(), sigma.bfloat16(), rng=0)


def test_arrays_of_jax_are_taken():
    jnp = pytest.importorskip("jax.numpy")
    mu, sigma = jnp.asarray([0.5, -1.0]), jnp.asarray([0.7, 1.5])
    claim = 0.5 * (mu**2 + sigma**2 - 1) - jnp.log(sigma)
    assert verify_kl(mu, sigma, claim=claim, rng=0)
    assert verify_kl(mu.astype(jnp.bfloat16), sigma.astype(jnp.bfloat16), rng=0)
