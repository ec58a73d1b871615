"""The suppression comments of a run: what they cover, and which of them cover nothing by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.diagnostics import Diagnostic, Location, Severity
from llmlint.source.suppress import Suppressions, read_suppressions

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.rulebook.rules import Rulebook


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
                    yield _mistake(module, each.line, each.column, each.end_column, reason)

    def _unknown(self, name: str) -> str:
        names = self._rulebook.names
        is_code = name.upper().startswith("LLM")
        selector = name.upper() if is_code else name
        if names.expand(selector) is None:
            return f"there is no rule `{name}`.{names.suggest(name)}"
        return "" if is_code or names.is_exact(selector) else f"`{name}` is no single rule: write names or codes"

    def _of(self, module: Module) -> Suppressions:
        found = self._read.get(module.key)
        if found is None:
            found = self._read[module.key] = read_suppressions(module.source)
        return found


def _mistake(module: Module, line: int, column: int, end_column: int, reason: str) -> Diagnostic:
    where = module.located(Location(module.path, line, column, line, end_column))
    text = f"This comment suppresses nothing: {reason}"
    return Diagnostic("LLM000", "malformed-suppression", Severity.WARNING, text, where)
