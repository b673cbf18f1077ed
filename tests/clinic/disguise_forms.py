"""Ways to write what is right: of squares, variances and logarithms, of one KL, of two, of likelihoods.

`xp` is NumPy, torch or jax.numpy; every list holds equal functions, up to a tiny number inside a logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Form = Callable[..., Any]

LOG_2PI = math.log(2 * math.pi)

SQUARES: Sequence[Form] = (
    lambda xp, m: m**2,
    lambda xp, m: m * m,
    lambda xp, m: xp.square(m),
    lambda xp, m: xp.abs(m) ** 2,
)


def _softplus(xp: Any, t: Any) -> Any:
    return xp.log1p(xp.exp(t))


VARIANCES: Mapping[str, Sequence[Form]] = {
    "std": (lambda xp, s: s**2, lambda xp, s: s * s, lambda xp, s: xp.exp(2 * xp.log(s))),
    "variance": (lambda xp, v: v, lambda xp, v: xp.sqrt(v) ** 2, lambda xp, v: xp.clip(v, 1e-12, 1e12)),
    "log_variance": (
        lambda xp, t: xp.exp(t),
        lambda xp, t: xp.exp(0.5 * t) ** 2,
        lambda xp, t: xp.exp(xp.clip(t, -30.0, 20.0)),
        lambda xp, t: 1 + xp.expm1(t),
    ),
    "log_std": (lambda xp, t: xp.exp(2 * t), lambda xp, t: xp.exp(t) ** 2, lambda xp, t: xp.exp(t + t)),
    "softplus_std": (lambda xp, t: _softplus(xp, t) ** 2, lambda xp, t: xp.square(xp.log(1 + xp.exp(t)))),
}

LOG_VARIANCES: Mapping[str, Sequence[Form]] = {
    "std": (
        lambda xp, s: 2 * xp.log(s),
        lambda xp, s: xp.log(s**2),
        lambda xp, s: xp.log(s * s + 1e-10),
        lambda xp, s: -2 * xp.log(1 / s),
        lambda xp, s: xp.log(xp.clip(s, 1e-8, 1e8)) * 2,
    ),
    "variance": (
        lambda xp, v: xp.log(v),
        lambda xp, v: 2 * xp.log(xp.sqrt(v)),
        lambda xp, v: -xp.log(1 / v),
        lambda xp, v: xp.log(v + 1e-10),
    ),
    "log_variance": (lambda xp, t: t, lambda xp, t: xp.log(xp.exp(t)), lambda xp, t: xp.clip(t, -50.0, 50.0)),
    "log_std": (lambda xp, t: 2 * t, lambda xp, t: t + t, lambda xp, t: xp.log(xp.exp(t) ** 2)),
    "softplus_std": (
        lambda xp, t: 2 * xp.log(_softplus(xp, t)),
        lambda xp, t: xp.log(_softplus(xp, t) ** 2 + 1e-10),
    ),
}

STANDARD: Sequence[Form] = (
    lambda xp, m2, v, lv: 0.5 * (m2 + v - lv - 1),
    lambda xp, m2, v, lv: -0.5 * (1 + lv - m2 - v),
    lambda xp, m2, v, lv: (m2 + v) / 2 - lv / 2 - 0.5,
    lambda xp, m2, v, lv: 0.5 * m2 + 0.5 * (v - 1 - lv),
    lambda xp, m2, v, lv: 0.5 * (m2 + xp.expm1(lv) - lv),
    lambda xp, m2, v, lv: (m2 + (v - 1) - xp.log(v)) * 0.5,
    lambda xp, m2, v, lv: -(0.5 + 0.5 * lv) + (v + m2) / 2,
    lambda xp, m2, v, lv: 0.5 * (LOG_2PI + v + m2) - 0.5 * (1 + LOG_2PI + lv),
)
"""KL(N(m, v) ‖ N(0, 1)) of every coordinate from m², v and log v."""

SPOILT: Sequence[tuple[str, Form]] = (
    ("wrong-sign", lambda xp, m2, v, lv: -0.5 * (1 + lv + m2 - v)),
    ("wrong-sign", lambda xp, m2, v, lv: 0.5 * (1 + lv - m2 - v)),
    ("missing-half", lambda xp, m2, v, lv: m2 + v - lv - 1),
    ("missing-half", lambda xp, m2, v, lv: m2 + v - lv / 2 - 0.5),
    ("missing-constant", lambda xp, m2, v, lv: 0.5 * (m2 + v - lv)),
    ("half-on-logsigma", lambda xp, m2, v, lv: 0.5 * (m2 + v - 0.5 * lv - 1)),
    ("not-squared", lambda xp, m2, v, lv: 0.5 * (m2 + xp.sqrt(v) - lv - 1)),
    ("missing-mean-term", lambda xp, m2, v, lv: 0.5 * (v - lv - 1)),
    ("missing-log-term", lambda xp, m2, v, lv: 0.5 * (m2 + v - 1)),
)
"""The same with one mistake each."""

TWO: Sequence[Form] = (
    lambda xp, mq, vq, lq, mp, vp, lp: 0.5 * (lp - lq + vq / vp + (mq - mp) ** 2 / vp - 1),
    lambda xp, mq, vq, lq, mp, vp, lp: 0.5 * (lp - lq + xp.exp(lq - lp) + (mp - mq) ** 2 * xp.exp(-lp) - 1),
    lambda xp, mq, vq, lq, mp, vp, lp: 0.5 * lp - 0.5 * lq + (vq + (mq - mp) ** 2) / (2 * vp) - 0.5,
    lambda xp, mq, vq, lq, mp, vp, lp: -0.5 * (1 + xp.log(vq / vp) - vq / vp - xp.square(mq - mp) / vp),
    lambda xp, mq, vq, lq, mp, vp, lp: 0.5 * (LOG_2PI + lp + (vq + (mq - mp) ** 2) / vp - LOG_2PI - 1 - lq),
    lambda xp, mq, vq, lq, mp, vp, lp: 0.5 * ((vq + mq**2 - 2 * mq * mp + mp**2) / vp - 1 + xp.log(vp / vq)),
)
"""KL(N(mq, vq) ‖ N(mp, vp)) of every coordinate."""

RESIDUALS: Sequence[Form] = (
    lambda xp, dm, dlv, mp, lvp: 0.5 * (dm**2 / xp.exp(lvp) + xp.exp(dlv) - dlv - 1),
    lambda xp, dm, dlv, mp, lvp: -0.5 * (1 + dlv - dm**2 * xp.exp(-lvp) - xp.exp(dlv)),
    lambda xp, dm, dlv, mp, lvp: 0.5 * ((mp + dm - mp) ** 2 / xp.exp(lvp) + xp.expm1(dlv) - dlv),
)

CATEGORICAL: Sequence[Form] = (
    lambda xp, q, p: q * (xp.log(q) - xp.log(p)),
    lambda xp, q, p: q * xp.log(q / p),
    lambda xp, q, p: -q * xp.log(p / q),
    lambda xp, q, p: q * xp.log(q) - q * xp.log(p),
    lambda xp, q, p: q * xp.log(q / p + 1e-10),
)

UNIFORM: Sequence[Form] = (
    lambda xp, q: xp.sum(q * xp.log(q * q.shape[-1]), axis=-1),
    lambda xp, q: xp.sum(q * xp.log(q), axis=-1) + math.log(q.shape[-1]),
    lambda xp, q: math.log(q.shape[-1]) - xp.sum(q * xp.log(1 / q), axis=-1),
    lambda xp, q: xp.sum(q * (xp.log(q + 1e-10) - math.log(1 / q.shape[-1])), axis=-1),
)

BERNOULLI: Sequence[Form] = (
    lambda xp, x, p: -(x * xp.log(p) + (1 - x) * xp.log(1 - p)),
    lambda xp, x, p: -x * xp.log(p) - (1 - x) * xp.log1p(-p),
    lambda xp, x, p: -x * xp.log(xp.clip(p, 1e-7, 1.0)) + (x - 1) * xp.log(xp.clip(1 - p, 1e-7, 1.0)),
)

LOGITS: Sequence[Form] = (
    lambda xp, x, t: xp.log1p(xp.exp(t)) - x * t,
    lambda xp, x, t: xp.clip(t, 0, None) - t * x + xp.log1p(xp.exp(-xp.abs(t))),
    lambda xp, x, t: x * xp.log1p(xp.exp(-t)) + (1 - x) * xp.log1p(xp.exp(t)),
    lambda xp, x, t: (1 - x) * t + xp.log(1 + xp.exp(-t)),
)

SQUARED: Sequence[Form] = (
    lambda xp, x, r: 0.5 * (x - r) ** 2,
    lambda xp, x, r: (r - x) ** 2 / 2,
    lambda xp, x, r: 0.5 * xp.square(x - r) + 0.5 * LOG_2PI,
    lambda xp, x, r: 0.5 * (x * x - 2 * x * r + r * r),
)

SQUARED_OF_LOGITS: Sequence[Form] = (
    lambda xp, x, t: 0.5 * (x - 1 / (1 + xp.exp(-t))) ** 2,
    lambda xp, x, t: xp.square(xp.exp(t) / (1 + xp.exp(t)) - x) / 2,
    lambda xp, x, t: 0.5 * (x - 0.5 - 0.5 * xp.tanh(t / 2)) ** 2 + 0.5 * LOG_2PI,
)

DENSITY: Sequence[Form] = (
    lambda xp, x, m, v, lv: 0.5 * ((x - m) ** 2 / v + lv + LOG_2PI),
    lambda xp, x, m, v, lv: 0.5 * LOG_2PI + 0.5 * lv + (m - x) ** 2 / (2 * v),
    lambda xp, x, m, v, lv: 0.5 * xp.log(2 * math.pi * v) + 0.5 * xp.square(x - m) / v,
)

ENTROPIES: Sequence[Form] = (
    lambda xp, v, lv: 0.5 * (1 + LOG_2PI + lv),
    lambda xp, v, lv: 0.5 * xp.log(2 * math.pi * math.e * v),
    lambda xp, v, lv: 0.5 * lv + 0.5 * math.log(2 * math.pi * math.e),
)

BOUNDS: Sequence[Form] = (
    lambda xp, w: xp.log(xp.mean(xp.exp(w), axis=0)),
    lambda xp, w: xp.log(xp.sum(xp.exp(w), axis=0)) - math.log(w.shape[0]),
    lambda xp, w: xp.amax(w, 0) + xp.log(xp.mean(xp.exp(w - xp.amax(w, 0)), axis=0)),
)

MINIBATCHES: Sequence[Form] = (
    lambda xp, nll, kl, n: n / len(nll) * xp.sum(nll) + kl,
    lambda xp, nll, kl, n: n * xp.mean(nll) + kl,
    lambda xp, nll, kl, n: xp.mean(nll) + kl / n,
    lambda xp, nll, kl, n: kl + n * (xp.sum(nll) / len(nll)),
    lambda xp, nll, kl, n: 0.5 * (xp.mean(nll) + kl / n),
)

REDUCED: Mapping[str, Form] = {
    "elements": lambda xp, e: e,
    "rows": lambda xp, e: xp.sum(e, axis=-1),
    "rows by a mean": lambda xp, e: e.shape[-1] * xp.mean(e, axis=-1),
    "total": lambda xp, e: xp.sum(e),
    "total in two steps": lambda xp, e: xp.sum(xp.sum(e, axis=0)),
    "batch mean": lambda xp, e: xp.mean(xp.sum(e, axis=-1)),
    "batch mean by a division": lambda xp, e: xp.sum(e) / e.shape[0],
    "batch mean of the mean": lambda xp, e: xp.mean(e) * e.shape[-1],
}
"""Right reductions of what has a number for every coordinate of every sample."""

OF_ONE: Mapping[str, Form] = {
    "one sample, total": lambda xp, e: xp.sum(e),
    "one sample, by a mean": lambda xp, e: xp.mean(e) * len(e),
}
"""Of functions that take one sample, of shape (d,)."""

OF_IMAGES: Mapping[str, Form] = {
    "images, rows": lambda xp, e: xp.sum(e, axis=(1, 2, 3)),
    "images, batch mean": lambda xp, e: xp.mean(xp.sum(e, axis=(1, 2, 3))),
}
"""Of functions that take maps, of shape (B, C, H, W)."""

OF_MANY: Mapping[str, Form] = {
    "many categoricals, rows": lambda xp, e: xp.sum(e, axis=(1, 2)),
    "many categoricals, batch mean": lambda xp, e: xp.mean(xp.sum(e, axis=(1, 2))),
    "many categoricals, total by rows": lambda xp, e: xp.sum(xp.sum(e, axis=(1, 2))),
}
"""Of functions that take categoricals of shape (B, G, K)."""

OVER_ROWS: Mapping[str, Form] = {
    "rows": lambda xp, r: r,
    "total": lambda xp, r: xp.sum(r),
    "batch mean": lambda xp, r: xp.mean(r),
    "batch mean by a division": lambda xp, r: xp.sum(r) / r.shape[0],
}
"""Right reductions of what has a number for every sample."""
