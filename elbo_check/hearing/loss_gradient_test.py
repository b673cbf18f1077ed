"""A pytest function that says that a loss's gradient is not that of its value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..diagnosis.probing import Arrays
from .loss_calls import Asked

__all__ = ["gradient_test"]

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
    names = [call.assignment.names[role] for role in roles]
    arguments = call.arguments(point)
    lines = [f"def test_{function.name}_has_the_gradient_of_its_value():"]
    for name, value in arguments.items():
        literal = repr(np.asarray(value).tolist())
        lines.append(f"    {name} = {_TENSOR[backend].format(literal, name in names)}")
    picked = f"[{call.output if call.output.isdigit() else repr(call.output)}]" if call.output else ""
    passed = ", ".join(f"{name}={name}" for name in arguments)
    lines += [
        "",
        f"    def total({', '.join(names)}):",
        f"        return {function.name}({passed}){picked}.sum()",
        "",
        f"    {_CHECK[backend].format(', '.join(names))}",
    ]
    return "\n".join([*_IMPORTS[backend], f"# from your_module import {function.name}", "", "", *lines]) + "\n"
