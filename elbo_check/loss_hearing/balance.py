"""Stop-gradients between the two densities of a KL: balanced on purpose, or cut on one side.

α·KL(q ‖ p) with q held fixed plus (1 − α)·KL(q ‖ p) with p held fixed has the value of the KL; its gradient is α times
that of the value on the side of p, and 1 − α times on the side of q.

Source: Hafner et al. (2021), Mastering Atari with discrete world models, section 2.2 (KL balancing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["balance"]

_SAME = 1e-3


def balance(ratios: Mapping[str, Sequence[float]], roles: Sequence[str]) -> tuple[float, float] | None:
    """Return what the gradients of q and of p are of those of the value, where both add up to 1; None elsewhere.

    `ratios` holds gradient over derivative, point by point, for the roles where these differ.

    >>> balance({"mean_q": (0.2, 0.2), "mean_p": (0.8, 0.8)}, ["mean_q", "mean_p"])
    (0.2, 0.8)
    >>> balance({"mean_q": (0.0, 0.0)}, ["mean_q", "mean_p"])
    (0.0, 1.0)

    Beside a reconstruction, what is of neither density has the gradient of its value.

    >>> balance({"mean_q": (0.0, 0.0)}, ["x", "mean_q", "mean_p"]), balance({"x": (0.0,)}, ["x", "mean_q", "mean_p"])
    ((0.0, 1.0), None)
    """
    sided = [role for role in roles if role.endswith(("_q", "_p"))]
    if {role[-2:] for role in sided} != {"_q", "_p"} or not ratios.keys() <= set(sided):
        return None
    sides = []
    for side in ("_q", "_p"):
        found = [number for role in sided if role.endswith(side) for number in ratios.get(role, (1.0,))]
        if np.ptp(found) > _SAME:
            return None
        sides.append(float(np.mean(found)))
    q, p = sides
    return (q, p) if abs(q + p - 1) <= _SAME and min(sides) >= -_SAME else None
