"""Why a fix is not made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

TOO_DEEP = "too deeply nested to edit safely; not fixed"
ELSEWHERE = "the code to change is not where it was"


class RefusalError(Exception):
    """A change that cannot be made as intended; the message completes the sentence "not fixed: ..."."""


@contextmanager
def refusing_what_fails() -> Iterator[None]:
    """A `RefusalError` for whatever goes wrong inside: one codemod's mistake must not end the run."""
    try:
        yield
    except RefusalError:
        raise
    except Exception as error:
        if os.environ.get("LLMLINT_TRACEBACK"):
            raise
        raise RefusalError(f"internal error, please report: {type(error).__name__}: {error}") from error
