import csv as stdlib_csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.errors import InputError
from elbo_check.inputs import EncoderOutput, csv, read_encoder
from elbo_check.inputs.printed import Print, half_unit, print_of

from .conftest import Refused, Write

Table = Callable[..., EncoderOutput]


def test_a_column_is_one_latent_and_its_claim_a_sum_a_row(table: Table) -> None:
    read = table("mu,sigma,kl\n0.5,1.5,0.25\n-1,2e-1,3\n")
    assert read.mu.tolist() == [[0.5], [-1.0]]
    assert read.second.tolist() == [[1.5], [0.2]]
    assert read.claim is not None
    assert read.claim.tolist() == [0.25, 3.0]
    assert read.mu.dtype == read.claim.dtype == np.float64
    assert (read.second_kind, read.claim_reduction) == ("sigma", "latent")
    assert read.keys == {"mu": "mu", "second": "sigma", "claim": "kl"}
    with pytest.raises(ValueError, match="read-only"):
        read.mu[0, 0] = 1.0


def test_numbered_columns_are_latents(table: Table) -> None:
    read = table("kl,mu_1,mu_0,logvar_0,logvar_1,prior_mu,prior_std_0,prior_std_1\n9,2,1,3,4,5,6,7\n")
    assert (read.mu.tolist(), read.second.tolist()) == ([[1.0, 2.0]], [[3.0, 4.0]])
    assert read.prior_mu is not None
    assert read.prior_second is not None
    assert (read.prior_mu.tolist(), read.prior_second.tolist()) == ([[5.0]], [[6.0, 7.0]])
    assert (read.second_kind, read.prior_kind, read.claim_reduction) == ("log_variance", "sigma", "latent")
    assert read.keys["mu"] == "mu_0 … mu_1"


def test_numbered_claims_are_one_a_latent(table: Table) -> None:
    read = table("mu0,mu1,sd0,sd1,kl0,kl1\n1,2,3,4,5,6\n")
    assert read.claim is not None
    assert read.claim_half_unit is not None
    assert (read.claim.tolist(), read.claim_reduction) == ([[5.0, 6.0]], "none")
    assert read.claim_half_unit.shape == (1, 2)


def test_without_a_claim_nothing_is_said_of_it(table: Table) -> None:
    read = table("mu,sigma\n1,2\n")
    assert (read.claim, read.claim_reduction, read.claim_half_unit, read.claim_digits) == (None, None, None, None)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "mu,sigma\r\n1,2\r\n"),
        ("a.csv", "mu,sigma\r1,2\r"),
        ("a.csv", b"\xef\xbb\xbfmu,sigma\n1,2\n"),
        ("a.csv", '"mu","sigma"\n"1","2"\n'),
        ("a.csv", 'mu, "sigma"\n1, "2"\n'),
        ("a.csv", "mu;sigma\n1;2\n"),
        ("a.csv", "mu\tsigma\n1\t2\n"),
        ("a.tsv", "mu\tsigma\n1\t2\n"),
        ("a.TSV", "mu\tsigma\n1\t2"),
        ("a.tsv", "mu,sigma\n1,2\n"),
        ("a.csv", "\n\n  mu ,sigma\n\n 1 , 2 \n   \n\n"),
        ("a.csv", "# mu,sigma\n1,2\n"),  # numpy.savetxt(header="mu,sigma")
        ("a.csv", ",mu,sigma\n0,1,2\n"),  # pandas' to_csv
        ("a.csv", "Unnamed: 0,label,mu,sigma\n0,seven,1,2\n"),
        ("a.csv", "mu,sigma,\n1,2,\n"),
        ("a.csv", 'label,mu,sigma\n"a\nb, c",1,2\n'),
    ],
)
def test_tables_are_read_as_programs_write_them(table: Table, name: str, content: str | bytes) -> None:
    read = table(content, name)
    assert (read.mu.tolist(), read.second.tolist()) == ([[1.0]], [[2.0]])


def test_book_keeping_columns_are_passed_over_and_named(table: Table) -> None:
    assert table("id,mu,Label,sigma\n1,2,dog,3\n").ignored == ("id", "Label")


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        ("mu,sigma\n1,2\nabc,2\n", "line 3, column 'mu'", "='abc' must be a number; write it as 0.5"),
        ("mu,sigma\n1,2\n\n\n1,2x\n", "line 5, column 'sigma'", "='2x' must be a number"),
        (
            "mu,sigma\n1,\n",
            "line 2, column 'sigma'",
            "='' must be a number; the cell is empty: fill it, or drop the row",
        ),
        ("mu,sigma\n1,nan\n", "line 2, column 'sigma'", "='nan' must be a finite number; find where it arises"),
        ("mu,sigma\n-inf,1\n", "line 2, column 'mu'", "='-inf' must be a finite number"),
        ("mu,sigma\n1e999,1\n", "line 2, column 'mu'", "='1e999' must be a finite number"),
        ("mu;sigma\n0,5;1\n", "line 2, column 'mu'", "='0,5' must be a number; write a decimal point"),
        ("mu,sigma\n0,5,1,0\n", "line 2", "=a row of 4 cells must be a row of 2 cells, as the header; if numbers have"),
        (
            "mu,sigma\n1,2\n1\n",
            "line 3",
            "=a row of 1 cells must be a row of 2 cells, as the header; add what is missing",
        ),
        ("mu,sigma\n1_000,2\n", "line 2, column 'mu'", "='1_000' must be a number"),
        ("mu,sigma\n٣,2\n", "line 2, column 'mu'", "='٣' must be a number"),
        ("mu,sigma\n−1,2\n", "line 2, column 'mu'", "='−1' must be a number; write it as 0.5 or -1.2e-3, without"),
        ("mu,sigma\n1,0x10\n", "line 2, column 'sigma'", "='0x10' must be a number"),
        ('id,mu,sigma\n"a\nb",1,2\n"c",1,z\n', "line 4, column 'sigma'", "='z' must be a number"),
        ('mu,sigma\n1,2\n"1,2\n', "line 3", "breaks the rules of CSV (unexpected end of data) must be a row"),
        ('mu,sigma\n1,2\n"1"x,2\n', "line 3", "look for a quote that is never closed"),
        ("mu,sigma\n1,\x00\n", "line 2, column 'sigma'", "='\\x00' must be a number"),
    ],
)
def test_a_bad_row_is_found_by_its_line_as_an_editor_counts(
    write: Write, refused: Refused, content: str, where: str, said: str
) -> None:
    message = refused(write("a.csv", content))
    assert message.startswith(f"a.csv, {where}=")
    assert said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\n\n", "input with nothing must be a mean and a second parameter"),
        ("mu,sigma\n", "a table of a header alone must be non-empty; put a row of numbers"),
        ("0.5,0.7\n1,2\n", "a table that begins with the row '0.5,0.7' must be headed by names; put a line such as"),
        ("mu,sgima\n1,2\n", "the unknown 'sgima' must be made of names such as mu"),
        ("mu\n1\n", "add the second parameter"),
        ("mu,mu,sigma\n1,2,3\n", "'mu' more than once"),
        ("mu_0,mu_2,sigma\n1,2,3\n", "numbered without gaps"),
        (b"mu,sigma\n1,2 \xb5\n", "a file with the byte 0xb5 must be text in UTF-8; save it as “CSV UTF-8”"),
        ("mu,sigma\n1,2\n".encode("utf-16"), "a file with the byte 0xff must be text in UTF-8"),
        ("", "an empty file must be a file with numbers in it"),
    ],
)
def test_a_table_that_is_none_is_refused(write: Write, refused: Refused, content: str | bytes, said: str) -> None:
    message = refused(write("a.csv", content))
    assert message.startswith("a.csv=")
    assert said in message


def test_a_column_twice_in_meaning_is_a_question(write: Write, refused: Refused) -> None:
    said = refused(write("a.csv", "mu,sigma,logvar\n1,2,3\n"), InputError)
    assert "both 'sigma' and 'logvar'" in said
    assert read_encoder(write("a.csv", "mu,sigma,logvar\n1,2,3\n"), second="sigma").second.tolist() == [[2.0]]


@pytest.mark.parametrize("rows", [csv.CHUNK - 1, csv.CHUNK, csv.CHUNK + 1, 2 * csv.CHUNK])
def test_rows_beyond_a_chunk_are_neither_lost_nor_doubled(write: Write, refused: Refused, rows: int) -> None:
    numbers = [f"{i},{i + 1}" for i in range(rows)]
    read = read_encoder(write("a.csv", "\n".join(["mu,sigma", *numbers])))
    assert np.array_equal(read.mu[:, 0], np.arange(rows))
    assert np.array_equal(read.second[:, 0], np.arange(rows) + 1)
    said = refused(write("a.csv", "\n".join(["mu,sigma", *numbers, "1,oops"])))
    assert said.startswith(f"a.csv, line {rows + 2}, column 'sigma'='oops'")


@given(st.lists(st.tuples(st.floats(-1e300, 1e300), st.floats(1e-300, 1e300)), min_size=1, max_size=5))
def test_a_float64_survives_the_way_through_text(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float]]
) -> None:
    path = tmp_path_factory.mktemp("text") / "a.csv"
    with Path(path).open("w", newline="") as stream:
        stdlib_csv.writer(stream).writerows([("mu", "sigma"), *rows])
    read = read_encoder(path)
    assert list(zip(read.mu[:, 0].tolist(), read.second[:, 0].tolist(), strict=True)) == rows


@pytest.mark.parametrize(
    ("cell", "digits", "decimals"),
    [
        ("1.250", 4, 3),
        (" -0.0120 ", 3, 4),
        ("+12", 2, 0),
        ("1e-5", 1, 5),
        ("1.5E+3", 2, -2),
        ("0.00", 0, 2),
        (".5", 1, 1),
        ("5.", 1, 0),
        ("0e-" + "9" * 5000, 0, 400),
        ("0e" + "9" * 5000, 0, -400),
    ],
)
def test_the_digits_of_a_print_are_counted(cell: str, digits: int, decimals: int) -> None:
    assert print_of(cell) == (digits, decimals)


@pytest.mark.parametrize("style", [".4f", ".6g", ".3e", ".10g", ".2f"])
def test_half_a_unit_covers_what_rounding_for_print_took_and_little_more(style: str) -> None:
    true = np.exp(np.random.default_rng(3).uniform(-6, 6, 4000))
    cells = [f"{value:{style}}" for value in true]
    printed = np.array(list(map(float, cells)))
    half = half_unit(printed, Print().widened(cells))
    off = np.abs(printed - true)
    assert (off <= half * (1 + 1e-9)).all()
    assert np.mean(off > half / 2) > 0.4  # a wider bound would be no bound


def test_seventeen_digits_are_all_that_there_are() -> None:
    seen = Print().widened(["0.1", "0.12345678901234567", "no number"])
    assert seen == Print(17, 400)
    assert seen.widened(["no number"]) is seen
    assert half_unit(np.array([0.0, 2.0]), seen).tolist() == [0.0, 0.5e-16]


def test_the_claims_of_a_table_know_how_they_were_printed(table: Table) -> None:
    read = table("mu,sigma,kl\n1,2,0.2500\n1,2,12.125\n")
    assert read.claim_half_unit is not None
    assert read.claim_digits == 5
    assert read.claim_half_unit.tolist() == [0.5e-4, 0.5e-3]
