"""What only IPython understands, made Python: magics, shell lines and questions, each line in its place.

IPython knows these forms at the start of a logical line (`%matplotlib inline`, `!pip install x`, `?len`), behind an
assignment (`files = !ls`), at the end (`len?`), and on the first line of a cell for all of it (`%%bash`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from llmlint.patterns import regex
from llmlint.source.lexer import Kind, tokens

# Cell magics that run the rest of the cell as Python, in the notebook's own process.
_PYTHON = frozenset(
    {
        "cache",
        "capture",
        "debug",
        "ipytest",
        "memit",
        "mprun",
        "notify",
        "prun",
        "pyinstrument",
        "run_pytest",
        "run_pytest[clean]",
        "scalene",
        "snakeviz",
        "time",
        "timeit",
    }
)
_CELL_MAGIC = regex(r"[ \t]*%%(?!%)(?P<name>[^\s?]+)")
# Databricks notebooks name the language of a cell by a line magic of its own.
_LANGUAGE = regex(r"[ \t]*%(?:(?:md|sh|scala|r|fs)\b|sql[ \t]*$)")
_AUTOMAGIC = regex(
    r"(?:pip|conda|mamba|uv|cd|ls|ll|cat|cp|mv|mkdir|rm|rmdir|man|more|less|env|load_ext|reload_ext|matplotlib|run)"
    r"[ \t]+(?![=(\[,+*|&<>^:%@]|\.\w|-[ \t]|/[ \t]|(?:in|is|and|or|not|if|for)\b)"
)
_ESCAPE = regex(r"[ \t]*[%!?,;/]")
_TIMED = regex(r"(?P<indent>[ \t]*)%(?:time|timeit|memit)[ \t]+(?:-[nrp][ \t]*\d+[ \t]+|-[tcoqv]+[ \t]+)*(?=\S)")
_TIMED_VALUE = regex(r"%time[ \t]+(?=\S)")
_PHYSICAL = regex(r"(?:[^\n]*\\\n)*[^\n]*\n?")  # with the lines that backslashes join to it
_SUSPECT = regex(r"^[ \t]*[%!?,;/]|=[ \t]*[%!]|\?[ \t]*(?:#.*)?$|\A\s*^[ \t]+\S", re.MULTILINE)
_VALUE = "get_ipython()"  # nothing that could be known


@dataclass(slots=True)
class CellCode:
    """A cell as Python: as many lines as it has; `moved` as in `Cell`."""

    lines: list[str]
    moved: dict[int, int] = field(default_factory=dict)


def python_of(text: str) -> CellCode:
    r"""The Python in the text of a cell, with `\n` as line ends."""
    code = CellCode(text.split("\n"))
    first = _first_code(code.lines)
    while (magic := _CELL_MAGIC.match(code.lines[first])) is not None:
        if magic["name"] not in _PYTHON:
            return CellCode([""] * len(code.lines))
        code.lines[first] = ""
        first = _first_code(code.lines)
    if _LANGUAGE.match(code.lines[first]):
        return CellCode([""] * len(code.lines))
    if _AUTOMAGIC.match(code.lines[first]) and not any(_is_code(line) for line in code.lines[first + 1 :]):
        code.lines[first] = "pass"
    elif _SUSPECT.search("\n".join(code.lines)):
        _dedent(code)
        _without_escapes(code)
    return code


def _is_code(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _first_code(lines: list[str]) -> int:
    """The first line that is neither empty nor a comment, the last line if there is none."""
    return next((number for number, line in enumerate(lines) if _is_code(line)), len(lines) - 1)


def _dedent(code: CellCode) -> None:
    """Take the indentation of the first line from all lines, where all have it."""
    filled = [line for line in code.lines if line.strip()]
    indent = re.match(r"[ \t]*", filled[0] if filled else "")
    width = indent.end() if indent is not None else 0
    if width and all(line.startswith(filled[0][:width]) for line in filled):
        for number, line in enumerate(code.lines, 1):
            if line.strip():
                code.lines[number - 1] = line[width:]
                code.moved[number] = width


def _without_escapes(code: CellCode) -> None:
    text = "\n".join(code.lines)
    parts: list[str] = []
    position, line = 0, 1
    while position < len(text):
        timed = _TIMED.match(text, position)
        if timed is not None:
            parts.append(timed["indent"])
            code.moved[line] = code.moved.get(line, 0) + timed.end() - timed.end("indent")
            position = timed.end()
        end = _physical_end(text, position)
        if _ESCAPE.match(text, position):
            part = _blanked(text[position:end], "pass")
        else:
            part, end = _logical_line(text, position)
        parts.append(part)
        line += part.count("\n")
        position = end
    code.lines = "".join(parts).split("\n")


def _logical_line(text: str, start: int, *, magic: bool = True) -> tuple[str, int]:
    """The Python of the logical line at `start`, and where the next begins; with `magic`, it may assign from one."""
    depth, last, previous = 0, "", ""
    for token in tokens(text, start):
        mark = text[token.start]
        if token.kind is Kind.NEWLINE:
            if depth <= 0:
                return _answered(text[start : token.end], last), token.end
        elif token.kind is Kind.OPEN:
            depth += 1
        elif token.kind is Kind.CLOSE:
            depth -= 1
        elif magic and token.kind is Kind.OPERATOR and mark in "%!" and previous == "=" and depth == 0:
            timed = _TIMED_VALUE.match(text, token.start)
            if timed is None:
                end = _physical_end(text, token.start)
                return text[start : token.start] + _blanked(text[token.start : end], _VALUE), end
            rest, end = _logical_line(text, timed.end(), magic=False)
            return text[start : token.start] + " " * (timed.end() - timed.start()) + rest, end
        previous = mark if token.kind is Kind.OPERATOR else ""
        if token.kind not in (Kind.NEWLINE, Kind.COMMENT):
            last = mark if token.kind is Kind.OPERATOR else ""
    return _answered(text[start:], last), len(text)


def _answered(line: str, last: str) -> str:
    """A logical line, or nothing where its last token makes it a question."""
    return _blanked(line, "pass") if last == "?" else line


def _physical_end(text: str, position: int) -> int:
    match = _PHYSICAL.match(text, position)
    return match.end() if match is not None else len(text)


def _blanked(escape: str, instead: str) -> str:
    indent = escape[: len(escape) - len(escape.lstrip(" \t"))]
    return indent + instead + "\n" * escape.count("\n")
