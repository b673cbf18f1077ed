"""Two Gaussians: the direction, the order of the arguments, a prior that is not N(0, 1), mixtures."""

from __future__ import annotations

from .card import Card

__all__ = ["CARDS"]

PAIR = "½ Σ_j (log(σ_p²/σ_q²) + (σ_q² + (μ_q − μ_p)²)/σ_p² − 1)"
REVERSED = "½ Σ_j (log(σ_q²/σ_p²) + (σ_p² + (μ_q − μ_p)²)/σ_q² − 1)"

CARDS = (
    Card(
        "EC070",
        "reversed-kl",
        "KL(p‖q) instead of KL(q‖p)",
        REVERSED,
        PAIR,
        "The two directions look alike; a library's kl(a, b) is KL(a‖b), and F.kl_div(a, b) is KL(b‖a).",
        "Not the KL of the ELBO. Narrow posteriors are punished by 1/σ_q² instead of −log σ_q², wide ones hardly: "
        "with equal means, p = N(0, 1) and σ_q = 0.5 it is 0.807 instead of 0.318. Both are 0 where q = p, and equal "
        "to second order there.",
        "the density that is averaged over comes first: KL(q‖p) = E_q[log q − log p]",
        "https://github.com/kumar-shridhar/PyTorch-BayesianCNN/issues/73",
        ("argument-order",),
    ),
    Card(
        "EC071",
        "argument-order",
        "a right formula is called with its arguments in another order",
        REVERSED,
        PAIR,
        "kl(mu_q, sigma_q, mu_p, sigma_p) is called prior first, or as (mu_q, mu_p, sigma_q, sigma_p); or a function "
        "returns (prior, post) and is unpacked as (post, prior).",
        "Prior and posterior exchanged: KL(p‖q), as in reversed-kl. A mean and a scale exchanged: no KL at all, and "
        "often not a number.",
        "pass by keyword: kl(mu_q=…, sigma_q=…, mu_p=…, sigma_p=…)",
        "https://github.com/juliusfrost/dreamer-pytorch/pull/78",
        ("reversed-kl",),
        cure_of_categories="q comes first: kl(q, p) is (q * (log(q) - log(p))).sum(-1), p = 1 / K if it is uniform",
    ),
    Card(
        "EC072",
        "prior-ignored",
        "the KL to N(0, 1), whatever the prior is",
        "½ Σ_j (μ_q² + σ_q² − 1 − log σ_q²)",
        PAIR,
        "The closed form for a standard prior is kept when the model gets a learned or a conditional prior.",
        "Right for N(0, 1) only. The posterior is pulled to N(0, 1) instead of to the prior, and a learned prior gets "
        "no gradient: draws of it decode badly.",
        "use the formula with the prior's own mean and standard deviation, mu_p and sigma_p",
        "https://github.com/GPflow/GPflow/pull/125",
        cure_of_categories="keep the term of the prior: (q * (log(q) - log(p))).sum(-1)",
    ),
    Card(
        "EC073",
        "misplaced-parenthesis",
        "a parenthesis ends in the wrong place",
        "½ Σ_j (log(σ_p²/σ_q²) + (σ_q²/σ_p² + (μ_q − μ_p)²)/σ_p² − 1)",
        PAIR,
        "The quotient of variances and the squared distance are put into one numerator, so that the first is divided "
        "by σ_p² twice; or the factor ½ and the logarithm take in more than they should.",
        "Off by ½ (σ_q²/σ_p²)(1/σ_p² − 1) a latent: invisible when the prior is N(0, 1), and not 0 at q = p. The best "
        "σ_q is σ_p² instead of σ_p.",
        "0.5 * (log(sigma_p**2 / sigma_q**2) + (sigma_q**2 + (mu_q - mu_p)**2) / sigma_p**2 - 1); beside N(0, 1) "
        "0.5 * (mu**2 + sigma**2 - 1 - log(sigma**2))",
        "https://github.com/wassname/attentive-neural-processes/issues/5",
        cure_of_categories="count log K once for every categorical: (q * (log(q) + log(K))).sum(-1)",
        cure_of_decoder="-(x * log(r) + (1 - x) * log(1 - r)).sum(-1): 1 - x is one factor, in parentheses of its own",
    ),
    Card(
        "EC074",
        "plus-instead-of-times",
        "weights of a mixture are added instead of multiplied",
        "log Σ_k (π_k + exp(a_k))",
        "log Σ_k π_k exp(a_k)",
        "In logarithms a product is a sum: log π_k + a_k inside logsumexp becomes π_k + exp(a_k) outside it.",
        "Not a density: it is never below 0, for the weights alone sum to 1. Far from all components it tends to 0 "
        "where the log density falls without bound, so a mixture prior hardly pulls.",
        "logsumexp(log(weights) + a, -1)",
        "https://github.com/JavierAntoran/Bayesian-Neural-Networks/issues/15",
    ),
    Card(
        "EC075",
        "missing-division",
        "a term is not divided by the variance of the prior",
        "½ Σ_j (log(σ_p²/σ_q²) + σ_q²/σ_p² + (μ_q − μ_p)² − 1)",
        PAIR,
        "A formula for a prior of variance 1 is extended to another prior, and one of its quotients is forgotten.",
        "Invisible where σ_p = 1. Elsewhere the distance of the means counts as if the prior were of unit width: too "
        "little for a narrow prior, too much for a wide one.",
        "(sigma_q**2 + (mu_q - mu_p)**2) / sigma_p**2",
        "https://github.com/casperkaae/parmesan/pull/21",
        ("residual-as-absolute",),
    ),
    Card(
        "EC076",
        "residual-as-absolute",
        "what is added to the parameters of the prior is taken for those of the posterior",
        "½ Σ_j (μ_j² + exp(t_j) − 1 − t_j)",
        "½ Σ_j (μ_j²/σ_p² + exp(t_j) − 1 − t_j)",
        "The encoder gives residuals, μ_q = μ_p + μ_j and log σ_q² = log σ_p² + t_j, and the KL to N(0, 1) is kept.",
        "The distance of the means is not divided by σ_p²: right for σ_p = 1 only. A wide prior is not used as such, a "
        "narrow one not respected.",
        "0.5 * (delta_mu**2 / exp(logvar_p) + exp(delta_logvar) - 1 - delta_logvar)",
        "https://arxiv.org/abs/2007.03898",
        ("missing-division",),
    ),
    Card(
        "EC077",
        "multiplied-not-divided",
        "a term is multiplied by the variance that it should be divided by",
        "½ Σ_j (log(σ_p²/σ_q²) + (σ_q² + (μ_q − μ_p)²) σ_p² − 1)",
        PAIR,
        "a / 2 * sigma**2 divides by 2, then multiplies by sigma**2; or exp(logvar) is written for exp(-logvar).",
        "Invisible where the variance is 1. The best σ_q is 1/σ_p instead of σ_p. A variance that is learned, a "
        "prior's or a decoder's, goes to 0, where the loss falls without bound.",
        "put what is divided by into parentheses: (sigma_q**2 + (mu_q - mu_p)**2) / (2 * sigma_p**2), or multiply by "
        "exp(-logvar_p)",
        "https://github.com/karpathy/randomfun/issues/2",
        cure_of_decoder="put what is divided by into parentheses: (x - mean)**2 / (2 * sigma**2), or multiply by "
        "exp(-logvar)",
    ),
    Card(
        "EC078",
        "wrong-variance",
        "a term is divided by the variance of the other distribution",
        "½ Σ_j (log(σ_p²/σ_q²) + σ_q²/σ_p² + (μ_q − μ_p)²/σ_q² − 1)",
        PAIR,
        "The two variances, or the two logarithms of them, are exchanged in one term alone.",
        "Invisible where both variances are equal, or both means. Elsewhere the distance of the means widens the "
        "posterior: where it is 2 and σ_p = 1, the best σ_q is 1.60 instead of 1.",
        "(sigma_q**2 + (mu_q - mu_p)**2) / sigma_p**2: the variance of p is the one below",
        "https://arxiv.org/abs/1606.05908",
    ),
    Card(
        "EC079",
        "wrong-prior-scale",
        "the standard deviation of the prior is taken for its variance, or its variance for that",
        "½ Σ_j (log(σ_p/σ_q²) + (σ_q² + (μ_q − μ_p)²)/σ_p − 1)",
        PAIR,
        "A paper gives a prior as N(0, 0.1²), a library's Normal(0, 0.1) takes σ, and a formula of one's own takes σ².",
        "Right for a variance of 1 only. The best σ_q is √σ_p instead of σ_p, 0.316 for 0.1; or, the other way round, "
        "σ_p², 0.01 for 0.1.",
        "say which it is in its name, and square what is a standard deviation: prior_variance = prior_std**2",
        "https://arxiv.org/abs/1505.05424",
        ("sigma-as-var",),
    ),
)
