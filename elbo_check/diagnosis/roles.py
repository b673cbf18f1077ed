"""What each argument of a loss holds: as it was said, or as its name suggests. Names lie: a proposal is only that."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError, described
from ..inputs.names import folded

__all__ = ["PACKED", "ROLES", "Assignment", "assigned", "shared"]

_SECONDS = ("std", "variance", "log_variance", "log_std", "softplus_std")
_PLAIN = {
    "mean": "mu mean loc location μ means mu_z z_mu z_mean zmean mean_z z_loc loc_z m",
    "std": "sigma sig std stddev stdev sd scale standard_deviation σ sigmas z_sigma z_std std_z sigma_z z_scale "
    "scale_z",
    "variance": "variance var sigma2 sigma_sq sigma_squared σ2 z_var var_z v",
    "log_variance": "log_variance log_var logvar ln_var lnvar log_sigma2 log_sigma_sq log_sigma_squared z_log_var "
    "z_logvar lv logv log_vars logsigma2 log_var_z",
    "log_std": "log_std log_sigma logsigma logstd log_sd log_scale log_stddev ln_sigma lsigma ls z_log_std z_log_sigma",
    "softplus_std": "rho pre_std raw_std softplus_std",
}
_OTHERS = {
    "x": "x target targets original data image images input inputs y_true x_true obs observation gt x_gt ground_truth",
    "reconstruction": "recon_x x_recon xhat x_hat reconstruction recon x_reconstructed reconstructed y_pred decoded "
    "output x_rec rec recons reconstruction_x outputs pred preds x_pred prediction predictions",
    "logits": "logits x_logits recon_logits logit x_logit",
    "probabilities": "probs probabilities prob q_y qy",
    "log_probabilities": "log_probabilities log_probs logprobs log_prob logprob",
    "noise": "eps epsilon noise ε",
    "log_weights": "log_w log_weights logw log_weight log_ws",
    "nll": "nll neg_log_lik negative_log_likelihood nlls",
    "kl": "kl kld kl_total",
    "delta_mean": "delta_mean delta_mu delta_loc dmu d_mean mu_delta delta_μ",
    "delta_log_variance": "delta_log_variance delta_logvar delta_log_var dlogvar d_log_var logvar_delta",
    "dataset_size": "dataset_size num_data n_data num_examples n_train train_size",
}
_STEPS = ("annealing", "step", "epoch", "iteration")
_WEIGHTS = frozenset({"beta", "weight", "klweight", "kldweight", "klcoeff", "lam", "lambda", "gamma", *_STEPS})
PACKED: Mapping[str, tuple[str, str]] = {
    "_and_".join(pair) + side: (pair[0] + side, pair[1] + side)
    for side in ("", "_q", "_p")
    for second in _SECONDS
    for pair in (("mean", second), (second, "mean"))
}
"""Roles of one argument that holds two along the axis of the latents, the first half and the second half of it."""
_HALVES = "₁₂"
_MOMENTS = {"mean_and_log_variance": "moments mu_logvar mean_logvar mu_log_var mean_log_var"}
_COMMON = ("mean", "log_variance", "x", "reconstruction", "noise")
_EXPLICIT = ("x_mean",)
_OF_DENSITIES = {"p": "probabilities_p", "q": "probabilities_q"}
_DECODERS = {
    "decoder_std": "sigma_x x_sigma std_x x_std recon_std recon_sigma dec_std dec_sigma decoder_sigma",
    "decoder_variance": "var_x x_var recon_var dec_var decoder_var sigma2_x",
    "decoder_log_variance": "logvar_x x_logvar log_var_x x_log_var recon_logvar recon_log_var dec_logvar dec_log_var "
    "decoder_logvar decoder_log_var",
    "decoder_log_std": "log_sigma_x logsigma_x x_log_sigma log_std_x x_log_std recon_log_std recon_log_sigma "
    "dec_log_std dec_log_sigma decoder_log_sigma decoder_logstd",
}
"""The spread of a decoder, which may be one number."""
_FIRST = ("q", "posterior", "post", "recog", "recognition", "enc", "encoder", "1")
_SECOND = ("p", "prior", "pr", "2")

ROLES: tuple[str, ...] = (
    "mean", *_SECONDS,
    *(f"{role}_{side}" for side in "qp" for role in ("mean", *_SECONDS)),
    *_OTHERS, *_EXPLICIT, *_DECODERS, *PACKED,
    *(f"{role}_{side}" for side in "qp" for role in ("logits", "probabilities", "log_probabilities")),
)  # fmt: skip
"""Every role that an argument may be said to have."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The role of each argument, and whether it was only proposed from the arguments' names."""

    roles: Mapping[str, str]
    proposed: bool

    @property
    def names(self) -> Mapping[str, str]:
        """What holds each role: an argument, or a half of one, as it is told."""
        return {role: name + half for role, (name, half) in self._places.items()}

    @property
    def arguments(self) -> Mapping[str, str]:
        """The argument that holds each role; two of them may be in one."""
        return {role: name for role, (name, _) in self._places.items()}

    @property
    def held(self) -> Mapping[str, Sequence[str]]:
        """The roles that each argument holds, in order."""
        return {name: PACKED.get(role, (role,)) for name, role in self.roles.items()}

    @property
    def _places(self) -> Mapping[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for name, role in self.roles.items():
            held = zip(PACKED[role], _HALVES, strict=True) if role in PACKED else [(role, "")]
            found |= {each: (name, half) for each, half in held}
        return found

    def with_roles(self, changes: Mapping[str, str]) -> Assignment:
        """Return the assignment with other readings: new roles by the old ones."""
        return Assignment({name: changes.get(role, role) for name, role in self.roles.items()}, self.proposed)


def assigned(parameters: Sequence[str], optional: Sequence[str], roles: Any) -> Assignment:
    """Return the roles of a function's arguments; raises `InputError` for names that say nothing, and roles unknown.

    >>> assigned(("mu", "logvar"), (), None).roles
    {'mu': 'mean', 'logvar': 'log_variance'}
    """
    if not parameters and not roles:
        arrays = [name for name in optional if folded(name) not in _WEIGHTS]
        remedy = _example(arrays) if arrays else "let it take its arrays as arguments"
        shown = described("not given, of a function without a required argument")
        raise InputError("roles", shown, "told for the arguments that hold arrays", remedy)
    if roles is None:
        return _proposed(parameters)
    if isinstance(roles, str):
        roles = [part.strip() for part in roles.split(",")]
    if isinstance(roles, Mapping):
        return _said(parameters, optional, {str(name): str(role) for name, role in roles.items()})
    if not isinstance(roles, Sequence):
        raise InputError("roles", roles, "a mapping from arguments to roles, or roles in order", _example(parameters))
    known = [*parameters, *optional]
    if not len(parameters) <= len(roles) <= len(known):
        shown = described(f"{len(roles)} roles for the arguments {', '.join(parameters)}")
        raise InputError("roles", shown, "one role an argument", _example(parameters))
    return _said(parameters, optional, dict(zip(known, map(str, roles), strict=False)))


def shared(loss: Sequence[str], sampler: Sequence[str], roles: Any) -> tuple[Any, Any]:
    """Return what roles say of the arguments of a loss, and of those of its sampler, which also takes noise.

    >>> shared(("mu", "ls"), ("m", "ls", "eps"), ("mean", "log_std"))
    (('mean', 'log_std'), ('mean', 'log_std', 'noise'))
    """
    if isinstance(roles, str):
        roles = [part.strip() for part in roles.split(",")]
    if isinstance(roles, Mapping):
        both = {name: role for name, role in roles.items() if name in sampler}
        return {name: role for name, role in roles.items() if name in loss or name not in sampler}, both
    if not isinstance(roles, Sequence):
        return roles, roles
    latents = [role for role in roles if role in ("mean", *_SECONDS, *PACKED)]
    return tuple(roles), (*latents, "noise")[: max(len(sampler), len(latents))]


def _said(parameters: Sequence[str], optional: Sequence[str], roles: Mapping[str, str]) -> Assignment:
    for name in roles:
        if name not in (*parameters, *optional):
            raise InputError("roles", name, f"an argument: {', '.join((*parameters, *optional))}", _example(parameters))
    missing = [name for name in parameters if name not in roles]
    if missing:
        shown = described(f"no role for {', '.join(missing)}")
        raise InputError("roles", shown, "a role for every argument without a default", "or bind it with partial")
    held = {name: _role(role) for name, role in roles.items()}
    every = [each for role in held.values() for each in PACKED.get(role, (role,))]
    twice = [role for role in every if every.count(role) > 1]
    if twice:
        raise InputError("roles", twice[0], "the role of one argument", "give mean_q and mean_p for two Gaussians")
    return Assignment(held, proposed=False)


def _role(name: str) -> str:
    if name in ROLES:
        return name
    known = _ALIASES.get(folded(name))
    if known:
        return known
    close = difflib.get_close_matches(name, ROLES, n=1, cutoff=0.5)
    remedy = f"did you mean {close[0]}?" if close else "see the docs of verify_loss"
    raise InputError("role", name, f"one of {', '.join(ROLES[:6])}, x, reconstruction, …", remedy)


def _proposed(parameters: Sequence[str]) -> Assignment:
    found = {name: _sided(name) for name in parameters}
    if any(role.startswith("delta_") for role, _ in found.values()):  # q is relative to p, and what is not is p's
        roles = {name: re.sub("_q$", "_p", two) for name, (_, two) in found.items()}
    elif any(role.endswith("_p") for _, role in found.values()) and not _are_of_one(one for one, _ in found.values()):
        roles = {name: two for name, (_, two) in found.items()}
    else:
        roles = {name: one for name, (one, _) in found.items()}
    unknown = [name for name, role in roles.items() if not role]
    twice = [name for name, role in roles.items() if role and list(roles.values()).count(role) > 1]
    if unknown or twice:
        names = ", ".join(unknown or twice)
        expected = f"given: the name of {names} does not tell" if unknown else f"given: {names} seem to hold the same"
        raise InputError("roles", described("not given"), expected, _example(parameters))
    return Assignment(roles, proposed=True)


def _are_of_one(roles: Iterable[str]) -> bool:
    """Whether names tell of one Gaussian as they stand: the 2 of log_sigma2 is a square then, and no number."""
    told = list(roles)
    return all(told) and len(set(told)) == len(told)


def _sided(name: str) -> tuple[str, str]:
    """Return the role that a name suggests for one Gaussian, and the one that it suggests where there are two."""
    alone = _ALIASES.get(folded(name), "")
    text = re.sub(r"([a-z])([0-9])", r"\1_\2", name.lower())
    text = re.sub(r"^([qp])([mv])$", r"\1_\2", text)  # qm, qv, pm, pv
    parts = [part for part in text.split("_") if part]
    for marks, side in ((_FIRST, "q"), (_SECOND, "p")):
        for index in (0, -1):
            rest = "_".join(parts[1:] if index == 0 else parts[:-1])
            if len(parts) > 1 and parts[index] in marks and folded(rest) in _ALIASES:
                role = _ALIASES[folded(rest)]
                return alone or role, f"{role}_{side}"
    return alone, f"{alone}_q" if alone in ("mean", *_SECONDS) else alone


def _example(parameters: Sequence[str]) -> str:
    weights = [name for name in parameters if folded(name) in _WEIGHTS]
    if weights:
        return f"bind {', '.join(weights)} first, as in functools.partial(loss, {weights[0]}=1.0), or give a default"
    told = [_OF_DENSITIES.get(name) or _ALIASES.get(folded(name)) or _sided(name)[1] for name in parameters]
    known = _numbered(parameters) or [role if role in ROLES else "" for role in told]
    common = ("dataset_size", *_COMMON) if {"nll", "kl"} <= {*known} else _COMMON
    others = (role for role in common if role not in known)
    shown = ", ".join(f'"{name}": "{role or next(others, "…")}"' for name, role in zip(parameters, known, strict=True))
    return f"say what they hold, as in roles={{{shown}}}"


def _numbered(parameters: Sequence[str]) -> list[str]:
    """Return what mu0, s0, mu1, s1 may hold, q's first; nothing where names are not those of two, told by numbers."""
    parts = [re.fullmatch(r"(\D+?)_?(\d)", name) for name in parameters]
    pairs = [(part[1], part[2]) for part in parts if part is not None]
    numbers = list(dict.fromkeys(number for _, number in pairs))
    if len(pairs) < len(parameters) or len(numbers) != 2 or len({stem for stem, _ in pairs}) * 2 != len(pairs):
        return []
    roles = {stem: _ALIASES.get(folded(stem), "") for stem, _ in pairs}
    left = (role for role in ("mean", "std") if role not in roles.values())
    roles = {stem: role or next(left, "std") for stem, role in roles.items()}
    return [f"{roles[stem]}_{'qp'[numbers.index(number)]}" for stem, number in pairs]


_ALIASES = {
    folded(name): role
    for table in (_PLAIN, _OTHERS, _DECODERS, _MOMENTS)
    for role, names in table.items()
    for name in names.split()
} | {folded(role): role for role in ROLES}
