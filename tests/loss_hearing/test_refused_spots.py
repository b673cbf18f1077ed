"""What refuses simple numbers, or lengths that are not drawn, is told so, and is not waited for twice."""

import time

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError
from tests.loss_hearing.help import ask, codes_of, passed

KL = ("mean", "log_variance")


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)


def where(refused, what):
    def loss(mu, s):
        found = what() if refused(mu) else None
        return kl(mu, s) if found is None else found

    return loss


def raising(error):
    def what():
        raise error

    return what


def at_the_prior(mu):
    return not mu.any()


def of_one_latent(mu):
    return mu.shape[1] == 1


def of_many(mu):
    return len(mu) > 50


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("refused", "place"),
    [(at_the_prior, "at mu = 0, s = 0: "), (of_one_latent, "where d = 1: "), (of_many, "where B =")],
)
def test_what_raises_at_a_spot_is_told(refused, place) -> None:
    found = passed(ask(where(refused, raising(ZeroDivisionError("nothing there"))), *KL))
    told = found.finding("refuses")
    assert told.severity == "note"
    assert told.message.startswith(place)
    assert "raised ZeroDivisionError: nothing there" in told.message


@pytest.mark.unmeasured
@pytest.mark.parametrize("error", [AssertionError("too many"), ValueError("operands could not be broadcast")], ids=str)
@pytest.mark.parametrize("refused", [at_the_prior, of_one_latent, of_many])
def test_what_asserts_or_has_another_shape_in_mind_refuses_on_purpose(refused, error) -> None:
    assert "refuses" not in codes_of(passed(ask(where(refused, raising(error)), *KL)))


@pytest.mark.parametrize("refused", [at_the_prior, of_one_latent, of_many])
def test_what_returns_no_number_at_a_spot_is_an_error(refused) -> None:
    with pytest.raises(LossFunctionError, match="returned text") as caught:
        ask(where(refused, lambda: "no"), *KL)
    assert caught.value.kind == "not-a-number"


@pytest.mark.unmeasured
@pytest.mark.parametrize("refused", [at_the_prior, of_one_latent])
def test_what_never_returns_at_a_spot_is_an_error_and_is_waited_for_once(refused) -> None:
    waits = []

    def wait():
        waits.append(1)
        time.sleep(6)

    with pytest.raises(LossFunctionError, match="had not returned") as caught:
        ask(where(refused, wait), *KL, seconds=2.0)
    assert caught.value.kind == "too-slow"
    assert len(waits) == 1


def test_what_is_slow_for_long_arrays_alone_is_right_and_is_waited_for_once() -> None:
    waits = []

    def wait():
        waits.append(1)
        time.sleep(6)

    found = passed(ask(where(of_many, wait), *KL, seconds=2.0))
    assert found.finding("refuses").message.startswith("where B = 513: ")
    assert len(waits) == 1


def test_an_output_that_is_missing_at_a_spot_says_nothing() -> None:
    def loss(mu, s):
        return {"kl": kl(mu, s)} if len(mu) < 50 else {"other": kl(mu, s)}

    assert "refuses" not in codes_of(passed(ask(loss, *KL)))
