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

_MANY = 12

_TENSOR = {
    "torch": "torch.{}({}, dtype=torch.float64, requires_grad={})",
    "jax": "jnp.{}({})",
}
_MADE = {"torch": "tensor", "jax": "array"}
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
        made, literal = _literal(value)
        lines.append(f"    {name} = {_TENSOR[backend].format(made or _MADE[backend], literal, name in names)}")
    value = function.access(call.arguments(point), call.output, called)
    lines += [
        "",
        f"    def total({', '.join(names)}):",
        *(["        torch.manual_seed(0)"] if function.own_noise and backend == "torch" else []),
        f"        return {value}.sum()",
        "",
        f"    {_CHECK[backend].format(', '.join(names))}",
    ]
    return "\n".join([*_IMPORTS[backend], *header, "", "", *lines]) + "\n"


def wrong_derivative(
    call: Asked, point: Arrays, role: str, gradient: FloatArray, place: tuple[int, ...]
) -> Mapping[str, Any]:
    """Return the derivative in one coordinate, where it is wrong."""
    direction = np.zeros(np.shape(point[role]))
    direction[place] = 1.0
    true = slope(total_along(call, point, role, direction), output_dtype(call, point))
    claim = float(gradient[place])
    numbers = {"claim": claim, "truth": true.value if true is not None else claim}
    return {"derivative": call.assignment.names[role], "index": list(place), **numbers, **call.arguments(point)}


def _literal(value: Any) -> tuple[str, str]:
    """Return what makes an array, and its numbers: one number where all are the same and many."""
    array = np.asarray(value)
    if array.size > _MANY and np.ptp(array) == 0:
        return "full", f"{array.shape}, {array.flat[0].item()!r}"
    return "", repr(array.tolist())
