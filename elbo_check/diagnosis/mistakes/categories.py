"""Categorical distributions: a term or the weights left out; probabilities, their logarithms and logits exchanged."""

from __future__ import annotations

from .card import Card

__all__ = ["CARDS"]

PAIR = "Σ_k q_k (log q_k − log p_k)"
OF_LOGITS = "Σ_k exp(t_k)/(Σ_k exp(t_k)) (t_k − log(Σ_k exp(t_k)) + log K)"
OF_PROBABILITIES = "Σ_k t_k (log t_k + log K)"
OF_LOGARITHMS = "Σ_k exp(t_k) (t_k + log K)"
KL_DIV = "https://github.com/microsoft/ProDA/issues/20"

CARDS = (
    Card(
        "EC130",
        "missing-entropy-term",
        "the cross entropy stands for the KL",
        "−Σ_k q_k log p_k",
        PAIR,
        "In supervised learning the entropy of the target is a constant, and a cross entropy does; here q is learned.",
        "It is the KL plus the entropy of q: 0.693 instead of 0 at p = q = (½, ½). The gradient for p is right; q is "
        "pushed onto the likeliest class alone.",
        "(q * (log_q - log_p)).sum(-1)",
        KL_DIV,
    ),
    Card(
        "EC131",
        "missing-weights",
        "log ratios are added without the probabilities that weight them",
        "Σ_k (log q_k − log p_k)",
        PAIR,
        "An average over draws of q needs no weights, a sum over all classes does.",
        "Against the uniform distribution it is −K times the KL with q and p exchanged: 0 at the uniform one, negative "
        "elsewhere, without bound as a class loses its probability.",
        "(q * (log_q - log_p)).sum(-1)",
        KL_DIV,
    ),
    Card(
        "EC132",
        "logits-as-prob",
        "a tensor that holds logits is taken for probabilities",
        OF_PROBABILITIES,
        OF_LOGITS,
        "The softmax is forgotten where the network's output goes into the KL.",
        "Not a number where a logit is negative, and no KL where all are positive: a constant added to all logits, "
        "which changes no probability, changes it.",
        "q = softmax(logits, -1), or log_softmax for its logarithm",
        KL_DIV,
    ),
    Card(
        "EC133",
        "logits-as-logprob",
        "a tensor that holds logits is taken for log probabilities",
        OF_LOGARITHMS,
        OF_LOGITS,
        "log_softmax and the raw output of a layer look alike: both may be negative, and exp of both is positive.",
        "The weights do not add up to 1. It is right only where log Σ exp(logits) is 0; a constant added to all logits "
        "changes it, so training moves that constant.",
        "log_q = log_softmax(logits, -1)",
        KL_DIV,
    ),
    Card(
        "EC134",
        "prob-as-logits",
        "a softmax of probabilities: it is taken twice",
        OF_LOGITS,
        OF_PROBABILITIES,
        "The network ends in a softmax, and the loss applies another one, as those that take logits do.",
        "A second softmax keeps all classes within a factor e of each other: for K = 2 the KL of (1, 0) is 0.111 "
        "instead of 0.693, and hardly any pull towards the uniform distribution is left.",
        "give the loss logits, or use log(q) in it",
        KL_DIV,
    ),
    Card(
        "EC135",
        "logprob-as-prob",
        "logarithms of probabilities are used as weights",
        "Σ_k t_k (t_k + log K)",
        OF_LOGARITHMS,
        "The network ends in log_softmax, and exp is forgotten where the average is taken.",
        "The weights are negative, and largest for the rarest class. It is 0 at the uniform distribution: a test "
        "there passes.",
        "(exp(log_q) * (log_q + log(K))).sum(-1)",
        KL_DIV,
    ),
)
