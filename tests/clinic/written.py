"""All field cases: the measured ones, and every other that can be written as a function."""

from __future__ import annotations

from .case import Case
from .directions import DIRECTIONS
from .losses import LOSSES
from .others import OTHERS
from .readings import READINGS
from .reductions import REDUCTIONS
from .replayable import REPLAYABLE
from .samplers import SAMPLERS

WRITTEN: tuple[Case, ...] = (*REDUCTIONS, *READINGS, *DIRECTIONS, *LOSSES, *SAMPLERS, *OTHERS)

FIELD: tuple[Case, ...] = (*REPLAYABLE, *WRITTEN)
