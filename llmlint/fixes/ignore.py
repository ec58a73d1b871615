"""Comments that suppress findings, added where they count and merged into those that are there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from llmlint.diagnostics import Diagnostic
from llmlint.fixes.ignore_places import Lines
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.splice import Splice
from llmlint.fixes.text import Source, Text
from llmlint.fixes.tree import parse
from llmlint.patterns import regex
from llmlint.source.lexer import Kind, tokens
from llmlint.source.read import decode_source
from llmlint.source.suppress import Suppression, SuppressionKind, Suppressions, read_suppressions

WIDTH = 88  # what most formatters allow; a longer line gets its comment above it
_NAMES = regex(r"#+[ \t]*llmlint:[ \t]*ignore[ \t]*\[(?P<names>[^\]\[]*)\]")
_INDENT = regex(r"[ \t\f]*")


def add_ignores(data: bytes, findings: Sequence[Diagnostic], reason: str = "") -> bytes:
    """The file's bytes with a comment `# llmlint: ignore[...] reason` for each finding, all of them in this file.

    `RefusalError` if that cannot be done, or not without changing what the code means.
    """
    source = Source.decode(data)
    work = _Work(source.text, read_suppressions(source.file), reason)
    for group in _grouped(findings):
        work.place(group)
    splices = sorted(work.splices())
    new = source.spliced(splices)
    _prove(source.text, splices, new, findings)
    return new


@dataclass(frozen=True, slots=True)
class _Group:
    """The names of the rules with a finding at one statement, its lines, and the line of the first finding."""

    first: int
    last: int
    line: int
    names: tuple[str, ...]


@dataclass(slots=True)
class _Work:
    text: Text
    present: Suppressions
    reason: str
    lines: Lines = field(init=False)
    merged: dict[Suppression, list[str]] = field(default_factory=dict)
    trailing: dict[int, list[_Group]] = field(default_factory=dict)
    above: dict[int, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = Lines(self.text)

    def place(self, group: _Group) -> None:
        """Decides where the names go."""
        for each in self.present.around(group.first, group.last):
            if each.kind is SuppressionKind.IGNORE:
                self.merged.setdefault(each, []).extend(group.names)
                return
        line = next(self.lines.candidates(group.first, group.last, group.line), None)
        if line is not None:
            self.trailing.setdefault(line, []).append(group)
        elif self.lines.takes_line_above(group.first):
            self.above.setdefault(group.first, []).extend(group.names)
        else:
            raise RefusalError(f"no comment can be put on line {group.first}")

    def splices(self) -> Iterator[Splice]:
        for each, names in self.merged.items():
            yield self._addition(each, names)
        for line, groups in self.trailing.items():
            content = self.lines.content(line)
            comment = self._comment([name for group in groups for name in group.names])
            gap = "  "[len(content) - len(content.rstrip(" ")) :] if content.strip() else ""
            fits = len(content.expandtabs()) + len(gap) + len(comment) <= WIDTH
            if fits or not all(self.lines.takes_line_above(group.first) for group in groups):
                end = self.lines.end(line)
                yield Splice(end, end, gap + comment)
                continue
            for group in groups:
                self.above.setdefault(group.first, []).extend(group.names)
        for line, names in self.above.items():
            start = self.text.starts[line - 1]
            indent = _INDENT.match(self.text.content, start)
            blanks = indent.group().replace("\f", "") if indent else ""
            yield Splice(start, start, blanks + self._comment(names) + self.text.newline_at(start))

    def _addition(self, each: Suppression, names: Sequence[str]) -> Splice:
        """The names put at the end of a comment's list."""
        start = self.text.offset(each.line, each.column)
        match = _NAMES.match(self.text.content, start)
        if match is None:
            raise RefusalError(f"the comment on line {each.line} cannot be read")
        given = match["names"].rstrip()
        place = match.start("names") + len(given)
        lead = " " if given.endswith(",") else ", "
        return Splice(place, place, lead + ", ".join(dict.fromkeys(names)))

    def _comment(self, names: Sequence[str]) -> str:
        comment = f"# llmlint: ignore[{', '.join(dict.fromkeys(names))}]"
        return f"{comment} {self.reason}" if self.reason else comment


def _grouped(findings: Sequence[Diagnostic]) -> list[_Group]:
    found: dict[tuple[int, int], list[Diagnostic]] = {}
    for each in findings:
        found.setdefault(_statement_lines(each), []).append(each)
    return [
        _Group(first, last, min(each.location.line for each in members), _names(members))
        for (first, last), members in sorted(found.items())
    ]


def _names(members: Sequence[Diagnostic]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in sorted(members, key=lambda each: each.code)))


def _statement_lines(diagnostic: Diagnostic) -> tuple[int, int]:
    statement = diagnostic.statement or diagnostic.location
    return statement.line, statement.end_line


def _prove(old: Text, splices: Sequence[Splice], data: bytes, findings: Sequence[Diagnostic]) -> None:
    """Raises unless only comments differ and each finding is covered."""
    source = decode_source("", data)
    new = Text(getattr(source, "text", ""))
    if new.content != old.spliced(splices).content or _code(old) != _code(new) or _dump(old) != _dump(new):
        raise RefusalError("the comments would change what the code means")
    comments = read_suppressions(Source.decode(data).file)
    inserted = [old.position(splice.start)[0] for splice in splices if splice.text.endswith(("\n", "\r"))]
    for each in findings:
        first, last = (line + sum(place <= line for place in inserted) for line in _statement_lines(each))
        if comments.covers(each.code, each.name, first, last) is None:
            raise RefusalError(f"a comment for {each.name} on line {each.location.line} would have no effect")


def _code(text: Text) -> list[str]:
    """The tokens without comments and line breaks."""
    kept = [token for token in tokens(text.content) if token.kind not in (Kind.COMMENT, Kind.NEWLINE)]
    return [text.content[token.start : token.end] for token in kept]


def _dump(text: Text) -> str | None:
    try:
        return ast.dump(parse(text.content))
    except (SyntaxError, RecursionError, RefusalError):
        return None
