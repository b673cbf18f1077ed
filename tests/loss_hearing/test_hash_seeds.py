"""The same question has the same answer in every process, whatever Python makes of its sets."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from elbo_check import verify_loss

SIZES = {"C": 3, "H": 4, "W": 6, "c": 3, "h": 4, "w": 6}
TIME = re.compile(r"[\d.]+ m?s$", re.MULTILINE)


def loss(r, x, mu, s):
    """What it returns has axes that are as long in the data as in the latents."""
    kl = (mu**2 + s**2 - 1) / 2 - np.log(s)
    return ((x - r) ** 2 / 2).sum(1) + kl.sum(1)


def asked():
    return verify_loss(loss, roles=("reconstruction", "x", "mean", "std"), rng=0, sizes=SIZES)


@pytest.mark.unmeasured
def test_a_report_does_not_depend_on_the_order_of_sets():
    command = [sys.executable, "-c", f"from {__name__} import asked; print(asked())"]
    said = set()
    for seed in ("1", "2"):
        kept = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        run = subprocess.run(command, env=kept, capture_output=True, encoding="utf-8", check=True)
        said.add(TIME.sub("", run.stdout))
    assert len(said) == 1
    assert asked().outcome.value.upper() in said.pop()
