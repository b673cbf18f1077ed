"""What is returned beside two right parts: a further term leaves open what the caller adds, and a metric does not."""

import numpy as np
import pytest

from .help import ask, long_but, needs_torch, passed

ROLES = ("probabilities", "x", "mean", "log_variance")


def elements(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def bce(r, x):
    return elements(r, x).sum(-1).mean()


def each(mu, lv):
    return (mu**2 + np.exp(lv) - 1 - lv).sum(-1) / 2


def kl(mu, lv):
    return each(mu, lv).mean()


TERMS = {
    "free bits": lambda r, x, mu, lv: {"kl_loss": np.mean(np.maximum(each(mu, lv), 0.5))},
    "a penalty": lambda r, x, mu, lv: {"l2": 0.01 * (mu**2).sum(-1).mean()},
    "a penalty of float32": lambda r, x, mu, lv: {"l2": np.float32(0.01) * np.float32((mu**2).sum(-1).mean())},
    "a penalty a sample": lambda r, x, mu, lv: {"l2": 0.01 * (mu**2).sum(-1)},
    "a weighted KL": lambda r, x, mu, lv: {"beta_kl": 4 * kl(mu, lv)},
    "of shape (1,)": lambda r, x, mu, lv: {"l2": np.array([0.01]) * (mu**2).mean()},
    "of shape (1, 1)": lambda r, x, mu, lv: {"l2": 0.01 * (mu**2).mean(keepdims=True)},
    "of shape (B, 1)": lambda r, x, mu, lv: {"l2": 0.01 * (mu**2).sum(1, keepdims=True)},
    "one value a latent": lambda r, x, mu, lv: {"l2": 0.01 * (mu**2).mean(0)},
    "of half precision": lambda r, x, mu, lv: {"beta_kl": np.float16(4 * kl(mu, lv))},
    "beside a large constant": lambda r, x, mu, lv: {"l2": np.float32(1000 + (mu**2).mean())},
    "a hinge far out": lambda r, x, mu, lv: {"hinge": np.maximum(0, np.abs(mu) - 3).sum(-1).mean()},
    "a hinge near the prior": lambda r, x, mu, lv: {"free_bits": max(0.0, 0.5 - kl(mu, lv))},
    "another reconstruction": lambda r, x, mu, lv: {"recon_loss": np.abs(x - r).mean()},
}
NO_TERMS = {
    "a weight": lambda r, x, mu, lv: {"beta": 1.0},
    "a count": lambda r, x, mu, lv: {"n": len(x)},
    "a share of hits": lambda r, x, mu, lv: {"accuracy": np.mean((r > 0.5) == (x > 0.5))},
    "of the data alone": lambda r, x, mu, lv: {"shade": x.mean()},
    "hits that are counted": lambda r, x, mu, lv: {"hits": np.sum((r > 0.5) == (x > 0.5))},
    "a share of hits in half precision": lambda r, x, mu, lv: {"accuracy": np.float16(np.mean(r.ravel()[:8] > 0.5))},
    "a constant to rounding": lambda r, x, mu, lv: {"one": (np.exp(lv) / np.exp(lv).sum(-1, keepdims=True)).sum()},
    "what cannot be a number": lambda r, x, mu, lv: {"model": "vae", "aux": None, "warm": True, "of": object()},
    "tensors in four containers": lambda r, x, mu, lv: {"a": {"b": {"c": {"d": mu}}}},
    "one value a coordinate": lambda r, x, mu, lv: {"kl_of_each": mu**2},
    "tensors": lambda r, x, mu, lv: {"mu": mu, "std": np.exp(lv / 2), "recon_x": r},
}
QUICK = (
    "a weight",
    "a count",
    "a constant to rounding",
    "what cannot be a number",
    "tensors in four containers",
    "tensors",
)


def beside(more):
    return lambda r, x, mu, lv: {"bce": bce(r, x), "kl": kl(mu, lv), **more(r, x, mu, lv)}


@pytest.mark.endurance
@pytest.mark.parametrize("more", TERMS.values(), ids=TERMS)
def test_two_right_parts_beside_a_further_term_are_not_all_that_may_be_added(more):
    found = ask(beside(more), *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert (
        found.missing
        == "equal, if the caller adds its outputs 'bce' and 'kl' and nothing else (say so: output='bce + kl')"
    )
    passed(ask(beside(more), *ROLES, output="bce + kl"))


@pytest.mark.parametrize("more", long_but(NO_TERMS, *QUICK))
def test_two_right_parts_beside_what_is_no_term_are_right(more):
    passed(ask(beside(more), *ROLES))


UNREAD = {
    "a masked array": lambda total: np.ma.array([total]),
    "objects": lambda total: np.array(total, dtype=object),
    "complex numbers": complex,
    "a dict, nested too deep": lambda total: {"b": {"c": {"d": total}}},
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_cannot_be_read_beside_two_right_parts_may_be_a_loss(what):
    made = lambda r, x, mu, lv: {"total_of": {"a": UNREAD[what](bce(r, x) + 3 * kl(mu, lv))}}
    found = ask(beside(made), *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert f"; what cannot be read beside them may be the loss itself: 'total_of.a' ({what}" in found.missing
    passed(ask(beside(made), *ROLES, output="bce + kl"))


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("half", ["half", "bfloat16"])
def test_a_term_in_half_precision_is_seen_though_a_small_step_is_lost_in_it(half):
    def parts(r, x, mu, lv):
        one = -(x * r.log() + (1 - x) * (1 - r).log()).sum(-1).mean()
        return one, 0.5 * (mu**2 + lv.exp() - 1 - lv).sum(-1).mean()

    def fn(r, x, mu, lv):
        one, other = parts(r, x, mu, lv)
        return {"bce": one, "kl": other, "beta_kl": getattr(4 * other, half)(), "n": getattr(x.sum(), half)()}

    assert " and nothing else " in ask(fn, *ROLES, backend="torch").missing
    passed(ask(lambda r, x, mu, lv: {**fn(r, x, mu, lv), "beta_kl": 4.0}, *ROLES, backend="torch"))


def test_what_refuses_numbers_far_out_is_asked_nearer():
    def weighed(r, x, mu, lv, weight):
        if np.any(np.abs(mu) > 3):
            raise ValueError("far out")
        return {"bce": bce(r, x), "kl": kl(mu, lv), "l2": weight * (mu**2).mean(), "n": len(x)}

    def fn(r, x, mu, lv):
        return weighed(r, x, mu, lv, 0.01)

    def harmless(r, x, mu, lv):
        return weighed(r, x, mu, lv, 0.0)

    assert " and nothing else " in ask(fn, *ROLES).missing
    assert " and nothing else " not in (ask(harmless, *ROLES).missing or "")


@pytest.mark.unmeasured
def test_of_one_sample_a_row_is_a_tensor():
    def fn(r, x, mu, lv):
        return {"bce": elements(r, x).sum(), "kl": each(mu, lv), "std": np.exp(lv / 2)}

    passed(ask(fn, *ROLES, batch=False))


def test_parts_of_one_value_a_coordinate_may_have_a_further_one():
    def fn(r, x, mu, lv, more=True):
        both = {"bce": elements(r, x).sum(-1), "kl": each(mu, lv)}
        return {**both, "l2": 0.01 * (mu**2).sum(-1)} if more else both

    assert " and nothing else " in ask(fn, *ROLES).missing
    passed(ask(lambda r, x, mu, lv: fn(r, x, mu, lv, more=False), *ROLES))


def test_what_refuses_a_small_step_may_be_a_term():
    def fn(r, x, mu, lv):
        if np.any(mu * 64 % 1):
            raise ValueError("off the grid")
        return {"bce": bce(r, x), "kl": kl(mu, lv), "n": len(x)}

    assert ask(fn, *ROLES).outcome != "consistent"


def hinge(array, low, high):
    return (np.maximum(0, array - high) + np.maximum(0, low - array)).sum(-1).mean()


OF_DECODERS = {
    "means beyond the unit interval": ("reconstruction", lambda r: hinge(r, 0, 1)),
    "means far out": ("reconstruction", lambda r: hinge(r, -3, 3)),
    "means near a half": ("reconstruction", lambda r: max(0.0, 0.01 - np.mean((r - 0.5) ** 2))),
    "probabilities near 1": ("probabilities", lambda r: hinge(r, 0, 0.99)),
    "probabilities near 0": ("probabilities", lambda r: hinge(r, 0.01, 1)),
    "large logits": ("logits", lambda r: hinge(r, -6, 6)),
}
NO_TERMS_OF_DECODERS = {
    "a share that is far out": ("reconstruction", lambda r: np.mean(np.abs(r) > 3)),
    "a share that is sure": ("probabilities", lambda r: np.mean(r > 0.99)),
    "a share of positive logits": ("logits", lambda r: np.mean(r > 0)),
    "a check": ("logits", lambda r: float(np.isfinite(r).all())),
}
RECONSTRUCTIONS = {
    "reconstruction": lambda r, x: 0.5 * (r - x) ** 2,
    "probabilities": elements,
    "logits": lambda r, x: np.logaddexp(0, r) - x * r,
}


def with_decoder(decoded, more):
    def loss(r, x, mu, lv):
        return {"recon": RECONSTRUCTIONS[decoded](r, x).sum(-1).mean(), "kl": kl(mu, lv), "more": more(r)}

    return ask(loss, decoded, *ROLES[1:])


@pytest.mark.endurance
@pytest.mark.parametrize(("decoded", "more"), OF_DECODERS.values(), ids=OF_DECODERS)
def test_a_further_term_may_be_one_of_what_a_decoder_gives(decoded, more):
    assert with_decoder(decoded, more).outcome == "undecided"


@pytest.mark.parametrize(("decoded", "more"), NO_TERMS_OF_DECODERS.values(), ids=NO_TERMS_OF_DECODERS)
def test_a_share_of_what_a_decoder_gives_is_none(decoded, more):
    passed(with_decoder(decoded, more))


@pytest.mark.unmeasured
def test_a_further_term_may_be_one_of_a_decoders_spread():
    def loss(r, x, t, mu, lv):
        error = 0.5 * ((r - x) ** 2 * np.exp(-t) + t).sum(-1).mean()
        return {"recon": error, "kl": kl(mu, lv), "more": hinge(t, -5, 5)}

    assert ask(loss, "reconstruction", "x", "decoder_log_variance", "mean", "log_variance").outcome == "undecided"
