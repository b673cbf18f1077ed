"""Lengths that random points leave out: of images, sequences and longer batches, and those that stand in the code."""

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, codes_of, passed

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)
MINIBATCH = ("nll", "kl", "dataset_size")


def each(m, t):
    return 0.5 * (m**2 + np.exp(t) - 1 - t)


def squares(r, x):
    return 0.5 * (r - x) ** 2


def of_images(cut):
    def loss(r, x, m, t):
        batch, _, _, _ = x.shape
        return squares(r, x)[cut].sum() / batch + each(m, t).sum() / batch

    return loss


def of_latent_images(cut):
    def loss(m, t):
        batch, _, _, _ = m.shape
        return each(m, t)[cut].sum() / batch

    return loss


def of_steps(cut):
    def loss(m, t):
        _, _, _ = m.shape
        return each(m, t)[cut].sum((1, 2))

    return loss


def of_classes(cut):
    def loss(logits):
        _, classes, _, _ = logits.shape
        q = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        return (q * np.log(q * classes))[cut].sum((1, 2, 3))

    return loss


WHOLE = np.s_[:]


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles", "cut", "where"),
    [(of_images, VAE, np.s_[..., :28, :28], "h = 70"), (of_latent_images, KL, np.s_[:, :, :8, :8], "H = 70"),
     (of_images, VAE, np.s_[:, :16], "c = 70"), (of_steps, KL, np.s_[:, :16], "T = 70"),
     (of_steps, KL, np.s_[:, :, :16], "L = 70"), (of_classes, ("logits",), np.s_[..., :28], "W = 70")],
)  # fmt: skip
def test_a_sum_over_the_first_of_an_image_or_a_sequence_is_refuted_where_there_are_more(loss, roles, cut, where):
    found = ask(loss(cut), *roles)
    assert found.outcome == "refuted"
    assert found.finding("wrong-spot").details["where"] == where
    passed(ask(loss(WHOLE), *roles))


@pytest.mark.unmeasured
def test_a_gradient_of_the_first_columns_of_an_image_is_refuted_where_there_are_more():
    torch = pytest.importorskip("torch")

    def loss(m, t, first=28):
        batch, _, _, _ = m.shape
        terms = 0.5 * (m**2 + t.exp() - 1 - t)
        return torch.cat([terms[..., :first], terms[..., first:].detach()], -1).sum() / batch

    found = accused("detached-sample", ask(loss, *KL, backend="torch"))
    assert found.mistakes[0].evidence.startswith("where W = 70: along a line in")


def test_a_whole_that_is_given_is_asked_in_no_other_parts():
    def loss(m, t):
        batch, _, _ = m.shape
        return each(m, t).sum() / batch

    passed(ask(loss, *KL, sizes={"d": 16}))


@pytest.mark.parametrize(
    ("sizes", "where"),
    [({}, "B = 33 and N = 99"), ({"N": 6000}, "B = 40"), ({"N": 53}, None), ({"B": 4}, None)],
)
def test_a_minibatch_is_asked_with_more_samples_that_divide_the_data(sizes, where):
    found = ask(lambda nll, kl, n: n * nll[:32].sum() / len(nll) + kl, *MINIBATCH, sizes=sizes)
    assert (found.finding("wrong-spot") is None) == (where is None)
    if where is not None:
        assert found.finding("wrong-spot").details["where"] == where
    passed(ask(lambda nll, kl, n: n * nll.sum() / len(nll) + kl, *MINIBATCH, sizes=sizes))


def at(number, axis, weight):
    def loss(r, x, m, t):
        beta = weight if (m if axis == "d" else x).shape[1] == number else 1.0
        return squares(r, x).sum() / len(x) + beta * each(m, t).sum() / len(x)

    return loss


@pytest.mark.unmeasured
@pytest.mark.parametrize(("number", "axis"), [(20, "d"), (784, "D"), (3072, "D")])
def test_what_is_done_at_one_length_in_the_code_is_refuted_there(number, axis):
    found = ask(at(number, axis, 0.001), *VAE)
    assert found.outcome == "refuted"
    assert found.finding("wrong-spot").details["where"] == f"{axis} = {number}"
    passed(ask(at(number, axis, 1.0), *VAE))


@pytest.mark.unmeasured
@pytest.mark.parametrize(("shape", "where"), [((64, 20), "B = 64 and d = 20"), ((20, 64), "B = 20 and d = 64")])
def test_what_is_done_at_one_shape_in_the_code_is_refuted_there(shape, where):
    found = ask(lambda m, t: each(m, t).sum() * (2.0 if m.shape == shape else 1.0), *KL)
    assert found.outcome == "refuted"
    assert found.finding("wrong-spot").details["where"] == where
    passed(ask(lambda m, t: each(m, t).sum() * (1.0 if m.shape == shape else 1), *KL))


def test_a_gradient_that_is_cut_at_one_length_in_the_code_is_refuted_there():
    pytest.importorskip("torch")

    def loss(m, t):
        terms = 0.5 * (m**2 + t.exp() - 1 - t)
        return (terms.detach() if m.shape[1] == 20 else terms).sum(1)

    found = ask(loss, *KL, backend="torch")
    assert found.mistakes[0].evidence.startswith("where d = 20: along a line in")
    assert "right-value-wrong-gradient" in codes_of(found)


CAPS = {
    "of a sample": lambda m, t: np.minimum(each(m, t).sum(-1), 100.0),
    "of the mean": lambda m, t: np.minimum(each(m, t).sum(-1).mean(), 50.0),
}


@pytest.mark.parametrize("loss", CAPS.values(), ids=CAPS)
def test_a_cap_on_the_value_is_told_from_a_cut_of_the_latents(loss):
    found = ask(loss, *KL)
    assert found.outcome == "refuted"
    assert "near simple numbers where d = " in found.finding("wrong-spot").message
    cut = ask(lambda m, t: each(m, t)[..., :64].sum(-1), *KL)
    assert cut.finding("wrong-spot").message.endswith("another value where d = 70: a branch, a squeeze or a broadcast?")


def in_parts(length):
    """The mean of the means of parts of a batch, the last of which may be shorter."""

    def whole(r, x, mu, s):
        return (0.5 * ((x - r) ** 2).sum(-1) + 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)).mean()

    def loss(*arrays):
        starts = range(0, len(arrays[0]), length)
        return np.mean([whole(*(array[start : start + length] for array in arrays)) for start in starts])

    return loss


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("length", "words"),
    [
        (50, "where B = 513 and the last samples are alike: a mean of the means of parts"),
        (57, "where B = 600"),
        (100, "where B = 513 and the last samples are alike: a mean of the means of parts"),
        (171, "where B = 600"),
        (257, "where B = 600"),
    ],
)
def test_a_mean_of_means_of_parts_is_refuted_where_the_last_is_shorter(length, words):
    found = ask(in_parts(length), "reconstruction", "x", "mean", "log_variance", parameters=["r", "x", "mu", "s"])
    assert found.outcome == "refuted"
    assert words in found.finding("wrong-spot").message
    assert abs(found.counterexample["claim"] - found.counterexample["truth"]) > 1e-6


def test_parts_that_count_by_their_lengths_are_right():
    def loss(mu, s):
        parts = np.array_split(np.arange(len(mu)), max(1, len(mu) // 50))
        terms = 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)
        return sum(terms[part].sum() for part in parts) / len(mu)

    passed(ask(loss, "mean", "log_variance"))


@pytest.mark.parametrize("number", [9000, 13000, 16384])
def test_a_sum_over_thousands_of_latents_is_refuted_where_there_are_a_quarter_more(number):
    found = ask(lambda m, t, n=number: each(m, t)[:, :n].sum(-1), *KL)
    assert found.outcome == "refuted"
    assert found.finding("wrong-spot").details["where"] == f"d = {number * 5 // 4}"


@pytest.mark.parametrize(
    "loss",
    [
        lambda nll, kl, n: n / len(nll) * nll.sum() + (1 if n < 5000 else 0.1) * kl,
        lambda nll, kl, n: n / len(nll) * nll.sum() + (0.1 if n > 5000 else 1) * kl,
        lambda nll, kl, n: n / len(nll) * nll.sum() + (0.1 if n == 50000 else 1) * kl,
        lambda nll, kl, n: n / len(nll) * nll.sum() + (0.1 if n > float("4e4") else 1) * kl,
        lambda nll, kl, n: min(n, 60000) / len(nll) * nll.sum() + kl,
    ],
    ids=["from", "above", "at", "far above", "no more than"],
)
def test_a_weight_that_hangs_on_the_number_of_data_is_found(loss):
    found = ask(loss, *MINIBATCH)
    assert found.outcome == "refuted"
    assert "N = " in found.finding("wrong-spot").details["where"]


RIGHT_OF_MANY_DATA = {
    "a sum": lambda nll, kl, n: n / len(nll) * nll.sum() + kl,
    "a mean": lambda nll, kl, n: nll.mean() + kl / n,
    "in float32": lambda nll, kl, n: np.float32(nll.mean()) + np.float32(kl) / np.float32(n),
    "batches that are counted": lambda nll, kl, n: nll.sum() + kl / (-(-n // len(nll))),
    "full batches that are counted": lambda nll, kl, n: nll.sum() + kl / (n // len(nll)),
    "a clamp of a large KL": lambda nll, kl, n: n / len(nll) * nll.sum() + min(float(kl), 50.0),
}


@pytest.mark.parametrize("loss", RIGHT_OF_MANY_DATA.values(), ids=RIGHT_OF_MANY_DATA)
def test_what_is_right_of_many_data_is_right(loss):
    passed(ask(loss, *MINIBATCH))


def test_where_the_number_of_data_is_given_no_other_is_asked():
    def loss(nll, kl, n):
        assert n == 60
        return nll.mean() + kl / n

    passed(ask(loss, *MINIBATCH, sizes={"N": 60}))
    passed(ask(lambda nll, kl, n: nll.mean() + kl / 60, *MINIBATCH, sizes={"N": 60}))


def test_the_first_of_so_many_parts_are_asked_beyond_their_product():
    def cut(mu, logvar):
        parts = (0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)).reshape(len(mu), -1, 4).sum(2)
        return parts[:, :64].sum(1).mean()

    def whole(mu, logvar):
        parts = (0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)).reshape(len(mu), -1, 4).sum(2)
        return parts.sum(1).mean()

    told = ask(cut, "mean", "log_variance")
    assert told.outcome == "refuted"
    assert told.finding("wrong-spot").details["where"] == "d = 320"
    passed(ask(whole, "mean", "log_variance"))
