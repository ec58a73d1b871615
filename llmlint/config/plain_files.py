"""Plain files: text of files beside the code, which may be missing, unreadable, endless or no files at all."""

from __future__ import annotations

import os


def read_text(path: str, most: int | None = None) -> str:
    """The text of a regular file of at most `most` bytes; empty for anything else.

    A pipe would be waited for, and a device never ends.
    """
    try:
        if not os.path.isfile(path) or (most is not None and os.path.getsize(path) > most):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
