"""Findings counted by rule."""

from __future__ import annotations

from collections.abc import Iterable

from llmlint.diagnostics import Applicability, Diagnostic
from llmlint.report.palette import Palette
from llmlint.report.words import FIX_MARKS

LEGEND = "[*] fixable with --fix, [!] with --unsafe-fixes"


def render_statistics(diagnostics: Iterable[Diagnostic], palette: Palette) -> str:
    """One line a rule, the most frequent first: count, mark, code, name.

    The mark says that findings of the rule have a fix, a safe one if any has; what it means comes last.
    """
    counts: dict[tuple[str, str], int] = {}
    kept: dict[tuple[str, str], Diagnostic] = {}
    fixes: set[tuple[tuple[str, str], Applicability]] = set()
    for diagnostic in diagnostics:
        key = (diagnostic.code, diagnostic.name)
        counts[key] = counts.get(key, 0) + 1
        kept.setdefault(key, diagnostic)
        if diagnostic.fix:
            fixes.add((key, diagnostic.fix.applicability))
    width = len(str(max(counts.values(), default=0)))
    lines = []
    for (code, name), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        marks = [mark for kind, mark in FIX_MARKS.items() if ((code, name), kind) in fixes]
        shown = palette.good(marks[0]) if marks else "[ ]"
        lines.append(f"{number:>{width}}  {shown}  {palette.severity(kept[code, name].severity, code)}  {name}\n")
    if fixes:
        lines.append(LEGEND + "\n")
    return "".join(lines)
