"""NumPy, torch and JAX through one silhouette: their tensors go in, float64 comes out, and no state is left behind."""

import functools
import importlib
import subprocess
import sys

import numpy as np
import pytest

from elbo_check.errors import InputError, LossFunctionError
from elbo_check.inputs.backends import BACKENDS, backend_named
from elbo_check.inputs.loss_function import LossFunction

MU = np.array([[1.0, -0.5, 0.25], [0.0, 2.0, 1.5]])
LOGVAR = np.array([[0.5, 0.1, -0.3], [0.2, -1.0, 0.0]])
GIVEN = {"mu": MU, "logvar": LOGVAR}
TRUTH = 0.5 * (MU**2 + np.exp(LOGVAR) - 1.0 - LOGVAR).sum(-1)


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


@pytest.fixture
def jax():
    return pytest.importorskip("jax")


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param != "numpy":
        pytest.importorskip(request.param)
    return backend_named(request.param)


def failed(asked, *question, method="__call__"):
    with pytest.raises(LossFunctionError) as caught:
        getattr(asked, method)(*question)
    return caught.value


# --- one silhouette ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_array_goes_in_and_comes_out_in_its_dtype_and_shares_no_memory(backend, dtype):
    given = np.asfortranarray(MU)[::-1]
    with backend.guard(dtype):
        made = backend.tensor(given, dtype)
        back = backend.array(made)
        labels = backend.array(backend.tensor(np.array([1, 2], dtype=np.int32), dtype))
    assert (back.dtype.name, back.tolist()) == (dtype, given.astype(dtype).tolist())
    assert not np.shares_memory(back, given)
    assert labels.dtype == np.int32


def test_arguments_are_not_learned(backend):
    with backend.guard("float64"):
        made = backend.tensor(MU, "float64")
        assert backend.learned(made * made) is None
    assert backend.learned(1.0) is None


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (2, 1, 4, 4)])
def test_every_shape_is_kept(backend, shape):
    with backend.guard("float64"):
        assert backend.array(backend.tensor(np.ones(shape), "float64")).shape == shape


def test_plain_numbers_and_arrays_are_read_by_every_backend(backend):
    assert backend.array(1.5) == 1.5
    assert backend.array(MU).tolist() == MU.tolist()


def test_a_function_is_differentiated_or_said_not_to_be(backend):
    def leaf(tensors):
        return (tensors["mu"] ** 2 * tensors["scale"]).sum(-1)

    with backend.guard("float64"):
        tensors = {name: backend.tensor(np.array(value), "float64", True) for name, value in
                   {"mu": MU, "scale": 3.0, "other": [1.0]}.items()}  # fmt: skip
        found = backend.gradient(leaf, tensors, ["mu", "scale", "other"])
    if backend.name == "numpy":
        assert found is None
    else:
        assert found["mu"].tolist() == (6.0 * MU).tolist()
        assert float(found["scale"]) == pytest.approx((MU**2).sum(), rel=1e-15)
        assert found["other"].tolist() == [0.0]


def test_the_guard_restores_what_it_found_after_a_failure_too(backend):
    with pytest.raises(ZeroDivisionError), backend.guard("float64"):
        raise ZeroDivisionError
    with np.errstate(divide="raise"):
        with backend.guard("float64"):
            assert np.log(np.zeros(1)) == -np.inf
        with pytest.raises(FloatingPointError):
            np.log(np.zeros(1))


@pytest.mark.parametrize("name", ["torch", "jax"])
@pytest.mark.parametrize("error", [ModuleNotFoundError("no such module"), OSError("a library is broken")])
def test_an_absent_framework_is_told_with_how_to_get_it(monkeypatch, name, error):
    def absent(wanted, *rest, **more):
        if wanted == name:
            raise error
        return importlib.import_module(wanted, *rest, **more)

    module = importlib.import_module(f"elbo_check.inputs.backends.{name}")
    monkeypatch.setattr(module, "import_module", absent)
    with pytest.raises(InputError) as caught:
        LossFunction.of(lambda mu: mu, backend=name)
    assert f"backend='{name}' must be a framework that is installed; pip install 'elbo-check[{name}]'" in str(
        caught.value
    )


def test_an_unknown_backend_is_told_which_there_are():
    with pytest.raises(InputError, match="backend='mlx' must be one of numpy, torch, jax"):
        backend_named("mlx")


def test_frameworks_are_imported_only_when_asked_for():
    code = (
        "import sys; from elbo_check.inputs.loss_function import LossFunction; LossFunction.of(lambda mu: mu);"
        "print({'torch', 'jax', 'sympy', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# --- torch ------------------------------------------------------------------------------------------------------------


def torch_kl(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)


def test_a_torch_function_is_asked_in_float64_and_differentiated(torch):
    asked = LossFunction.of(torch_kl, backend="torch")
    assert asked(GIVEN).outputs[""] == pytest.approx(TRUTH, rel=1e-15)
    assert (asked.backend, asked.dtype) == ("torch", "float64")
    found = asked.gradient(GIVEN, "", ["mu", "logvar"])
    assert found["mu"] == pytest.approx(MU, rel=1e-15)
    assert found["logvar"] == pytest.approx(0.5 * (np.exp(LOGVAR) - 1.0), rel=1e-14)


def test_constants_that_a_torch_function_makes_are_float64_too(torch):
    asked = LossFunction.of(lambda mu: mu.sum() * torch.log(torch.tensor(2.0)) + torch.zeros(3).sum(), backend="torch")
    assert asked({"mu": MU}).outputs[""] == pytest.approx(MU.sum() * np.log(2.0), rel=1e-15)


def test_a_torch_function_may_return_tensors_numbers_and_arrays(torch):
    def fn(mu):
        return {
            "tensor": mu.sum(), "number": mu.sum().item(), "array": mu.numpy(), "half": mu.to(torch.bfloat16),
            "sparse": mu.to_sparse(), "turned": torch.imag(torch.complex(mu, mu).conj()),
            "flag": mu > 0, "complex": torch.complex(mu, mu),
        }  # fmt: skip

    answer = LossFunction.of(fn, backend="torch")({"mu": MU})
    assert set(answer.outputs) == {"tensor", "number", "array", "half", "sparse", "turned"}
    assert set(answer.unread) == {"flag", "complex"}
    assert answer.outputs["sparse"].tolist() == MU.tolist()
    assert answer.outputs["turned"].tolist() == (-MU).tolist()
    assert answer.outputs["half"].tolist() == MU.tolist()


@pytest.mark.unmeasured
def test_a_model_with_float32_weights_is_asked_in_float32(torch):
    class Encoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = torch.nn.Linear(3, 3)

        def forward(self, mu, logvar, scale=1.0):
            return torch_kl(self.linear(mu), logvar) * scale

        def loss(self, mu, logvar):
            return self(mu, logvar)

    model = Encoder()
    for fn in (model, model.loss, torch.compile(model.loss, backend="eager")):
        asked = LossFunction.of(fn, backend="torch")
        assert asked.parameters == ("mu", "logvar")
        assert asked(GIVEN).dtypes == {"": "float32"}
        assert asked.dtype == "float32"
        found = asked.gradient(GIVEN, "", ["logvar"])["logvar"]
        assert found == pytest.approx(0.5 * (np.exp(LOGVAR) - 1.0), rel=1e-5, abs=1e-6)
    assert LossFunction.of(model, backend="torch").optional == ("scale",)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_function_that_insists_on_float_is_asked_in_float32(torch):
    weight = torch.ones(3, 1)
    asked = LossFunction.of(lambda mu: mu @ weight, backend="torch")
    assert asked({"mu": MU}).dtypes == {"": "float32"}
    assert asked.dtype == "float32"


def test_names_of_compiled_torch_functions_are_given_and_vmap_is_called_by_position(torch):
    asked = LossFunction.of(torch.add, backend="torch", parameters=("one", "two"))
    assert asked({"one": MU, "two": MU}).outputs[""].tolist() == (2 * MU).tolist()
    mapped = LossFunction.of(torch.vmap(torch_kl), backend="torch")
    assert mapped(GIVEN).outputs[""] == pytest.approx(TRUTH)


def test_what_a_torch_function_sets_is_set_back(torch):
    def fn(mu):
        torch.set_default_dtype(torch.float16)
        torch.set_grad_enabled(False)
        torch.manual_seed(5)
        return mu.sum() + torch.rand(())

    torch.manual_seed(1)
    expected = torch.rand(())
    torch.manual_seed(1)
    state = torch.get_rng_state()
    asked = LossFunction.of(fn, backend="torch")
    asked({"mu": MU})
    with torch.no_grad():
        asked({"mu": MU})
        assert not torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(torch.rand(()), expected)


def test_a_torch_function_draws_from_a_stream_of_its_own(torch):
    def fn(mu):
        return mu + torch.randn_like(mu)

    first, second = (LossFunction.of(fn, backend="torch") for _ in range(2))
    one = [first({"mu": MU}).outputs[""].tolist() for _ in range(2)]
    torch.rand(7)
    assert [second({"mu": MU}).outputs[""].tolist() for _ in range(2)] == one
    assert one[0] != one[1]
    assert first.is_random({"mu": MU})
    assert failed(first, {"mu": MU}, method="checked").kind == "random"


def test_gradients_are_taken_where_the_caller_has_switched_them_off(torch):
    asked = LossFunction.of(torch_kl, backend="torch")
    for off in (torch.no_grad(), torch.inference_mode()):
        with off:
            assert asked.gradient(GIVEN, "", ["mu"])["mu"] == pytest.approx(MU)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (lambda torch, mu: mu.sum().detach(), "a tensor without a graph"),
        (lambda torch, mu: mu.sum().item(), "a float, not a tensor"),
        (lambda torch, mu: torch.no_grad()(torch.sum)(mu), "a tensor without a graph"),
        (lambda torch, mu: mu.detach().numpy().sum(), "not a tensor"),
        (lambda torch, mu: (mu > 0).sum(), "a tensor without a graph"),
        (lambda torch, mu: mu.numpy().sum(), "Can't call numpy() on Tensor that requires grad"),
    ],
)
def test_a_torch_value_without_a_graph_has_no_gradient(torch, returned, said):
    asked = LossFunction.of(lambda mu: returned(torch, mu), backend="torch")
    error = failed(asked, {"mu": MU}, "", ["mu"], method="gradient")
    assert error.kind == "no-gradient"
    assert said in str(error)


def test_a_detached_argument_has_gradient_zero_and_one_of_several_outputs_is_chosen(torch):
    asked = LossFunction.of(lambda mu, logvar: {"kl": torch_kl(mu.detach(), logvar), "mu": mu}, backend="torch")
    found = asked.gradient(GIVEN, "kl", ["mu", "logvar"])
    assert not found["mu"].any()
    assert found["logvar"].any()
    assert asked.gradient(GIVEN, "mu", ["mu"])["mu"].tolist() == np.ones((2, 3)).tolist()


@pytest.mark.parametrize(
    "change",
    [lambda mu: mu.add_(1.0), lambda mu: mu.unsqueeze_(0), lambda mu: mu.clamp_(max=0.0), lambda mu: mu.zero_()],
)
def test_operations_in_place_on_torch_arguments_are_found_out(torch, change):
    asked = LossFunction.of(lambda mu: change(mu).sum(), backend="torch")
    assert failed(asked, {"mu": MU}).kind == "mutates"
    assert failed(asked, {"mu": MU}, "", ["mu"], method="gradient").kind == "mutates"


def test_torch_devices_that_are_not_there_are_told_as_such(torch):
    for fn in (
        lambda mu: mu.to("meta").sum(),
        lambda mu: mu.to("cuda:7"),
        lambda mu: mu + torch.ones(3, device="meta"),
    ):
        error = failed(LossFunction.of(fn, backend="torch"), {"mu": MU})
        assert error.kind == "device" or "meta" in str(error)


def test_torch_shapes_that_do_not_fit_are_a_matter_of_shape(torch):
    for fn in (
        lambda mu: mu + torch.ones(7), lambda mu: mu @ mu, lambda mu: mu.sum(5),
        lambda mu: torch.cat([mu, torch.ones(1, 7)]), lambda mu: mu.view(7, 7),
    ):  # fmt: skip
        assert failed(LossFunction.of(fn, backend="torch"), {"mu": MU}).kind == "shape"


def test_streams_of_devices_in_use_are_kept_too(torch, monkeypatch):
    made = backend_named("torch")
    assert made._devices() == []
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert made._devices() == [0, 1]


# --- JAX --------------------------------------------------------------------------------------------------------------


def jax_kl(mu, logvar):
    import jax.numpy as jnp

    return 0.5 * (mu**2 + jnp.exp(logvar) - 1 - logvar).sum(-1)


@pytest.mark.unmeasured
def test_a_jax_function_is_asked_in_float64_jitted_or_not_and_differentiated(jax):
    narrow = jax.jit(jax_kl)
    assert narrow(MU, LOGVAR).dtype == "float32"  # compiled already
    static = functools.partial(jax.jit, static_argnames="mode")(lambda mu, logvar, mode="sum": jax_kl(mu, logvar))
    for fn in (jax_kl, narrow, static, jax.vmap(jax_kl, in_axes=(0, 0)), jax.checkpoint(jax_kl)):
        asked = LossFunction.of(fn, backend="jax")
        assert asked.parameters == ("mu", "logvar")
        answer = asked(GIVEN)
        assert answer.dtypes == {"": "float64"}
        assert answer.outputs[""] == pytest.approx(TRUTH, rel=1e-14)
        found = asked.gradient(GIVEN, "", ["mu", "logvar"])
        assert found["mu"] == pytest.approx(MU, rel=1e-14)
        assert found["logvar"] == pytest.approx(0.5 * (np.exp(LOGVAR) - 1.0), rel=1e-13)
    assert jax.numpy.asarray(MU).dtype == "float32"  # float64 was on for the length of a call


def test_a_caller_who_computes_in_float64_still_does(jax):
    enable = (jax if hasattr(jax, "enable_x64") else importlib.import_module("jax.experimental")).enable_x64
    with enable(True):
        assert LossFunction.of(jax_kl, backend="jax")(GIVEN).outputs[""] == pytest.approx(TRUTH, rel=1e-14)
        assert jax.numpy.asarray(MU).dtype == "float64"


def test_an_older_jax_keeps_its_switch_elsewhere(jax, monkeypatch):
    made = backend_named("jax")

    class Older:
        numpy = jax.numpy

    class Experimental:
        enable_x64 = jax.enable_x64

    monkeypatch.setattr(made, "_jax", Older())
    monkeypatch.setattr(
        importlib.import_module("elbo_check.inputs.backends.jax"), "import_module", lambda name: Experimental
    )
    with made.guard("float64"):
        assert made.tensor(MU, "float64").dtype == "float64"
    assert made.tensor(MU, "float32").dtype == "float32"


def test_a_jax_function_that_takes_float32_only_is_asked_in_it(jax):
    weight = np.ones((2, 3), dtype=np.float32)
    asked = LossFunction.of(lambda mu: jax.lax.add(mu, weight), backend="jax")
    assert asked({"mu": MU}).dtypes == {"": "float32"}
    assert asked.dtype == "float32"


@pytest.mark.unmeasured
def test_jax_values_that_are_no_floats(jax):
    jnp = jax.numpy
    answer = LossFunction.of(
        lambda mu: {
            "half": mu.astype(jnp.bfloat16), "count": jnp.int32(3), "flag": mu > 0, "key": jax.random.key(0),
            "complex": mu * 1j,
        },
        backend="jax",
    )({"mu": MU})  # fmt: skip
    assert answer.dtypes == {"half": "bfloat16", "count": "int32"}
    assert set(answer.unread) == {"flag", "key", "complex"}


@pytest.mark.parametrize(
    "returned",
    [
        lambda jax, mu: float(mu.sum()),
        lambda jax, mu: np.asarray(mu).sum(),
        lambda jax, mu: (mu > 0).sum(),
        lambda jax, mu: np.float64(mu.sum().item()),
    ],
)
def test_a_jax_value_that_leaves_jax_has_no_gradient(jax, returned):
    asked = LossFunction.of(lambda mu: returned(jax, mu), backend="jax")
    assert asked({"mu": MU}).finite
    error = failed(asked, {"mu": MU}, "", ["mu"], method="gradient")
    assert error.kind == "no-gradient"
    assert "\n" not in str(error)


@pytest.mark.unmeasured
def test_a_jax_function_that_looks_at_its_values_is_differentiated_all_the_same(jax):
    asked = LossFunction.of(lambda mu: mu[mu > 0].sum() if mu.sum() > 0 else 0.0 * mu.sum(), backend="jax")
    assert asked.gradient({"mu": MU}, "", ["mu"])["mu"].tolist() == (MU > 0).tolist()


def test_a_gradient_in_jax_is_compiled_once_for_a_shape(jax):
    traced = []

    def loss(mu, logvar):
        traced.append(mu.shape)
        return jax_kl(mu, logvar)

    asked = LossFunction.of(loss, backend="jax")
    for factor in (1.0, 2.0, 3.0):
        found = asked.gradient({"mu": factor * MU, "logvar": LOGVAR}, "", ["mu"], answers=True)
        assert found["mu"] == pytest.approx(factor * MU)
    assert traced == [MU.shape]
    asked.gradient({"mu": MU[:1], "logvar": LOGVAR[:1]}, "", ["mu"], answers=True)
    assert traced == [MU.shape, MU[:1].shape]


@pytest.mark.unmeasured
def test_a_gradient_in_jax_may_hang_on_values_and_on_plain_numbers(jax):
    asked = LossFunction.of(lambda mu, logvar: jax_kl(mu, logvar) * (2 if mu.sum() > 0 else 1), backend="jax")
    for mu in (abs(MU), -abs(MU)):
        found = asked.gradient({"mu": mu, "logvar": LOGVAR}, "", ["mu"])
        assert found["mu"] == pytest.approx(mu * (2 if mu.sum() > 0 else 1))
    asked = LossFunction.of(lambda mu, n: n * (mu**2).sum() / 2, backend="jax")
    for n in (2, 3):
        assert asked.gradient({"mu": MU, "n": n}, "", ["mu"])["mu"] == pytest.approx(n * MU)


def test_a_stopped_gradient_is_zero(jax):
    asked = LossFunction.of(lambda mu, logvar: jax_kl(jax.lax.stop_gradient(mu), logvar), backend="jax")
    assert not asked.gradient(GIVEN, "", ["mu"])["mu"].any()


def test_a_jax_array_cannot_be_written_into_and_says_so(jax):
    def fn(mu):
        mu[0] = 1.0
        return mu

    error = failed(LossFunction.of(fn, backend="jax"), {"mu": MU})
    assert error.kind == "raises"
    assert "immutable" in str(error)


def test_jax_shapes_that_do_not_fit_are_a_matter_of_shape(jax):
    for fn in (lambda mu: mu + jax.numpy.ones(7), lambda mu: mu @ mu, lambda mu: mu.sum(axis=5)):
        assert failed(LossFunction.of(fn, backend="jax"), {"mu": MU}).kind == "shape"
