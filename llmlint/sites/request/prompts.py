"""Prompts: the static text that a call sends, and where it is written."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmlint.index.values import (
    Const,
    Mapping,
    Origin,
    Result,
    Sequence,
    Template,
    Value,
    alternatives,
    text_of,
)
from llmlint.records import record
from llmlint.sites.callsite import State

if TYPE_CHECKING:
    from llmlint.sites.callsite import CallSite

TEXT_KEYS = (
    "content",
    "text",
    "parts",
    "input",
    "system_instruction",
    "prompt",
    "template",
    "messages",
    "function",
    "parameters",
)
CACHE_KEYS = ("cache_control", "cachePoint", "cache_point")
ROLES = ("system", "user", "assistant", "human", "ai", "developer", "model", "tool", "function", "placeholder")
MAX_DEPTH = 8


@record
class StaticPrompt:
    """The fixed text of one request; `origin` is where its largest part is written."""

    text: str
    origin: Origin


@dataclass(slots=True)
class _Part:
    text: str
    origin: Origin | None


def static_prompt(site: CallSite) -> Iterator[StaticPrompt]:
    """The static prompts a call can send: one for each alternative of its largest ingredient."""
    shared: list[_Part] = []
    variants: list[list[_Part]] = []
    for name in ("system", "prompt", "tools"):
        setting = site.setting(name)
        if setting.state is State.ABSENT or setting.value is None:
            continue
        options = alternatives(setting.value)
        parts = [list(_tools(option) if name == "tools" else _texts(option, 0)) for option in options]
        if len(parts) == 1:
            shared += parts[0]
        else:
            variants += parts
    beside = {id(piped): piped for match in site.matches for piped in match.surface.piped}
    for piped in beside.values():
        for option in alternatives(piped):
            shared += _texts(option, 0)
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


def _texts(value: Value, depth: int) -> Iterator[_Part]:
    """The constant text in messages, content blocks, templates and message objects."""
    if depth > MAX_DEPTH:
        return
    text = text_of(value)
    if text is not None and isinstance(value, Const):
        if text not in ROLES:
            yield _Part(text, value.origin)
    elif isinstance(value, Template):
        fixed = [part for part in value.parts if part is not None and isinstance(part.value, str)]
        if fixed:
            largest = max(fixed, key=lambda part: len(str(part.value)))
            yield _Part("".join(str(part.value) for part in fixed), largest.origin or value.origin)
    elif isinstance(value, Sequence):
        for item in value.items:
            for option in list(alternatives(item))[:1]:
                yield from _texts(option, depth + 1)
    elif isinstance(value, Mapping):
        for key in TEXT_KEYS:
            if key in value.entries:
                yield from _largest(value.entries[key].value, depth + 1)
    elif isinstance(value, Result) and value.call is not None and value.module is not None:
        ev = value.module.evaluator
        arguments = [a for a in value.call.args if not isinstance(a, ast.Starred)]
        arguments += [k.value for k in value.call.keywords if k.arg in TEXT_KEYS]
        for argument in arguments:
            yield from _largest(ev.evaluate(argument, value.frame), depth + 1)


def _largest(value: Value, depth: int) -> Iterator[_Part]:
    """The text of the longest alternative: one request sends one of them."""
    found = [list(_texts(option, depth)) for option in alternatives(value)]
    if found:
        yield from max(found, key=lambda parts: sum(len(part.text) for part in parts))


def _tools(value: Value) -> Iterator[_Part]:
    """Tool schemas as compact JSON, written where their list is."""
    if isinstance(value, Sequence):
        plain = [data for item in value.items if (data := _plain(item, 0)) is not None]
        if plain:
            origin = value.origin or next((found for item in value.items if (found := _origin(item))), None)
            yield _Part(json.dumps(plain, separators=(",", ":"), ensure_ascii=False), origin)


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
