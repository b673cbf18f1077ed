from dataclasses import replace
from fractions import Fraction

import pytest

from elbo_check.render.output import WIDTH
from elbo_check.render.text import verdict_text
from elbo_check.verdict import Outcome, Verdict

from .samples import ALL, BATCH, BEYOND, BOUNDS, EXACT, HOSTILE, SCALAR, UNDECIDED, hostile


def test_a_scalar_verdict_is_told_in_these_lines() -> None:
    assert verdict_text(SCALAR).splitlines() == [
        "PROVED  KL(N(0.3, 1.7²) ‖ N(0, 1)) = 0.459371748938212",
        "  value        0.459371748938212 nats",
        "  enclosure    0.45937174893821239081726388172365 ± 1.1e-31  enclosed, 13 ms",
        "  quadrature   0.4593717489382131                 ± 3.3e-15  heuristic, 400 µs",
        "  monte_carlo  0.4601                             ± 0.0066   sampled at level 1e-9, 6.4 ms",
        "  resolution   a relative error of 1e-9 in the claim would have been noticed",
        "  from         theorem gaussian_kl; 200,000 draws; seed 1234; 41 ms",
    ]


def test_a_refuted_batch_is_told_in_these_lines() -> None:
    assert verdict_text(BATCH, 96).splitlines() == [
        "REFUTED  KL(q‖p) of 1,797 × 8 latents, summed over the last axis",
        "  value         1,797 values of shape (1797,), 0 to 1.796, total 1613.706 nats",
        "  moment_balls   1234.567891234567          ± 1.0e-11  enclosed, 190 ms",
        "  quadrature    12345.6789123400            ± 3.3e-9   heuristic; two orders",
        "  enclosure         7.300000000000000000000 ± 1.0e-20  enclosed; 6 of 14,376",
        "  tanhsinh      absent: did not converge at 3 of 1,000 elements",
        "  error         [wrong-values] 1 of 1,797 claimed values is wrong (resolution 1e-9)",
        "  warning       [unstable-form] float32 textbook formula: 3.2 digits are lost",
        "  note          [scale] prior_sigma is 1 everywhere",
        "  fails         at [1000]; claim 1.2345678, truth 1.2345500000000000 ± 2.1e-15; claim / truth =",
        "                1 + 1e-5; mu [0.5, 0.5, 0.5, 0.5, …], sigma [0.7, 0.7, 0.7, 0.7, …], prior_mu 0,",
        "                prior_variance 1",
        "  resolution    a relative error of 1e-9 in the claim would have been noticed",
        "  from          encoder.npz (mu, std as sigma, kl as claim; not id); theorems gaussian_kl,",
        "                additivity; seed 1267650600228229401496703205376, spawn key (3,)",
    ]


def test_in_brief_notes_and_origin_are_left_out() -> None:
    labels = [line.split()[0] for line in verdict_text(BATCH, brief=True).splitlines()]
    assert {"error", "warning", "fails", "resolution"} < set(labels)
    assert not {"note", "from"} & set(labels)


def test_a_witness_says_its_scope_in_full_where_there_is_room() -> None:
    alone = replace(BATCH, estimates=BATCH.estimates[2:])
    full = "enclosed; the sum over 6 of 14,376 elements, extremes included"
    assert full in verdict_text(alone, 120)
    assert "7.300000000000000000000 ± 1.0e-20  enclosed; 6 of 14,376\n" in verdict_text(alone, 90)


def test_words_go_below_the_numbers_where_only_a_sliver_is_left() -> None:
    lines = verdict_text(BATCH, 60).splitlines()
    assert lines[4:6] == [
        "  moment_balls   1234.567891234567          ± 1.0e-11",
        "                  enclosed, 190 ms",
    ]


@pytest.mark.parametrize(
    ("seed", "shown"),
    [
        (7, "seed 7"),
        ({"entropy": 7, "spawn_key": []}, "seed 7"),
        ({"entropy": 7, "spawn_key": [1]}, "seed 7, spawn key (1,)"),
    ],
)
def test_the_seed_is_shown_as_it_is_needed_for_a_rerun(seed: object, shown: str) -> None:
    assert verdict_text(replace(UNDECIDED, record={"seed": seed})).endswith(f"from        {shown}")


def test_an_undecided_verdict_says_what_is_missing() -> None:
    assert verdict_text(UNDECIDED).splitlines() == [
        "UNDECIDED  KL(q‖p) = inf",
        "  enclosure   absent: not finite",
        "  missing     a finite enclosure at [3, 4]",
    ]


def test_exact_evidence_has_no_radius() -> None:
    assert verdict_text(EXACT).splitlines() == [
        "CONSISTENT  the mean of ε² is 1",
        "  value        1 nats",
        "  enumeration  1 exactly  exact",
        "  resolution   any error in the claim would have been noticed",
    ]


def test_a_verdict_is_printed_as_its_text() -> None:
    assert str(SCALAR) == verdict_text(SCALAR)


@pytest.mark.parametrize("width", [60, 80, WIDTH, 100])
@pytest.mark.parametrize("verdict", [*ALL, hostile()], ids=lambda v: v.outcome)
def test_no_line_is_wider_than_asked(verdict: Verdict, width: int) -> None:
    assert max(map(len, verdict_text(verdict, width).splitlines())) <= width


def test_the_text_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    before = verdict_text(BATCH)
    monkeypatch.setenv("COLUMNS", "40")
    assert verdict_text(BATCH) == before


def test_all_proved_digits_are_printed_however_many() -> None:
    digits = "1234567890" * 12
    enclosure = replace(SCALAR.estimates[0], value=Fraction(f"0.{digits}1"), error=Fraction(1, 10**119))
    text = verdict_text(replace(SCALAR, estimates=(enclosure, *SCALAR.estimates[1:])))
    assert f"0.{digits} ±" in "".join(line.strip() for line in text.splitlines()).replace("±", " ±").replace("  ", " ")
    assert "  quadrature   0.4593717489382131 ± 3.3e-15" in text


@pytest.mark.parametrize(
    ("factor", "shown"),
    [(1.00001, "1 + 1e-5"), (1 - 2e-7, "1 - 2e-7"), (0.125, "0.125"), (1.0, "1"), (float("inf"), "inf"), (-2.0, "-2")],
)
def test_a_factor_near_one_shows_what_it_differs_by(factor: float, shown: str) -> None:
    case = {"claim": 1.0, "truth": Fraction(1, 4), "factor": factor}
    assert f"claim 1, truth 0.25; claim / truth = {shown}" in verdict_text(replace(BATCH, counterexample=case))


def test_a_truth_that_no_float_holds_is_told_in_words() -> None:
    told = verdict_text(BEYOND)
    assert "fails       at [0]; claim 3, truth beyond the largest float64; claim / truth = 0; mu 1e200" in told
    assert "3 values of shape (3,), 1e308 to inf, total inf nats" in told
    finite = replace(BEYOND, value=BEYOND.value[1:])
    assert "1e308 to 1e308, total inf nats" in verdict_text(finite)


def test_a_counterexample_may_name_an_argument() -> None:
    case = {"index": "sigma[0, 3]", "second": -1.0}
    assert "fails       at sigma[0, 3]; sigma -1" in verdict_text(
        replace(UNDECIDED, counterexample=case, record={"second": "sigma"})
    )


def test_a_counterexample_may_say_less() -> None:
    text = verdict_text(
        replace(UNDECIDED, outcome=Outcome.REFUTED, counterexample={"mu": 0.5, "second": 2.0, "prior_second": 1})
    )
    assert "fails       mu 0.5, second 2, prior_second 1" in text


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, ""), (2e-7, "0.2 µs"), (0.00096, "960 µs"), (0.0051, "5.1 ms"), (0.9951, "1.0 s"), (83.0, "83 s")],
)
def test_times_have_two_digits(seconds: float, shown: str) -> None:
    text = verdict_text(replace(UNDECIDED, record={"seconds": seconds}))
    assert text.endswith(f"  from        {shown}" if shown else "at [3, 4]")


def test_text_from_outside_cannot_steer_a_terminal() -> None:
    text = verdict_text(hostile())
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert HOSTILE not in text
    assert "<script>" in text  # harmless here, and the reader should see it


def test_a_bound_with_one_side_is_told_as_one_below_its_quantity() -> None:
    assert verdict_text(BOUNDS, 100).splitlines()[1:] == [
        "  value                -3 nats",
        "  ELBO",
        "    fit − KL(q‖prior)     -3.0000000000 ± 1.0e-9  enclosed",
        "  log p(x)",
        "    Bayes' rule           -2.5000000000 ± 1.0e-9  enclosed",
        "    importance         ≥ -23.24                   sampled at level 1e-9; estimate -2.5100, standard",
        "                                                  error 0.0043; the weights have no upper bound",
    ]


def test_a_bound_with_one_side_needs_no_standard_error() -> None:
    alone = replace(BOUNDS, estimates=(replace(BOUNDS.estimates[-1], standard_error=None, note=""),))
    assert "importance  ≥ -23.24   sampled at level 1e-9; estimate -2.51, 200 draws" in verdict_text(alone)
