"""Which output is the answer, as far as names say: `loss` is, `recon_loss` is a part, a place in a tuple is silent."""

from __future__ import annotations

from collections.abc import Sequence

from .name_signs import is_loss, words_of

__all__ = ["KLS", "first_named", "main_output", "namesakes"]

KLS = ("kl", "kld", "kl_loss", "kl_div")
_MAIN = ("loss", "total", "total_loss", "vae_loss", "negative_elbo", "neg_elbo", "nelbo", "objective", "elbo")
_OF_THE_WHOLE = frozenset(
    {"total", "full", "final", "overall", "whole", "main", "sum", "summed", "mean", "avg", "average", "batch", "step"}
    | {"train", "training", "val", "valid", "validation", "test", "eval", "epoch", "model", "my", "the", "objective"}
    | {"vae", "beta", "elbo", "neg", "negative"}
)
_OF_A_KL = frozenset({"kl", "kld", "div", "divergence", "latent"})


def main_output(names: Sequence[str], objective: bool) -> str:
    """Return the output that is the answer: the one called loss, or kl where a KL is asked for; else the first.

    >>> main_output(("recon_loss", "kl", "train_loss", "elbo"), objective=True)
    'train_loss'
    """
    return first_named(names, objective) or names[0]


def first_named(names: Sequence[str], objective: bool) -> str:
    """Return the output of which the name says that it is the answer; "" where none does.

    >>> first_named(("0", "1"), objective=True), first_named(("recon_loss", "kl_loss"), objective=True)
    ('', '')
    >>> first_named(("recon_loss", "kl_loss"), objective=False)
    'kl_loss'
    """
    *exact, last = _MAIN if objective else (*KLS, *_MAIN)
    others = [name for name in names if _is_whole_loss(name, objective)]
    found = [name for word in exact for name in names if name.lower() == word]
    return next(iter([*found, *others, *(name for name in names if name.lower() == last)]), "")


def namesakes(names: Sequence[str], objective: bool) -> tuple[str, ...]:
    """Return the outputs that are called a loss where none is just `loss`, or what else is first of all; () for one.

    >>> namesakes(("val_loss", "kl", "train_loss"), objective=True)
    ('val_loss', 'train_loss')
    >>> namesakes(("val_loss", "train_loss", "loss"), objective=True), namesakes(("loss_sum", "kl"), objective=True)
    ((), ())
    """
    *exact, _ = _MAIN if objective else (*KLS, *_MAIN)
    others = tuple(name for name in names if _is_whole_loss(name, objective))
    return others if len(others) > 1 and first_named(names, objective).lower() not in exact else ()


def _is_whole_loss(name: str, objective: bool) -> bool:
    """Whether a name is that of a loss, and of none of its parts; of what is in containers, the loss is one of many."""
    words = [] if "." in name else words_of(name)
    rest = {word for word in words if not is_loss(word)}
    return len(rest) < len(words) and rest <= (_OF_THE_WHOLE if objective else _OF_THE_WHOLE | _OF_A_KL)
