"""Hearings: a question comes in, the witnesses are asked, the judge decides, the findings are written down."""
