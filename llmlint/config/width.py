"""How long a line may be in a project, as its formatter is told."""

from __future__ import annotations

import os
from functools import cache

import tomli

USUAL = 88
MAX_LEVELS = 8
FILES = ("ruff.toml", ".ruff.toml", "pyproject.toml")


def line_length(path: str) -> int:
    """What `line-length` is for a file by the nearest configuration of Ruff or Black that says it; else theirs, 88."""
    folder = os.path.dirname(os.path.abspath(path))
    for _ in range(MAX_LEVELS):
        for name in FILES:
            found = _said(os.path.join(folder, name))
            if found is not None:
                return found
        above = os.path.dirname(folder)
        if above == folder or os.path.isdir(os.path.join(folder, ".git")):
            break
        folder = above
    return USUAL


@cache
def _said(path: str) -> int | None:
    try:
        with open(path, "rb") as file:
            top = tomli.load(file)
    except (OSError, ValueError):  # a file that cannot be read says nothing
        return None
    tools = top.get("tool") if path.endswith("pyproject.toml") else {"ruff": top}
    for name in ("ruff", "black"):
        table = tools.get(name) if isinstance(tools, dict) else None
        length = table.get("line-length") if isinstance(table, dict) else None
        if isinstance(length, int) and length > 0:
            return length
    return None
