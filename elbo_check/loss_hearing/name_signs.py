"""Which sign the whole words of a name tell: `elbo` is maximised, `neg_elbo` minimised, and an `elbow` is neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

__all__ = ["is_loss", "is_negative", "sign_of_class", "sign_told", "words_of"]

_WORD = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PHRASES = (
    (r"\b(log )?(lower ?|variational )bound\b", "bound"),
    (r"\b(evidence )?upper ?bound\b", "upperbound"),
    (r"\bnon ?neg(ative)?\b", "nonnegative"),
    (r"\benergy based\b", "energetic"),
    (r"\bfree energy\b", "energy"),
    (r"\blog ?(normal |gaussian )?(pdf|density)\b", "logprob"),
    (r"\blog (prob|lik|likelihood|evidence|marginal)\b", r"log\1"),
    (r"\b(neg|negative|minus)(elbo|vlb|nll|loglikelihood|loglik|energy|bound)\b", r"neg \2"),
    (r"\bn ?(elbo|vlb)s?\b", r"neg \1"),
)
_DEMANDS = {"minimi": 1, "descen": 1, "maximi": -1, "ascen": -1}
_LOSS = frozenset({"loss", "losses", "cost", "costs", "criterion"})
_GLOSSES = frozenset({"gloss", "floss", "lossless", "lossy"})
_SIGNS = {
    **dict.fromkeys(("energy", "vfe", "nll", "nlls", "upperbound"), 1),
    **dict.fromkeys(("elbo", "elbos", "iwelbo", "vlb", "bound", "evidence", "logevidence", "reward"), -1),
    **dict.fromkeys(("likelihood", "loglikelihood", "loglik", "logprob", "logmarginal"), -1),
}
_NEGATIONS = frozenset({"neg", "negative", "negate", "negated", "opposite", "minus"})
_NO_PART_OF_IT = frozenset({"from", "without"})
_DOUBTS = frozenset({"not", "flipped", "inverse", "inverted", "min"})
_ADJECTIVES = frozenset(
    {"the", "variational", "lower", "upper", "free", "log", "marginal", "importance", "weighted", "iw", "iwae", "vae"}
    | {"beta", "gaussian", "bernoulli", "mean", "total", "batch", "mc", "analytic", "full", "gibbs", "helmholtz"}
    | {"sum", "summed", "avg", "average", "averaged", "per", "sample"}
)
_NEGATIVE_THINGS = frozenset({"binomial", "multinomial", "sample", "samples", "sampling"})
_HOLDERS = frozenset({"fn", "func", "function", "module", "layer"})


def sign_told(name: str) -> int:
    """Return 1 for the name of what is minimised, −1 for that of what is maximised, 0 for one that does not say.

    >>> [sign_told(name) for name in ("ELBO", "vlb", "gaussianELBO", "negative_free_energy", "elbo_without_kl")]
    [-1, -1, -1, -1, -1]
    >>> [sign_told(name) for name in ("neg_elbo", "nELBO", "elbo_loss", "free_energy", "upper_bound", "nvlb")]
    [1, 1, 1, 1, 1, 1]
    >>> [sign_told(name) for name in ("step", "boundary", "elbow", "negative_binomial", "")]
    [0, 0, 0, 0, 0]

    What it says that is done with it outranks what it is; a negation that may belong to another word says neither.

    >>> [sign_told(name) for name in ("elbo_to_minimize", "negative_binomial_elbo", "negative_of_my_elbo")]
    [1, -1, 0]
    """
    words = words_of(name)
    cut = next((place for place, word in enumerate(words) if place and word in _NO_PART_OF_IT), len(words))
    words = words[:cut]
    demands = {sign for word in words for stem, sign in _DEMANDS.items() if word.startswith(stem)}
    if demands:
        return demands.pop() if len(demands) == 1 else 0
    if "to" in words[:-1]:
        words = words[words.index("to") + 1 :]
    if any(is_loss(word) for word in words):
        return 0 if _may_be_no_loss(words) else 1
    told = set() if _DOUBTS & {*words} else {*_told(words)}
    return told.pop() if len(told) == 1 else 0


def sign_of_class(name: str) -> int:
    """Return the sign that a class has by its name, whose last word is what its objects are.

    >>> [sign_of_class(name) for name in ("NegativeELBO", "TraceELBO_loss", "VAELossModule", "LowerBound")]
    [1, 1, 1, -1]
    >>> [sign_of_class(name) for name in ("ELBOTrainer", "NegativeBinomialVAE", "LossScaler", "")]
    [0, 0, 0, 0]
    """
    words = words_of(name)
    while words and words[-1] in _HOLDERS:
        words.pop()
    return sign_told(name) if words and (is_loss(words[-1]) or words[-1] in _SIGNS) else 0


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case, what is one term as one word, and no digits."""
    text = " ".join(_WORD.findall(name)).lower()
    for pattern, term in _PHRASES:
        text = re.sub(pattern, term, text)
    return text.split()


def is_negative(name: str, noun: str) -> bool:
    """Whether a name is that of the negative of something.

    >>> (
    ...     is_negative("neg_kl", "kl"),
    ...     is_negative("minusKL", "kl"),
    ...     is_negative("kl", "kl"),
    ...     is_negative("neg_elbo", "kl"),
    ... )
    (True, True, False, False)
    """
    words = [word for word in words_of(name) if word not in _ADJECTIVES]
    return any(one in _NEGATIONS and other == noun for one, other in pairwise(words))


def is_loss(word: str) -> bool:
    """Whether a word in lower case is one for what is minimised."""
    return word in _LOSS or ((word.startswith("loss") or word.endswith("loss")) and word not in _GLOSSES)


def _may_be_no_loss(words: list[str]) -> bool:
    """Whether a negation stands before a loss, which turns it or says what it is of, or it is named beside a bound."""
    nouns = [word for word in words if word not in _ADJECTIVES]
    negated = any(one in _NEGATIONS and is_loss(other) for one, other in pairwise(nouns))
    return negated or ("and" in words and -1 in _told(words))


def _told(words: list[str]) -> Iterator[int]:
    """Yield the sign of each noun that has one: a negation turns the next, but for adjectives; 0 if others are between.

    One that stands after the noun, and last, turns it as well.
    """
    sign, is_sure = 1, True
    for place, word in enumerate(words):
        after = words[place + 1 :]
        own = _SIGNS.get(word, 0)
        if own and _SIGNS.get("".join(after[:1])) == own:
            continue  # the evidence of an evidence bound
        if own:
            turned = -1 if len(after) == 1 and after[0] in _NEGATIONS else 1
            yield own * sign * turned if is_sure else 0
        if own or (word in _NEGATIVE_THINGS and words[place - 1] in _NEGATIONS):
            sign, is_sure = 1, True
        elif word in _NEGATIONS:
            sign, is_sure = -1, word != "minus" or place == 0  # else it stands between two
        elif word not in _ADJECTIVES:
            is_sure = sign > 0 and not (word == "n" and "".join(after[:1]) in _SIGNS)
