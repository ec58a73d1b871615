"""Wanting: what the findings of a check say of the calls that an audit lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from llmlint.diagnostics import Diagnostic, Severity
from llmlint.inventory import PATTERNS, SiteRecord

OF_FAMILY = {f"LLM{number}": pattern for number, pattern in enumerate(PATTERNS, 1)}


def judged(records: Iterable[SiteRecord], findings: Iterable[Diagnostic]) -> Iterator[SiteRecord]:
    """The records, with "no" for a pattern in which a warning or an error finds the call wanting.

    A finding speaks of the call at its place and of those among what it relates.
    """
    wanting: dict[tuple[object, ...], set[str]] = {}
    for finding in findings:
        pattern = OF_FAMILY.get(finding.code[:4])
        if pattern is None or finding.severity is Severity.INFO or finding.confidence == "unknown":
            continue
        related = (note.location for note in finding.related if note.location is not None)
        for place in (finding.location, *related):
            wanting.setdefault((place.path, place.cell, place.line, place.column), set()).add(pattern)
    for record in records:
        found = wanting.get((record.path, record.cell, record.line, record.column), ())
        yield replace(
            record, patterns={name: "no" if name in found else state for name, state in record.patterns.items()}
        )
