"""All rules at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from llmlint.report.palette import Palette
from llmlint.report.statistics import LEGEND
from llmlint.rulebook.rules import PATTERNS, TITLES, Rule

_FIXES = {"safe": "[*]", "unsafe": "[!]", "none": "   "}


def render_list(rules: Sequence[Rule], palette: Palette) -> str:
    """One line a rule under its pattern: code, name, severity, fix, summary."""
    code, name = (max((len(getattr(rule, field)) for rule in rules), default=0) for field in ("code", "name"))
    others = sorted({rule.pattern for rule in rules}.difference(PATTERNS))
    lines = []
    for pattern in (*PATTERNS, *others):
        members = [rule for rule in rules if rule.pattern == pattern]
        if not members:
            continue
        title = f": {TITLES[pattern]}" if pattern in TITLES else ""
        lines.append(palette.bold(f"{pattern}{title}"))
        for rule in members:
            level = rule.severity.value if rule.enabled else "off"
            severity = palette.severity(rule.severity, f"{level:<7}") if rule.enabled else palette.dim(f"{level:<7}")
            lines.append(f"  {rule.code:<{code}}  {rule.name:<{name}}  {severity}  {_FIXES[rule.fix]}  {rule.summary}")
        lines.append("")
    lines.append(f"{LEGEND}; `off` rules run only if selected.")
    return "\n".join(lines) + "\n"
