"""Where in a file a comment that suppresses findings of a statement counts and harms nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.text import Text
from llmlint.fixes.tree import parse, walk
from llmlint.source.lexer import Kind, tokens


class Lines:
    """The lines of a file, as places for comments."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def content(self, line: int) -> str:
        """A line without its line break."""
        starts, content = self._text.starts, self._text.content
        end = starts[line] if line < len(starts) else len(content)
        return content[starts[line - 1] : end].rstrip("\r\n")

    def end(self, line: int) -> int:
        """The offset behind a line's last character."""
        return self._text.starts[line - 1] + len(self.content(line))

    def takes_comment(self, line: int) -> bool:
        """Whether a comment can stand at the end of the line: not in a string, nor behind a backslash."""
        return line not in self._inside_fields and (
            self.end(line) in self._ends or self.end(line) == len(self._text.content)
        )

    def takes_line_above(self, line: int) -> bool:
        """Whether a line with nothing but a comment can be put above the line."""
        return line == 1 or (line - 1 not in self._inside_fields and self.end(line - 1) in self._ends)

    def candidates(self, first: int, last: int, preferred: int) -> Iterator[int]:
        """The lines of a statement that can take a comment, the best first."""
        for line in dict.fromkeys((preferred, last, *range(first, last + 1))):
            if first <= line <= last and self.takes_comment(line):
                yield line

    @cached_property
    def _ends(self) -> frozenset[int]:
        found = [token for token in tokens(self._text.content) if token.kind is Kind.NEWLINE]
        return frozenset(token.start for token in found)

    @cached_property
    def _inside_fields(self) -> frozenset[int]:
        """The lines that end inside an f-string, where Python before 3.12 takes no comment even between brackets."""
        try:
            root = parse(self._text.content)
        except (SyntaxError, RefusalError):
            return frozenset()
        strings = [node for node in walk(root) if isinstance(node, ast.JoinedStr)]
        return frozenset(line for node in strings for line in range(node.lineno, node.end_lineno or node.lineno))
