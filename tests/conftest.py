"""What holds for every test: no deadlines (speed is measured in `tests.benchmarks`, never asserted).

On a machine that sets CI, Hypothesis tries the same cases every time; elsewhere it goes on searching.
`ELBO_CHECK_SHARE=2/3` leaves out all endurance tests but the second of three shares, those that stand for the whole
package (its architecture, its documents) aside.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not in the share of endurance tests that is asked for."""
    number, _, shares = os.environ.get("ELBO_CHECK_SHARE", "1/1").partition("/")

    def is_tried(item: pytest.Item) -> bool:
        if item.get_closest_marker("endurance") is None or item.path.parent == Path(__file__).parent:
            return True
        return zlib.crc32(item.nodeid.encode()) % int(shares) == int(number) - 1

    left_out = [item for item in items if not is_tried(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = filter(is_tried, items)
