"""String literals and f-strings of LibCST as `ast` nodes."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

from llmlint.source.newer_syntax_positions import At, Positions

# By name, because an older LibCST does not know template strings.
_TEMPLATES = frozenset({"FormattedString", "TemplatedString"})
_TEXTS = frozenset({"FormattedStringText", "TemplatedStringText"})


class StringConverter(Positions, ABC):
    """Converts strings; template strings, which older interpreters lack, become f-strings."""

    @abstractmethod
    def expression(self, node: cst.BaseExpression, ctx: ast.expr_context | None = None) -> ast.expr:
        """Any expression."""

    def string(self, node: Any) -> ast.expr:
        """A literal, an f-string, or several of them side by side."""
        parts = list(_parts(node))
        at = self.at(node)
        kind = "u" if getattr(parts[0], "value", "").startswith("u") else None
        if any(type(part).__name__ in _TEMPLATES for part in parts):
            return ast.JoinedStr(values=self._joined(parts, kind), **at)
        values = [ast.literal_eval(part.value) for part in parts]
        return ast.Constant(value=type(values[0])().join(values), kind=kind, **at)

    def _joined(self, parts: Sequence[Any], kind: str | None) -> list[ast.expr]:
        values: list[ast.expr] = []
        for part in parts:
            if type(part).__name__ in _TEMPLATES:
                self._contents(values, part.parts, part.start, kind)
            else:
                _add_text(values, ast.literal_eval(part.value), self.at(part), kind)
        return values

    def _contents(self, values: list[ast.expr], contents: Sequence[Any], opening: str, kind: str | None) -> None:
        for content in contents:
            if type(content).__name__ in _TEXTS:
                _add_text(values, _decoded(content.value, opening), self.at(content), kind)
            else:
                self._field(values, content, opening, kind)

    def _field(self, values: list[ast.expr], field: Any, opening: str, kind: str | None) -> None:
        at = self.at(field)
        start = self.start(field)
        if field.equal is not None:
            inside = self.position(self.offset(start) + 1, start.line)
            after = self.end(field.equal)
            end = self.position(self.offset(after) + len(self.code_of(field.equal.whitespace_after)), after.line)
            _add_text(values, self.text(inside, end), self.between(inside, end), kind)
        value = self.expression(field.expression)
        spec: ast.JoinedStr | None = None
        if field.format_spec is not None:
            parts: list[ast.expr] = []
            self._contents(parts, field.format_spec, opening, kind)
            spec = ast.JoinedStr(values=parts, **self._format_at(field))
        if field.conversion is not None:
            conversion = ord(field.conversion)
        else:
            conversion = ord("r") if field.equal is not None and spec is None else -1
        values.append(ast.FormattedValue(value=value, conversion=conversion, format_spec=spec, **at))

    def _format_at(self, field: Any) -> At:
        closing = self.end(field)
        end = self.offset(closing) - 1
        start = end - sum(len(self.code_of(part)) for part in field.format_spec) - 1
        first = self.position(start, self.start(field).line)
        return self.between(first, self.position(end, first.line))


def _parts(node: Any) -> Iterator[Any]:
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _add_text(values: list[ast.expr], text: str, at: At, kind: str | None) -> None:
    if not text:
        return
    last = values[-1] if values else None
    if isinstance(last, ast.Constant) and isinstance(last.value, str):
        last.value += text
        last.end_lineno, last.end_col_offset = at["end_lineno"], at["end_col_offset"]
    else:
        values.append(ast.Constant(value=text, kind=kind, **at))


def _decoded(text: str, opening: str) -> str:
    # A space keeps a backslash or quote at the end of the text from closing or escaping what follows it.
    prefix = "r" if "r" in opening.lower() else ""
    quote = opening[-1] * 3
    text = text.replace("{{", "{").replace("}}", "}")
    decoded: str = ast.literal_eval(f"{prefix}{quote}{text} {quote}")
    return decoded[:-1]
