"""The constant text of one request: of what its parts can be, how much goes together at least and at most."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from llmlint.index.values import Const, Mapping, Origin, Result, Sequence, Template, Union, Value, text_of

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
ROLES = ("system", "user", "assistant", "human", "ai", "developer", "model", "tool", "function", "placeholder")
MAX_DEPTH = 8


@dataclass(slots=True)
class Part:
    """A text, and where it is written."""

    text: str
    origin: Origin | None


def texts(value: Value) -> list[Part]:
    """The constant text in messages, content blocks, templates and message objects: the most that one request has."""
    return _span(value, 0)[1]


def _span(value: Value, depth: int) -> tuple[list[Part], list[Part]]:
    """The least constant text that a value holds in any request, and the most."""
    if isinstance(value, Union):
        spans = [_span(option, depth) for option in value.options]
        return min((least for least, _ in spans), key=_length), max((most for _, most in spans), key=_length)
    own = _own_text(value)
    if own is not None or depth > MAX_DEPTH:
        return own or [], own or []
    return _joined([_span(part, depth + 1) for part in _held(value)])


def _joined(spans: list[tuple[list[Part], list[Part]]]) -> tuple[list[Part], list[Part]]:
    """Parts one after another.

    What they can be may come from different callers: only one is known to have its most, beside the others' least.
    """
    least = [part for found, _ in spans for part in found]
    gains = [_length(most) - _length(fewest) for fewest, most in spans]
    longest = gains.index(max(gains)) if gains else 0
    most = [part for number, span in enumerate(spans) for part in span[number == longest]]
    return least, most


def _length(parts: list[Part]) -> int:
    return sum(len(part.text) for part in parts)


def _own_text(value: Value) -> list[Part] | None:
    """The text that a value is; None where it may hold others that are."""
    text = text_of(value)
    if text is not None and isinstance(value, Const):
        return [Part(text, value.origin)] if text not in ROLES else []
    if isinstance(value, Template):
        fixed = [part for part in value.parts if part is not None and isinstance(part.value, str)]
        largest = max(fixed, key=lambda part: len(str(part.value)), default=None)
        text = "".join(str(part.value) for part in fixed)
        return [Part(text, largest.origin or value.origin)] if largest is not None else []
    return None


def _held(value: Value) -> Iterator[Value]:
    """What a message, or a list of them, is made of."""
    if isinstance(value, Sequence):
        yield from value.items
    elif isinstance(value, Mapping):
        yield from (value.entries[key].value for key in TEXT_KEYS if key in value.entries)
    elif isinstance(value, Result) and value.call is not None and value.module is not None:
        ev = value.module.evaluator
        given = [a for a in value.call.args if not isinstance(a, ast.Starred)]
        given += [k.value for k in value.call.keywords if k.arg in TEXT_KEYS]
        yield from (ev.evaluate(argument, value.frame) for argument in given)
