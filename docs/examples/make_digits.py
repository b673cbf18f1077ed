"""Write the handwritten digits that come with the package, from scikit-learn's copy, as whole numbers.

    python docs/examples/make_digits.py [-o FILE]

Source: Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
https://doi.org/10.24432/C50P49, licence CC BY 4.0.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write the handwritten digits as whole numbers.")
    parser.add_argument("-o", "--output", type=Path, default=Path("digits.npz"), metavar="FILE")
    output = parser.parse_args().output
    np.savez_compressed(output, pixels=load_digits().data.astype(np.uint8))
    print(f"wrote {output}")


if __name__ == "__main__":
    main()
