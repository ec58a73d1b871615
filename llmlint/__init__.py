"""llmlint: a static-analysis linter for LLM call sites in Python."""

__version__ = "0.1.0"
