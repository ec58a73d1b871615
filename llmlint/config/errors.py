"""What goes wrong with settings."""

from __future__ import annotations

from collections.abc import Iterable


class ConfigError(Exception):
    """A mistake in the settings that only the user can mend.

    `message` is one or more sentences for the user; `path` is the file at fault, or None for the command line;
    `further` are the other mistakes there, in the same form.
    """

    def __init__(self, message: str, path: str | None = None, further: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.further = tuple(further)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message
