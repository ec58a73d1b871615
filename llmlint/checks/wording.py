"""Whether a prompt is certain to say JSON, without which providers refuse JSON mode."""

from __future__ import annotations

from llmlint.index.values import Const, Mapping, Sequence, Template, Value, alternatives
from llmlint.sites.callsite import CallSite, State

MAX_DEPTH = 6
TEXTS = ("content", "text", "parts")


def says_json(site: CallSite) -> bool:
    """Whether every request says it in a message; the Responses API does not count its instructions."""
    names = ("prompt",) if site.kind == "responses" else ("system", "prompt")
    settings = [site.setting(name) for name in names]
    return any(s.state is State.PRESENT and s.value is not None and _says(s.value, 0) for s in settings)


def _says(value: Value, depth: int) -> bool:
    if depth > MAX_DEPTH:
        return False
    options = list(alternatives(value))
    if len(options) > 1:
        return all(_says(option, depth + 1) for option in options)
    if isinstance(value, Const):
        return isinstance(value.value, str) and "json" in value.value.lower()
    if isinstance(value, Template):
        return any(part is not None and _says(part, depth + 1) for part in value.parts)
    if isinstance(value, Sequence):
        return any(_says(item, depth + 1) for item in value.items)
    if isinstance(value, Mapping):
        return any(e.certain and _says(e.value, depth + 1) for key, e in value.entries.items() if key in TEXTS)
    return False
