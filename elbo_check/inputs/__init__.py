"""The doors for files: .npz, .npy, .csv and .tsv in, `EncoderOutput` out."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from .files import EncoderOutput, read_encoder

__all__ = ["EncoderOutput", "read_encoder", "shipped_example"]


def shipped_example() -> Path:
    """Return the path of the example: a linear VAE's outputs for 1,797 handwritten digits.

    >>> read_encoder(shipped_example()).mu.shape
    (1797, 8)
    """
    return Path(str(resources.files("elbo_check") / "data" / "digits_encoder.npz"))
