"""What divides rows of categoricals itself has to be right of such rows, and not of one that is divided already."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from .help import accused, ask, codes_of, needs_torch, passed

ROWS = {"G": 30, "K": 10}
PAIR = ("logits_q", "logits_p")


def kls(q, k):
    return (q * np.log(q * k)).sum(-1)


def divided(logits):
    return kls(softmax(logits.reshape(-1, 30, 10), axis=-1), 10).sum(-1).mean()


def too_late(logits):
    return kls(softmax(logits, axis=-1).reshape(-1, 30, 10), 10).sum(-1).mean()


def half_too_late(logits):
    q = softmax(logits.reshape(-1, 30, 10), axis=-1)
    return (q * (log_softmax(logits, axis=-1).reshape(-1, 30, 10) + np.log(10))).sum((1, 2)).mean()


def pair_divided(a, b):
    q, p = (softmax(each.reshape(-1, 30, 10), axis=-1) for each in (a, b))
    return (q * np.log(q / p)).sum((1, 2)).mean()


def pair_too_late(a, b):
    q, p = (softmax(each, axis=-1).reshape(-1, 30, 10) for each in (a, b))
    return (q * np.log(q / p)).sum((1, 2)).mean()


def of_tens(logits):
    q = softmax(logits.reshape(len(logits), -1, 10), axis=-1)
    return kls(q, 10).sum(-1).mean()


def constant_once(logits):
    q = softmax(logits.reshape(len(logits), -1, 10), axis=-1)
    return (q * np.log(q)).sum((1, 2)).mean() + np.log(10)


def over_groups(logits):
    return kls(softmax(logits.reshape(len(logits), -1, 10), axis=-1), 10).mean()


def of_more_samples(logits):
    """Each of them has a value of its own: rows are more samples, and nothing says that they are not."""
    return kls(softmax(logits.reshape(-1, 10), axis=-1), 10)


@pytest.mark.endurance
@pytest.mark.parametrize(("right", "roles"), [(divided, ("logits",)), (pair_divided, PAIR)])
def test_a_row_that_is_divided_first_is_right_with_sizes_and_without(right, roles):
    found = passed(ask(right, *roles, sizes=ROWS))
    assert found.record["layout"] == "all categoricals of a sample in one row, (B, G·K)"
    assert "G = 30, K = 10" in found.finding("fixed-size").message
    found = ask(right, *roles)
    assert found.outcome == "undecided"
    assert "equal, if G = 30 and K = 10 (say so: sizes={'G': 30, 'K': 10})" in found.missing


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("wrong", "roles"), [(too_late, ("logits",)), (half_too_late, ("logits",)), (pair_too_late, PAIR)]
)
def test_a_row_that_is_divided_after_the_softmax_is_not_right(wrong, roles):
    found = ask(wrong, *roles, sizes=ROWS)
    assert found.outcome == "undecided"
    assert "equal, if its arguments have three axes, (B, G, K), with G = 30 and K = 10 (assert that" in found.missing
    assert "of several categoricals in a row, (B, G·K), which it divides itself, it is something else" in found.missing
    found = ask(wrong, *roles)
    assert found.outcome == "undecided"
    assert "three axes, (B, G, K), with G = 30 and K = 10; of rows (B, G·K) it is not" in found.missing


def test_how_wrong_it_is_of_a_row_is_told():
    uniform = too_late(np.zeros((2, 300)))
    assert (
        f"it gives {uniform:.6g} where 0 is right, at G = 30 and K = 10" in ask(too_late, "logits", sizes=ROWS).missing
    )


def test_nothing_is_told_of_a_row_where_no_simple_numbers_are_wrong(monkeypatch):
    monkeypatch.setattr("elbo_check.loss_hearing.undecided.counterexample", lambda *_: None)
    assert "where 0 is right" not in ask(too_late, "logits", sizes=ROWS).missing


@pytest.mark.unmeasured
def test_one_that_asserts_its_three_axes_is_given_no_row():
    def asserted(logits):
        _, _, _ = logits.shape
        return too_late(logits)

    assert passed(ask(asserted, "logits", sizes=ROWS)).record["layout"] == ""


@pytest.mark.unmeasured
def test_one_that_divides_nothing_is_given_no_row():
    def of_any(logits):
        return kls(softmax(logits, axis=-1), 10).reshape(len(logits), -1).sum(-1)

    assert passed(ask(of_any, "logits", sizes=ROWS)).record["layout"] == ""


@pytest.mark.endurance
def test_one_that_takes_any_number_of_categories_is_judged_of_rows():
    def twenty(logits):
        q = softmax(logits.reshape(len(logits), 20, -1), axis=-1)
        return kls(q, q.shape[-1]).sum(-1).mean()

    def twenty_too_late(logits):
        q = softmax(logits, axis=-1).reshape(len(logits), 20, -1)
        return kls(q, q.shape[-1]).sum(-1).mean()

    passed(ask(twenty, "logits", sizes={"G": 20}))
    assert "equal, if G = 20 (say so: sizes={'G': 20})" in ask(twenty, "logits").missing
    assert ask(twenty_too_late, "logits", sizes={"G": 20}).outcome == "undecided"


def test_what_takes_several_tens_is_judged_of_several():
    found = passed(ask(of_tens, "logits"))
    assert "of each of the G categoricals" in found.claim
    assert "K = 10" in found.finding("fixed-size").message
    assert passed(ask(of_tens, "logits", sizes={"K": 10})).record["sizes"][0]["G"] > 1
    assert passed(ask(of_more_samples, "logits")).record["layout"] == ""


@pytest.mark.endurance
@pytest.mark.parametrize(("wrong", "slug"), [(constant_once, "missing-dim-term"), (over_groups, "mean-over-latent")])
def test_what_takes_several_tens_and_is_right_of_one_is_not_right(wrong, slug):
    for sizes in (None, {"K": 10}):
        found = ask(wrong, "logits", sizes=sizes)
        assert found.outcome == "undecided"
        assert "equal, if a sample is one categorical (say so: sizes={'G': 1, 'K': 10})" in found.missing
        assert f": {slug}; it gives" in found.missing
    passed(ask(wrong, "logits", sizes={"G": 1, "K": 10}))
    assert ask(wrong, "logits", sizes={"G": 20, "K": 10}).outcome == "refuted"


def test_a_batch_of_as_many_as_a_row_has_is_taken_for_a_row():
    """Of 30 samples of 10 categories `reshape(-1, 30, 10)` makes one of 30 categoricals."""
    found = passed(ask(divided, "logits", sizes={"K": 10}))
    assert {(sizes["G"], sizes["K"]) for sizes in found.record["sizes"]} == {(30, 10)}
    wrong = ask(lambda logits: divided(logits) / 30, "logits", sizes={"K": 10})
    assert wrong.outcome == "undecided"
    assert "sizes={'G': 1, 'K': 10}" in wrong.missing
    assert ask(too_late, "logits", sizes={"K": 10}).outcome == "undecided"


def test_a_sum_over_all_probabilities_of_a_row_divides_none():
    """It is right of a row of any length, and of arrays of three axes it is a mean over their categoricals."""

    def mean(q):
        return (q * np.log(q * 10)).sum(-1).mean()

    accused("wrong-scale", ask(mean, "probabilities", sizes=ROWS))
    told = ask(lambda q: mean(q.reshape(len(q), -1)), "probabilities", sizes=ROWS)
    assert passed(told).record["layout"] == ""


def test_groups_beyond_those_of_the_code_are_asked():
    def first_of_many(logits):
        q = softmax(logits.reshape(len(logits), -1, 10), axis=-1)
        return kls(q, 10)[:, :12].sum(-1).mean()

    found = ask(first_of_many, "logits")
    assert found.outcome == "refuted"
    assert found.finding("wrong-spot").details["where"] == "G = 16"


@pytest.mark.unmeasured
@needs_torch
def test_a_gradient_that_is_cut_beyond_the_first_group_is_seen():
    from torch.nn import functional

    def cut(logits):
        q = functional.softmax(logits.view(len(logits), -1, 10), -1)
        kl = (q * (q * 10).log()).sum(2)
        return (kl[:, 0] + kl[:, 1:].detach().sum(1)).mean()

    assert ask(cut, "logits", backend="torch").outcome == "refuted"


@pytest.mark.endurance
def test_rows_that_are_split_are_right_though_arrays_are_split_along_their_groups():
    def split(logits):
        parts = np.split(logits, range(10, logits.shape[1], 10), axis=1)
        return sum(kls(softmax(part, axis=-1), 10).mean() for part in parts)

    found = ask(split, "logits", sizes=ROWS)
    assert found.outcome == "undecided"
    assert "all categoricals of a sample in one row, (B, G·K); else it is" in found.missing
    assert "equal, if K = 10 (say so: sizes={'K': 10}); at other lengths" in ask(split, "logits").missing


def by_class(logits, axis=1):
    log_q = log_softmax(logits, axis=axis)
    return (np.exp(log_q) * (log_q + np.log(logits.shape[axis]))).sum((1, 2)).mean()


def pair_by_class(a, b):
    a, b = (log_softmax(each, axis=1) for each in (a, b))
    return (np.exp(a) * (a - b)).sum((1, 2)).mean()


def ten_by_class(logits):
    assert logits.shape[1] == 10
    return by_class(logits)


@pytest.mark.endurance
def test_categories_may_stand_before_their_categoricals():
    for function, roles in ((by_class, ("logits",)), (pair_by_class, PAIR)):
        found = ask(function, *roles)
        assert found.outcome == "undecided"
        assert "hold the categories before their categoricals, (B, K, G); else" in found.missing
    assert "(B, K, G), with K = 10; else" in ask(ten_by_class, "logits").missing
    assert "(B, K, G); else" in ask(pair_by_class, *PAIR, sizes={"G": 3}).missing


@pytest.mark.endurance
def test_a_row_may_be_laid_out_class_by_class():
    def divided_by_class(logits):
        return by_class(logits.reshape(-1, 10, 20))

    words = "all categoricals of a sample in one row, (B, K·G), class by class"
    assert f"{words}, with G = 20 and K = 10; else" in ask(divided_by_class, "logits").missing
    assert f"{words}; else" in ask(divided_by_class, "logits", sizes={"G": 20, "K": 10}).missing


@pytest.mark.endurance
@pytest.mark.parametrize("side", [10, 16, 32])
def test_a_row_class_by_class_may_have_as_many_categoricals_as_categories(side):
    def divided_by_class(logits):
        return by_class(logits.reshape(-1, side, side))

    def doubled(logits):
        return 2 * divided_by_class(logits)

    words = "all categoricals of a sample in one row, (B, K·G), class by class"
    found = ask(divided_by_class, "logits")
    assert found.outcome == "undecided"
    assert f"{words}, with G = {side} and K = {side}; else" in found.missing
    assert ask(doubled, "logits").outcome == "refuted"


def test_a_row_class_by_class_of_any_number_of_categoricals_is_told_beside_one_categorical():
    def ten_classes(logits):
        return by_class(logits.reshape(len(logits), 10, -1))

    for sizes in (None, {"K": 10}):
        found = ask(ten_classes, "logits", sizes=sizes)
        assert found.outcome == "undecided"
        assert (
            "a sample is one categorical (say so: sizes={'G': 1, 'K': 10}), or if its arguments hold" in found.missing
        )
        assert "(B, K·G), class by class; of rows (B, G·K), which it divides itself as well, it is not" in found.missing
    passed(ask(ten_classes, "logits", sizes={"G": 1, "K": 10}))
    assert "class by class; else" in ask(ten_classes, "logits", sizes={"G": 20, "K": 10}).missing


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "wrong",
    [
        lambda logits: by_class(logits) / logits.shape[2],
        lambda logits: by_class(logits) + 1,
        lambda logits: (softmax(logits, axis=1) * np.log(softmax(logits, axis=1))).sum((1, 2)).mean(),
        lambda logits: by_class(logits.reshape(-1, 10, 20)) / 20,
    ],
)
def test_what_is_wrong_of_categories_first_too_is_accused(wrong):
    assert ask(wrong, "logits").outcome == "refuted"


@needs_torch
def test_gradients_of_categories_first_are_laid_out_as_the_values_are():
    from torch.nn import functional

    def cut(logits):
        log_q = functional.log_softmax(logits.view(-1, 10, 20), 1)
        kl = (log_q.exp() * (log_q + np.log(10))).sum(1)
        return (kl[:, 0] + kl[:, 1:].detach().sum(1)).mean()

    def whole(logits):
        log_q = functional.log_softmax(logits.view(-1, 10, 20), 1)
        return (log_q.exp() * (log_q + np.log(10))).sum((1, 2)).mean()

    assert ask(whole, "logits", backend="torch", sizes={"G": 20, "K": 10}).outcome == "undecided"
    assert ask(cut, "logits", backend="torch", sizes={"G": 20, "K": 10}).outcome == "refuted"


def test_what_takes_one_categorical_or_several_is_told_where_it_is_another_function():
    def mean(logits):
        return kls(softmax(logits, axis=-1), logits.shape[-1]).mean()

    def wrong_axis(logits):
        return (softmax(logits, axis=1) * log_softmax(logits, axis=1)).sum() / len(logits) + np.log(logits.shape[1])

    told = passed(ask(mean, "logits")).finding("not-of-groups")
    assert "(B, G, K), as well, and of those it is another function: their divergences" in told.message
    assert ask(mean, "logits", sizes={"G": 3}).outcome == "refuted"
    assert "not-of-groups" in codes_of(passed(ask(wrong_axis, "logits")))


def test_what_is_right_of_categories_first_is_told_so():
    def first(logits):
        log_q = log_softmax(logits, axis=1)
        return (np.exp(log_q) * (log_q + np.log(logits.shape[1]))).sum() / len(logits)

    told = passed(ask(first, "logits")).finding("not-of-groups")
    assert "another function (of (B, K, G), the categories before their categoricals, it is right):" in told.message


@pytest.mark.parametrize(
    "right",
    [
        lambda logits: kls(softmax(logits, axis=-1), logits.shape[-1]).sum(),
        lambda logits: kls(softmax(logits, axis=-1), logits.shape[-1]),
        lambda logits: kls(softmax(logits, axis=-1), logits.shape[-1]).sum() / len(logits),
        lambda logits: kls(softmax(logits, axis=-1), logits.shape[-1])[:, None].sum(2).mean(),
        lambda logits: kls(softmax(logits, axis=-1), logits.shape[-1]).sum() * (1.0 if logits.ndim == 2 else np.nan),
    ],
)
def test_nothing_is_told_of_several_where_it_is_right_or_refuses_them(right):
    assert "not-of-groups" not in codes_of(passed(ask(right, "logits")))
