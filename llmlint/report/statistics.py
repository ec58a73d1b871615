"""Findings counted by rule."""

from __future__ import annotations

from collections.abc import Iterable

from llmlint.diagnostics import Diagnostic
from llmlint.report.palette import Palette


def render_statistics(diagnostics: Iterable[Diagnostic], palette: Palette) -> str:
    """One line a rule, the most frequent first: count, code, name, and a mark if any of its findings has a fix."""
    counts: dict[tuple[str, str], int] = {}
    kept: dict[tuple[str, str], Diagnostic] = {}
    for diagnostic in diagnostics:
        key = (diagnostic.code, diagnostic.name)
        counts[key] = counts.get(key, 0) + 1
        if key not in kept or diagnostic.fix:
            kept[key] = diagnostic
    width = len(str(max(counts.values(), default=0)))
    lines = []
    for (code, name), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        example = kept[code, name]
        mark = palette.good("[*]") if example.fix else "[ ]"
        lines.append(f"{number:>{width}}  {mark}  {palette.severity(example.severity, code)}  {name}\n")
    return "".join(lines)
