"""Prompt caches that have to be asked for: prefixes without a marker, and markers that do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llmlint.checks.finding import Finding, Settings
from llmlint.checks.fixing.marking import marked
from llmlint.diagnostics import Note, Severity
from llmlint.index.values import Const, Mapping, Sequence, Value
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.request.marked_later import marked_later
from llmlint.sites.request.prompts import CACHE_KEYS, is_marked, static_prompt

OPT_IN = ("anthropic", "bedrock")
MOST_MARKERS = 4  # anthropic and bedrock refuse more
SMALLEST_PREFIX = 1024  # tokens; larger for some models. A text has at most as many tokens as bytes
MAX_DEPTH = 8


def uncached_static_prefix(site: CallSite, settings: Settings) -> Iterator[Finding]:
    """A large fixed prefix sent again and again to a provider that caches only what is marked."""
    from llmlint.tokens import exceeds

    if site.context == "script" or site.kind != "chat" or site.match.surface.sdk.name not in OPT_IN:
        return
    if site.setting("prompt-cache").state is not State.ABSENT:
        return
    system, tools = site.setting("system"), site.setting("tools")
    if system.state is not State.PRESENT or State.UNKNOWN in (system.state, tools.state):
        return
    prompts = list(static_prompt(site))
    smallest = int(settings.number("tokens"))
    sizes = [exceeds(prompt.text, smallest) for prompt in prompts]
    if not prompts or any(size is None for size in sizes) or is_marked(site) or marked_later(site):
        return
    size = min(size for size in sizes if size is not None)
    where = prompts[0].origin.module.location(prompts[0].origin.node)
    fields = {"call": site.spelled, "tokens": f"{size:,}", "sdk": site.match.surface.sdk.name}
    proof = (Note("the fixed part is written here", where),)
    fix = marked(site, smallest)
    yield Finding(site.module, site.node, fields=fields, evidence=proof, fix=fix, confidence=site.confidence)


def ineffective_cache_marker(site: CallSite) -> Iterator[Finding]:
    """More markers than the provider takes, or a marked prefix that is certainly too short to be cached."""
    if site.kind != "chat" or site.match.surface.sdk.name not in OPT_IN:
        return
    parts: list[Value] = []
    for name in ("tools", "system", "prompt"):
        setting = site.setting(name)
        if setting.state is State.UNKNOWN:
            return
        if setting.state is State.PRESENT and setting.value is not None:
            parts.append(setting.value)
    markers, size = _measure(parts)
    fields = {
        "call": site.spelled,
        "markers": str(markers),
        "most": str(MOST_MARKERS),
        "smallest": f"{SMALLEST_PREFIX:,}",
    }
    if markers > MOST_MARKERS:
        yield Finding(site.module, site.node, "many", fields, severity=Severity.ERROR, confidence=site.confidence)
    elif markers and size is not None and size < SMALLEST_PREFIX:
        yield Finding(site.module, site.node, "short", fields, confidence=site.confidence)


def _measure(parts: list[Value]) -> tuple[int, int | None]:
    """How many markers there are, and the bytes of all text up to the last; None where some of it is not known."""
    seen = _Seen()
    for part in parts:
        _walk(part, seen, 0)
    return seen.markers, seen.marked if seen.sure else None


@dataclass(slots=True)
class _Seen:
    """What was seen of a prompt: `marked` and `sure` hold for the part up to the last marker."""

    markers: int = 0
    size: int = 0
    known: bool = True
    marked: int = 0
    sure: bool = True


def _walk(value: Value, seen: _Seen, depth: int) -> None:
    if depth <= MAX_DEPTH and isinstance(value, Const):
        seen.size += len(str(value.value).encode(errors="surrogatepass"))
    elif depth <= MAX_DEPTH and isinstance(value, Sequence):
        for item in value.items:
            _walk(item, seen, depth + 1)
        seen.known = seen.known and value.open is None
    elif depth <= MAX_DEPTH and isinstance(value, Mapping):
        for key, entry in value.entries.items():
            if key not in CACHE_KEYS:
                _walk(entry.value, seen, depth + 1)
        seen.known = seen.known and value.open is None
        if any(key in CACHE_KEYS for key in value.entries):
            seen.markers += 1
            seen.marked, seen.sure = seen.size, seen.known
    else:
        seen.known = False
