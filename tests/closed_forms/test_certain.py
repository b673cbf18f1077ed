"""From balls to floats: precision rises until the float is certain."""

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from elbo_check.closed_forms.certain import NotSettledError, certain_float
from elbo_check.errors import WitnessError


def test_a_narrow_ball_gives_the_nearest_float():
    assert certain_float("a third", lambda: arb(1) / 3) == 1 / 3
    assert certain_float("pi", arb.pi) == np.pi


def test_a_wide_ball_asks_for_more_bits():
    seen = []

    def cancelling():
        seen.append(ctx.prec)
        big = arb(2) ** 300 + arb(1).exp()
        return big - arb(2) ** 300

    assert certain_float("e", cancelling) == np.e
    assert seen == [128, 256, 512]


def test_unsettled_balls_ask_for_more_bits_until_there_are_no_more():
    def settled_late():
        if ctx.prec < 1000:
            raise NotSettledError
        wide = arb(1) / 3 * 3 - 1
        return arb_mat([[wide + arb(2) ** -1500]]).solve(arb_mat([[arb(2) ** -1502]]))[0, 0]  # fails up to 1024 bits

    assert certain_float("a quarter", settled_late) == 0.25

    def never():
        raise NotSettledError

    with pytest.raises(WitnessError, match="the answer is still uncertain at 32768 bits"):
        certain_float("the answer", never)
    with pytest.raises(WitnessError, match="still uncertain"):
        certain_float("nothing", arb.nan)


def test_the_precision_of_others_is_left_alone():
    before = ctx.prec
    certain_float("pi", arb.pi)
    assert ctx.prec == before


@pytest.mark.parametrize(
    ("ball", "value"),
    [
        (lambda: arb.pi() - arb.pi(), 0.0),  # contains 0 at every precision, and is soon smaller than any float
        (lambda: arb(2) ** -1080, 0.0),
        (lambda: arb(2) ** -1075 + arb(2) ** -1100, 5e-324),
        (lambda: arb(2) ** 1024, np.inf),
        (lambda: arb(2) ** 1024 - arb(2) ** 960, np.inf),
        (lambda: arb(2) ** 1024 - arb(2) ** 970 - arb(2) ** 940, float(np.finfo(np.float64).max)),
        (lambda: arb(2**53) + 1 + arb(2) ** -20, 2.0**53 + 2),
    ],
)
def test_the_ends_of_the_range_are_rounded_rightly(ball, value):
    assert certain_float("it", ball) == value
