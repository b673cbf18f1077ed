"""A derivative that is not that of a loss's value, and a pytest function that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Arrays
from .as_test import got_at
from .calls import Asked
from .slopes import output_dtype, slope, total_along

__all__ = ["gradient_test", "wrong_derivative"]

FloatArray = NDArray[np.float64]

_PLACES = 6

_TENSOR = {
    "torch": "torch.tensor({}, dtype=torch.float64, requires_grad={})",
    "jax": "jnp.array({})",
}
_CHECK = {
    "torch": "assert torch.autograd.gradcheck(total, ({},))",
    "jax": 'check_grads(total, ({},), order=1, modes=["rev"])',
}
_IMPORTS = {
    "torch": ["import torch"],
    "jax": ["import jax.numpy as jnp", "from jax.test_util import check_grads"],
}


def gradient_test(call: Asked, point: Arrays, roles: Sequence[str]) -> str:
    """Return the source of a test by the framework's own check of gradients, in the arguments of some roles."""
    function, backend = call.function, call.function.backend
    called, header = got_at(function)
    names = list(dict.fromkeys(call.assignment.arguments[role] for role in roles))
    arguments = {name: value for name, value in call.arguments(point).items() if name != function.own_noise}
    lines = [f"def test_{function.name}_has_the_gradient_of_its_value():"]
    for name, value in arguments.items():
        literal = repr(np.asarray(value).tolist())
        lines.append(f"    {name} = {_TENSOR[backend].format(literal, name in names)}")
    passed = ", ".join(f"{name}={name}" for name in arguments)
    value = function.access(call.arguments(point), call.output, f"{called}({passed})")
    lines += [
        "",
        f"    def total({', '.join(names)}):",
        *(["        torch.manual_seed(0)"] if function.own_noise and backend == "torch" else []),
        f"        return {value}.sum()",
        "",
        f"    {_CHECK[backend].format(', '.join(names))}",
    ]
    return "\n".join([*_IMPORTS[backend], *header, "", "", *lines]) + "\n"


def wrong_derivative(call: Asked, point: Arrays, role: str, gradient: Mapping[str, FloatArray]) -> Mapping[str, Any]:
    """Return the derivative in one coordinate, among the first, where it is wrong the most."""
    shape, worst = np.shape(point[role]), (-1.0, 0, 0.0)
    for place in range(min(_PLACES, int(np.prod(shape)))):
        direction = np.zeros(int(np.prod(shape)))
        direction[place] = 1.0
        true = slope(total_along(call, point, role, direction.reshape(shape)), output_dtype(call, point))
        value = true.value if true is not None else float(gradient[role].flat[place])
        worst = max(worst, (abs(value - float(gradient[role].flat[place])), place, value))
    index = [int(i) for i in np.unravel_index(worst[1], shape)]
    numbers = {"claim": float(gradient[role].flat[worst[1]]), "truth": worst[2]}
    return {"derivative": call.assignment.names[role], "index": index, **numbers, **call.arguments(point)}
