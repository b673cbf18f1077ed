"""A Gumbel-softmax VAE lays its logits out as 20 categoricals of 10: `reshape(-1, 20, 10)` takes any batch of 200."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from .help import accused, ask, passed

ROWS = {"G": 20, "K": 10}


def parts(logits):
    logits = logits.reshape(-1, 20, 10)
    return softmax(logits, axis=-1) * (log_softmax(logits, axis=-1) + np.log(10))


def a_sample(logits):
    return parts(logits).sum((1, 2))


def over_the_batch(logits):
    return parts(logits).sum((1, 2)).mean()


def over_the_rows(logits):
    return parts(logits).sum(-1).mean()


@pytest.mark.unmeasured
@pytest.mark.parametrize("right", [a_sample, over_the_batch])
def test_is_right_of_the_rows_that_were_given(right):
    passed(ask(right, "logits", sizes=ROWS))


def test_a_mean_over_the_rows_is_no_mean_over_a_batch():
    accused("wrong-scale", ask(over_the_rows, "logits", sizes=ROWS))


@pytest.mark.unmeasured
@pytest.mark.parametrize("right", [a_sample, over_the_batch])
def test_is_not_accused_where_no_rows_were_given(right):
    found = ask(right, "logits")
    assert found.outcome == "undecided"
    assert "equal, if G = 20 and K = 10" in found.missing


@pytest.mark.unmeasured
def test_a_mean_over_the_rows_is_accused_where_none_were_given():
    assert ask(over_the_rows, "logits").outcome == "refuted"


@pytest.mark.unmeasured
def test_a_length_that_the_caller_gave_stays():
    assert "equal, if G = 20 and K = 10" in ask(over_the_batch, "logits", sizes={"B": 3}).missing
    assert "G = 20" not in ask(over_the_batch, "logits", sizes={"K": 400}).missing
