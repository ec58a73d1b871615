"""Why a fix is not made."""

from __future__ import annotations

TOO_DEEP = "too deeply nested to edit safely; not fixed"


class RefusalError(Exception):
    """A change that cannot be made as intended; the message completes the sentence "not fixed: ..."."""
