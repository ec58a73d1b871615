"""The part of a file that LibCST reads for an edit, and the way back from offsets in it to offsets in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.text import Text
from llmlint.fixes.tree import header_end
from llmlint.patterns import regex
from llmlint.records import record

Span = tuple[int, int]
_NEWLINE = regex(r"\r\n?|\n")


class Unit(Enum):
    """What an operation's codemod needs to see: its expression, its statement, or the imports at the file's top."""

    EXPRESSION = "expression"
    STATEMENT = "statement"
    HEADER = "header"


@record
class Excerpt:
    """A part of a file made into a module of its own: `prefix`, the part with plain newlines, `suffix`."""

    start: int
    prefix: str
    body: str
    suffix: str

    @property
    def source(self) -> str:
        """What LibCST reads."""
        return f"{self.prefix}{self.body}{self.suffix}"

    @property
    def target(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where the body stands in the source: lines from 1, columns from 0."""
        return _place(self.source, len(self.prefix)), _place(self.source, len(self.prefix) + len(self.body))

    def offset(self, text: Text, offset: int) -> int:
        """The offset in the file for one in the source, which lies in the body."""
        inside = offset - len(self.prefix)
        if inside < 0 or inside > len(self.body):
            raise RefusalError("the edit would change more than this code")
        lines = self.body.count("\n", 0, inside)
        if lines == 0:
            return self.start + inside
        line, _ = text.position(self.start)
        return text.starts[line + lines - 1] + inside - (self.body.rindex("\n", 0, inside) + 1)


def excerpt(text: Text, span: Span, unit: Unit) -> Excerpt:
    """The part of the text to read for a node at `span`; `RefusalError` if it cannot be read by itself."""
    return _EXCERPTS[unit](text, span)


def _expression(text: Text, span: Span) -> Excerpt:
    return Excerpt(span[0], "(", _plain(text.content[slice(*span)]), ")\n")


def _statement(text: Text, span: Span) -> Excerpt:
    line, _ = text.position(span[0])
    indent = text.content[text.starts[line - 1] : span[0]]
    if indent.strip(" \t"):
        raise RefusalError("the statement shares its line with another")
    return Excerpt(span[0], f"if 1:\n{indent}" if indent else "", _plain(text.content[slice(*span)]), "\n")


def _header(text: Text, span: Span) -> Excerpt:
    return Excerpt(0, "", _plain(text.content[: header_end(text)]), "")


_EXCERPTS: Mapping[Unit, Callable[[Text, Span], Excerpt]] = {
    Unit.EXPRESSION: _expression,
    Unit.STATEMENT: _statement,
    Unit.HEADER: _header,
}


def _plain(source: str) -> str:
    return _NEWLINE.sub("\n", source)


def _place(source: str, offset: int) -> tuple[int, int]:
    line_start = source.rfind("\n", 0, offset) + 1
    return source.count("\n", 0, offset) + 1, offset - line_start
