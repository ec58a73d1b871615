"""Findings one a line, for editors, grep and logs."""

from __future__ import annotations

from collections.abc import Iterable

from llmlint.diagnostics import Diagnostic
from llmlint.report.escape import escape
from llmlint.report.palette import Palette
from llmlint.report.text import doubt
from llmlint.report.words import place


def render_concise(diagnostics: Iterable[Diagnostic], palette: Palette) -> str:
    """`path:line:column: CODE name message`, exactly one physical line a finding."""
    return "".join(_line(diagnostic, palette) + "\n" for diagnostic in diagnostics)


def _line(diagnostic: Diagnostic, palette: Palette) -> str:
    code = palette.severity(diagnostic.severity, diagnostic.code)
    message = escape(diagnostic.message) + doubt(diagnostic)
    return f"{place(diagnostic.location)}: {code} {palette.bold(diagnostic.name)} {message}"
