"""Findings and inventories for programs; the schemas are in docs/schema."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from llmlint.diagnostics import Diagnostic, Edit, Location, Note
from llmlint.inventory import PATTERNS, SiteRecord
from llmlint.report.summary import Totals, by_severity, fixable

VERSION = 1


def render_check_json(
    diagnostics: Sequence[Diagnostic], totals: Totals, edits: Callable[[Diagnostic], Iterable[Edit]]
) -> str:
    """The findings as `llmlint check --output-format json` prints them; `edits` gives what a fix changes."""
    counts = by_severity(diagnostics)
    summary = {
        "files": totals.files,
        "sites": totals.sites,
        "findings": len(diagnostics),
        "severities": {severity.value: number for severity, number in counts.items()},
        "fixable": {kind.value: number for kind, number in fixable(diagnostics).items()},
        "suppressed": totals.suppressed,
        "unknown_settings": totals.unknown_settings,
    }
    findings = [_finding(diagnostic, edits) for diagnostic in diagnostics]
    return _dump({"version": VERSION, "summary": summary, "findings": findings})


def render_audit_json(sites: Iterable[SiteRecord]) -> str:
    """The call sites as `llmlint audit --output-format json` prints them."""
    return _dump({"version": VERSION, "sites": [_site(site) for site in sites]})


def _finding(diagnostic: Diagnostic, edits: Callable[[Diagnostic], Iterable[Edit]]) -> dict[str, object]:
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "confidence": diagnostic.confidence,
        "message": diagnostic.message,
        **_range(diagnostic.location),
        "fingerprint": _digest(diagnostic.identity),
        "evidence": [_note(note) for note in diagnostic.evidence],
        "related": [_note(note) for note in diagnostic.related],
        "fix": fix
        and {
            "applicability": fix.applicability.value,
            "title": fix.title,
            "edits": [{**_range(edit.location), "text": edit.text} for edit in edits(diagnostic)],
        },
    }


def _site(site: SiteRecord) -> dict[str, object]:
    return {
        "path": site.path,
        "cell": site.cell,
        "line": site.line,
        "column": site.column,
        "sdk": site.sdk,
        "api": site.api,
        "kind": site.kind,
        "via": site.via,
        "confidence": site.confidence,
        "function": site.function,
        "model": site.model,
        "settings": dict(site.settings),
        "patterns": {pattern: site.patterns.get(pattern, "unknown") for pattern in PATTERNS},
    }


def _digest(identity: str) -> str:
    return hashlib.blake2b(identity.encode(errors="surrogateescape"), digest_size=8).hexdigest()


def _note(note: Note) -> dict[str, object]:
    location = note.location
    return {
        "message": note.message,
        "path": location.path if location else None,
        "cell": location.cell if location else None,
        "line": location.line if location else None,
    }


def _range(location: Location) -> dict[str, object]:
    return {
        "path": location.path,
        "cell": location.cell,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def _dump(document: Mapping[str, object]) -> str:
    # ASCII only, so that no encoding of the output stream can break it, nor any character steer a terminal.
    return json.dumps(document, indent=2) + "\n"
