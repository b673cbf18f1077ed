"""What holds for every test: no deadlines (speed is measured in `tests.benchmarks`, never asserted)."""

from hypothesis import settings

settings.register_profile("elbo_check", deadline=None, print_blob=True)
settings.load_profile("elbo_check")
