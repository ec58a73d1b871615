"""How deeply a text can nest, found without recursion: the guard before a parser that recurses on its machine stack."""

from __future__ import annotations

from dataclasses import dataclass

from llmlint.source.lexer import Kind, Token, tokens

MAX_BRACKETS = 200
MAX_DEPTH = 2_000
# These nest across commas: `lambda a, b: lambda c, d: ...`, `[x for a, b in c for d, e in f ...]`.
_ACROSS_COMMAS = frozenset({"lambda", "for"})


@dataclass(slots=True)
class _Level:
    """What may nest in one bracket: `lasting` to its end, `chain` (operators, calls, ...) to the next comma."""

    chain: int = 0
    lasting: int = 0


class _Blocks:
    """The open blocks and, for each, how many `elif` stand in a row: every one nests in that before it."""

    def __init__(self) -> None:
        self._columns: list[int] = []
        self._rows: list[int] = []

    def line(self, column: int, word: str) -> int:
        """The depth of a line that begins with `word` at `column`."""
        while self._columns and self._columns[-1] > column:
            self._columns.pop()
            self._rows.pop()
        if not self._columns or self._columns[-1] < column:
            self._columns.append(column)
            self._rows.append(0)
        elif word == "elif":
            self._rows[-1] += 1
        elif word != "else":
            self._rows[-1] = 0
        return len(self._columns) + sum(self._rows)


def too_deep(text: str) -> int | None:
    """The 1-based line on which `text` nests too deeply to be parsed safely, or None.

    Counts an upper bound: more than `MAX_BRACKETS` open brackets (the limit of Python itself), or more than
    `MAX_DEPTH` operators, keywords, calls, adjacent strings and blocks of which each may contain the next.
    """
    levels = [_Level()]
    blocks = _Blocks()
    depth, base, line_start = 0, 0, True
    previous: Kind | None = None
    for token in tokens(text):
        kind = token.kind
        if kind is Kind.COMMENT:
            continue
        if kind is Kind.NEWLINE:
            line_start = line_start or len(levels) == 1
            continue
        if line_start and len(levels) == 1:
            base = blocks.line(_column(text, token.start), text[token.start : token.end])
            levels, depth, previous, line_start = [_Level()], 0, None, False
        level = levels[-1]
        if kind is Kind.CLOSE:
            if len(levels) > 1:
                depth -= level.chain + level.lasting
                levels.pop()
        elif text[token.start] in ",;":
            depth -= level.chain
            level.chain = 0
        else:
            depth += _count(level, token, previous, text)
            if kind is Kind.OPEN:
                levels.append(_Level())
                if len(levels) > MAX_BRACKETS:
                    return _line(text, token.start)
            if base + depth > MAX_DEPTH:
                return _line(text, token.start)
        previous = kind
    return None


def _count(level: _Level, token: Token, previous: Kind | None, text: str) -> int:
    if token.kind is Kind.WORD and text[token.start : token.end] in _ACROSS_COMMAS:
        level.lasting += 1
    elif token.kind in (Kind.WORD, Kind.STRING) and previous is Kind.OPERATOR:
        return 0  # the operand of an operator that was counted
    else:
        level.chain += 1
    return 1


def _column(text: str, start: int) -> int:
    return start - max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) - 1


def _line(text: str, offset: int) -> int:
    before = text[:offset]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1
