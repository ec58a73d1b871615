"""Numbers and places in words."""

from __future__ import annotations

from llmlint.diagnostics import Applicability, Location
from llmlint.report.escape import escape

FIX_MARKS = {Applicability.SAFE: "[*]", Applicability.UNSAFE: "[!]"}
"""What stands beside a finding that has a fix; `[!]` where the fix changes behaviour."""


def count(number: int, noun: str) -> str:
    """ "1 file", "12 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def place(location: Location) -> str:
    """`path:line:column`, with the cell in between for a notebook."""
    cell = "" if location.cell is None else f"cell {location.cell}:"
    return f"{escape(location.path)}:{cell}{location.line}:{location.column}"
