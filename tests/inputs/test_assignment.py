import pytest

from elbo_check.errors import FileFormatError, InputError
from elbo_check.inputs.assignment import assign
from elbo_check.inputs.numbered import listed


def test_each_role_gets_its_name_and_the_seconds_their_kind() -> None:
    made = assign("a.npz", ["KL", "z_log_var", "mean", "prior_std", "prior_mu", "id"])
    assert made.names == {
        "mu": ("mean",),
        "second": ("z_log_var",),
        "claim": ("KL",),
        "prior_mu": ("prior_mu",),
        "prior_second": ("prior_std",),
    }
    assert made.kinds == {"second": "log_variance", "prior_second": "sigma"}
    assert made.ignored == ("id",)
    assert made.keys["second"] == "z_log_var"


def message(found: list[str], *, numbered: bool = False, second: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        assign("a.csv", found, numbered=numbered, second=second)
    return str(caught.value)


def test_a_misspelt_name_is_never_passed_over() -> None:
    said = message(["mu", "sigma", "prior_sgima"])
    assert said.startswith("a.csv=input with the unknown 'prior_sgima' must be made of names such as mu, mean; sigma")
    assert said.endswith("'prior_sgima' looks like 'priorsigma'; rename what is meant and drop the rest")


def test_an_unknown_name_like_no_other_is_listed_without_a_guess() -> None:
    assert message(["mu", "sigma", "temperature"]).endswith("prior_logvar; rename what is meant and drop the rest")


def test_keys_without_names_say_how_numpy_names_them() -> None:
    assert "numpy.savez('encoder.npz', mu=mu, sigma=sigma, kl=kl)" in message(["arr_0", "arr_1"])


@pytest.mark.parametrize(
    ("found", "lacking"),
    [
        ([], "add the mean and the second parameter: mu, mean; sigma"),
        (["kl"], "add the mean and the second parameter"),
        (["mu"], "add the second parameter"),
        (["logvar", "id"], "add the mean"),
    ],
)
def test_what_is_missing_is_named_with_what_was_found(found: list[str], lacking: str) -> None:
    said = message(found)
    assert f"a.csv=input with {listed(found)} must be a mean and a second parameter" in said
    assert lacking in said


def test_two_names_for_one_role_are_both_named_and_the_choice_is_explained() -> None:
    said = message(["mu", "sigma", "logvar"])
    assert "input with both 'sigma' and 'logvar' must be clear about the second parameter" in said
    assert "keep one of them, or choose by second= (one of sigma, variance, log_sigma, log_variance)" in said
    assert message(["mu", "sigma", "mean"]).endswith("clear about the mean; keep one of them")
    assert "'std' and 'sigma'" in message(["mu", "std", "sigma", "logvar"], second="sigma")
    assert "'std' and 'logvar'" in message(["mu", "std", "logvar"], second="variance")
    assert "the claimed KL" in message(["mu", "std", "kl", "claim"])


def test_second_chooses_among_two_and_the_other_is_reported_as_ignored() -> None:
    made = assign("a.csv", ["mu", "sigma", "logvar"], second="log_variance")
    assert made.names["second"] == ("logvar",)
    assert made.kinds == {"second": "log_variance"}
    assert made.ignored == ("sigma",)


def test_second_overrides_what_the_name_says_but_not_the_prior() -> None:
    made = assign("a.csv", ["mu", "sigma", "prior_sigma"], second="log_variance")
    assert made.kinds == {"second": "log_variance", "prior_second": "sigma"}


def test_a_name_twice_is_refused_except_for_book_keeping() -> None:
    assert "input with 'mu' more than once must be without a name twice" in message(["mu", "sigma", "mu"])
    assert assign("a.csv", ["", "mu", "", "sigma"], numbered=True).ignored == ("",)


def test_long_lists_of_long_names_are_cut() -> None:
    said = message([f"{'x' * 1000}{i}" for i in range(1000)])
    assert "(1000 in all)" in said
    assert len(said) < 1000


def test_numbered_columns_are_gathered_in_the_order_of_their_numbers() -> None:
    found = ["mu_1", "sigma[0]", "mu.0", "Sigma1", "kl 0", "kl-1", "prior_mu"]
    made = assign("a.csv", found, numbered=True)
    assert made.names == {
        "mu": ("mu.0", "mu_1"),
        "second": ("sigma[0]", "Sigma1"),
        "claim": ("kl 0", "kl-1"),
        "prior_mu": ("prior_mu",),
    }
    assert made.keys["mu"] == "mu.0 … mu_1"


def test_numbers_are_put_in_order_as_numbers() -> None:
    found = [f"{name}{i}" for name in ("mu", "logvar") for i in reversed(range(1, 12))]
    assert assign("a.csv", found, numbered=True).names["mu"] == tuple(f"mu{i}" for i in range(1, 12))


def test_sigma2_is_a_variance_unless_sigma1_stands_beside_it() -> None:
    assert assign("a.csv", ["mu", "sigma2"], numbered=True).kinds == {"second": "variance"}
    made = assign("a.csv", ["mu1", "mu2", "sigma1", "sigma2"], numbered=True)
    assert made.names["second"] == ("sigma1", "sigma2")
    assert made.kinds == {"second": "sigma"}
    made = assign("a.csv", ["mu_1", "mu_2", "sigma2_1", "sigma2_2"], numbered=True)
    assert made.kinds == {"second": "variance"}


def test_keys_of_arrays_have_no_numbers() -> None:
    assert "the unknown 'mu_0'" in message(["mu_0", "sigma"])


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (["mu_0", "mu_2", "sigma"], "'mu_0', 'mu_2' must be numbered without gaps from 0 or 1 (number 1 of 'mu'"),
        (["mu_2", "mu_3", "sigma"], "(number 1 of 'mu' is missing)"),
        (["mu_0", "mu0", "sigma"], "both 'mu_0' and 'mu0' must be without a number twice"),
        (["mu_0", "mu_1", "sigma_1", "sigma_2"], "'mu_0' … 'mu_1' beside 'sigma_1' … 'sigma_2' must be with the same"),
        (["mu_0", "mu_1", "sigma_0"], "'mu_0' … 'mu_1' beside 'sigma_0' must be with the same numbers"),
        (["mu", "mu_0", "sigma"], "both 'mu' and 'mu_0' must be clear about the mean"),
        (["mu_0", "mean_0", "sigma"], "both 'mu_0' and 'mean_0' must be clear about the mean"),
        (["mu_1234567", "sigma"], "the unknown 'mu_1234567'"),
        (["x_0", "mu", "sigma"], "the unknown 'x_0'"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(found: list[str], said: str) -> None:
    assert said in message(found, numbered=True)


def test_unknown_names_and_gaps_are_errors_of_format() -> None:
    for found in (["mu", "x"], ["mu"], ["mu_3", "sigma"], ["mu_0", "mu0"]):
        with pytest.raises(FileFormatError):
            assign("a.csv", found, numbered=True)
