"""The constant text of one request: of what its parts can be, how much goes together at least and at most."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from llmlint.index.values import Const, Mapping, Origin, Result, Sequence, Template, Union, Value, text_of
from llmlint.records import record

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


@record
class Span:
    """The constant text of a value: the least in any request, the most in one, and the longest that stands alone.

    What the parts of a value can be may come from different callers. So only one part is known to have its most, beside
    the least of the others; and where the value is one of several, not even that goes together.
    """

    least: list[Part]
    most: list[Part]
    alone: list[Part]


def texts(value: Value, *, certain: bool = True) -> list[Part]:
    """The constant text in messages, content blocks, templates and message objects: the most that one request has.

    What is not `certain` is one of several values: its parts have others in other requests.
    """
    span = _span(value, 0)
    return span.most if certain else _longer(span.least, span.alone)


def _span(value: Value, depth: int) -> Span:
    if isinstance(value, Union):
        spans = [_span(option, depth) for option in value.options]
        most = max((_longer(span.least, span.alone) for span in spans), key=_length)
        return Span(min((span.least for span in spans), key=_length), most, most)
    own = _own_text(value)
    if own is not None or depth > MAX_DEPTH:
        return Span(own or [], own or [], own or [])
    return _joined([_span(part, depth + 1) for part in _held(value)])


def _joined(spans: list[Span]) -> Span:
    """Parts one after another."""
    least = [part for span in spans for part in span.least]
    gains = [_length(span.most) - _length(span.least) for span in spans]
    longest = gains.index(max(gains)) if gains else 0
    most = [part for number, span in enumerate(spans) for part in (span.most if number == longest else span.least)]
    return Span(least, most, max((span.alone for span in spans), key=_length, default=[]))


def _longer(one: list[Part], other: list[Part]) -> list[Part]:
    return max(one, other, key=_length)


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
