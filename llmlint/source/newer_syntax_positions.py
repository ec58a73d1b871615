"""Where `ast` would say that a LibCST node begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, MetadataWrapper, PositionProvider


class At(TypedDict):
    """The position attributes of an `ast` node: 1-based lines, 0-based UTF-8 offsets, the end exclusive."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


class Positions:
    """Positions in one module, whose code must have no line ends but `\\n`."""

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        # The parser makes no node twice, so the deep copy that the wrapper would take is not needed.
        self._ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        self._code = module.code
        self._lines = self._code.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def at(self, node: cst.CSTNode) -> At:
        """The node without parentheses around it."""
        if isinstance(node, cst.GeneratorExp) and node.lpar:
            return self.between(self.start(node.lpar[-1]), self.end(node.rpar[0]))
        if isinstance(node, (cst.Tuple, cst.MatchTuple)):
            return self._tuple_at(node)
        return self.between(self._range(node).start, self._range(node).end)

    def outer(self, node: cst.CSTNode) -> At:
        """The node with all parentheses around it."""
        return self.between(self.outer_start(node), self.outer_end(node))

    def start(self, node: cst.CSTNode) -> CodePosition:
        """Where the node starts, without parentheses."""
        return self._range(node).start

    def end(self, node: cst.CSTNode) -> CodePosition:
        """Where the node ends, without parentheses."""
        return self._range(node).end

    def outer_start(self, node: cst.CSTNode) -> CodePosition:
        """Where the node starts, with parentheses."""
        lpar: Sequence[cst.LeftParen] = getattr(node, "lpar", ())
        return self.start(lpar[0] if lpar else node)

    def outer_end(self, node: cst.CSTNode) -> CodePosition:
        """Where the node ends, with parentheses."""
        rpar: Sequence[cst.RightParen] = getattr(node, "rpar", ())
        return self.end(rpar[-1] if rpar else node)

    def between(self, start: CodePosition, end: CodePosition) -> At:
        """From `start` to `end`, in UTF-8 offsets."""
        return {
            "lineno": start.line,
            "col_offset": self._utf8(start),
            "end_lineno": end.line,
            "end_col_offset": self._utf8(end),
        }

    def text(self, start: CodePosition, end: CodePosition) -> str:
        """The code from `start` to `end`."""
        return self._code[self.offset(start) : self.offset(end)]

    def position(self, offset: int, line: int) -> CodePosition:
        """The position of a character offset that is not before `line`."""
        while self._starts[line] <= offset:
            line += 1
        return CodePosition(line, offset - self._starts[line - 1])

    def code_of(self, node: cst.CSTNode) -> str:
        """The code of a part of the module."""
        return self.module.code_for_node(node)

    def offset(self, position: CodePosition) -> int:
        """The character offset of a position."""
        return self._starts[position.line - 1] + position.column

    def _tuple_at(self, node: cst.Tuple | cst.MatchTuple) -> At:
        if node.lpar:
            return self.between(self.start(node.lpar[-1]), self.end(node.rpar[0]))
        return self._elements_at(node.elements if isinstance(node, cst.Tuple) else node.patterns)

    def _elements_at(self, elements: Sequence[Any]) -> At:
        """Elements with commas between them and, if there is one, behind them."""
        first, last = elements[0], elements[-1]
        return self.between(self._range(first).start, self._element_end(last))

    def _element_end(self, element: Any) -> CodePosition:
        return self.end(element.comma) if isinstance(element.comma, cst.Comma) else self.outer_end(element)

    def _range(self, node: cst.CSTNode) -> CodeRange:
        return self._ranges[node]

    def _utf8(self, position: CodePosition) -> int:
        line = self._lines[position.line - 1]
        return position.column if line.isascii() else len(line[: position.column].encode())
