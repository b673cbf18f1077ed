"""What each argument holds: as it was said, or as its name suggests; names that say nothing are asked about."""

import pytest

from elbo_check.diagnosis.roles import ROLES, Assignment, assigned
from elbo_check.errors import InputError


@pytest.mark.parametrize(
    ("parameters", "roles"),
    [
        (("mu", "logvar"), ("mean", "log_variance")),
        (("log_var", "mean"), ("log_variance", "mean")),
        (("mu", "sigma"), ("mean", "std")),
        (("μ", "σ"), ("mean", "std")),
        (("loc", "scale"), ("mean", "std")),
        (("z_mean", "z_log_var"), ("mean", "log_variance")),
        (("mu", "log_sigma"), ("mean", "log_std")),
        (("mu", "rho"), ("mean", "softplus_std")),
        (("mu", "var"), ("mean", "variance")),
        (("recon_x", "x", "mu", "logvar"), ("reconstruction", "x", "mean", "log_variance")),
        (("mu_q", "logvar_q", "mu_p", "logvar_p"), ("mean_q", "log_variance_q", "mean_p", "log_variance_p")),
        (("mu1", "sigma1", "mu2", "sigma2"), ("mean_q", "std_q", "mean_p", "std_p")),
        (("q_mu", "q_std", "p_mu", "p_std"), ("mean_q", "std_q", "mean_p", "std_p")),
        (("post_mean", "post_std", "prior_mean", "prior_std"), ("mean_q", "std_q", "mean_p", "std_p")),
        (("mu", "logvar", "mu_prior", "logvar_prior"), ("mean_q", "log_variance_q", "mean_p", "log_variance_p")),
        (("mu_q", "logvar_q"), ("mean", "log_variance")),
        (
            ("recog_mu", "recog_logvar", "prior_mu", "prior_logvar"),
            ("mean_q", "log_variance_q", "mean_p", "log_variance_p"),
        ),
        (("qm", "qv"), ("mean", "variance")),
        (("qm", "qv", "pm", "pv"), ("mean_q", "variance_q", "mean_p", "variance_p")),
        (("z_loc", "z_scale"), ("mean", "std")),
        (("mu", "std", "eps"), ("mean", "std", "noise")),
        (("log_w",), ("log_weights",)),
        (("delta_mu", "delta_logvar", "prior_logvar"), ("delta_mean", "delta_log_variance", "log_variance_p")),
        (("mu", "logvar", "dmu", "dlogvar"), ("mean_p", "log_variance_p", "delta_mean", "delta_log_variance")),
    ],
)
def test_roles_are_proposed_from_names(parameters, roles):
    found = assigned(parameters, (), None)
    assert tuple(found.roles.values()) == roles
    assert found.proposed
    assert [found.names[role] for role in roles] == list(parameters)


@pytest.mark.parametrize("parameters", [("a", "b"), ("mu", "h"), ("mu", "mean"), ("q_", "_p"), ("q", "p")])
def test_names_that_do_not_tell_ask_for_roles_with_an_example(parameters):
    with pytest.raises(InputError, match=r"say what they hold, as in roles=\{") as caught:
        assigned(parameters, (), None)
    for name in parameters:
        assert f'"{name}": ' in str(caught.value)


@pytest.mark.parametrize(
    "given", ["mean, log_variance", ["mean", "log_variance"], ("mu", "logvar"), {"a": "mean", "b": "log_var"}]
)
def test_roles_that_are_said_may_come_in_order_or_by_name(given):
    found = assigned(("a", "b"), (), given)
    assert found == Assignment({"a": "mean", "b": "log_variance"}, proposed=False)


def test_an_argument_with_a_default_may_have_a_role_too():
    assert assigned(("a",), ("b", "c"), ["mean", "std"]).roles == {"a": "mean", "b": "std"}
    assert assigned(("a",), ("b", "c"), {"a": "mean", "c": "std"}).roles == {"a": "mean", "c": "std"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (7, "a mapping from arguments to roles, or roles in order"),
        (["mean"], "one role an argument"),
        (["mean", "std", "x"], "one role an argument"),
        ({"a": "mean", "z": "std"}, "an argument: a, b"),
        ({"a": "mean"}, "no role for b"),
        (["mean", "mean"], "the role of one argument"),
        (["mean", "log_varience"], "did you mean log_variance?"),
        (["mean", "zzz"], "see the docs of verify_loss"),
    ],
)
def test_roles_that_make_no_sense_are_told_with_the_remedy(given, said):
    with pytest.raises(InputError) as caught:
        assigned(("a", "b"), (), given)
    assert said in str(caught.value)


def test_every_role_may_be_said_by_its_own_name():
    for role in ROLES:
        assert assigned(("a",), (), [role]).roles == {"a": role}


def test_an_assignment_is_read_otherwise_role_by_role():
    first = assigned(("mu", "logvar"), (), None)
    swapped = first.with_roles({"mean": "log_variance", "log_variance": "mean"})
    assert swapped.roles == {"mu": "log_variance", "logvar": "mean"}
    assert swapped.proposed


@pytest.mark.parametrize(
    ("parameters", "remedy"),
    [
        (("mu", "logvar", "kl_weight"), r"bind kl_weight first, as in functools.partial\(loss, kl_weight=1.0\)"),
        (("mu", "second"), r'roles=\{"mu": "mean", "second": "log_variance"\}'),
        (("logvar", "first"), r'roles=\{"logvar": "log_variance", "first": "mean"\}'),
        (("a", "b", "c", "e", "f", "g"), r'"f": "noise", "g": "…"\}'),
    ],
)
def test_the_remedy_is_one_that_can_be_followed(parameters, remedy):
    with pytest.raises(InputError, match=remedy):
        assigned(parameters, (), None)


def test_two_gaussians_that_are_told_apart_by_numbers_have_an_example_with_both():
    with pytest.raises(InputError, match='"mu0": "mean_q", "s0": "std_q", "mu1": "mean_p", "s1": "std_p"'):
        assigned(("mu0", "s0", "mu1", "s1"), (), None)


@pytest.mark.parametrize("roles", [None, (), {}, ""])
def test_a_function_without_required_arguments_is_asked_which_of_them_hold_arrays(roles):
    with pytest.raises(InputError) as caught:
        assigned((), ("mu", "logvar", "beta"), roles)
    assert str(caught.value) == (
        "roles=not given, of a function without a required argument must be told for the arguments that hold arrays; "
        'say what they hold, as in roles={"mu": "mean", "logvar": "log_variance"}'
    )
    for optional in ((), ("beta",)):
        with pytest.raises(InputError, match="let it take its arrays as arguments"):
            assigned((), optional, roles)
    assert assigned((), ("mu", "logvar"), ("mean", "log_variance")).roles == {"mu": "mean", "logvar": "log_variance"}
