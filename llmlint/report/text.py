"""Findings for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llmlint.diagnostics import Applicability, Diagnostic, Fix, Note
from llmlint.report.escape import escape
from llmlint.report.frame import code_frame
from llmlint.report.palette import Palette
from llmlint.report.words import FIX_MARKS, place

RELATED_SHOWN = 5
_DOUBT = {"shape": "the client could not be traced", "unknown": "could not be determined"}


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], palette: Palette) -> str:
    """The findings one below the other, with code, proof and help; `sources` has the texts by `Location.source`."""
    return "".join(_finding(diagnostic, sources, palette) + "\n" for diagnostic in diagnostics)


def _finding(diagnostic: Diagnostic, sources: Mapping[str, str], palette: Palette) -> str:
    parts = [[_header(diagnostic, palette), f"  {escape(diagnostic.message)}"]]
    source = sources.get(diagnostic.location.source)
    if source is not None:
        parts.append(code_frame(source, diagnostic.location, diagnostic.severity, palette))
    notes = _block("because:", [_because(note, palette) for note in diagnostic.evidence], palette)
    notes += _block("related:", _related(diagnostic.related), palette)
    if diagnostic.help:
        notes += _block("help:", [escape(diagnostic.help)], palette)
    if diagnostic.fix:
        title = palette.dim(f": {escape(diagnostic.fix.title)}")
        mark = palette.good(FIX_MARKS[diagnostic.fix.applicability])
        notes.append(f"  {mark} fixable with {fix_option(diagnostic.fix)}{title}")
    parts.append(notes)
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def fix_option(fix: Fix) -> str:
    """The option that applies a fix."""
    return "--fix" if fix.applicability is Applicability.SAFE else "--unsafe-fixes"


def doubt(diagnostic: Diagnostic) -> str:
    """Why the finding is less than proven, in brackets and led by a space; empty if it is proven."""
    return f" ({_DOUBT[diagnostic.confidence]})" if diagnostic.confidence in _DOUBT else ""


def _header(diagnostic: Diagnostic, palette: Palette) -> str:
    severity = palette.severity(diagnostic.severity, diagnostic.severity.value)
    name = f"{palette.bold(diagnostic.code)} {palette.bold(diagnostic.name)}"
    return f"{palette.bold(place(diagnostic.location))} {severity} {name}{palette.dim(doubt(diagnostic))}"


def _because(note: Note, palette: Palette) -> str:
    where = f" {palette.dim(f'({place(note.location)})')}" if note.location else ""
    return escape(note.message) + where


def _related(notes: tuple[Note, ...]) -> list[str]:
    shown = [
        f"{place(note.location)} {escape(note.message)}" if note.location else escape(note.message)
        for note in notes[:RELATED_SHOWN]
    ]
    if len(notes) > RELATED_SHOWN:
        shown.append(f"and {len(notes) - RELATED_SHOWN} more")
    return shown


def _block(label: str, items: list[str], palette: Palette) -> list[str]:
    labels = [palette.label(f"{label:<8}")] + [" " * 8] * (len(items) - 1)
    return [f"  {head} {item}" for head, item in zip(labels, items, strict=False)]
