"""Expressions in boxes, in their author's order, and as plain text: what pages print, and what messages say."""

from .expressions import layout
from .layout import Layout
from .texts import to_text
from .written import written

__all__ = ["Layout", "layout", "to_text", "written"]
