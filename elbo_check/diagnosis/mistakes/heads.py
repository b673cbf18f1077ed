"""The tensors that arrive are not those that were meant: an activation too many, one head for two, q beside itself."""

from __future__ import annotations

from .card import KL_OF_TENSOR, Card

__all__ = ["CARDS"]

CARDS = (
    Card(
        "EC091",
        "activation-on-logvar",
        "an activation stands on the log variance, or on the mean",
        "½ Σ_j (μ_j² + (1 + exp(t_j)) − 1 − log(1 + exp(t_j)))",
        KL_OF_TENSOR,
        "The head of the encoder ends in the activation of the other layers, a softplus, a tanh or a ReLU; a log "
        "variance needs none, as all numbers are allowed.",
        "With a softplus the variance never falls below 1: posteriors cannot be sharper than the prior. With a tanh it "
        "stays between 0.368 and 2.718.",
        "let the heads of mean and log variance be linear layers without an activation",
        "https://github.com/wohlert/semi-supervised-pytorch/issues/16",
    ),
    Card(
        "EC092",
        "copy-paste-head",
        "the mean is used where the log variance should be",
        "½ Σ_j (μ_j² + exp(μ_j) − 1 − μ_j)",
        KL_OF_TENSOR,
        "A line was copied and not changed to the end: logvar = self.fc_mu(h), or a tuple that returns the mean twice.",
        "The variance has no parameters of its own, and the KL does not depend on it: the second argument has no "
        "gradient.",
        "give the log variance a layer of its own: logvar = self.fc_logvar(h)",
        "https://github.com/OpenTalker/SadTalker/issues/969",
    ),
    Card(
        "EC093",
        "wrong-tensor",
        "a distribution is set beside itself",
        "Σ_k q_k log(q_k/q_k)",
        "Σ_k q_k log(q_k/p_k)",
        "Both arguments of the divergence are the same tensor: a name was used twice, or student and teacher are one.",
        "The loss is 0 for all parameters and its gradient is 0: nothing is learned, and it looks converged.",
        "pass the two distributions that are meant, and test with two that differ",
        "https://github.com/labmlai/annotated_deep_learning_paper_implementations/issues/66",
    ),
)
