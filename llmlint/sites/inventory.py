"""The audit's record of a call site: its settings and its state in each pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.diagnostics import Note
from llmlint.index.values import Const, Env, Mapping, Result, Sequence, Symbol, Template, Value, alternatives
from llmlint.inventory import SettingState, SiteRecord
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.outward import function_name
from llmlint.sites.timeouts import effective

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites

SHOWN = ("model", "max-tokens", "constraint", "temperature", "stream", "timeout", "retries", "cache", "fallbacks")


def record(sites: Sites, site: CallSite) -> SiteRecord:
    """What the audit lists for a call site."""
    match = site.match
    location = site.location
    settings = {name: _state(site.setting(name)) for name in SHOWN if _applies(site, name)}
    models = site.models
    client = match.surface.client
    built = _construction(site)
    return SiteRecord(
        path=location.path,
        cell=location.cell,
        line=location.line,
        column=location.column,
        sdk=match.surface.sdk.name,
        provider=client.provider if client is not None else match.surface.sdk.name,
        api=match.api,
        kind=site.kind,
        via=site.via,
        confidence=site.confidence,
        function=function_name(site.node),
        model=" | ".join(models) if models else None,
        settings=settings,
        patterns=_patterns(site),
        evidence=built,
    )


def _applies(site: CallSite, name: str) -> bool:
    """Whether the call, or its client, takes the setting at all."""
    for match in site.matches:
        tables = [match.operation.settings, *([match.surface.client.settings] if match.surface.client else [])]
        if any(table.paths(name) for table in tables):
            return True
    return False


def _state(setting: Setting) -> SettingState:
    value = _shown(setting.value) if setting.value is not None and setting.state is State.PRESENT else None
    why = setting.why
    if not why and setting.where is not None:
        why = f"{setting.where.path}:{setting.where.line}"
    return {"state": setting.state.value, "value": value, "why": why}


def _shown(value: Value) -> str | None:
    found = [_one(option) for option in alternatives(value)]
    return " | ".join(text for text in found if text) or None


def _one(value: Value) -> str | None:
    if isinstance(value, Const):
        text = str(value.value)
        return text if len(text) <= 60 else f"{text[:57]}…"
    if isinstance(value, Env):
        return f"${value.name}"
    if isinstance(value, (Mapping, Sequence, Template)):
        return {Mapping: "a mapping", Sequence: "a list", Template: "a text"}[type(value)]
    if isinstance(value, Result) and isinstance(value.callee, Symbol):
        return f"{value.callee.path}(…)"
    if isinstance(value, Symbol):
        return value.path
    return None


def _patterns(site: CallSite) -> dict[str, str]:
    timeouts = {effective(site, match).kind for match in site.matches}
    fallback = "yes" if timeouts <= {"given"} else "unknown" if "unknown" in timeouts else "no"
    return {
        "constrain": _answer(site, "constraint", "constraint"),
        "budget": _answer(site, "max-tokens", "cap"),
        "fallback": fallback,
        "cache": _answer(site, "cache", "cache"),
        "log": "yes" if site.gives("trace") else "unknown",
        "model": "yes" if site.setting("model").state is State.PRESENT else "unknown",
    }


def _answer(site: CallSite, setting: str, given: str) -> str:
    if site.gives(given):
        return "yes"
    state = site.setting(setting).state
    return {State.PRESENT: "yes", State.ABSENT: "no", State.UNKNOWN: "unknown"}[state]


def _construction(site: CallSite) -> tuple[Note, ...]:
    notes = []
    for match in site.matches:
        root = match.surface.root
        if isinstance(root, Result) and root.call is not None and root.module is not None:
            notes.append(Note("the client is built here", root.module.location(root.call)))
    return tuple(notes)
