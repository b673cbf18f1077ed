import pytest

from elbo_check.densities import Beta
from elbo_check.errors import InputError
from elbo_check.inputs.model_arguments import density_from, model_from, value_from
from elbo_check.models import BetaBinomial


def test_parameters_are_those_given_and_the_examples() -> None:
    assert model_from("beta-binomial", ["alpha=0.5", "trials=3"]) == BetaBinomial(0.5, 3.0, 3)
    assert model_from("beta-binomial", []) == BetaBinomial.example()[0]


def test_q_is_named_or_described() -> None:
    model = BetaBinomial(2.0, 3.0, 10)
    assert density_from(model, ["posterior"]) == "posterior"
    q = density_from(model, ["alpha=6", "beta=4.5"])
    assert isinstance(q, Beta)
    assert (q.alpha, q.beta) == (6.0, 4.5)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7), ("-0.5", -0.5), ("1,0,1", [1, 0, 1]), ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("1/8", "1/8"), ("1/8,3/8", ["1/8", "3/8"]), ("[1],[2]", [[1], [2]]), ('"1/2"', "1/2"),
    ],
)  # fmt: skip
def test_values_are_numbers_lists_and_fractions(text: str, value: object) -> None:
    assert value_from("--x", text) == value


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "x", "1;2", "__import__('os')", "[" * 100_000, "1/x", "½"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write 7"):
        value_from("--x", text)


@pytest.mark.parametrize(
    ("name", "pairs", "message"),
    [
        ("beta-binomal", [], "did you mean beta-binomial"),
        ("x", [], "known are finite, beta-binomial"),
        ("beta-binomial", ["alpha"], "must be KEY=VALUE"),
        ("beta-binomial", ["al pha=1"], "must be KEY=VALUE"),
        ("beta-binomial", ["alpa=1"], "did you mean alpha"),
        ("beta-binomial", ["gain=1"], "it has alpha, beta, trials"),
        ("beta-binomial", ["alpha=1", "alpha=2"], "given twice"),
        ("beta-binomial", ["alpha=-1"], "> 0"),
    ],
)
def test_a_model_that_cannot_be_is_refused(name: str, pairs: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        model_from(name, pairs)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [(["alpha=6"], "add --q beta=…"), (["gamma=6"], "it has alpha, beta"), (["bta=6"], "did you mean beta")],
)
def test_a_density_that_cannot_be_is_refused(pairs: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        density_from(BetaBinomial(2.0, 3.0, 10), pairs)
