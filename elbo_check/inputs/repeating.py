"""Whether a function gives the same answer again: in the output that is judged, where one is."""

from __future__ import annotations

from .outputs import Answer, differ

__all__ = ["differ_in"]


def differ_in(one: Answer, other: Answer, output: str | None) -> bool:
    """Whether two answers differ in an output; in any, where none is meant or one of them lacks it.

    What is told beside a loss, a step that is counted or the time that it took, may change.
    """
    if output is None or output not in one.outputs.keys() & other.outputs.keys():
        return differ(one, other)
    return differ(*(Answer({output: each.outputs[output]}, {output: each.dtypes[output]}) for each in (one, other)))
