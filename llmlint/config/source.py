"""The file that settings are being read from, and what is wrong or outdated in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

from llmlint.config.errors import ConfigError
from llmlint.config.files import key_prefix
from llmlint.config.toml import toml_key
from llmlint.config.types import WrongValueError, describe
from llmlint.records import record
from llmlint.rulebook.rules import Rulebook
from llmlint.rulebook.table import RulebookError

Key = tuple[str, ...]


@record
class Source:
    """A configuration file; warnings about it are added to `warnings`. Every method raises ConfigError."""

    path: str
    rulebook: Rulebook
    warnings: list[str]

    def checked(self, check: Callable[[object], object], key: Key, value: object) -> object:
        """The value as `check` returns it."""
        try:
            return check(value)
        except WrongValueError as wrong:
            raise self.wrong(key, str(wrong), value) from None

    def items(self, key: Key, value: object) -> Iterator[tuple[Key, object]]:
        """The entries of a value that must be a table, each with its whole key."""
        if not isinstance(value, dict):
            raise self.wrong(key, "a table", value)
        for name, item in value.items():
            yield (*key, name), item

    def add_rules(self, key: Key, paths: Iterable[str]) -> tuple[str, ...]:
        """Adds the rules in these files and folders, relative to the configuration file, and says where they are."""
        found = tuple(os.path.normpath(os.path.join(os.path.dirname(self.path), path)) for path in paths)
        for path in found:
            try:
                self.rulebook.add(path)
                _ = self.rulebook.by_name
            except RulebookError as error:
                raise self.errors(key, error.problems) from None
        return found

    def gateways(self, key: Key, value: object) -> tuple[object, ...]:
        """Declared gateways, checked."""
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, "tables, written `[[gateway]]`", value)
        from llmlint.rulebook.gateways import KEYS, read_gateways

        for item in value:
            for name in item:
                if name not in KEYS:
                    raise self.unknown((*key, name), KEYS)
        try:
            read_gateways(value)
        except RulebookError as error:
            raise self.errors(key, error.problems) from None
        return tuple(value)

    def know_selectors(self, key: Key, selectors: Iterable[str]) -> None:
        """Makes sure that each of the selectors stands for a rule."""
        for selector in selectors:
            try:
                self.rulebook.expand(selector)
            except ConfigError as error:
                raise self.error(key, error.message) from None
            self._warn_if_renamed(key, selector)

    def rule_name(self, key: Key) -> str:
        """The current name of the rule that the key ends with."""
        try:
            name = self.rulebook.rule(key[-1]).name
        except ConfigError as error:
            raise self.error(key, error.message) from None
        self._warn_if_renamed(key, key[-1])
        return name

    def unknown(self, key: Key, known: tuple[str, ...]) -> ConfigError:
        """The error for a key that is none of those known."""
        from llmlint.rulebook.names import suggestion

        hint = suggestion(key[-1], known)
        if key == ("tool",):
            hint = " In a file of its own, settings stand at the top level, without [tool.llmlint]."
        return ConfigError(f"unknown setting `{self._dotted(key)}`.{hint}", self.path)

    def wrong(self, key: Key, expected: str, found: object) -> ConfigError:
        """The error for a value of the wrong type."""
        return self.error(key, f"expected {expected}, found {describe(found)}")

    def error(self, key: Key, message: str) -> ConfigError:
        """The error for something else about a setting."""
        return ConfigError(f"`{self._dotted(key)}`: {message}", self.path)

    def errors(self, key: Key, messages: Iterable[str]) -> ConfigError:
        """The same for all that is wrong about a setting."""
        first, *others = (self.error(key, message).message for message in messages)
        return ConfigError(first, self.path, others)

    def _warn_if_renamed(self, key: Key, selector: str) -> None:
        for warning in self.rulebook.former_names([selector]):
            self.warnings.append(f"{self.path}: `{self._dotted(key)}`: {warning}")

    def _dotted(self, key: Key) -> str:
        return key_prefix(self.path) + toml_key(key)
