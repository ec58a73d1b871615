"""Prompts: the static text that a call sends, and where it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.values import (
    Const,
    Mapping,
    Origin,
    Sequence,
    Template,
    Value,
    alternatives,
)
from llmlint.records import record
from llmlint.sites.callsite import State
from llmlint.sites.request.prompt_texts import Part, texts

if TYPE_CHECKING:
    from llmlint.sites.callsite import CallSite

CACHE_KEYS = ("cache_control", "cachePoint", "cache_point")
MAX_DEPTH = 8


@record
class StaticPrompt:
    """The fixed text of one request; `origin` is where its largest part is written."""

    text: str
    origin: Origin


def static_prompt(site: CallSite) -> Iterator[StaticPrompt]:
    """The static prompts a call can send: one for each alternative of its largest ingredient."""
    shared: list[Part] = []
    variants: list[list[Part]] = []
    for name in ("system", "prompt", "tools"):
        setting = site.setting(name)
        if setting.state is State.ABSENT or setting.value is None:
            continue
        options = alternatives(setting.value)
        certain = len(options) == 1
        parts = [list(_tools(one)) if name == "tools" else texts(one, certain=certain) for one in options]
        if len(parts) == 1:
            shared += parts[0]
        else:
            variants += parts
    beside = {id(piped): piped for match in site.matches for piped in match.surface.piped}
    for piped in beside.values():
        for option in alternatives(piped):
            shared += texts(option)
    for variant in variants or [[]]:
        whole = [part for part in [*shared, *variant] if part.text]
        origins = [part for part in whole if part.origin is not None]
        if not origins:
            continue
        largest = max(origins, key=lambda part: len(part.text))
        assert largest.origin is not None
        yield StaticPrompt("\n".join(part.text for part in whole), largest.origin)


def is_marked(site: CallSite) -> bool:
    """Whether a cache marker stands anywhere in what a call sends."""
    settings = (site.setting(name) for name in ("system", "prompt", "tools"))
    values = [one.value for one in settings if one.state is not State.ABSENT and one.value is not None]
    return any(_marked(option, 0) for value in values for option in alternatives(value))


def _tools(value: Value) -> Iterator[Part]:
    """Tool schemas as compact JSON, written where their list is."""
    if isinstance(value, Sequence):
        plain = [data for item in value.items if (data := _plain(item, 0)) is not None]
        if plain:
            origin = value.origin or next((found for item in value.items if (found := _origin(item))), None)
            yield Part(json.dumps(plain, separators=(",", ":"), ensure_ascii=False), origin)


def _plain(value: Value, depth: int) -> object:
    """The value as JSON data, what is not known left out."""
    if depth > 2 * MAX_DEPTH:
        return None
    if isinstance(value, Const) and isinstance(value.value, (str, int, float, bool, type(None))):
        return value.value
    if isinstance(value, Mapping):
        return {k: _plain(e.value, depth + 1) for k, e in value.entries.items()}
    if isinstance(value, Sequence):
        return [_plain(item, depth + 1) for item in value.items]
    return None


def _origin(value: Value) -> Origin | None:
    return value.origin if isinstance(value, (Const, Mapping, Sequence, Template)) else None


def _marked(value: Value, depth: int) -> bool:
    """Whether a cache marker stands anywhere in the value."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, Mapping):
        return any(
            key in CACHE_KEYS or any(_marked(o, depth + 1) for o in alternatives(e.value))
            for key, e in value.entries.items()
        )
    if isinstance(value, Sequence):
        return any(_marked(option, depth + 1) for item in value.items for option in alternatives(item))
    return False
