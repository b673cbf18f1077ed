"""The clinic: losses that people wrote, mistakes planted on purpose, and right losses in disguise.

case.py         what a case is; points.py draws its arguments; relations.py compares it with the truth
replayable.py   the field cases that were measured; written.py gathers all of the field
switches.py     families of losses with one switch a mistake; planted.py gathers them
same_function.py which names are names of one and the same function, and when a diagnosis is right
detached.py     values that are right, with gradients that are not
disguises.py    right losses, in forms drawn at random, and spoilt ones
asking.py       the one place that calls `verify_loss`
"""
