"""The suppression comments of a run: what they cover, and which of them cover nothing by mistake."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from llmlint.diagnostics import Applicability, Diagnostic, Fix, Location, Operation, Severity
from llmlint.patterns import regex
from llmlint.source.suppress import Suppression, Suppressions, read_suppressions, without_names

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.rulebook.rules import Rulebook

_OTHER = regex(r"[ \t]+(?=#[ \t]*[A-Za-z])")


class Comments:
    """Reads the comments of each module once."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._read: dict[str, Suppressions] = {}

    def cover(self, diagnostic: Diagnostic, module: Module) -> bool:
        """Whether a comment, by the rule's name, a former name or its code, suppresses the finding."""
        statement = diagnostic.statement or diagnostic.location
        names = [diagnostic.name, *(old for old, new in self._rulebook.names.renamed.items() if new == diagnostic.name)]
        comments = self._of(module)
        shift = module.first_line(statement) - 1
        first, last = statement.line + shift, statement.end_line + shift
        return any(comments.covers(diagnostic.code, name, first, last) for name in names)

    def mistakes(self, module: Module) -> Iterator[Diagnostic]:
        """A finding for each comment that addresses the linter in vain."""
        comments = self._of(module)
        for malformed in comments.malformed:
            yield _mistake(module, malformed.line, malformed.column, malformed.end_column, malformed.message)
        for each in comments.found:
            for name in each.names:
                reason = self._unknown(name)
                if reason:
                    whole = len(each.names) == 1
                    yield _mistake(module, each.line, each.column, each.end_column, reason, whole=whole)

    def unused(self, module: Module, checked: frozenset[str]) -> Iterator[Diagnostic]:
        """A finding for each comment with names that suppressed nothing, though all their rules were checked."""
        for each, names in self._of(module).unused():
            gone = [name for name in names if not self._unknown(name) and self._rules(name) <= checked]
            if not gone:
                continue
            where = module.located(Location(module.path, each.line, each.column, each.line, each.end_column))
            listed = ", ".join(f"`{name}`" for name in gone)
            text = f"This comment suppresses nothing: there is no finding of {listed} here"
            if set(gone) != set(each.names):  # the others are of use, or their rules were not checked
                verb = "is" if len(gone) == 1 else "are"
                text = f"A part of this comment suppresses nothing: {listed} {verb} unused"
            fix = _without(module, each, gone) if where.cell is None else None
            yield Diagnostic("LLM000", "unused-suppression", Severity.WARNING, text, where, fix=fix)

    def _rules(self, name: str) -> frozenset[str]:
        return frozenset(self._rulebook.names.expand(name.upper() if name.upper().startswith("LLM") else name) or ())

    def _unknown(self, name: str) -> str:
        names = self._rulebook.names
        is_code = name.upper().startswith("LLM")
        selector = name.upper() if is_code else name
        if names.expand(selector) is None:
            return f"there is no rule `{name}`.{names.suggest(name)}"
        return "" if is_code or names.is_exact(selector) else f"`{name}` is not a single rule: write names or codes"

    def _of(self, module: Module) -> Suppressions:
        found = self._read.get(module.key)
        if found is None:
            found = self._read[module.key] = read_suppressions(module.source)
        return found


def _without(module: Module, suppression: Suppression, gone: Collection[str]) -> Fix:
    """Take the names out of the comment; safe, because they have no effect. What follows for other tools stays."""
    old = _OTHER.split(suppression.spelled, maxsplit=1)[0]
    line, column = suppression.line, suppression.column
    where = Location(module.path, line, column, line, column + len(old))
    operation = Operation("edit-comment", where, (("old", old), ("new", without_names(old, gone))))
    return Fix(Applicability.SAFE, "Remove " + ", ".join(gone), (operation,))


def _mistake(module: Module, line: int, column: int, end_column: int, reason: str, *, whole: bool = True) -> Diagnostic:
    where = module.located(Location(module.path, line, column, line, end_column))
    text = f"{'This comment' if whole else 'A part of this comment'} suppresses nothing: {reason}"
    return Diagnostic("LLM000", "malformed-suppression", Severity.WARNING, text, where)
