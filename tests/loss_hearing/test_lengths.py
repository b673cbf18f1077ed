"""Lengths that a function takes for granted: right at one length is no mistake, and not right everywhere either."""

import re
from typing import Any

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.diagnosis.formula import Formula, Term, law
from elbo_check.diagnosis.parts import PartsTable
from elbo_check.diagnosis.quantities import Options
from elbo_check.diagnosis.roles import assigned
from elbo_check.diagnosis.sizes import LAYOUTS, sizes_for
from elbo_check.errors import LossFunctionError
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.loss_hearing.counterexample import counterexample
from elbo_check.loss_hearing.hearing import Case, hear, is_right_as
from elbo_check.render.diagnosis import diagnosis_text
from elbo_check.witnesses.seeding import Seeds

from .help import ask, passed

KL = ("mean", "log_variance")
WHOLE = ("reconstruction", "x", *KL)
PIXELS = 784


def kl(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - np.exp(logvar))


def bce(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def mean_of_sums(mu, logvar):
    return np.mean(np.sum(kl(mu, logvar), axis=1))


RIGHT_AT = {
    "pixels": (lambda r, x, m, v: np.mean(bce(r, x)) * 784 + mean_of_sums(m, v), {"D": 784}),
    "pixels by name": (lambda r, x, m, v: PIXELS * np.mean(bce(r, x)) + mean_of_sums(m, v), {"D": 784}),
    "the KL over pixels": (lambda r, x, m, v: np.mean(bce(r, x)) + mean_of_sums(m, v) / 784, {"D": 784}),
    "both": (lambda r, x, m, v: np.mean(bce(r, x)) * 784 + np.sum(kl(m, v)) / 128, {"D": 784, "B": 128}),
    "latents": (lambda r, x, m, v: np.mean(bce(r, x)) * 784 + np.mean(kl(m, v)) * 20, {"D": 784, "d": 20}),
    "a batch": (lambda m, v: np.sum(kl(m, v)) / 64, {"B": 64}),
    "a mean": (lambda m, v: np.mean(kl(m, v)) * 128, {"d": 128}),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("loss", "sizes"), RIGHT_AT.values(), ids=RIGHT_AT)
def test_what_is_right_at_one_length_is_not_accused_and_is_right_there(loss: Any, sizes: dict[str, int]):
    roles = KL if loss.__code__.co_argcount == 2 else WHOLE
    found = verify_loss(loss, roles=roles, rng=0)
    assert found.outcome == "undecided"
    told = " and ".join(f"{name} = {n}" for name, n in sizes.items())
    assert found.missing.startswith(f"equal, if {told} (say so: sizes={sizes!r}); at other lengths it is ")
    assert verify_loss(loss, roles=roles, sizes=sizes, rng=0).outcome == "consistent"
    wrong = {name: n // (4 + i) for i, (name, n) in enumerate(sizes.items())}  # not the same factor on both parts
    assert verify_loss(loss, roles=roles, sizes=wrong, rng=0).outcome == "refuted"


@pytest.mark.unmeasured
def test_a_length_at_which_the_function_does_something_else_is_no_excuse():
    def loss(mu, logvar):
        return np.mean(kl(mu, logvar)) * (7 if mu.shape[1] == 128 else 128)

    assert verify_loss(loss, roles=KL, rng=0).outcome == "refuted"


@pytest.mark.unmeasured
def test_what_it_is_elsewhere_is_told_with_its_beta():
    found = verify_loss(RIGHT_AT["pixels"][0], roles=WHOLE, rng=0)
    assert found.missing.endswith("(effective beta D/784 instead of 1)")


@pytest.mark.unmeasured
def test_two_lengths_that_are_right_are_both_told():
    def loss(r, x, m, v):
        return np.mean((r - x) ** 2) * 1536 + mean_of_sums(m, v)

    found = verify_loss(loss, roles=WHOLE, rng=0)
    assert found.missing.startswith("equal, if D = 1536, or if D = 3072 (say so: sizes={'D': 1536})")


FACTORS = {
    "doubled": lambda m, v: 2 * mean_of_sums(m, v),
    "a tenth": lambda m, v: 0.1 * mean_of_sums(m, v),
    "ten times the total": lambda m, v: np.sum(kl(m, v)) * 10,
    "a sample's over a number": lambda m, v: np.sum(kl(m, v), axis=1) / 64,
    "a mean of means over a number": lambda m, v: np.mean(kl(m, v)) / 20,
    "a small mean": lambda m, v: 4 * np.mean(kl(m, v)),
    "not squared": lambda m, v: np.mean(-0.5 * (1 + v - m - np.exp(v))) * 20,
    "no length": lambda m, v: np.sum(m + v) / 64,
}


@pytest.mark.endurance
@pytest.mark.parametrize("loss", FACTORS.values(), ids=FACTORS)
def test_a_number_is_no_excuse_where_no_length_makes_it_right(loss: Any):
    assert verify_loss(loss, roles=KL, rng=0).outcome == "refuted"


@pytest.mark.unmeasured
def test_a_weight_does_not_say_how_many_pixels_there_are():
    found = verify_loss(lambda r, x, m, v: np.mean(bce(r, x)) + 0.00025 * mean_of_sums(m, v), roles=WHOLE, rng=0)
    assert found.outcome == "refuted"
    assert found.finding("effective-beta").details["beta"] == "D/4000"


def shaped(*shape: int) -> Any:
    return lambda mu, logvar: mean_of_sums(mu.reshape(shape), logvar.reshape(shape))


def insists(mu, logvar):
    if len(mu) != 37:
        raise ValueError("a batch of 37")
    return mean_of_sums(mu, logvar)


def insists_on_both(mu, logvar, latents=20, batch=32):
    return mean_of_sums(mu.reshape(batch, latents), logvar.reshape(batch, latents))


def eight(mu, logvar):
    assert mu.shape[1] == 8
    return np.sum(kl(mu, logvar), axis=1)


INSISTING = {
    "latents": (shaped(-1, 20), {"d": 20}),
    "both": (shaped(32, 20), {"d": 20, "B": 32}),
    "a batch of 37": (insists, {"B": 37}),
    "eight": (eight, {"d": 8}),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("loss", "sizes"), INSISTING.values(), ids=INSISTING)
def test_a_function_for_one_length_only_is_called_with_that(loss: Any, sizes: dict[str, int]):
    found = verify_loss(loss, roles=KL, rng=0)
    assert found.outcome == "consistent"
    told = re.search("read at (.*) only", found.finding("fixed-size").message)
    assert told is not None
    assert set(told[1].split(", ")) == {f"{name} = {n}" for name, n in sizes.items()}


MEANT = {
    "a batch, and what is left": (shaped(64, -1), "B = 64"),
    "both, in another order": (insists_on_both, "B = 32 and d = 20"),
    "the sum along what is left": (lambda m, v: np.mean(np.sum(kl(m, v).reshape(-1, 128), axis=0)), "B = 128"),
    "a mean along what is left": (lambda m, v: np.sum(np.mean(kl(m, v).reshape(-1, 20), axis=1)), "B = 20"),
    "the sum along the batch": (lambda m, v: np.mean(np.sum(kl(m, v).reshape(64, 20), axis=0)), "B = 20 and d = 64"),
    "any even number of latents": (lambda m, v: 2 * np.mean(kl(m, v).reshape(len(m), 2, -1), axis=(1, 2)), "d = 2"),
    "two latents": (shaped(-1, 2), "d = 2"),
    "three latents": (shaped(-1, 3), "d = 3"),
    "two latents, a value a sample": (lambda m, v: np.sum(kl(m, v).reshape(-1, 2), axis=1), "d = 2"),
    "any four": (lambda m, v: 4 * np.mean(kl(m, v).reshape(len(m), 4, -1), axis=(1, 2)), "d = 4"),
}


@pytest.mark.parametrize(("loss", "length"), MEANT.values(), ids=MEANT)
def test_a_reshape_may_be_meant_for_one_length_or_another(loss: Any, length: str):
    """What is right where a number is one length, and wrong where it is another, is neither accused nor passed."""
    found = verify_loss(loss, roles=KL, rng=0)
    assert found.outcome == "undecided"
    said = found.missing.partition(" (say so")[0].removeprefix("equal, if ")
    assert set(said.split(" and ")) == set(length.split(" and "))


def test_a_small_number_is_no_length_where_it_is_not_right_there_or_nothing_is_refused():
    mean = verify_loss(lambda m, v: np.mean(kl(m, v).reshape(-1, 2)), roles=KL, rng=0)
    assert mean.outcome == "refuted"
    assert [mistake.slug for mistake in mean.mistakes] == ["mean-over-latent"]
    assert verify_loss(lambda m, v: 2 * np.mean(kl(m, v)), roles=KL, rng=0).outcome == "refuted"


def test_what_cannot_be_read_elsewhere_is_told_where_it_is_right():
    found = verify_loss(lambda m, v: np.sum(kl(m, v).reshape(-1, 2), axis=1), roles=KL, rng=0)
    assert found.missing.endswith("not read (an output of shape (10,) cannot be read where B = 4, d = 5)")


def at_least(axis: int, least: int, loss: Any) -> Any:
    def refusing(mu, logvar):
        assert mu.shape[axis] >= least
        return loss(mu, logvar)

    return refusing


LENGTHS_AT_LEAST = {
    "latents": at_least(1, 4, lambda m, v: 4 * np.mean(kl(m, v), axis=1)),
    "a batch": at_least(0, 4, lambda m, v: np.sum(kl(m, v)) / 4),
}


@pytest.mark.parametrize("loss", LENGTHS_AT_LEAST.values(), ids=LENGTHS_AT_LEAST)
def test_a_function_that_refuses_small_lengths_is_judged_at_many(loss: Any):
    found = verify_loss(loss, roles=KL, rng=0)
    assert found.outcome == "refuted"
    assert found.finding("fixed-size") is None


def test_one_that_refuses_small_lengths_and_is_right_is_right_at_many():
    found = verify_loss(at_least(1, 4, lambda m, v: np.sum(kl(m, v), axis=1)), roles=KL, rng=0)
    assert found.outcome == "consistent"
    assert found.finding("fixed-size") is None


def pictures(*shape: int) -> Any:
    axes = tuple(range(1, len(shape)))

    def loss(r, x, m, v):
        return np.mean(np.sum(bce(r.reshape(shape), x.reshape(shape)), axis=axes)) + mean_of_sums(m, v)

    return loss


@pytest.mark.parametrize(
    "shape",
    [(-1, 8, 8), *(pytest.param(each, marks=pytest.mark.endurance) for each in ((-1, 1, 28, 28), (-1, 3, 32, 32)))],
)
def test_a_view_as_images_is_called_with_as_many_pixels(shape: tuple[int, ...]):
    assert verify_loss(pictures(*shape), roles=WHOLE, rng=0).outcome == "consistent"


@pytest.mark.unmeasured
def test_a_wrong_view_as_images_is_refuted():
    def loss(r, x, m, v):
        return (
            np.mean(np.sum(bce(r.reshape(-1, 1, 28, 28), x.reshape(-1, 1, 28, 28)), axis=(2, 3))) / 28 + kl(m, v).sum()
        )

    assert verify_loss(loss, roles=WHOLE, rng=0).outcome == "refuted"


def of_images(r, x, m, v):
    batch, _, _, _ = x.shape
    return np.sum((r - x) ** 2) / batch + mean_of_sums(m, v)


def of_such_images(r, x, m, v):
    assert x.shape[1:] == (1, 28, 28)
    return of_images(r, x, m, v)


@pytest.mark.endurance
@pytest.mark.parametrize(
    "sizes", [{"D": 196}, {"D": 75}, {"D": 85}, {"D": 2100}, {"c": 1}, {"c": 3, "h": 8, "w": 8}, {"h": 5, "D": 75}]
)
def test_images_of_given_sizes_are_made(sizes: dict[str, int]):
    assert verify_loss(of_images, roles=WHOLE, sizes=sizes, rng=0).outcome == "consistent"


@pytest.mark.unmeasured
def test_images_of_one_size_only_are_made_from_the_numbers_in_the_code():
    assert verify_loss(of_such_images, roles=WHOLE, rng=0).outcome == "consistent"


@pytest.mark.unmeasured
def test_sequences_of_given_sizes_are_made():
    def of_steps(mu, logvar):
        batch, _, _ = mu.shape
        return np.sum(kl(mu, logvar)) / batch

    assert verify_loss(of_steps, roles=KL, sizes={"d": 16}, rng=0).outcome == "consistent"
    assert verify_loss(of_steps, roles=KL, sizes={"d": 7}, rng=0).outcome == "consistent"
    assert verify_loss(of_steps, roles=KL, sizes={"d": 16, "T": 8}, rng=0).outcome == "consistent"
    with pytest.raises(LossFunctionError, match="not enough values to unpack"):  # 16 are no multiple of 3
        verify_loss(of_steps, roles=KL, sizes={"d": 16, "T": 3}, rng=0)


def divergence(q):
    return np.sum(q * np.log(q * 10), axis=-1)


CATEGORICAL = {
    "a view": (lambda q: np.sum(divergence(q.reshape(-1, 10))) / len(q), None),
    "more samples": (lambda q: np.mean(divergence(q.reshape(-1, 10))), {"G": 1, "K": 10}),
    "a number alone": (lambda q: np.mean(divergence(q)), {"K": 10}),
    "another number": (lambda q: np.mean(divergence(q)) / 7, "refuted"),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("loss", "length"), CATEGORICAL.values(), ids=CATEGORICAL)
def test_a_number_of_categories_is_a_length_too(loss: Any, length: Any):
    found = verify_loss(loss, roles=("probabilities",), rng=0)
    if length is None:
        assert found.outcome == "consistent"
        assert "K = 10 only" in found.finding("fixed-size").message
    elif length == "refuted":
        assert found.outcome == "refuted"
    else:
        held = "a sample is one categorical" if "G" in length else "K = 10"
        assert found.missing.startswith(f"equal, if {held} (say so: sizes={length!r})")
        assert verify_loss(loss, roles=("probabilities",), sizes=length, rng=0).outcome == "consistent"


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", [(50,), None])
def test_a_number_of_draws_is_a_length_too(shape: Any):
    def bound(log_weights):
        held = log_weights if shape is None else log_weights.reshape(-1, 50)
        return np.mean(np.log(np.sum(np.exp(held), axis=1)) - np.log(50))

    found = verify_loss(bound, roles=("log_weights",), rng=0)
    assert found.outcome == ("undecided" if shape is None else "consistent")


@pytest.mark.endurance
@pytest.mark.parametrize("divided", [lambda total: total / 64 / 784, lambda total: total / (64 * 784)])
def test_a_batch_and_pixels_that_are_both_written_are_told(divided: Any):
    found = verify_loss(lambda r, x, m, v: np.mean(bce(r, x)) + divided(np.sum(kl(m, v))), roles=WHOLE, rng=0)
    assert found.missing.startswith("equal, if D = 784 and B = 64 (say so: sizes={'D': 784, 'B': 64})")


@pytest.mark.endurance
def test_the_larger_of_two_numbers_is_that_of_pixels():
    found = verify_loss(lambda r, x, m, v: 784 * np.mean(bce(r, x)) + np.sum(kl(m, v)) / 100, roles=WHOLE, rng=0)
    assert found.missing.startswith("equal, if D = 784 and B = 100 ")


def test_a_wrong_one_for_two_lengths_is_refuted_with_a_case_that_can_be_read():
    def loss(mu, logvar):
        return np.mean(kl(mu, logvar).reshape(64, 20))

    found = verify_loss(loss, roles=KL, rng=0)
    assert [mistake.slug for mistake in found.mistakes] == ["mean-over-latent"]
    assert "wrong-scale" in found.mistakes[0].same_as
    assert "at mu = 0 but 1 at [0, 0] (shape 64 × 20), logvar = 0:" in " ".join(diagnosis_text(found).split())
    scope: dict[str, Any] = {"loss": loss}
    exec(found.as_test(), scope)
    with pytest.raises(AssertionError):
        scope["test_loss_is_right"]()
    scope["loss"] = mean_of_sums
    scope["test_loss_is_right"]()


def test_the_test_of_a_large_case_is_short_in_torch_too():
    torch = pytest.importorskip("torch")

    def loss(mu, logvar):
        return torch.mean((0.5 * (mu**2 + logvar.exp() - 1 - logvar)).view(64, 20))

    source = verify_loss(loss, roles=KL, backend="torch", rng=0).as_test()
    assert "    mu = np.full((64, 20), 0.0)\n    mu[0, 0] = 1.0\n    mu = torch.tensor(mu)\n" in source
    scope: dict[str, Any] = {"loss": loss}
    exec(source, scope)
    with pytest.raises(AssertionError):
        scope["test_loss_is_right"]()


HIDDEN = [2, 20]


def test_lengths_taken_for_some_batches_only_are_the_last_resort():
    def two_of_twenty(mu, logvar):
        if list(mu.shape) != HIDDEN:
            raise ValueError(mu.shape)
        return np.sum(kl(mu, logvar), axis=1)

    found = verify_loss(two_of_twenty, roles=KL, rng=0)
    assert found.outcome == "consistent"
    assert "d = 20" in found.finding("fixed-size").message


@pytest.mark.parametrize("pixels", range(1, 60))
def test_any_number_of_pixels_is_an_image(pixels: int):
    (sizes, *_) = sizes_for(frozenset("BD"), LAYOUTS[1], {"D": pixels})
    assert sizes["c"] * sizes["h"] * sizes["w"] == sizes["D"] == pixels


def test_what_cannot_be_called_is_right_under_no_reading():
    def refusing(mu, logvar):
        raise ValueError("no")

    def of_no_axis(mu, logvar):
        return np.zeros((17, 19))

    for fn in (refusing, of_no_axis):
        case = Case(LossFunction.of(fn), assigned(("mu", "logvar"), (), KL), None, Options(), {}, None)
        assert not is_right_as(case, case.assignment, Seeds.of(0))


def test_a_right_function_has_no_counterexample_and_a_strange_formula_no_explanation():
    function = LossFunction.of(lambda mu, logvar: np.sum(kl(mu, logvar), axis=1))
    case = Case(function, assigned(("mu", "logvar"), (), KL), None, Options(), {}, None)
    heard = hear(case, case.assignment, Seeds.of(0))
    assert counterexample(heard.call, heard.found, heard.samples, heard.dtype) is None
    whole = Case(
        LossFunction.of(lambda r, x, m, v: np.sum(bce(r, x)) + np.sum(kl(m, v))),
        assigned(("r", "x", "m", "v"), (), WHOLE),
        None,
        Options(),
        {},
        None,
    )
    heard = hear(whole, whole.assignment, Seeds.of(0))
    quantity, rights = heard.call.quantity, heard.found.rights
    table = PartsTable(quantity, heard.samples[0].kind, heard.samples[0].layout, rights, {})
    strange = Term("strange", ("B", "d"), lambda arrays: arrays["mean"], lambda symbols: symbols["mean"])
    assert table.explanations(Formula.of({strange: law(1)}), quantity.scales, 6, 0) == []
    assert table.explanations(rights[0].formula, quantity.scales, 6, 0)


@pytest.mark.endurance
def test_a_batch_that_fills_the_memory_is_no_excuse_that_is_asked_for():
    asked_with, mask = [], np.ones((1, 3, 32, 32))

    def over_the_batch(r, x, m, v):
        asked_with.append(x.size)
        if x.size > 1 << 21:
            raise ValueError(x.shape)
        return (0.5 * mask * (r - x) ** 2).sum(0).mean() + mean_of_sums(m, v)

    assert verify_loss(over_the_batch, roles=WHOLE, rng=0).outcome == "refuted"
    assert max(asked_with) <= 1 << 21


@pytest.mark.endurance
def test_a_batch_of_512_images_is_an_excuse_that_is_asked_for():
    def loss(r, x, m, v):
        return np.sum(0.5 * (r - x) ** 2) / len(x) + np.sum(kl(m, v)) / 512

    assert verify_loss(loss, roles=WHOLE, sizes={"D": 1056}, rng=0).missing.startswith("equal, if B = 512")


def of_samples(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def dropping_an_odd_sample(mu, logvar):
    values = of_samples(mu, logvar)
    return values[: max(1, len(values) // 2 * 2)].mean()


def of_four_parts(mu, logvar):
    return np.mean([part.mean() for part in np.array_split(of_samples(mu, logvar), 4) if len(part)])


@pytest.mark.parametrize(
    ("fn", "length", "also"),
    [(dropping_an_odd_sample, 2, "B = 4 and B = 6"), (of_four_parts, 4, "B = 8 and B = 12")],
)
def test_what_is_right_at_some_lengths_and_not_at_others_is_told_so(fn, length, also):
    found = ask(fn, "mean", "log_variance")
    assert found.outcome == "undecided"
    assert f"B = {length} (say so" in found.missing or f"B = {length}, or if" in found.missing
    assert found.missing.endswith(f"it is right at {also} as well: at some lengths, and not at others")
    assert found.recovered.endswith(f", at B = {length}")
    passed(ask(fn, "mean", "log_variance", sizes={"B": length}))


@pytest.mark.unmeasured
def test_what_is_right_at_one_length_alone_is_something_else_at_others():
    def broken(mu, logvar):
        return of_samples(mu, logvar).mean() if len(mu) == 16 else of_samples(np.sin(mu), logvar).max()

    found = ask(broken, "mean", "log_variance")
    assert found.missing == "equal, if B = 16 (say so: sizes={'B': 16}); at other lengths it is something else"
