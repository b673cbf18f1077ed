"""Worked examples on real data, each a module with `run`; what they conclude is a verdict like any other."""
