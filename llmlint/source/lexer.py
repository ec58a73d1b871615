"""A small lexer that knows just enough of Python, up to its newest syntax, to tell code from strings and comments.

The standard `tokenize` knows only the syntax of the interpreter that runs it: before 3.12 it loses its way in
f"{x["key"]}".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from llmlint.patterns import regex


class Kind(Enum):
    """What a token is; a NEWLINE is any line end outside strings and not after a backslash, in brackets too."""

    COMMENT = auto()
    NEWLINE = auto()
    WORD = auto()
    STRING = auto()
    OPEN = auto()
    CLOSE = auto()
    OPERATOR = auto()


class Token(NamedTuple):
    """One token by character offsets. An f-string is its opening quote; the tokens of its fields follow."""

    kind: Kind
    start: int
    end: int


_CODE = regex(
    r"""(?:[ \t\f]|\\(?:\r\n?|\n))*
    (?: (?P<COMMENT>\#[^\r\n]*)
      | (?P<NEWLINE>\r\n?|\n)
      | (?P<STRING>(?P<prefix>\w*)(?P<quote>'''|\"\"\"|'|"))
      | (?P<WORD>\w+)
      | (?P<OPEN>[(\[{])
      | (?P<CLOSE>[)\]}])
      | (?P<OPERATOR>\S)
    )""",
    re.VERBOSE,
)
_REST = {
    "'": regex(r"[^\\'\r\n]*(?:\\(?:\r\n|.)[^\\'\r\n]*)*'", re.DOTALL),
    '"': regex(r'[^\\"\r\n]*(?:\\(?:\r\n|.)[^\\"\r\n]*)*"', re.DOTALL),
    "'''": regex(r"[^\\']*(?:(?:\\.|'(?!''))[^\\']*)*'''", re.DOTALL),
    '"""': regex(r'[^\\"]*(?:(?:\\.|"(?!""))[^\\"]*)*"""', re.DOTALL),
}
_EVENT = regex(r"""\\N\{[^{}]*\}|\\\r\n|\\[^{}]|\{\{|[{}'"\r\n]""", re.DOTALL)
_RAW_EVENT = regex(r"""\\\r\n|\\[^{}]|\{\{|[{}'"\r\n]""", re.DOTALL)
_TEMPLATES = frozenset({"f", "fr", "rf", "t", "tr", "rt"})


@dataclass(slots=True)
class _Template:
    """The text of an f-string, or of a field's format."""

    quote: str
    raw: bool
    is_format: bool


@dataclass(slots=True)
class _Field:
    """The code in a field, inside `depth` brackets of its own."""

    template: _Template
    depth: int = 0


def tokens(text: str, position: int = 0) -> Iterator[Token]:
    """The tokens of `text` from `position` on; they end early where a string is never closed."""
    around: list[_Template | _Field] = []
    while True:
        if around and isinstance(template := around[-1], _Template):
            event = (_RAW_EVENT if template.raw else _EVENT).search(text, position)
            if event is None:
                return
            position = event.end()
            mark = event[0]
            if mark == "{" or (mark == "{{" and template.is_format):
                position = event.start() + 1
                around.append(_Field(template))
                yield Token(Kind.OPEN, event.start(), position)
            elif mark == "}" and template.is_format:
                del around[-2:]
                yield Token(Kind.CLOSE, event.start(), position)
            elif mark in "\r\n" and len(template.quote) == 1:
                return
            elif text.startswith(template.quote, event.start()):
                position = event.start() + len(template.quote)
                if template.is_format:
                    return
                around.pop()
            continue
        match = _CODE.match(text, position)
        if match is None:
            return
        kind = Kind[match.lastgroup or ""]
        start, position = match.span(kind.name)
        if kind is Kind.STRING:
            prefix, quote = match["prefix"].lower(), match["quote"]
            if prefix in _TEMPLATES:
                around.append(_Template(quote, "r" in prefix, is_format=False))
            elif (rest := _REST[quote].match(text, position)) is not None:
                position = rest.end()
            else:
                return
        elif around and isinstance(field := around[-1], _Field):
            if kind is Kind.OPEN:
                field.depth += 1
            elif kind is Kind.CLOSE:
                field.depth -= 1
                if field.depth < 0:
                    around.pop()
            elif field.depth == 0 and text[start] == ":":
                around.append(_Template(field.template.quote, field.template.raw, is_format=True))
        yield Token(kind, start, position)
