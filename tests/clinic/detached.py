"""Losses of torch whose values are right and whose gradients are not: something was detached on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import truths
from .case import SAMPLER, Case, Function

KL_ROLES, SAMPLER_ROLES = ("mean", "log_variance"), ("mean", "log_variance", "noise")


def sample_all(mean: Any, logvar: Any, noise: Any) -> Any:
    return (mean + (0.5 * logvar).exp() * noise).detach()


def sample_spread(mean: Any, logvar: Any, noise: Any) -> Any:
    return mean + (0.5 * logvar).exp().detach() * noise


def sample_mean(mean: Any, logvar: Any, noise: Any) -> Any:
    return mean.detach() + (0.5 * logvar).exp() * noise


def kl_without_mean(mean: Any, logvar: Any) -> Any:
    return -0.5 * (1 + logvar - mean.detach() ** 2 - logvar.exp()).sum(dim=-1)


def kl_without_variance(mean: Any, logvar: Any) -> Any:
    return -0.5 * (1 + logvar - mean**2 - logvar.detach().exp()).sum(dim=-1)


def sample(mean: Any, logvar: Any, noise: Any) -> Any:
    return mean + (0.5 * logvar).exp() * noise


def kl(mean: Any, logvar: Any) -> Any:
    return -0.5 * (1 + logvar - mean**2 - logvar.exp()).sum(dim=-1)


def _case(function: Function, *slugs: str) -> Case:
    name = f"torch {function.__name__}"
    if "sample" in function.__name__:
        truth = truths.sample("log_variance")
        return Case(name, function, SAMPLER_ROLES, SAMPLER, truth, slugs, backend="torch")
    return Case(name, function, KL_ROLES, None, truths.standard("log_variance"), slugs, backend="torch")


DETACHED: tuple[Case, ...] = (
    *(_case(function, "detached-sample") for function in (sample_all, sample_spread, sample_mean)),
    *(_case(function, "detached-sample") for function in (kl_without_mean, kl_without_variance)),
)

ATTACHED: tuple[Case, ...] = (_case(sample), _case(kl))
"""The same, rightly."""


def gradients(case: Case, arguments: list[Any]) -> list[np.ndarray[Any, Any]]:
    """The gradient of the sum of the values, zero where none arrives."""
    import torch

    held = [torch.tensor(argument, dtype=torch.float64, requires_grad=True) for argument in arguments]
    total = case.function(*held).sum()
    if not total.requires_grad:
        return [np.zeros(argument.shape) for argument in arguments]
    found = torch.autograd.grad(total, held, allow_unused=True)
    return [np.zeros(h.shape) if g is None else g.numpy() for h, g in zip(held, found, strict=True)]
