"""Reading TOML tables strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class RulebookError(Exception):
    """A rulebook file cannot be used; each of its `problems` names the file, the table and the key."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Table:
    """A TOML table whose keys are taken one by one; `close` refuses those that nobody took.

    `where` names the table in messages. Every method raises RulebookError when a value has the wrong type.
    """

    __slots__ = ("_data", "where")

    def __init__(self, data: dict[str, object], where: str) -> None:
        self._data = dict(data)
        self.where = where

    def error(self, message: str) -> RulebookError:
        """An error about this table, to be raised by the caller."""
        return RulebookError(f"{self.where}: {message}")

    def text(self, key: str, default: str | None = "", *, among: Collection[str] | None = None) -> str:
        """A string; `default` None makes the key obligatory, `among` lists the only values allowed."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self.error(f"`{key}` must be a string" if value is not None else f"`{key}` is missing")
        if among is not None and value not in among:
            hint = _hint(value, among)
            raise self.error(f"`{key}` is {value!r}, not one of {', '.join(sorted(among))}.{hint}".removesuffix("."))
        return value

    def texts(self, key: str, *, among: Collection[str] | None = None) -> tuple[str, ...]:
        """An array of strings, empty if absent; `among` lists the only values allowed."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"`{key}` must be an array of strings")
        if among is not None and (unknown := set(value).difference(among)):
            first = min(unknown)
            hint = _hint(first, among) or f" There are {', '.join(sorted(among))}."
            raise self.error(f"`{key}` holds `{first}`, which is unknown.{hint}")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """A boolean, false if absent."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            raise self.error(f"`{key}` must be true or false")
        return value

    def number(self, key: str) -> float | None:
        """A number that is not negative, None if absent."""
        value = self._take(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise self.error(f"`{key}` must be a number of 0 or more")
        return value

    def value(self, key: str) -> object:
        """The raw value, None if absent."""
        return self._take(key, None)

    def table(self, key: str) -> Table:
        """A table in this one, empty if absent."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.error(f"`{key}` must be a table")
        return Table(value, f"{self.where} [{key}]")

    def tables(self, key: str) -> list[Table]:
        """An array of tables, empty if absent."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(f"`{key}` must be an array of tables")
        return [Table(item, f"{self.where} [[{key}]] {number}") for number, item in enumerate(value, 1)]

    def remaining(self) -> list[str]:
        """The keys not yet taken, in order."""
        return list(self._data)

    def refuse_unknown(self, known: tuple[str, ...]) -> None:
        """Refuse what is left, with suggestions, apart from the known keys."""
        unknown = [key for key in self._data if key not in known]
        if unknown:
            raise RulebookError(*(str(self.error(f"unknown key `{key}`.{_hint(key, known)}")) for key in unknown))

    def close(self) -> None:
        """Refuse what is left."""
        if self._data:
            raise self.error(f"unknown key `{next(iter(self._data))}`")

    def _take(self, key: str, default: object) -> object:
        return self._data.pop(key, default)


def _hint(word: str, known: Collection[str]) -> str:
    from llmlint.rulebook.names import suggestion

    return suggestion(word, known)
