"""What is wrong with a file, all of it: who writes a rule wants to mend it in one go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from llmlint.rulebook.table import RulebookError

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

    def raise_all(self) -> None:
        """Raises one RulebookError with everything that was wrong, if anything was."""
        if self.found:
            raise RulebookError(*dict.fromkeys(self.found))
