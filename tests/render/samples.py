"""Verdicts to write down: made up, so that these tests need no witness."""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from elbo_check.evidence import Absence, Basis, Estimate
from elbo_check.verdict import Finding, Outcome, Verdict

TRUTH = Fraction("0.459371748938212390817263881723646")

SCALAR = Verdict(
    Outcome.PROVED,
    "KL(N(0.3, 1.7²) ‖ N(0, 1)) = 0.459371748938212",
    value=0.459371748938212,
    estimates=(
        Estimate("enclosure", TRUTH, Fraction(1, 10**31), Basis.ENCLOSED, seconds=0.0134),
        Estimate("quadrature", 0.4593717489382131, 3.2e-15, Basis.HEURISTIC, seconds=0.0004),
        Estimate("monte_carlo", 0.4601, 0.0065, Basis.SAMPLED, bound="chernoff", level=1e-9, seconds=0.0064),
    ),
    resolution=1e-9,
    theorems=("gaussian_kl",),
    record={"seed": 1234, "draws": 200_000, "seconds": 0.041, "second": "sigma", "prior_second": "sigma"},
)

BATCH = Verdict(
    Outcome.REFUTED,
    "KL(q‖p) of 1,797 × 8 latents, summed over the last axis",
    value=np.arange(1797.0) / 1e3,
    estimates=(
        Estimate(
            "moment_balls",
            Fraction(1234567891234567, 10**12),
            Fraction(1, 10**11),
            Basis.ENCLOSED,
            scope="each of 14,376 elements, and their total",
            count=14376,
            seconds=0.19,
        ),
        Estimate("quadrature", 12345.67891234, 3.2e-9, Basis.HEURISTIC, note="two orders", count=14376),
        Estimate(
            "enclosure",
            Fraction(73, 10),
            Fraction(1, 10**20),
            Basis.ENCLOSED,
            scope="the sum over 6 of 14,376 elements, extremes included",
            count=6,
        ),
    ),
    absences=(Absence("tanhsinh", "did not converge at 3 of 1,000 elements"),),
    findings=(
        Finding("scale", "prior_sigma is 1 everywhere"),
        Finding("unstable-form", "float32 textbook formula: 3.2 digits are lost", "warning"),
        Finding("wrong-values", "1 of 1,797 claimed values is wrong", "error", 1e-9, {"count": 1}),
    ),
    resolution=1e-9,
    counterexample={
        "index": [1000],
        "claim": 1.2345678,
        "truth": 1.23455,
        "error": 2e-15,
        "factor": 1.00001,
        "mu": [0.5] * 8,
        "second": np.full(8, 0.7),
        "prior_mu": 0.0,
        "prior_second": 1.0,
    },
    theorems=("gaussian_kl", "additivity"),
    record={
        "seed": {"entropy": 2**100, "spawn_key": [3]},
        "second": "sigma",
        "prior_second": "variance",
        "shape": (1797, 8),
        "elements": 14376,
        "source": ["encoder.npz"],
        "keys": {"mu": "mu", "second": "std", "claim": "kl"},
        "ignored": ["id"],
    },
)

UNDECIDED = Verdict(
    Outcome.UNDECIDED,
    "KL(q‖p) = inf",
    missing="a finite enclosure at [3, 4]",
    absences=(Absence("enclosure", "not finite"),),
)

EXACT = Verdict(
    Outcome.CONSISTENT,
    "the mean of ε² is 1",
    value=Fraction(1),
    estimates=(Estimate("enumeration", Fraction(1), Fraction(0), Basis.EXACT),),
    resolution=0.0,
)

BEYOND = Verdict(
    Outcome.REFUTED,
    "KL(q‖p) of 3 latents, each beyond or near the largest float64",
    value=np.array([np.inf, 1e308, 1e308]),
    counterexample={"index": [0], "claim": 3.0, "truth": np.inf, "error": np.inf, "factor": 0.0, "mu": 1e200},
)

BOUNDS = Verdict(
    Outcome.PROVED,
    "ELBO ≤ log p(x) ≤ EUBO",
    value=-3.0,
    estimates=(
        Estimate("fit − KL(q‖prior)", Fraction(-3), Fraction(1, 10**9), Basis.ENCLOSED, quantity="ELBO"),
        Estimate("Bayes' rule", Fraction(-5, 2), Fraction(1, 10**9), Basis.ENCLOSED, quantity="log p(x)"),
        Estimate(
            "importance",
            -2.51,
            20.7232658369464,
            Basis.SAMPLED,
            bound="markov-one-sided",
            level=1e-9,
            standard_error=0.0042,
            quantity="log p(x)",
            scope="200 draws",
            note="the weights have no upper bound",
        ),
    ),
)

ALL = (SCALAR, BATCH, UNDECIDED, EXACT, BEYOND, BOUNDS)

HOSTILE = '<script>alert("x")</script>&amp;\x1b[31m\nkey\u202e$_{\\'


def hostile() -> Verdict:
    """Every text that may come from a user, as a user who means harm would choose it."""
    return replace(
        BATCH,
        claim=HOSTILE,
        missing=HOSTILE,
        theorems=(HOSTILE,),
        estimates=tuple(replace(e, witness=HOSTILE, scope=HOSTILE, note=HOSTILE) for e in BATCH.estimates),
        absences=(Absence(HOSTILE, HOSTILE),),
        findings=(Finding(HOSTILE, HOSTILE, "error", 1e-9, {HOSTILE: HOSTILE}),),
        counterexample={"index": [0], "claim": HOSTILE, "truth": 1.0, HOSTILE: HOSTILE, "second": HOSTILE},
        record={"second": HOSTILE, "seed": HOSTILE, "draws": HOSTILE},
    )
