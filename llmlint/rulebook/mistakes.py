"""What is wrong with a file, all of it: who writes a rule wants to mend it in one go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from llmlint.rulebook.table import RulebookError, Table

Value = TypeVar("Value")


class Mistakes:
    """Goes on after a mistake, and remembers it."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def attempt(self, read: Callable[[], Value], otherwise: Value) -> Value:
        """What `read` returns; `otherwise` where it raises RulebookError."""
        try:
            return read()
        except RulebookError as error:
            self.found += error.problems
            return otherwise

    def each(self, top: Table, key: str, read: Callable[[Table], Value]) -> tuple[Value, ...]:
        """What `read` makes of the tables of an array, without those that it refuses."""
        none: list[Table] = []
        found = [self.attempt(partial(read, table), None) for table in self.attempt(partial(top.tables, key), none)]
        return tuple(part for part in found if part is not None)

    def raise_all(self) -> None:
        """Raises one RulebookError with everything that was wrong, if anything was."""
        if self.found:
            raise RulebookError(*dict.fromkeys(self.found))
