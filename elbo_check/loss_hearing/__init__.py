"""The hearing of a loss: it is called at designed points, read, compared with what is proved, and judged."""
