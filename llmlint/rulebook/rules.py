"""The rulebook: all rules, found by listing folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache, cached_property, partial
from itertools import pairwise

from llmlint.config.errors import ConfigError
from llmlint.rulebook.location import rules_path
from llmlint.rulebook.mistakes import Mistakes
from llmlint.rulebook.model import Rule
from llmlint.rulebook.names import Names
from llmlint.rulebook.parse import POLICY, parse_toml, read_rule
from llmlint.rulebook.table import RulebookError, Table

__all__ = ["PATTERNS", "POLICY", "TITLES", "Rule", "Rulebook", "builtin_rulebook", "own_rulebook", "read_policies"]

TITLES = {
    "constrain": "constrain the output",
    "budget": "budget the tokens",
    "fallback": "build the fallback",
    "cache": "cache, and stream when you cannot",
    "log": "log and evaluate",
    "lifecycle": "model lifecycle and non-determinism",
}
PATTERNS = tuple(TITLES)
_DATA = frozenset({"sdk", "http", "evidence", "models"})


class Rulebook:
    """The rules in a folder, `<pattern>/<name>.toml`, and the former names in its `renamed.toml`.

    Nothing is read before it is needed; then every property and method may raise RulebookError.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self._directory = os.fspath(directory)
        self._policies: dict[str, list[Rule] | None] = {}  # by path; None until they are read

    def add(self, path: str) -> None:
        """Add a project's own rules: a rule file, or a folder of them. Raises RulebookError if there is none."""
        if path in self._policies:
            return
        if not os.path.exists(path):
            raise RulebookError(f"{path}: no such file or folder of rules")
        self._policies[path] = None
        for cached in ("rules", "by_name", "names"):
            self.__dict__.pop(cached, None)

    @property
    def policies(self) -> tuple[Rule, ...]:
        """The project's own rules. They compare facts of calls (`[match]`) and run no code."""
        found: list[Rule] = []
        for path, rules in self._policies.items():
            if rules is None:
                rules = self._policies[path] = read_policies(path)
            found += rules
        return tuple(found)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules in the order of their codes."""
        rules = [self._read(pattern, file) for pattern in self._patterns() for file in self._files(pattern)]
        rules += self.policies
        rules.sort(key=lambda rule: rule.code)
        for first, second in pairwise(rules):
            if first.code == second.code:
                raise RulebookError(
                    f"{self._directory}: {first.code} is the code of `{first.name}` and `{second.name}`"
                )
        return tuple(rules)

    @cached_property
    def by_name(self) -> dict[str, Rule]:
        """All rules by name, in the order of their codes."""
        by_name: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.name in by_name:
                codes = f"{by_name[rule.name].code} and {rule.code}"
                raise RulebookError(f"{self._directory}: {codes} have the same name `{rule.name}`")
            by_name[rule.name] = rule
        return by_name

    @cached_property
    def names(self) -> Names:
        """The resolver of selectors."""
        return Names(self.by_name.values(), self._renamed())

    def rule(self, name: str) -> Rule:
        """The rule with this name, former name or code. Raises ConfigError if there is none."""
        found = self.expand(name)
        if not self.names.is_exact(name):
            raise ConfigError(f"`{name}` stands for several rules; name a single one here")
        return self.by_name[found[0]]

    def expand(self, selector: str) -> Sequence[str]:
        """The names of the rules that a selector stands for. Raises ConfigError if it stands for none."""
        names = self.names.expand(selector)
        if names is None:
            raise ConfigError(f"there is no rule or group of rules `{selector}`.{self.names.suggest(selector)}")
        return names

    def select(
        self, select: Iterable[str] | None = None, extend_select: Iterable[str] = (), ignore: Iterable[str] = ()
    ) -> frozenset[str]:
        """The names of the rules to run.

        `select` None means every rule enabled by default. For each rule the most specific selector that stands for it
        decides: a name or code before a longer prefix before a shorter prefix or folder before `ALL`; among equals,
        `ignore`. Raises ConfigError for an unknown selector.
        """
        chosen: set[str] = set()
        if select is None:
            chosen.update(name for name, rule in self.by_name.items() if rule.enabled)
        steps = [(selector, True) for selector in (*(select or ()), *extend_select)]
        steps += [(selector, False) for selector in ignore]
        for selector, _ in steps:
            self.expand(selector)
        for selector, wanted in sorted(steps, key=lambda step: self.names.weight(step[0])):
            (chosen.update if wanted else chosen.difference_update)(self.expand(selector))
        return frozenset(chosen)

    def former_names(self, selectors: Iterable[str]) -> list[str]:
        """A warning for each of the selectors that is a former name."""
        given = list(selectors)
        renamed = self.names.renamed if given else {}
        return [f"rule `{old}` is now called `{renamed[old]}`" for old in given if old in renamed]

    def _patterns(self) -> list[str]:
        with os.scandir(self._directory) as entries:
            folders = [entry.name for entry in entries if entry.is_dir()]
        return sorted(name for name in folders if name not in _DATA and not name.startswith((".", "_")))

    def _files(self, pattern: str) -> list[str]:
        folder = os.path.join(self._directory, pattern)
        return sorted(name for name in os.listdir(folder) if name.endswith(".toml"))

    def _read(self, pattern: str, file: str) -> Rule:
        path = os.path.join(self._directory, pattern, file)
        rule = read_rule(path, pattern)
        if file != f"{rule.name}.toml":
            raise RulebookError(f"{path}: the file of rule `{rule.name}` must be called {rule.name}.toml")
        return rule

    def _renamed(self) -> dict[str, str]:
        path = os.path.join(self._directory, "renamed.toml")
        try:
            with open(path, encoding="utf-8") as file:
                table = Table(parse_toml(file.read(), path), path).table("renamed")
        except FileNotFoundError:
            return {}
        renamed = {old: table.text(old) for old in table.remaining()}
        for old, new in renamed.items():
            if new not in self.by_name or old in self.by_name:
                raise table.error(f"`{old}` must lead from a name no longer in use to the name of a rule")
        return renamed


def read_policies(path: str, *, whole: bool = False) -> list[Rule]:
    """The rules in a file, or in the files of a folder, in the order of their names.

    Raises RulebookError with everything that is wrong; `whole` looks at documentation and examples too.
    """
    files = [path]
    if os.path.isdir(path):
        files = sorted(entry.path for entry in os.scandir(path) if entry.name.endswith(".toml"))
    if not files:
        raise RulebookError(f"{path}: this folder holds no rule files (*.toml)")
    mistakes = Mistakes()
    found = [mistakes.attempt(partial(read_rule, file, POLICY, whole=whole), None) for file in files]
    mistakes.raise_all()
    return [rule for rule in found if rule is not None]


def own_rulebook() -> Rulebook:
    """The built-in rules in a rulebook of its own, to which a project's can be added."""
    return Rulebook(rules_path())


@cache
def builtin_rulebook() -> Rulebook:
    """The rules that come with llmlint. Raises RulebookError if they are missing."""
    return Rulebook(rules_path())
