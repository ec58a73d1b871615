"""The audit's record of a call site: its settings and its state in each pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.diagnostics import Note
from llmlint.index.values import Const, Env, Mapping, Result, Sequence, Symbol, Template, Value, alternatives
from llmlint.inventory import SettingState, SiteRecord
from llmlint.sites.caching import cached
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.outward import function_name
from llmlint.sites.records import recording
from llmlint.sites.request.settings import on_path
from llmlint.sites.request.timeouts import effective

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.diagnostics import Location
    from llmlint.sites.request.wrappers import WrapperCall

SHOWN = ("model", "max-tokens", "constraint", "temperature", "stream", "timeout", "retries", "cache", "fallbacks")
NOT_TAKEN: SettingState = {"state": "absent", "value": None, "why": ""}


def record(sites: Sites, site: CallSite) -> SiteRecord:
    """What the audit lists for a call site."""
    settings = {name: _state(site.setting(name)) for name in SHOWN if _applies(site, name)}
    place = (site.location, function_name(site.node))
    return _record(sites, site, place, site.via, site.match.api, " | ".join(site.models), settings, _construction(site))


def wrapper_record(sites: Sites, call: WrapperCall) -> SiteRecord:
    """What the audit lists for a call of a wrapper: the settings of the model call when it is reached this way."""
    site = call.site
    settings = {name: _state(on_path(site, name, call.calls)) for name in SHOWN if _applies(site, name)}
    called = call.calls[-2] if len(call.calls) > 1 else site.node
    place = (call.module.location(call.node), function_name(call.node))
    model = settings["model"]["value"] if "model" in settings else None
    leads_to = Note(f"it leads to `{site.spelled}`", site.location)
    return _record(sites, site, place, "wrapper", function_name(called), model, settings, (leads_to,))


def _record(
    sites: Sites,
    site: CallSite,
    place: tuple[Location, str],
    via: str,
    api: str,
    model: str | None,
    settings: dict[str, SettingState],
    evidence: tuple[Note, ...],
) -> SiteRecord:
    match = site.match
    client = match.surface.client
    location, function = place
    patterns = _patterns(sites, site, settings)
    return SiteRecord(
        path=location.path,
        cell=location.cell,
        line=location.line,
        column=location.column,
        sdk=match.surface.sdk.name,
        provider=match.provider or (client.provider if client is not None else match.surface.sdk.name),
        api=api,
        kind=site.kind,
        via=via,
        confidence=site.confidence,
        function=function,
        model=model or None,
        settings=settings,
        patterns=patterns,
        doubts={} if via == "wrapper" else _doubts(site, patterns, settings),
        evidence=evidence,
    )


def unknown_settings(site: CallSite) -> int:
    """How many of the settings that an audit lists could not be determined."""
    return sum(site.setting(name).state is State.UNKNOWN for name in SHOWN if _applies(site, name))


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
        cell = "" if setting.where.cell is None else f"cell {setting.where.cell}:"
        why = f"{setting.where.path}:{cell}{setting.where.line}"
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


def _patterns(sites: Sites, site: CallSite, settings: dict[str, SettingState]) -> dict[str, str]:
    def answer(setting: str, given: str) -> str:
        state = settings.get(setting, NOT_TAKEN)["state"]
        return "yes" if site.gives(given) else {"present": "yes", "absent": "no"}.get(state, "unknown")

    timeouts = {effective(site, match).kind for match in site.matches}
    return {
        "constrain": answer("constraint", "constraint"),
        "budget": answer("max-tokens", "cap"),
        "fallback": "yes" if timeouts <= {"given"} else "unknown" if "unknown" in timeouts else "no",
        "cache": "yes" if cached(sites, site) else answer("cache", "cache"),
        "log": recording.state(site, sites),
        "model": "yes" if settings.get("model", NOT_TAKEN)["state"] == "present" else "unknown",
    }


def _doubts(site: CallSite, patterns: dict[str, str], settings: dict[str, SettingState]) -> dict[str, str]:
    """Why a pattern is unknown although all settings that it rests on are known."""
    reasons = {"fallback": ("timeout", _waits), "log": ("", _logged), "model": ("model", _chosen)}
    return {
        pattern: why(site, settings)
        for pattern, (setting, why) in reasons.items()
        if patterns[pattern] == "unknown" and settings.get(setting, NOT_TAKEN)["state"] != "unknown"
    }


def _waits(site: CallSite, _: dict[str, SettingState]) -> str:
    found = [timeout for match in site.matches if (timeout := effective(site, match)).kind == "unknown"]
    whys = [timeout.setting.why for timeout in found if timeout.setting is not None and timeout.setting.why]
    if whys:
        return f"how long it waits is not known: {whys[0]}"
    return "no timeout is given, and how long the SDK waits by itself is not known"


def _logged(_: CallSite, __: dict[str, SettingState]) -> str:
    return "nothing here logs it, and no caller is known that could"


def _chosen(_: CallSite, settings: dict[str, SettingState]) -> str:
    if "model" in settings:
        return "none is given, and which one answers then is not known"
    return "it is chosen elsewhere: the call takes none"


def _construction(site: CallSite) -> tuple[Note, ...]:
    notes = []
    for match in site.matches:
        root = match.surface.root
        if isinstance(root, Result) and root.call is not None and root.module is not None:
            notes.append(Note("the client is built here", root.module.location(root.call)))
    return tuple(notes)
