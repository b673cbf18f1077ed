"""What holds for every test: no deadlines (speed is measured in `tests.benchmarks`, never asserted).

On a machine that sets CI, Hypothesis tries the same cases every time; elsewhere it goes on searching.
"""

import os

from hypothesis import settings

settings.register_profile("elbo_check", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("elbo_check")
