"""Statements that are widely believed and false, one a file. Checking refutes each with an exact counterexample."""
