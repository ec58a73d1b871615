"""Model lifecycle: ids that are switched off, that will be soon, and that point to something else every few months."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from llmlint.checks.finding import Finding, Settings, Sites, site_notes
from llmlint.checks.pinning import Pinning
from llmlint.diagnostics import Note, Severity
from llmlint.index.module import Module
from llmlint.sites.callsite import CallSite
from llmlint.sites.platform import ModelId, model_ids
from llmlint.sites.timeouts import anchor

NAMED = 3  # ids spelled out in a message


def retired_model(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Ids past their shutdown, once for the ids that reach the same call."""
    yield from _dated(sites, lambda day: day <= settings.today)


def retiring_model(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Ids whose shutdown is near."""
    last = settings.today + timedelta(days=settings.number("days"))
    yield from _dated(sites, lambda day: settings.today < day <= last)


def _dated(sites: Sites, wanted: Callable[[date], bool]) -> Iterator[Finding]:
    for site, found, related in _grouped(sites, lambda one: one.id in one.models.shutdown and wanted(_day(one))):
        first = min(found, key=_day)
        others = sorted({one.id for one in found} - {first.id})
        names = ", ".join(f"`{id_}`" for id_ in others[: NAMED - 1])
        more = f" (and {names}{' and more' if len(others) >= NAMED else ''})" if others else ""
        fields = {
            "model": first.id,
            "more": more,
            "day": _day(first).isoformat(),
            "platform": first.models.platform,
            "call": site.spelled,
        }
        module, node = _place(site)
        yield Finding(module, node, "default", fields, _written(found), related, confidence=site.confidence)


def _day(one: ModelId) -> date:
    return one.models.shutdown[one.id]


def _grouped(
    sites: Sites, wanted: Callable[[ModelId], bool]
) -> Iterator[tuple[CallSite, list[ModelId], tuple[Note, ...]]]:
    """Calls that the same written ids reach, as one: the first call, the ids, and the other calls."""
    groups: dict[tuple[object, ...], tuple[CallSite, list[ModelId], list[CallSite]]] = {}
    for site in sites.outside_tests:
        found = [one for one in model_ids(site) if wanted(one)]
        if found:
            written = {id(one.origin.node) if one.origin is not None else one.id for one in found}
            key = tuple(sorted(map(str, written)))
            groups.setdefault(key, (site, found, []))[2].append(site)
    for site, found, origins in groups.values():
        yield site, found, site_notes(origins)


def _place(site: CallSite) -> tuple[Module, ast.Call]:
    """Where the id enters: the client's constructor if only that takes a model, else the call."""
    if not site.match.operation.settings.paths("model") or site.setting("model").where is None:
        at = anchor(site, site.match)
        if at is not None:
            return at
    return site.module, site.node


def _written(found: list[ModelId]) -> tuple[Note, ...]:
    notes = []
    for one in found:
        if one.origin is not None:
            notes.append(Note(f"`{one.id}` is written here", one.origin.module.location(one.origin.node)))
    return tuple(notes)


def floating_model(sites: Sites) -> Iterator[Finding]:
    """Ids that point to whatever is newest: `-latest` and previews; as advice, aliases of a dated snapshot."""
    pinning = Pinning(sites)
    for site, found, related in _grouped(sites, _floats):
        first = found[0]
        loud = _moves(first)
        snapshot = first.models.snapshots.get(first.id, "")
        fields = {"model": first.id, "snapshot": snapshot, "platform": first.models.platform, "call": site.spelled}
        module, node = _place(site)
        message = "latest" if loud else "alias"
        severity = None if loud else Severity.INFO
        proof, fix = _written(found[:1]), pinning.fix(found)
        yield Finding(module, node, message, fields, proof, related, severity, fix, site.confidence)


def _moves(one: ModelId) -> bool:
    return one.id.endswith("-latest") or one.id in one.models.previews


def _floats(one: ModelId) -> bool:
    if one.id in one.models.shutdown:
        return False
    return _moves(one) or one.id in one.models.snapshots
