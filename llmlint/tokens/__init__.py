"""How many tokens a text has, counted exactly and without network."""

from llmlint.tokens.counting import count, exceeds
from llmlint.tokens.models import encoding_for, is_exact

__all__ = ["count", "encoding_for", "exceeds", "is_exact"]
