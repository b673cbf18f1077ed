"""What training changes beside the arguments: a loss that is right where it starts is right of all that it learns."""

import math

import numpy as np
import pytest

from .help import ask, codes_of, long_but, needs_torch, passed

pytestmark = needs_torch

OBJECTIVE = ("x", "reconstruction", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)


def module(value, loss, **more):
    """A module with one parameter, called as a function."""
    import torch

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.learned = torch.nn.Parameter(torch.tensor(value))

        def forward(self, *arguments):
            return loss(self.learned, *arguments, **more)

    return Module()


def of_sigma(log_sigma, x, recon, mu, logvar, *, pixel=1.0):
    error = ((x - recon) ** 2 / (2 * (2 * log_sigma).exp()) + pixel * log_sigma).sum(1)
    return (error + kl(mu, logvar)).mean()


def of_mean(mean, mu, logvar):
    return kl(mu - mean, logvar).mean()


def asked(fn, *roles, names):
    return ask(fn, *roles, backend="torch", parameters=names)


def objective(fn):
    return asked(fn, *OBJECTIVE, names=("x", "recon", "mu", "logvar"))


def divergence(fn):
    return asked(fn, "mean", "log_variance", names=("mu", "logvar"))


@pytest.mark.endurance
def test_a_spread_that_is_learned_is_right_with_its_constant_at_every_value():
    told = passed(objective(module(0.0, of_sigma)))
    (note,) = [finding.message for finding in told.findings if finding.code == "learned-numbers"]
    assert note == (
        "it depends on a number that it learns: moved by 0.25, it is that of a Gaussian decoder of σ = 1.284025417"
    )


@pytest.mark.endurance
def test_spreads_that_are_learned_for_each_pixel_are_right_too():
    told = passed(objective(module([0.0, 0.0, 0.0, 0.0, 0.0, 0.0], of_sigma)))
    (note,) = [finding.message for finding in told.findings if finding.code == "learned-numbers"]
    assert note == (
        "it depends on 6 numbers that it learns: all moved by 0.25, it is that of a Gaussian decoder of σ = 1.284025417"
    )


LONG = pytest.mark.endurance


@LONG
def test_spreads_that_are_learned_for_each_pixel_need_their_constant():
    assert objective(module([0.0] * 6, of_sigma, pixel=2.0)).outcome == "undecided"


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("pixel", "there"),
    [
        (0.0, "it is 0.6065"),
        pytest.param(2.0, "equal, if −log", marks=LONG),
        pytest.param(-1.0, "equal, if −log", marks=LONG),
    ],
)
def test_a_spread_that_is_learned_without_its_constant_is_right_where_it_starts_alone(pixel, there):
    told = objective(module(0.0, of_sigma, pixel=pixel))
    assert told.outcome == "undecided"
    assert told.missing.startswith(f"equal, while a number that it learns is what it is now; moved by 0.25: {there}")


def starting(told):
    """The σ at which what is learned starts, as it is told."""
    (note,) = [finding.message for finding in told.findings if finding.code == "learned-spread"]
    words = "it learns its σ, and starts at {}; what is told is told of σ = 1"
    start, end = words.split("{}")
    assert note.startswith(start)
    assert note.endswith(end)
    return float(note.removeprefix(start).removesuffix(end))


@pytest.mark.endurance
@pytest.mark.parametrize("log_sigma", [0.0025, -1.15])
def test_a_spread_that_starts_anywhere_is_read_in_double_precision_and_right_with_its_constant(log_sigma):
    told = passed(objective(module(log_sigma, of_sigma)))
    assert starting(told) == pytest.approx(math.exp(float(np.float32(log_sigma))), rel=1e-9)
    assert "right as well" not in str(told)


@pytest.mark.endurance
@pytest.mark.parametrize(("log_sigma", "pixel"), [(0.0025, 0.0), (-1.15, 0.0), (-1.15, 2.0)])
def test_a_spread_that_starts_anywhere_and_lacks_its_constant_is_not_right(log_sigma, pixel):
    assert objective(module(log_sigma, of_sigma, pixel=pixel)).outcome != "consistent"


@pytest.mark.endurance
def test_spreads_of_every_pixel_that_start_alike_are_right_too():
    assert starting(passed(objective(module([-0.5] * 6, of_sigma)))) == pytest.approx(math.exp(-0.5), rel=1e-9)
    assert objective(module([-0.5] * 6, of_sigma, pixel=2.0)).outcome == "undecided"


def test_a_spread_that_is_fixed_beside_what_is_learned_is_left_open():
    def of_a_constant(learned, *arguments):
        return of_sigma(0 * learned + math.log(0.3), *arguments)

    told = objective(module(0.25, of_a_constant))
    assert told.outcome == "undecided"
    assert told.missing.startswith("equal, if the decoder is a Gaussian with the fixed standard deviation 0.3")


def test_a_spread_that_cannot_be_1_is_left_open():
    def near_its_start(learned, *arguments):
        if abs(float(learned) - 0.25) > 1 / 32:
            raise ValueError("too far")
        return of_sigma(learned, *arguments)

    told = objective(module(0.25, near_its_start))
    assert told.outcome == "undecided"
    assert told.missing.startswith("equal, if the decoder is a Gaussian with the fixed standard deviation 1.284")


@pytest.mark.unmeasured
def test_a_gradient_that_is_cut_is_seen_wherever_a_spread_starts():
    told = objective(
        module(0.5, lambda learned, x, recon, mu, logvar: of_sigma(learned, x, recon, mu.detach(), logvar))
    )
    assert told.outcome == "refuted"


@pytest.mark.endurance
def test_a_prior_that_is_learned_is_another_one_as_soon_as_it_is_trained():
    told = divergence(module(0.0, of_mean))
    assert told.outcome == "undecided"
    assert "moved by 0.25: equal, if the prior is N(0.25, 1²)" in told.missing


@pytest.mark.endurance
def test_several_numbers_that_move_a_loss_away_are_no_spread():
    def with_prior(learned, mu, logvar):
        return kl(mu - learned[0], logvar).mean() + learned[1]

    told = divergence(module([0.0, 0.0], with_prior))
    assert told.outcome == "undecided"
    start = "equal, while 2 numbers that it learns are what they are now; moved by 0.25 to 0.5: "
    assert told.missing.startswith(start + "it is 1/(2B) Σ_b Σ_j (mu_j² − 1/2 mu_j")


def test_what_is_learned_and_plays_no_part_is_told():
    told = passed(divergence(module([0.0, 0.0], lambda learned, mu, logvar: kl(mu, logvar).mean() + 0 * learned.sum())))
    (note,) = [finding.message for finding in told.findings if finding.code == "learned-numbers"]
    assert note == "it depends on 2 numbers that it learns; moved by 0.25 to 0.5, it is right as well"


@pytest.mark.endurance
def test_the_numbers_are_what_they_were_afterwards():
    import torch

    for fn in (module(0.0, of_mean), module([0.1, 0.2], lambda held, mu, logvar: kl(mu, logvar).mean() + 0 * held[0])):
        before = fn.learned.detach().clone()
        divergence(fn)
        assert fn.learned.dtype == before.dtype == torch.float32
        assert fn.learned.detach().tolist() == before.tolist()
        assert fn.learned.grad is None


def test_a_function_that_fails_wherever_they_are_moved_is_left_open():
    def at_zero(learned, mu, logvar):
        if float(learned) != 0:
            raise ValueError("only at 0")
        return kl(mu, logvar).mean() + learned

    told = divergence(module(0.0, at_zero))
    assert (told.outcome, told.mistakes) == ("undecided", ())
    assert told.missing == "equal, while a number that it learns is what it is now; it fails wherever it is moved to"


def of_spread(spread, x, recon, mu, logvar, *, log_of):
    error = ((x - recon) ** 2 / (2 * (2 * spread).exp()) + log_of(spread)).sum(1)
    return (error + kl(mu, logvar)).mean()


@pytest.mark.endurance
@pytest.mark.parametrize(
    "log_of", [lambda s: s.relu(), pytest.param(lambda s: s.abs(), marks=LONG)], ids=["relu", "abs"]
)
@pytest.mark.parametrize(("start", "moved"), [(0.0, "-0.25"), (0.5, "-0.75")])
def test_what_is_learned_is_moved_both_ways(start, moved, log_of):
    told = objective(module(start, of_spread, log_of=log_of))
    assert told.outcome == "undecided"
    assert f"moved by {moved}: " in told.missing


@pytest.mark.parametrize("start", [10.0, 0.0625])
def test_a_precision_that_is_learned_is_moved_no_further_than_it_may_be(start):
    def of_precision(precision, x, recon, mu, logvar):
        error = ((x - recon) ** 2 * precision / 2 - 0.5 * precision.log()).sum(1)
        return (error + kl(mu, logvar)).mean()

    assert starting(passed(objective(module(start, of_precision)))) == pytest.approx(start**-0.5, rel=1e-9)


@pytest.mark.endurance
def test_a_variance_near_0_is_moved_by_less():
    def of_variance(variance, x, recon, mu, logvar):
        error = ((x - recon) ** 2 / (2 * variance) + 0.5 * variance.log()).sum(1)
        return (error + kl(mu, logvar)).mean()

    assert starting(passed(objective(module(0.125, of_variance)))) == pytest.approx(math.sqrt(0.125), rel=1e-9)
    scale = passed(divergence(module(0.01, lambda s, mu, logvar: kl(mu, logvar).mean() + 0 * s.log())))
    assert "learned-numbers" in codes_of(scale)


@pytest.mark.parametrize("term", ["square", "logarithm"])
@pytest.mark.parametrize(
    "cut", long_but({"detach": lambda s: s.detach(), "item": lambda s: s.item(), "data": lambda s: s.data}, "data")
)
def test_a_gradient_to_what_is_learned_that_is_not_that_of_the_value_is_told(term, cut):
    def of_cut(s, x, recon, mu, logvar):
        square, logarithm = (cut(s), s) if term == "square" else (s, cut(s))
        error = ((x - recon) ** 2 * 0.5 * (square * -2 + 0 * mu.sum()).exp() + logarithm).sum(1)
        return (error + kl(mu, logvar)).mean()

    told = objective(module(0.0, of_cut))
    assert told.outcome == "undecided"
    assert "and not in its gradient: moved by 0.25, its value moves by" in told.missing


def through_a_layer(*, with_log, start=0.0):
    """A σ-VAE with log σ from a layer over a buffer, which is of single precision, and does not widen with it."""
    import torch

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("one", torch.ones(1, 1))
            self.layer = torch.nn.Linear(1, 1)
            for part in self.layer.parameters():
                torch.nn.init.constant_(part, start)

        def forward(self, x, recon, mu, logvar):
            log_sigma = self.layer(self.one).squeeze()
            error = (x - recon) ** 2 / (2 * (2 * log_sigma).exp()) + with_log * log_sigma
            return (error.sum(1) + kl(mu, logvar)).mean()

    return Module()


def test_what_takes_no_double_precision_is_moved_as_it_is():
    wrong = objective(through_a_layer(with_log=0))
    assert wrong.outcome == "undecided"
    assert wrong.missing.startswith("equal, while 2 numbers that it learns are what they are now; moved by 0.25 to 0.5")
    assert objective(through_a_layer(with_log=1)).outcome == "consistent"
    elsewhere = objective(through_a_layer(with_log=1, start=0.5))
    assert (elsewhere.outcome, elsewhere.mistakes) == ("undecided", ())


def test_spreads_that_cannot_be_alike_are_no_one_spread():
    def unlike(held, *arguments):
        if held[0] != 0 and (held == held[0]).all():
            raise ValueError("all alike")
        return of_sigma(held, *arguments)

    told = objective(module([0.0] * 6, unlike))
    assert told.outcome == "undecided"
    assert "6 numbers that it learns are what they are now; moved by 0.25 to 0.5: " in told.missing


def test_a_loss_without_any_is_told_nothing_of_them():
    assert "learned-numbers" not in codes_of(passed(divergence(lambda mu, logvar: kl(mu, logvar).mean())))
    own = ask(lambda mu, logvar: 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(), "mean", "log_variance")
    assert "learned-numbers" not in codes_of(passed(own))


FURTHER = {
    "clamped": (lambda s: s.clamp(min=-1), None),
    "by a ReLU": (lambda s: (s + 1).relu() - 1, None),
    "σ clamped": (lambda s: s.exp().clamp(min=0.3).log(), None),
    "with a penalty": (lambda s: s + (-s - 1).relu() ** 2, None),
    "in the square": (lambda s: s, lambda s: s.clamp(min=-0.7)),
    "from above": (lambda s: s.clamp(max=1), None),
}


def clamped(log_sigma, x, recon, mu, logvar, *, log_of, of_square):
    log = log_sigma if of_square is None else of_square(log_sigma)
    error = ((x - recon) ** 2 / (2 * (2 * log).exp()) + log_of(log_sigma)).sum(1)
    return (error + kl(mu, logvar)).mean()


def further():
    ordinary = ("clamped", "in the square")
    return [pytest.param(*each, id=name, marks=() if name in ordinary else LONG) for name, each in FURTHER.items()]


@pytest.mark.endurance
@pytest.mark.parametrize(("log_of", "of_square"), further())
def test_a_clamp_of_one_term_of_what_is_learned_is_seen_further_out(log_of, of_square):
    told = objective(module(0.0, clamped, log_of=log_of, of_square=of_square))
    assert told.outcome == "undecided"
    assert told.missing.startswith("equal, while a number that it learns is what it is now; moved by ")


@pytest.mark.endurance
@pytest.mark.parametrize("bound", [lambda s: s.clamp(-1.5, 1.5), lambda s: s.tanh()], ids=["clamp", "tanh"])
def test_a_clamp_of_all_that_is_learned_is_right(bound):
    passed(objective(module(0.0, clamped, log_of=bound, of_square=bound)))


FACTORS = [
    pytest.param(lambda x: 1 / x.shape[1], "1/D", id="a mean over pixels", marks=LONG),
    pytest.param(lambda x: 1 / (x.shape[1] * math.log(2)), "1/(D·log 2)", id="bits a pixel"),
    pytest.param(lambda x: 3.0, "3", id="3", marks=LONG),
]


@pytest.mark.endurance
@pytest.mark.parametrize("start", [pytest.param(0.0, marks=LONG), -1.0])
@pytest.mark.parametrize(("factor", "told_as"), FACTORS)
def test_a_factor_of_the_whole_changes_no_spread_that_is_learned(factor, told_as, start):
    told = passed(objective(module(start, lambda learned, x, *a: factor(x) * of_sigma(learned, x, *a))))
    assert (told.relation, told.factor) == ("proportional", told_as)


@pytest.mark.endurance
@pytest.mark.parametrize(("factor", "told_as"), FACTORS)
def test_a_factor_of_the_whole_is_told_beside_a_fixed_spread(factor, told_as):
    def fixed(x, recon, mu, logvar, *, pixel=1.0):
        import torch

        return factor(x) * of_sigma(torch.tensor(math.log(0.1)), x, recon, mu, logvar, pixel=pixel)

    told = objective(fixed)
    words = "times the objective, if the decoder is a Gaussian with the fixed standard deviation 0.1"
    assert (told.outcome, told.missing.startswith(f"{told_as} {words}")) == ("undecided", True)
    assert "Gaussian" not in objective(lambda *a: fixed(*a, pixel=0.5)).missing


def test_a_spread_that_goes_by_a_length_is_no_fixed_one():
    def of_pixels(x, recon, mu, logvar):
        import torch

        return of_sigma(torch.tensor(-math.log(x.shape[1])), x, recon, mu, logvar)

    told = objective(of_pixels)
    assert told.outcome != "consistent"
    assert "fixed standard deviation" not in told.missing


@pytest.mark.endurance
def test_a_spread_that_starts_nearly_at_one_has_no_clamp():
    """softplus(0.5413) is 1 − 1.6e-5, which is no epsilon."""

    def loss(learned, x, recon, mu, logvar):
        import torch

        sigma = torch.nn.functional.softplus(learned)
        return (-torch.distributions.Normal(recon, sigma).log_prob(x).sum(1) + kl(mu, logvar)).mean()

    told = passed(objective(module(0.5413, loss)))
    assert starting(told) == pytest.approx(0.9999842882)
    assert not {"binding-clamp", "harmless-epsilon"} & codes_of(told)
