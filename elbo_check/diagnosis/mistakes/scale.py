"""The whole KL, or the whole of one term, times a wrong factor: halves, sums for means, means for sums."""

from __future__ import annotations

from .card import KL, VAE, Card

__all__ = ["CARDS"]

CARDS = (
    Card(
        "EC010",
        "missing-half",
        "the factor ½ is missing",
        "Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        KL,
        "The ½ of the closed form is lost in copying, or it is kept on some of the terms only: log σ is ½ log σ², so "
        "−log σ already holds it while μ² and σ² do not.",
        "Missing from all terms: twice the KL, an effective beta of 2. Missing from μ² and σ² alone (μ² + σ² − log σ "
        "− ½): 0.5 a latent at the prior instead of 0, and the best σ² is 0.5 instead of 1.",
        "kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * log(sigma)).sum(-1)",
        "https://github.com/SupaeroDataScience/deep-learning/pull/6",
        ("doubled", "kl-counted-twice"),
        cure_of_decoder="nll = 0.5 * ((x - r)**2 / s**2 + 2 * log(s)).sum(-1)",
    ),
    Card(
        "EC011",
        "doubled",
        "the KL is multiplied by 2",
        "2 · ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        KL,
        "A weight of 2 is left over from a formula in which the ½ had been cancelled, or the ½ is missing: both are "
        "the same function.",
        "Every value and every gradient of the KL is 2 times too large: an effective beta of 2. Posteriors are pulled "
        "harder towards the prior, and latents that carry little switch off sooner (posterior collapse).",
        "drop the 2, or write it as a declared beta=2",
        "https://github.com/mingyuliutw/UNIT/issues/42",
        ("missing-half", "kl-counted-twice", "reconstruction-weighted"),
    ),
    Card(
        "EC012",
        "mean-over-latent",
        "the mean over the latent coordinates instead of their sum",
        "1/(2d) Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        KL,
        "mean(axis=-1) reads like the mean(axis=-1) of the reconstruction loss; but the KL of independent latents is "
        "the sum of their KLs.",
        "Every value is 1/d of the KL. Beside a reconstruction term that is a sum, the effective beta is 1/d: the "
        "prior hardly counts, reconstructions are sharp, posteriors do not cover the prior, and what is decoded from "
        "draws of the prior is poor.",
        "sum over the last axis, then average over the batch: kl.sum(-1).mean()",
        "https://github.com/maxhodak/keras-molecules/issues/59",
        ("mean-over-all", "wrong-scale"),
        cure_of_decoder="sum over the pixels, then average over the batch: nll.sum(-1).mean()",
    ),
    Card(
        "EC013",
        "mean-over-all",
        "one mean over batch and latents",
        "1/(2 B d) Σ_b Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        "1/(2B) Σ_b Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        "mean() without an axis averages over everything, latents included. It is the batch mean of mean-over-latent.",
        "1/d of the batch mean of the KL. Beside a reconstruction term that is a sum, the effective beta is 1/d; "
        "beside one that is a mean over D pixels it is D/d.",
        "kl.sum(-1).mean() instead of kl.mean()",
        "https://github.com/keras-team/keras-io/issues/270",
        ("mean-over-latent",),
        cure_of_decoder="sum over the pixels, then average over the batch: nll.sum(-1).mean()",
    ),
    Card(
        "EC014",
        "wrong-reduction-axis",
        "summed over the wrong axis: each sample gets the total of the batch",
        "Σ_b ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        KL,
        "sum() without an axis, or over axis 0 as well, gives one number, and broadcasting adds it to every sample "
        "without an error.",
        "Each sample carries the KL of the whole batch. After the mean over the batch the KL is B times too large: an "
        "effective beta of B, which also jumps at a smaller last batch. Invisible at B = 1.",
        "kl.sum(-1): the latent axis, and only that",
        "https://github.com/EDAPINENUT/GNTPP/issues/4",
        ("sum-for-mean",),
        cure_of_categories="sum over the categories, and over the categoricals of a sample: not over the batch",
        cure_of_decoder="keep the samples apart until both terms are added: (nll.sum(-1) + kl.sum(-1)).mean()",
    ),
    Card(
        "EC015",
        "halved",
        "a factor ½ too many",
        "½ · ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        KL,
        "The ½ stands in the KL and again in the loss, or the mean of two KLs was meant to be their sum.",
        "Every value and every gradient of the KL is 0.5 times what it should be: an effective beta of 0.5.",
        "keep one ½: 0.5 * (mu**2 + sigma**2 - 1 - 2 * log(sigma)).sum(-1)",
        VAE,
        ("wrong-scale", "reconstruction-weighted"),
        cure_of_categories="drop the ½: (q * (log(q) - log(p))).sum(-1), p = 1 / K if it is uniform",
        cure_of_decoder="keep one ½: 0.5 * ((x - r)**2 / s**2 + 2 * log(s)).sum(-1)",
    ),
    Card(
        "EC016",
        "wrong-scale",
        "the KL is multiplied by a constant",
        "c · ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        KL,
        "A hand-tuned weight stands inside the KL, or a size is written as a number: 1/128 for 1/B.",
        "An effective beta of c. A size written as a number is right for one size only: the balance changes with the "
        "batch or with the architecture.",
        "compute the KL itself, and multiply it by a declared beta where the loss is put together",
        "https://github.com/snousias/fast-mesh-denoising/issues/1",
        ("halved", "mean-over-latent", "double-averaging"),
    ),
    Card(
        "EC017",
        "double-averaging",
        "averaged over the batch twice",
        "1/B² Σ_b KL_b",
        "1/B Σ_b KL_b",
        "A KL that already is a mean over samples (or nodes, or edges) is divided by their number again.",
        "1/B of the mean KL. Beside a reconstruction term that is averaged once, the effective beta is 1/B: the KL "
        "fades as batches grow. If the reconstruction term is divided twice too, only the scale of the loss changes.",
        "divide once: either kl.mean(), or kl.sum() / batch_size",
        "https://github.com/pyg-team/pytorch_geometric/issues/910",
        ("wrong-scale", "minibatch-weight"),
    ),
    Card(
        "EC018",
        "sum-for-mean",
        "summed over the batch where the rest of the loss is averaged",
        "Σ_b KL_b",
        "1/B Σ_b KL_b",
        "kl.sum() over everything stands beside a reconstruction term with the default reduction='mean'.",
        "B times the mean KL: an effective beta of B beside a term that is averaged over the batch, hence posterior "
        "collapse that is worse for larger batches. A sum beside a sum is right.",
        "kl.sum(-1).mean(), or sum both terms over the batch",
        "https://github.com/pyro-ppl/pyro/issues/2149",
        ("wrong-reduction-axis",),
    ),
    Card(
        "EC019",
        "mean-over-steps",
        "one part is averaged over the steps of a sequence, the other summed",
        "1/T KL_b",
        "KL_b",
        "sum((-1, -2)) of one part stands beside sum(-1) of the other, and the mean that follows takes its steps for "
        "samples.",
        "An effective beta of 1/T, or of T where the reconstruction is the averaged one: longer sequences weigh the KL "
        "differently. Averaging both over the steps is right but for the scale.",
        "reduce both over the steps alike: per_step = (recon + kl), both of shape (B, T), then per_step.sum(1).mean()",
        "https://arxiv.org/abs/1506.02216",
    ),
)
