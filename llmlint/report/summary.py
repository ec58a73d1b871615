"""The counts of a run, in one sentence or two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llmlint.diagnostics import Applicability, Diagnostic, Severity
from llmlint.records import record
from llmlint.report.escape import escape
from llmlint.report.words import count


@record
class Totals:
    """What a run has looked at, beside its findings; `failed` where something could not be looked at."""

    files: int
    sites: int
    suppressed: int = 0
    unknown_settings: int = 0
    hidden: int = 0
    failed: bool = False


def summary_line(diagnostics: Sequence[Diagnostic], totals: Totals, paths: Sequence[str]) -> str:
    """What was checked and found; `paths` are named if nothing was there to check."""
    sentences = [_findings(diagnostics, totals, paths)]
    if totals.hidden:
        verb, them = ("is", "it") if totals.hidden == 1 else ("are", "them")
        sentences.append(f"{count(totals.hidden, 'info finding')} {verb} hidden (--fail-on info shows {them}).")
    if totals.unknown_settings:
        settings = count(totals.unknown_settings, "setting")
        them = "it" if totals.unknown_settings == 1 else "them"
        sentences.append(f"{settings} could not be determined (llmlint audit --unknown shows {them}).")
    return " ".join(sentences)


def by_severity(diagnostics: Iterable[Diagnostic]) -> dict[Severity, int]:
    """How many findings there are of each severity, all of them named."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    return counts


def fixable(diagnostics: Iterable[Diagnostic]) -> dict[Applicability, int]:
    """How many findings have a fix of each kind."""
    counts = dict.fromkeys(Applicability, 0)
    for diagnostic in diagnostics:
        if diagnostic.fix:
            counts[diagnostic.fix.applicability] += 1
    return counts


def _findings(diagnostics: Sequence[Diagnostic], totals: Totals, paths: Sequence[str]) -> str:
    if not totals.files and totals.failed:
        return "No files were read."
    if not totals.files and not diagnostics:
        return f"No Python files found under {', '.join(escape(path) for path in paths)}."
    if not totals.sites and not diagnostics:
        return f"No LLM calls found in {count(totals.files, 'file')}."
    checked = f"Checked {count(totals.files, 'file')}, {count(totals.sites, 'LLM call site')}"
    if not diagnostics:
        return f"{checked}: no findings."
    counts = by_severity(diagnostics)
    found = [
        count(counts[severity], noun)
        for severity, noun in (
            (Severity.WARNING, "warning"),
            (Severity.ERROR, "error"),
            (Severity.INFO, "info finding"),
        )
        if counts[severity]
    ]
    return f"{checked}: {', '.join(found)}{_fixes(diagnostics)}."


def _fixes(diagnostics: Sequence[Diagnostic]) -> str:
    counts = fixable(diagnostics)
    options = ((Applicability.SAFE, "--fix"), (Applicability.UNSAFE, "--unsafe-fixes"))
    parts = [(counts[kind], option) for kind, option in options if counts[kind]]
    if not parts:
        return ""
    (first, option), *rest = parts
    return f" ({first:,} fixable with {option}" + "".join(f", {more:,} with {other}" for more, other in rest) + ")"
