"""Why a fix is not made."""

from __future__ import annotations

TOO_DEEP = "too deeply nested to edit safely; not fixed"
ELSEWHERE = "the code to change does not stand at this place"


class RefusalError(Exception):
    """A change that cannot be made as intended; the message completes the sentence "not fixed: ..."."""
