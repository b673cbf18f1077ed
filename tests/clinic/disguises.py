"""Right losses in disguise: the form, the reading, the reduction, the framework, the order and the names are drawn.

`disguise(seed)` is the same case every time, `spoilt(seed)` one with a mistake in it; a run draws fresh seeds.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import os
import random
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from . import disguise_forms as forms
from . import truths
from .case import BERNOULLI_VAE, ENTROPY, GAUSSIAN_VAE, IWAE, LIKELIHOOD, MINIBATCH, SAMPLER, Case, Function

A_RUN = 200

MODULES = {"numpy": "numpy", "torch": "torch", "jax": "jax.numpy"}
WEIGHTS = {"numpy": 6, "torch": 3, "jax": 1}
"""How often each is drawn: JAX compiles anew for every shape."""
BACKENDS = [name for name, module in MODULES.items() if find_spec(module.split(".", maxsplit=1)[0])]

NAMES = ("mu", "logvar", "sigma", "s", "m", "z_mean", "z_log_var", "a", "b", "std", "q_mu", "p_mu", "h", "theta", "out")
NAMES_OF_BOUNDS = {"bound": 1, "iwae": 1, "estimate": 1, "loss": -1, "negative_bound": -1, "iwae_loss": -1}
"""What is called a loss is minimised, and right with the sign of one."""


class Undressed(NamedTuple):
    """A right loss of arguments in the order of `roles`: it takes `xp` first."""

    title: str
    roles: tuple[str, ...]
    quantity: str | None
    truth: Function
    loss: Callable[..., Any]
    beta: float | None = None
    slugs: tuple[str, ...] = ()
    name: str = "loss"


def fresh_seeds(count: int) -> list[int]:
    """Seeds nobody has seen; ELBO_CHECK_DISGUISES sets the first of them."""
    first = int(os.environ.get("ELBO_CHECK_DISGUISES") or random.SystemRandom().randrange(10**9))
    return list(range(first, first + count))


def disguise(seed: int) -> Case:
    """Return the right loss of this seed."""
    rng = random.Random(seed)
    return _dressed(rng.choice(KINDS)(rng), rng)


def spoilt(seed: int) -> Case:
    """Return a KL with one mistake, in a disguise like that of the right ones."""
    rng = random.Random(seed)
    return _dressed(_spoilt_kl(rng), rng)


def _dressed(undressed: Undressed, rng: random.Random) -> Case:
    backend = rng.choices(BACKENDS, [WEIGHTS[name] for name in BACKENDS])[0]
    single = rng.random() < 0.25
    order = list(range(len(undressed.roles)))
    if rng.random() < 0.4:
        rng.shuffle(order)
    xp = importlib.import_module(MODULES[backend])
    wrap = rng.choice(WRAPS[: 3 if undressed.quantity is None else 1])
    names = rng.sample(NAMES, len(order))

    def loss(*arguments: Any) -> Any:
        held = [_single(xp, argument) for argument in arguments] if single else arguments
        return wrap(undressed.loss(xp, *(held[order.index(place)] for place in range(len(order)))))

    def truth(*arguments: Any) -> Any:
        return undressed.truth(*(arguments[order.index(place)] for place in range(len(order))))

    roles = tuple(undressed.roles[place] for place in order)
    words = [backend, *(["float32"] if single else []), undressed.title, f"roles {', '.join(roles)}"]
    function = named(loss, names, undressed.name)
    return Case(
        "; ".join(words), function, roles, undressed.quantity, truth, undressed.slugs,
        backend=backend, note=undressed.title, beta=undressed.beta, batch=undressed.title not in forms.OF_ONE,
    )  # fmt: skip


def named(function: Callable[..., Any], names: Sequence[str], name: str = "loss") -> Function:
    """Give a function of any arguments the parameters that it is said to have, and its name."""

    def call(*args: Any, **kwargs: Any) -> Any:
        held = dict(zip(names, args, strict=False)) | kwargs
        return function(*(held[name] for name in names))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names])  # type: ignore[attr-defined]
    call.__name__ = call.__qualname__ = name
    return call


WRAPS: Sequence[Callable[[Any], Any]] = (
    lambda value: value,
    lambda value: (value,),
    lambda value: {"kl": value},
)


def _single(xp: Any, argument: Any) -> Any:
    if isinstance(argument, int | float):
        return argument
    return argument.float() if hasattr(argument, "float") else argument.astype(np.float32)


def _reading(rng: random.Random) -> tuple[str, forms.Form, forms.Form]:
    role = rng.choice(list(forms.VARIANCES))
    return role, rng.choice(forms.VARIANCES[role]), rng.choice(forms.LOG_VARIANCES[role])


def _elements(rng: random.Random) -> tuple[str, Callable[..., Any]]:
    """One KL of every coordinate, or its terms in any order."""
    role, variance, log_variance = _reading(rng)
    square, form = rng.choice(forms.SQUARES), rng.choice(forms.STANDARD)
    terms = [lambda m2, v, lv: m2 / 2, lambda m2, v, lv: v / 2, lambda m2, v, lv: -lv / 2, lambda m2, v, lv: -0.5]
    rng.shuffle(terms)
    shuffled = rng.random() < 0.3

    def elements(xp: Any, mean: Any, second: Any) -> Any:
        held = square(xp, mean), variance(xp, second), log_variance(xp, second)
        return sum(term(*held) for term in terms) if shuffled else form(xp, *held)

    return role, elements


def _spoilt_kl(rng: random.Random) -> Undressed:
    role, variance, log_variance = _reading(rng)
    square, (slug, form), (name, reduced) = rng.choice(forms.SQUARES), rng.choice(forms.SPOILT), _any_shape(rng)

    def loss(xp: Any, mean: Any, second: Any) -> Any:
        return reduced(xp, form(xp, square(xp, mean), variance(xp, second), log_variance(xp, second)))

    return Undressed(name, ("mean", role), None, truths.standard(role), loss, slugs=(slug,))


def _any_shape(rng: random.Random) -> tuple[str, forms.Form]:
    shaped = rng.choice([forms.REDUCED, forms.REDUCED, forms.REDUCED, forms.OF_ONE, forms.OF_IMAGES])
    return rng.choice(list(shaped.items()))


def _one_kl(rng: random.Random) -> Undressed:
    role, elements = _elements(rng)
    name, reduced = _any_shape(rng)
    truth = truths.standard(role)
    return Undressed(name, ("mean", role), None, truth, lambda xp, m, s: reduced(xp, elements(xp, m, s)))


def _kl_with_its_constant_last(rng: random.Random) -> Undressed:
    role, variance, log_variance = _reading(rng)

    def loss(xp: Any, mean: Any, second: Any) -> Any:
        each = mean**2 + variance(xp, second) - log_variance(xp, second)
        return 0.5 * (xp.sum(each, axis=-1) - mean.shape[-1])

    return Undressed("constant last", ("mean", role), None, truths.standard(role), loss)


def _kl_of_two(rng: random.Random) -> Undressed:
    role, variance, log_variance = _reading(rng)
    form, (name, reduced) = rng.choice(forms.TWO), rng.choice(list(forms.REDUCED.items()))

    def loss(xp: Any, mq: Any, sq: Any, mp: Any, sp: Any) -> Any:
        q, p = (variance(xp, sq), log_variance(xp, sq)), (variance(xp, sp), log_variance(xp, sp))
        return reduced(xp, form(xp, mq, *q, mp, *p))

    return Undressed(name, ("mean_q", f"{role}_q", "mean_p", f"{role}_p"), None, truths.pair(role), loss)


def _residual(rng: random.Random) -> Undressed:
    form, (name, reduced) = rng.choice(forms.RESIDUALS), rng.choice(list(forms.REDUCED.items()))
    roles = ("delta_mean", "delta_log_variance", "mean_p", "log_variance_p")
    return Undressed(name, roles, None, truths.residual, lambda xp, *a: reduced(xp, form(xp, *a)))


def _softmax(xp: Any, logits: Any) -> Any:
    weights = xp.exp(logits - xp.amax(logits, -1)[..., None])
    return weights / xp.sum(weights, axis=-1)[..., None]


def _categorical(rng: random.Random) -> Undressed:
    shaped = rng.choice([forms.REDUCED, forms.REDUCED, forms.OF_MANY])
    form, (name, reduced) = rng.choice(forms.CATEGORICAL), rng.choice([*shaped.items()][shaped is forms.REDUCED :])
    role = rng.choice(list(truths.PROBABILITIES))
    make = {"probabilities": lambda xp, p: p, "logits": _softmax, "log_probabilities": lambda xp, t: xp.exp(t)}[role]
    truth = truths.categorical(role, role)
    return Undressed(
        name, (f"{role}_q", f"{role}_p"), None, truth, lambda xp, q, p: reduced(xp, form(xp, make(xp, q), make(xp, p)))
    )


def _uniform(rng: random.Random) -> Undressed:
    form, (name, over) = rng.choice(forms.UNIFORM), rng.choice(list(forms.OVER_ROWS.items()))
    return Undressed(name, ("probabilities",), None, truths.uniform, lambda xp, q: over(xp, form(xp, q)))


def _vae(rng: random.Random) -> Undressed:
    """A likelihood and a KL, each reduced in its own way, the whole perhaps scaled."""
    role, elements = _elements(rng)
    beta = rng.choice([None, None, None, 0.5, 4.0])
    weight = 1.0 if beta is None else beta
    kind, listed, quantity, truth = rng.choice([
        ("reconstruction", forms.BERNOULLI, BERNOULLI_VAE, truths.bernoulli_vae(role, beta=weight)),
        ("logits", forms.LOGITS, BERNOULLI_VAE, truths.bernoulli_vae(role, logits=True, beta=weight)),
        ("reconstruction", forms.SQUARED, GAUSSIAN_VAE, truths.gaussian_vae(role, beta=weight)),
        ("logits", forms.SQUARED_OF_LOGITS, GAUSSIAN_VAE, truths.gaussian_vae(role, logits=True, beta=weight)),
    ])  # fmt: skip
    nll, (name, over) = rng.choice(listed), rng.choice(list(forms.OVER_ROWS.items()))
    pixels, latents = (forms.REDUCED[rng.choice(["rows", "rows by a mean"])] for _ in range(2))
    scaled = rng.choice([lambda d: 1.0, lambda d: 1.0, lambda d: 1 / d, lambda d: 2.0])
    parts = rng.choice([*[lambda loss, nll, kl: loss] * 2, lambda *whole: whole, _by_name])

    def loss(xp: Any, x: Any, reconstruction: Any, mean: Any, second: Any) -> Any:
        likelihood, kl = pixels(xp, nll(xp, x, reconstruction)), latents(xp, elements(xp, mean, second))
        return parts(over(xp, scaled(x.shape[-1]) * (likelihood + weight * kl)), over(xp, likelihood), over(xp, kl))

    return Undressed(f"{quantity}, {name}", ("x", kind, "mean", role), quantity, truth, loss, beta)


def _by_name(loss: Any, nll: Any, kl: Any) -> dict[str, Any]:
    return {"loss": loss, "recon": nll, "kl": kl}


def _sampler(rng: random.Random) -> Undressed:
    role, variance, log_variance = _reading(rng)
    deviation = rng.choice([lambda xp, s: xp.sqrt(variance(xp, s)), lambda xp, s: xp.exp(0.5 * log_variance(xp, s))])
    turned = rng.choice([lambda m, s, e: m + s * e, lambda m, s, e: e * s + m])
    truth = truths.sample(role)
    return Undressed(
        "sampler", ("mean", role, "noise"), SAMPLER, truth, lambda xp, m, s, e: turned(m, deviation(xp, s), e)
    )


def _density(rng: random.Random) -> Undressed:
    role, variance, log_variance = _reading(rng)
    name, reduced = rng.choice(list(forms.REDUCED.items()))
    if rng.random() < 0.5:
        entropy = rng.choice(forms.ENTROPIES)
        return Undressed(f"entropy, {name}", (role,), ENTROPY, truths.entropy(role),
                         lambda xp, s: reduced(xp, entropy(xp, variance(xp, s), log_variance(xp, s))))  # fmt: skip
    form = rng.choice(forms.DENSITY)
    return Undressed(f"likelihood, {name}", ("x", "mean", role), LIKELIHOOD, truths.likelihood(role),
                     lambda xp, x, m, s: reduced(xp, form(xp, x, m, variance(xp, s), log_variance(xp, s))))  # fmt: skip


def _bound(rng: random.Random) -> Undressed:
    """A bound on log p(x), or its negative where it is called what is minimised."""
    form, (reduction, over) = rng.choice(forms.BOUNDS), rng.choice(list(forms.OVER_ROWS.items()))
    name, sign = rng.choice(list(NAMES_OF_BOUNDS.items()))

    def bound(xp: Any, log_weights: Any) -> Any:
        return sign * over(xp, form(xp, log_weights))

    return Undressed(
        f"iwae, {reduction}", ("log_weights",), IWAE, lambda w: sign * truths.iwae(w), bound, name=name
    )  # fmt: skip


def _minibatch(rng: random.Random) -> Undressed:
    form = rng.choice(forms.MINIBATCHES)
    return Undressed("minibatch", ("nll", "kl", "dataset_size"), MINIBATCH, truths.minibatch, form)


KINDS: Sequence[Callable[[random.Random], Undressed]] = tuple(
    itertools.chain(
        [_one_kl] * 6, [_kl_of_two] * 3, [_vae] * 4, [_categorical] * 2, [_density] * 2,
        [_kl_with_its_constant_last, _residual, _uniform, _sampler, _bound, _minibatch],
    )
)  # fmt: skip
