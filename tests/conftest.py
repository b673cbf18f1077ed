"""What holds for every test: no deadlines (speed is measured in `tests.benchmarks`, never asserted).

On a machine that sets CI, Hypothesis tries the same cases every time; elsewhere it goes on searching.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from elbo_check.diagnosis.quantities import kept_quantity

settings.register_profile("elbo_check", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("elbo_check")


@pytest.fixture(autouse=True)
def _no_spoilt_quantity_is_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that spoils what quantities are made of finds none that was made before, and leaves none behind."""
    spoils = "monkeypatch" in request.fixturenames
    if spoils:
        kept_quantity.cache_clear()
    yield
    if spoils:
        kept_quantity.cache_clear()
