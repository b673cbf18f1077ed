"""The version of the package; a test ties it to pyproject.toml."""

__all__ = ["__version__"]

__version__ = "0.1.0"
