"""Print the table of numbers to reach. Exit code 0 if nothing that was measured is missed, else 1."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from . import arrays, closed_form, cold_start, derivations, estimators, losses, sampling, scalar, small_error
from .measure import Row

BENCHMARKS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "cold_start": cold_start.rows,
    "scalar": scalar.rows,
    "sampling": sampling.rows,
    "estimators": estimators.rows,
    "closed_form": closed_form.rows,
    "arrays": arrays.rows,
    "small_error": small_error.rows,
    "derivations": derivations.rows,
    "losses": losses.rows,
}


def main() -> int:
    """Run the benchmarks asked for, print a Markdown table line by line as they come in."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="ROW", help=f"of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and 1e7 draws: a look, not a figure")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    print("| what | target | measured | ratio | verdict |\n|---|---|---|---|---|")
    missed = 0
    for name in options.names or BENCHMARKS:
        for row in guarded(name, options.quick):
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            print(f"| {row.what} | {row.target} | {row.measured} | {ratio} | {row.verdict} |", flush=True)
            missed += row.met is False
    return 1 if missed else 0


def guarded(name: str, quick: bool) -> Iterator[Row]:
    """Yield the rows of one benchmark; one that breaks is a missed row and does not stop the others."""
    print(f"measuring {name} …", file=sys.stderr)
    try:
        yield from BENCHMARKS[name](quick)
    except Exception as error:  # noqa: BLE001 - whatever broke is shown in the table
        yield Row(name, "", f"failed: {type(error).__name__}: {error}", None, False)


if __name__ == "__main__":
    sys.exit(main())
