"""Comments that suppress findings: `# llmlint: ignore[rule] why`, `# llmlint: file-ignore[rule]`, `# noqa: LLM301`."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import field
from enum import Enum
from itertools import pairwise

from llmlint.patterns import regex
from llmlint.records import record
from llmlint.source.read import SourceText


class SuppressionKind(str, Enum):
    """How a suppression is written."""

    IGNORE = "ignore"
    FILE_IGNORE = "file-ignore"
    NOQA = "noqa"


@record
class Suppression:
    """One directive in a comment.

    `names` are as written: rule names, codes or code prefixes ("LLM3"); of a `noqa` only those of this linter.
    Line and columns are 1-based and in code points; the range, end exclusive, runs from the `#` to the end of the
    reason, and `spelled` is what stands there.
    """

    kind: SuppressionKind
    names: tuple[str, ...]
    reason: str
    line: int
    column: int
    end_column: int
    spelled: str = field(default="", compare=False)


@record
class MalformedSuppression:
    """A comment that addresses the linter but suppresses nothing; range as for a `Suppression`."""

    line: int
    column: int
    end_column: int
    message: str


_DIRECTIVE = regex(r"#+[ \t]*(?:llmlint:|(?i:noqa)[ \t]*:)")
_ADDRESSED = regex(rb"#[ \t]*llmlint:|#[ \t]*noqa[ \t]*:[^\r\n]*LLM[0-9]", re.IGNORECASE)
_OWN = regex(r"#+[ \t]*llmlint:[ \t]*(?P<verb>[\w-]*)[ \t]*(?:\[(?P<names>[^\]\[]*)\])?[ \t]*(?P<reason>.*)")
_NOQA = regex(r"#+[ \t]*noqa[ \t]*:[ \t]*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)(?P<reason>.*)", re.IGNORECASE)
_CODE = regex(r"(?i:LLM)[0-9]+|[A-Z]{2,}[0-9]+")  # the second form: rules of a project's own


class Suppressions:
    """The suppressions of one file; remembers which of their names were of use."""

    def __init__(
        self, found: Iterable[Suppression], malformed: Iterable[MalformedSuppression], comment_lines: Iterable[int]
    ) -> None:
        self.found = tuple(found)
        self.malformed = tuple(malformed)
        self._comment_lines = frozenset(comment_lines)
        self._used: set[tuple[Suppression, str]] = set()
        self._by_line: dict[int, list[Suppression]] = {}
        self._of_file: list[Suppression] = []
        for each in self.found:
            if each.kind is SuppressionKind.FILE_IGNORE:
                self._of_file.append(each)
            else:
                self._by_line.setdefault(each.line, []).append(each)

    def covers(self, rule_code: str, rule_name: str, first_line: int, last_line: int) -> Suppression | None:
        """The suppression of that rule on one of these lines, alone above them, or for the file; it is then used.

        The lines are those of the finding's statement: see `statement_lines`.
        """
        for suppression in self.around(first_line, last_line):
            for name in suppression.names:
                if _selects(name, rule_code, rule_name):
                    self._used.add((suppression, name))
                    return suppression
        return None

    def unused(self) -> list[tuple[Suppression, tuple[str, ...]]]:
        """Suppressions with names that covered no finding so far, and these names."""
        left = [(each, tuple(name for name in each.names if (each, name) not in self._used)) for each in self.found]
        return [(each, names) for each, names in left if names]

    def around(self, first_line: int, last_line: int) -> Iterator[Suppression]:
        """The suppressions that count for a statement on these lines: on them, alone above them, for the file."""
        if self._by_line:
            while first_line - 1 in self._comment_lines:
                first_line -= 1
            for line in range(first_line, last_line + 1):
                yield from self._by_line.get(line, ())
        yield from self._of_file


def read_suppressions(source: SourceText) -> Suppressions:
    """The suppressions in the comments of `source`; strings that look like one are none."""
    if _ADDRESSED.search(source.data) is None:
        return Suppressions((), (), ())
    from llmlint.source.lexer import Kind, tokens

    text = source.text
    starts = [0, *(end.end() for end in re.finditer(r"\r\n?|\n", text))]
    found: list[Suppression] = []
    malformed: list[MalformedSuppression] = []
    comment_lines: list[int] = []
    for token in tokens(text):
        if token.kind is Kind.COMMENT:
            line = bisect_right(starts, token.start)
            start = starts[line - 1]
            if not text[start : token.start].strip():
                comment_lines.append(line)
            for each in _directives(text[token.start : token.end], line, token.start - start + 1):
                if isinstance(each, Suppression):
                    found.append(each)
                else:
                    malformed.append(each)
    return Suppressions(found, malformed, comment_lines)


def without_names(spelled: str, gone: Collection[str]) -> str:
    """A suppression without some of its names, empty if it has no others: those of other linters count, too."""
    own = _OWN.match(spelled)
    given = own or _NOQA.match(spelled)
    group = "names" if own is not None else "codes"
    if given is None or given[group] is None:
        return spelled
    kept = [name for name in re.split(r"[\s,]+", given[group].strip()) if name and name not in gone]
    separator = ", " if "," in given[group] or own is not None else " "
    start, end = given.span(group)
    return f"{spelled[:start]}{separator.join(kept)}{spelled[end:]}" if kept else ""


def statement_lines(statement: ast.stmt) -> tuple[int, int]:
    """The first and last line of a statement for `Suppressions.covers`: decorators count, a block's body does not."""
    first = _first_line(statement)
    body = getattr(statement, "body", None)
    if isinstance(statement, ast.Match):
        last = statement.cases[0].pattern.lineno - 1
    elif isinstance(body, list):
        last = _first_line(body[0]) - 1
    else:
        last = statement.end_lineno or statement.lineno
    return first, max(statement.lineno, last)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _directives(comment: str, line: int, column: int) -> Iterator[Suppression | MalformedSuppression]:
    """The directives of one comment, each up to the next: `# llmlint: ignore[a] why  # noqa: E501`."""
    begins = [match.start() for match in _DIRECTIVE.finditer(comment)]
    for begin, end in pairwise([*begins, len(comment)]):
        part = comment[begin:end].rstrip()
        from_column, to_column = column + begin, column + begin + len(part)
        own = _OWN.match(part)
        if own is None:
            noqa = _NOQA.match(part)
            names = tuple(_CODE.findall(noqa["codes"])) if noqa is not None else ()
            if noqa is not None and names:
                reason = noqa["reason"].strip()
                yield Suppression(SuppressionKind.NOQA, names, reason, line, from_column, to_column, part)
            continue
        verb, names = own["verb"], tuple(name.strip() for name in (own["names"] or "").split(",") if name.strip())
        if verb not in ("ignore", "file-ignore"):
            message = f"unknown directive {verb!r}: write ignore[...] or file-ignore[...]"
            yield MalformedSuppression(line, from_column, to_column, message)
        elif not names:
            yield MalformedSuppression(line, from_column, to_column, f"name the rules: {verb}[...]")
        else:
            kind = SuppressionKind(verb)
            yield Suppression(kind, names, own["reason"], line, from_column, to_column, part)


def _selects(name: str, rule_code: str, rule_name: str) -> bool:
    if name == rule_name:
        return True
    return _CODE.fullmatch(name) is not None and rule_code.upper().startswith(name.upper())
