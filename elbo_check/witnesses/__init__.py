"""Witnesses, one method a file. Each gets the definition (log q, log p, how to draw from q) and never a closed form."""
