"""The scribes: each writes down what a verdict says, in one form; none decides anything.

`text` for terminals, `html` and `latex` for notebooks, `json` for programs, `summary` for `elbo-check verify`;
`progress` shows that something is being done. Nothing is imported before it is needed.
"""
