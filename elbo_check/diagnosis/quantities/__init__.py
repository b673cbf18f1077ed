"""The quantities that a loss may be, one a file, all with one silhouette: roles, points, terms, the right value, slips."""
