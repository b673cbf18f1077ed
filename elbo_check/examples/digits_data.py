"""The handwritten digits that come with the package: 1,797 images of 8 × 8 pixels, each 0 … 16.

Origin: E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
https://doi.org/10.24432/C50P49, licence CC BY 4.0: the test set of that collection, which scikit-learn distributes as
`load_digits`. `docs/examples/make_digits.py` wrote the file; nothing was changed but its format.
"""

from __future__ import annotations

from importlib import resources

import numpy as np
from numpy.typing import NDArray

__all__ = ["GREATEST", "counts"]

GREATEST = 16  # the counts of ink in a pixel run from 0 to this


def counts() -> NDArray[np.int64]:
    """Return the pixels as whole numbers 0 … 16, of shape (1797, 64).

    >>> counts().shape, int(counts().max())
    ((1797, 64), 16)
    """
    with (resources.files("elbo_check") / "data" / "digits.npz").open("rb") as file, np.load(file) as held:
        return np.asarray(held["pixels"], dtype=np.int64)
