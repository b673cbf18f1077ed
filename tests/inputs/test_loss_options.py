"""What is known of a loss beside its roles is taken as it is written: 0.1 is a tenth."""

from fractions import Fraction

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import InputError
from elbo_check.inputs.loss_options import beta_of, output_of, prior_of, sizes_of


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, (0, 1)),
        ((0, 1), (0, 1)),
        ([0.1, 2], (Fraction(1, 10), 2)),
        (("0.5", "1e-1"), (Fraction(1, 2), Fraction(1, 10))),
        ((-3, Fraction(1, 3)), (-3, Fraction(1, 3))),
        ((np.float64(0.1), np.float32(0.5)), (Fraction(1, 10), Fraction(1, 2))),
    ],
)
def test_a_prior_is_the_decimals_that_it_prints_as(given, expected):
    assert prior_of(given) == expected


@pytest.mark.parametrize(
    "given",
    [7, "0,1", (0,), (0, 1, 2), (0, 0), (0, -1), (0, "one"), (0, None), (np.nan, 1), (0, np.inf), (True, 1), {0, 1}],
)
def test_what_is_no_prior_is_told_with_an_example(given):
    with pytest.raises(InputError, match=r"prior=.* give \(mean, standard deviation\)"):
        prior_of(given)


def test_a_weight_is_a_positive_number():
    assert beta_of(1) == 1
    assert beta_of(0.25) == beta_of("0.25") == Fraction(1, 4)
    for given in (0, -1, np.nan, "four", None, True, 10**400):
        with pytest.raises(InputError, match="as in beta=4"):
            beta_of(given)


def test_sizes_are_lengths_of_known_axes():
    assert sizes_of(None) == {}
    assert sizes_of({"d": 8, "B": 1, "D": 784}) == {"d": 8, "B": 1, "D": 784}


@pytest.mark.parametrize("given", [8, [("d", 8)], {"q": 8}, {"d": 0}, {"d": 8.0}, {"d": True}, {"d": 10**6}])
def test_what_are_no_sizes_is_told_with_an_example(given):
    with pytest.raises(InputError, match=r"give for example sizes=\{'d': 8\}"):
        sizes_of(given)


def test_the_length_of_an_axis_is_the_product_of_its_parts():
    assert sizes_of({"c": 3, "h": 4, "w": 5, "D": 60}) == {"c": 3, "h": 4, "w": 5, "D": 60}
    assert sizes_of({"h": 4, "w": 5, "D": 61}) == {"h": 4, "w": 5, "D": 61}
    with pytest.raises(InputError, match="D = c·h·w, which is 60; leave D out, or mend one of them"):
        sizes_of({"c": 3, "h": 4, "w": 5, "D": 61})


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def test_a_position_is_that_of_an_output_in_a_tuple():
    assert [output_of(given) for given in (0, 1, np.int64(2), "1", "kl", None)] == ["0", "1", "2", "1", "kl", None]
    roles = ("mean", "log_variance")
    both = [verify_loss(lambda m, t: (2 * kl(m, t), kl(m, t)), roles=roles, output=place, rng=0) for place in (0, 1)]
    assert [str(told.outcome) for told in both] == ["refuted", "consistent"]
    with pytest.raises(InputError, match="output='1' must be one of 'loss', 'kl'"):
        verify_loss(lambda m, t: {"loss": 2 * kl(m, t), "kl": kl(m, t)}, roles=roles, output=1, rng=0)


@pytest.mark.parametrize("given", [-1, True, np.True_, 1.0, ["kl"], ("bce", "kl"), {"kl"}, b"kl"])
def test_what_names_no_output_is_told_with_an_example(given):
    with pytest.raises(InputError, match=r"output=.* must be the name of an output, .* give for example output='kl'"):
        verify_loss(kl, roles=("mean", "log_variance"), output=given)
