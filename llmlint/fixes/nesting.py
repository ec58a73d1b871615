"""A guard in front of LibCST, whose native parser recurses and kills the process when the stack ends.

Measured with LibCST 1.9.0 on a stack of 1 MiB, the smallest that a supported platform gives a thread by default. KiB
that one more level takes: bracket 6.7 to 7.3, f-string field 7.7, indented block 25.6, `lambda` 2.4, call in a chain
2.8 (a dot and a pair of brackets), attribute 1.5, conditional expression 1.6, binary or unary operator 1.2, `elif` 1.1,
one more string of a concatenation 0.9. The process died at 140 nested brackets, 41 blocks, 372 chained calls or 833
terms of a sum.
"""

from __future__ import annotations

from llmlint.fixes.refusal import TOO_DEEP, RefusalError
from llmlint.source.lexer import Kind, Token, tokens

_BRACKET = 8.0
_BLOCK = 26.0
_LINK = 2.5
_LIMIT = 512.0  # half of that stack: the other half is for the caller

_LINKING_SIGNS = frozenset("-+*/%@&|^~.")
_LINKING_WORDS = frozenset({"not", "and", "or", "if", "await", "for", "async"})


def refuse_deep(source: str) -> None:
    """`RefusalError` if reading the source could take more stack than is safe, or if its end cannot be found."""
    estimate = _Estimate()
    read = 0
    for token in tokens(source):
        estimate.add(token, source)
        read = token.end
        if estimate.stack > _LIMIT:
            raise RefusalError(TOO_DEEP)
    if source[read:].strip(" \t\f\\\r\n"):
        raise RefusalError("the source does not parse")


class _Estimate:
    """An upper bound for the stack in KiB at the token last added."""

    def __init__(self) -> None:
        self._outer = 0.0  # what the open brackets and the expressions in front of them take
        self._here = 0.0  # what the expression at this level takes so far
        self._kept = 0.0  # the part of it that outlives a comma
        self._levels: list[tuple[float, float]] = []
        self._blocks: list[list[int]] = []  # width of the indentation, `elif`s of the open chain
        self._blocks_cost = 0.0
        self._line_start: int | None = 0

    @property
    def stack(self) -> float:
        return self._blocks_cost + self._outer + self._here

    def add(self, token: Token, source: str) -> None:
        if token.kind is Kind.NEWLINE:
            if not self._levels:
                self._line_start = token.end
            return
        if token.kind is Kind.COMMENT:
            return
        word = source[token.start : token.end]
        if self._line_start is not None:
            self._enter(len(source[self._line_start : token.start].expandtabs()), word == "elif")
            self._line_start = None
        if token.kind is Kind.OPEN:
            self._levels.append((self._here, self._kept))
            self._outer += self._here + _BRACKET
            self._here = self._kept = 0.0
        elif token.kind is Kind.CLOSE:
            if self._levels:
                self._here, self._kept = self._levels.pop()
                self._outer -= self._here + _BRACKET
            self._here += _LINK
        elif word in {",", ";"}:
            self._here = self._kept
        elif word == "lambda":
            self._here += _LINK
            self._kept += _LINK
        elif token.kind is Kind.STRING or word in _LINKING_SIGNS or word in _LINKING_WORDS:
            self._here += _LINK

    def _enter(self, width: int, is_elif: bool) -> None:
        self._here = self._kept = 0.0
        while self._blocks and self._blocks[-1][0] > width:
            self._blocks.pop()
        if not self._blocks or self._blocks[-1][0] < width:
            self._blocks.append([width, 0])
        self._blocks[-1][1] = self._blocks[-1][1] + 1 if is_elif else 0
        self._blocks_cost = sum(_BLOCK + _LINK * chain for _, chain in self._blocks[1:]) + _LINK * self._blocks[0][1]
