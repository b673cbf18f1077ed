"""Whole VAE losses: the balance of the reconstruction term and the KL.

The effective beta is what the KL is multiplied by once the reconstruction term is scaled to a negative log-likelihood.
"""

from __future__ import annotations

from .card import KL, VAE, Card

__all__ = ["CARDS"]

BERNOULLI = "Σ_i BCE_i + KL"
GAUSSIAN = "Σ_i (x_i − r_i)²/(2s²) + KL"

CARDS = (
    Card(
        "EC080",
        "bce-mean-vs-kl-sum",
        "the cross entropy is a mean over pixels, the KL a sum over latents",
        "1/D Σ_i BCE_i + KL",
        BERNOULLI,
        "binary_crossentropy averages over the last axis by default (Keras), and so does reduction='mean' (PyTorch); "
        "or the KL of a sample is broadcast to its pixels, and counted once for each.",
        "It is (1/D)(Σ BCE + D·KL): an effective beta of D, 784 for 28 × 28 pixels. The KL is driven to 0, posteriors "
        "equal the prior, and the decoder ignores z (posterior collapse).",
        "sum over pixels, then add the KL once a sample: D * binary_crossentropy(x, r) + kl, or reduction='sum' "
        "divided by the batch size",
        "https://github.com/keras-team/keras/pull/3383",
    ),
    Card(
        "EC081",
        "mse-mean-vs-kl-sum",
        "the squared error is a mean over pixels, the KL a sum over latents",
        "1/D Σ_i (x_i − r_i)² + KL",
        GAUSSIAN,
        "mse_loss averages over everything by default, and the 1/(2s²) of the Gaussian likelihood is left out as well.",
        "It is (2s²/D)(Σ (x − r)²/(2s²) + (D/(2s²))·KL): an effective beta of D/(2s²), D/2 against unit variance. The "
        "KL is driven to 0 and the decoder ignores z (posterior collapse).",
        "((x - r)**2).sum(-1) / (2 * s**2) + kl",
        "https://github.com/fitagdinov/Telescope_Array/blob/HEAD/phd_work/src/train_VAE/loss.py",
    ),
    Card(
        "EC082",
        "mse-without-variance",
        "the squared error without 1/(2s²)",
        "Σ_i (x_i − r_i)² + KL",
        GAUSSIAN,
        "“Gaussian likelihood means squared error”: up to the factor 1/(2s²), which sets the balance with the KL.",
        "It is 2s²·(Σ (x − r)²/(2s²) + KL/(2s²)): an effective beta of 1/(2s²), which is 0.5 against s = 1, and right "
        "only for a decoder with s² = ½. A network that outputs s gets no gradient for it.",
        "((x - r)**2).sum(-1) / (2 * s**2) + kl, and + log(s) for every pixel where s is learned",
        "https://github.com/TimyadNyda/Variational-Lstm-Autoencoder/issues/8",
    ),
    Card(
        "EC083",
        "missing-kl-term",
        "the loss has no KL",
        "Σ_i BCE_i",
        BERNOULLI,
        "The KL is computed and not added, multiplied by a weight that is 0, or commented out while something was "
        "tried.",
        "An effective beta of 0: an autoencoder with noise on its code, which σ → 0 removes. Draws of the prior "
        "decode to nothing sensible. In a discrete code few classes stay in use.",
        "loss = reconstruction + kl",
        "https://github.com/lucidrains/DALLE-pytorch/issues/40",
    ),
    Card(
        "EC084",
        "kl-counted-twice",
        "the KL is in the loss twice",
        "Σ_i BCE_i + KL + KL",
        BERNOULLI,
        "A layer adds it to the loss (add_loss), and the loss function adds it again.",
        "An effective beta of 2: posteriors are pulled harder towards the prior, and latents that carry little switch "
        "off sooner (posterior collapse).",
        "add it in one place",
        VAE,
        ("doubled", "missing-half"),
    ),
    Card(
        "EC085",
        "wrong-likelihood",
        "the reconstruction term is the likelihood of another kind of data",
        "−Σ_k (x_k log r_k + (1 − x_k) log(1 − r_k))",
        "−Σ_k x_k log r_k",
        "Binary cross entropy on one-hot classes, or on grey values between 0 and 1, runs without an error.",
        "On one-hot data every class that is absent adds −log(1 − r_k): never less than the right term, and for K = 2 "
        "exactly twice as much, an effective beta of 0.5. On grey values it is no normalised likelihood, and it is "
        "not 0 at r = x, so values mean nothing next to other models'.",
        "categorical cross entropy for classes; binarised data or a continuous Bernoulli for grey values",
        "https://github.com/maxhodak/keras-molecules/issues/60",
    ),
    Card(
        "EC086",
        "minibatch-weight",
        "the KL of the weights is divided by the wrong size",
        "1/M Σ_b NLL_b + 1/M KL",
        "1/M Σ_b NLL_b + 1/N KL",
        "Batch size M, number of batches N/M and number of data N are mixed up. The weights' KL belongs to the whole "
        "data set: 1/N beside a mean of the NLL, M/N beside its sum over a batch. The KL of a sample's own latents "
        "gets no such weight.",
        "An effective beta of N/M: weights are pulled to their prior as if the data were one batch. Conversely M/N on "
        "the KL of a sample's own latents is an effective beta of M/N.",
        "loss = nll.mean() + kl / n_data",
        "https://github.com/AntixK/PyTorch-VAE/issues/56",
        ("double-averaging",),
    ),
    Card(
        "EC087",
        "missing-complement",
        "half of the binary cross entropy is missing",
        "−Σ_i x_i log r_i + KL",
        "−Σ_i (x_i log r_i + (1 − x_i) log(1 − r_i)) + KL",
        "The cross entropy of classes, −Σ x log r, is taken for pixels that are each on or off.",
        "Pixels that are 0 cost nothing, whatever the decoder says: r → 1 everywhere is best, and the latents carry "
        "nothing.",
        "-(x * log(r) + (1 - x) * log(1 - r)).sum(-1) + kl",
        VAE,
    ),
    Card(
        "EC088",
        "logits-as-probabilities",
        "logits r are put where probabilities belong",
        "−Σ_i (x_i log r_i + (1 − x_i) log(1 − r_i)) + KL",
        "Σ_i (log(1 + exp(r_i)) − x_i r_i) + KL",
        "The last sigmoid of the decoder is missing, or the loss was meant to be the one with logits.",
        "Not a number for every logit below 0 or above 1; where a clamp hides that, there is no gradient there.",
        "binary_cross_entropy_with_logits(l, x, reduction='none').sum(-1) + kl",
        VAE,
    ),
    Card(
        "EC089",
        "probabilities-as-logits",
        "probabilities are put where logits belong: a sigmoid too many",
        "Σ_i (log(1 + exp(r_i)) − x_i r_i) + KL",
        BERNOULLI,
        "The decoder ends in a sigmoid, and binary_cross_entropy_with_logits takes another.",
        "The Bernoulli's probability stays between ½ and 0.731: the loss never falls below 0.313 nats for a pixel that "
        "is 1, and 0.693 for one that is 0, and r is no probability of the pixel.",
        "binary_cross_entropy(r, x, reduction='none').sum(-1) + kl, or take the decoder's sigmoid out",
        VAE,
    ),
    Card(
        "EC090",
        "missing-reconstruction-term",
        "the loss has no reconstruction term",
        "KL",
        BERNOULLI,
        "The KL is returned in the place of the sum, or the reconstruction is detached or multiplied by 0.",
        "The best posterior is the prior, and the decoder learns nothing.",
        "loss = reconstruction + kl",
        VAE,
    ),
    Card(
        "EC094",
        "missing-sigmoid",
        "the squared error is taken of logits r, not of their sigmoid",
        "½ Σ_i (x_i − r_i)² + KL",
        "½ Σ_i (x_i − 1/(1 + exp(−r_i)))² + KL",
        "A decoder that was written for binary_cross_entropy_with_logits gives logits; beside a squared error the "
        "sigmoid has to be taken in the loss, or to stand at the end of the decoder.",
        "The best logit of a pixel is the pixel itself. Where images are made with a sigmoid, all pixels come out "
        "between 0.5 and 0.731: grey; where they are made without, they leave the range from 0 to 1.",
        "0.5 * ((x - sigmoid(logits)) ** 2).sum(-1) + kl",
        "https://github.com/mila-iqia/atari-representation-learning/pull/37",
    ),
    Card(
        "EC095",
        "reconstruction-weighted",
        "the reconstruction term is multiplied by a constant",
        "2 · Σ_i BCE_i + KL",
        BERNOULLI,
        "A weight=2 in the call of the cross entropy, or a hand-tuned factor in front of it.",
        "2 times the reconstruction beside the KL is 2·(Σ BCE + KL/2): an effective beta of 0.5. No gradient tells it "
        "from half a KL.",
        "take the factor off the reconstruction, or write the balance as a declared beta",
        VAE,
        ("halved", "doubled"),
    ),
    Card(
        "EC096",
        "mixed-samples",
        "x of one sample is set beside the reconstruction of another, or of all",
        "½ Σ_i (x_i − 1/B Σ_b r_i)² + KL",
        "½ Σ_i (x_i − r_i)² + KL",
        "Shapes (B, 1, D) and (B, D), or (B, 1) and (B,), broadcast to every pair of samples; or one of the two was "
        "shuffled, flipped or averaged over the batch and the other was not.",
        "The best reconstruction of every image is the mean of the batch: all outputs look alike, and the latents say "
        "nothing about x.",
        "give x and its reconstruction one shape and one order, and assert that the shapes are equal",
        "https://github.com/pytorch/pytorch/issues/16045",
    ),
    Card(
        "EC097",
        "absolute-error",
        "the absolute error stands where half the squared one is expected",
        "Σ_i abs(x_i − r_i) + KL",
        "½ Σ_i (x_i − r_i)² + KL",
        "l1_loss for mse_loss. Or a Laplace decoder is meant, whose −log p(x | z) is Σ |x − r|/b + log 2b a pixel: no "
        "mistake in itself.",
        "It is the objective of a Laplace decoder of scale 1, up to log 2 a pixel: the best reconstruction is a median "
        "instead of a mean. Its mean over the pixels has an effective beta of D.",
        "((x - r)**2).sum(-1) / (2 * s**2) + kl; where a Laplace decoder is meant, abs(x - r).sum(-1) / b + kl is "
        "right",
        "https://github.com/creatis-myriad/creatis-myriad.github.io/pull/166",
    ),
    Card(
        "EC098",
        "free-bits",
        "the KL has a floor: free bits",
        "Σ_j max(½ (μ_j² + σ_j² − 1 − log σ_j²), c)",
        KL,
        "A floor of c nats under the KL of each latent, of each sample or of the batch, against posterior collapse.",
        "Nothing pulls to the prior what has less than c nats: there the KL has no gradient. −loss is still a lower "
        "bound of log p(x): it is d·c nats below the ELBO at the prior, and the ELBO itself where no floor binds.",
        "where it is meant, keep it, and compare models by the KL without it; else take the maximum away",
        "https://arxiv.org/abs/1606.04934",
    ),
)
