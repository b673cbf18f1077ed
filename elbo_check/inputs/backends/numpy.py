"""Functions of NumPy arrays, and of whatever takes NumPy arrays: no gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["backend", "host_array"]


class _NumPy:
    name = "numpy"

    def guard(self, dtype: str) -> AbstractContextManager[Any]:  # noqa: ARG002 - NumPy has no default dtype
        return np.errstate(all="ignore")  # nan and infinities are told by the answer

    def tensor(self, array: NDArray[Any], dtype: str, gradient: bool = False) -> NDArray[Any]:  # noqa: ARG002
        return np.array(array, dtype=dtype if array.dtype.kind == "f" else array.dtype, order="C")

    def array(self, tensor: Any) -> NDArray[Any]:
        return host_array(tensor)

    def gradient(
        self,
        leaf: Callable[[Mapping[str, Any]], Any],  # noqa: ARG002 - a silhouette
        tensors: Mapping[str, Any],  # noqa: ARG002
        wrt: Sequence[str],  # noqa: ARG002
    ) -> None:
        return None


def backend() -> _NumPy:
    """Return this backend."""
    return _NumPy()


def host_array(value: Any) -> NDArray[Any]:
    """Return what a number, an array or a tensor of any framework holds, as an array on the host."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":  # unknown to NumPy
            value = value.float()
    return np.asarray(value)
