"""The numbers to reach, measured: `python -m tests.benchmarks`. No test depends on a time."""
