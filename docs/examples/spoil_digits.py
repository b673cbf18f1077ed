"""Write three spoilt copies of the shipped digits encoder, each with a mistake that people really make.

    python docs/examples/spoil_digits.py FOLDER

Each copy should be refuted, and its mistake named, by `elbo-check kl FOLDER/<name>.npz`:
`mean_over_latents.npz`, the KL averaged over the latents instead of summed;
`log_variance_as_sigma.npz`, log σ² handed on under the name `sigma`;
`one_value_off.npz`, a single KL value too large by 1e-5 of itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Encoder = dict[str, NDArray[np.float32]]

SHIPPED = Path(__file__).resolve().parents[2] / "elbo_check" / "data" / "digits_encoder.npz"
SPOILT_ROW = 1000


def mean_over_latents(encoder: Encoder) -> Encoder:
    """Divide the KL of each digit by the number of latents."""
    return encoder | {"kl": encoder["kl"] / np.float32(encoder["mu"].shape[-1])}


def log_variance_as_sigma(encoder: Encoder) -> Encoder:
    """Store log σ² as `sigma`; the KL stays that of the true σ."""
    return encoder | {"sigma": np.log(encoder["sigma"] ** 2)}


def one_value_off(encoder: Encoder) -> Encoder:
    """Multiply one KL value by 1 + 1e-5: more than a hundred float32 steps."""
    kl = encoder["kl"].copy()
    kl[SPOILT_ROW] *= np.float32(1 + 1e-5)
    return encoder | {"kl": kl}


SPOILERS: tuple[Callable[[Encoder], Encoder], ...] = (mean_over_latents, log_variance_as_sigma, one_value_off)


def main() -> None:
    """Write the three files into the folder, which is made if need be."""
    parser = argparse.ArgumentParser(description="Write three spoilt copies of the shipped digits encoder.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with np.load(SHIPPED) as file:
        encoder = dict(file)
    for spoil in SPOILERS:
        path = folder / f"{spoil.__name__}.npz"
        np.savez_compressed(path, **spoil(encoder))
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
