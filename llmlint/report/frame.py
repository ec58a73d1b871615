"""The lines of source that a finding is about, with carets."""

from __future__ import annotations

from functools import lru_cache

from llmlint.diagnostics import Location, Severity
from llmlint.report.escape import escape
from llmlint.report.palette import Palette

WIDTH = 110
_LINES = 3
_LEAD = 24
_TAB = "    "


def code_frame(source: str, location: Location, severity: Severity, palette: Palette) -> list[str]:
    """The first lines of `location` in `source`, carets below the first; nothing if it lies outside `source`."""
    lines = _split(source)
    if not 1 <= location.line <= len(lines):
        return []
    last = min(max(location.end_line, location.line), len(lines))
    shown = lines[location.line - 1 : min(last, location.line + _LINES - 1)]
    gutter = len(str(location.line + len(shown) - 1))
    start = location.column - 1
    end = location.end_column - 1 if last == location.line else len(shown[0].rstrip())
    # One window for all lines, so that they keep their places relative to each other.
    window = max(0, start - _LEAD) if len(shown[0]) > WIDTH else 0
    frame = []
    for offset, line in enumerate(shown):
        number = palette.dim(f"  {location.line + offset:>{gutter}} |")
        frame.append(f"{number} {_clip(line, window)}".rstrip())
        if offset == 0:
            blank = _width(_clip(line[:start], window, mark_end=False))
            marked = _width(_cells(line[max(start, window) : min(max(end, start + 1), window + WIDTH)]))
            carets = palette.severity(severity, "^" * max(1, marked))
            frame.append(palette.dim(f"  {'':>{gutter}} |") + " " + " " * blank + carets)
    if last > location.line + len(shown) - 1:
        frame.append(palette.dim(f"  {'':>{gutter}} | ..."))
    return frame


@lru_cache(maxsize=4)  # the findings of a file come one after the other
def _split(source: str) -> list[str]:
    # Not splitlines(): Python ends its lines at these three only, and so must the numbers.
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _clip(line: str, window: int, *, mark_end: bool = True) -> str:
    part = line[window : window + WIDTH]
    before = "... " if window else ""
    after = " ..." if mark_end and len(line) > window + WIDTH else ""
    return before + _cells(part) + after


def _cells(text: str) -> str:
    return escape(text.replace("\t", _TAB))


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 0 if combining(char) else 1 for char in text)
