import pytest

from elbo_check.densities.scale import KINDS as DENSITY_KINDS
from elbo_check.inputs import names
from elbo_check.inputs.names import KINDS, Meaning, folded, meaning, nearest


def test_the_kinds_are_those_of_the_densities() -> None:
    assert list(KINDS) == list(DENSITY_KINDS)


@pytest.mark.parametrize(
    ("name", "role", "kind"),
    [
        ("mu", "mu", None),
        ("Mean", "mu", None),
        ("loc", "mu", None),
        ("z_mean", "mu", None),
        ("µ", "mu", None),  # the sign for micro
        ("std", "second", "sigma"),
        ("Std Dev", "second", "sigma"),
        ("scale", "second", "sigma"),
        ("standard-deviation", "second", "sigma"),
        ("σ²", "second", "variance"),
        ("sigma2", "second", "variance"),
        ("sigma^2", "second", "variance"),
        ("VAR", "second", "variance"),
        ("logvar", "second", "log_variance"),
        ("z_log_var", "second", "log_variance"),
        ("log σ²", "second", "log_variance"),
        ("log_sigma_sq", "second", "log_variance"),
        ("logstd", "second", "log_sigma"),
        ("LOG_SCALE", "second", "log_sigma"),
        ("log.sigma", "second", "log_sigma"),
        ("KL", "claim", None),
        ("kl_div", "claim", None),
        ("claim", "claim", None),
        ("prior_mu", "prior_mu", None),
        ("mu_p", "prior_mu", None),
        ("mu_q", "mu", None),
        ("prior_logvar", "prior_second", "log_variance"),
        ("sigma_prior", "prior_second", "sigma"),
        ("p scale", "prior_second", "sigma"),
    ],
)
def test_a_name_is_known_however_it_is_spelt(name: str, role: str, kind: str | None) -> None:
    assert meaning(name) == Meaning(role, kind)


@pytest.mark.parametrize("name", ["sgima", "x", "", "precision", "mu_0", "log", "prior", "mumu", "unnamed: 0"])
def test_other_names_are_not(name: str) -> None:
    assert meaning(name) is None


def test_no_name_has_two_meanings() -> None:
    marks = [("", ""), *((mark, "") for mark in ("z", "q", "posterior", "prior", "p"))]
    marks += [(after, before) for before, after in marks]
    said: dict[str, set[Meaning]] = {}
    listed = [(name, Meaning("mu")) for name in names._LOCATIONS.split()]
    listed += [(name, Meaning("second", kind)) for kind, given in names._SECONDS.items() for name in given.split()]
    listed += [(name, Meaning("claim")) for name in names._CLAIMS.split()]
    for name, held in listed:
        for before, after in marks:
            if not (before or after) or held.role != "claim":
                prior = {"prior", "p"} & {before, after}
                seen = Meaning(f"prior_{held.role}", held.kind) if prior else held
                said.setdefault(before + folded(name) + after, set()).add(seen)
    assert {name: seen for name, seen in said.items() if len(seen) > 1} == {}
    assert {name: seen.pop() for name, seen in said.items()} == names._MEANINGS
    assert not names.BOOK_KEEPING & set(names._MEANINGS)


def test_a_name_that_is_nearly_right_is_recognised_as_such() -> None:
    assert nearest("Sgima") == "sigma"
    assert nearest("log_varaince") == "logvariance"
    assert nearest("temperature") is None
    assert nearest("x" * 100_000) is None
