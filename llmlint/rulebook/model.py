"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from llmlint.diagnostics import Severity
from llmlint.records import record

if TYPE_CHECKING:
    from llmlint.config.model import OptionValue
    from llmlint.rulebook.details import Details, Example
    from llmlint.rulebook.match import Condition
    from llmlint.rulebook.options import Option


@record
class Rule:
    """One rule, as its file states it.

    `pattern` is the folder of the file, "policy" for rules of a project's own. `fix` is "safe", "unsafe" or "none".
    `check` names the function as "module.function" under `llmlint.checks`; for a rule that only compares facts of a
    call it is "declared.declared", and `match` holds the facts. `strict` names what `--strict` reports where that
    cannot be determined, with the message "unknown"; empty for nothing. `docs` and `examples` are read from the file at
    their first use, and then raise RulebookError if that part of the file is wrong.
    """

    code: str
    name: str
    pattern: str
    severity: Severity
    enabled: bool
    fix: str
    since: str
    check: str
    summary: str
    messages: Mapping[str, str]
    load_details: Callable[[], Details] = field(repr=False, compare=False)
    options: tuple[Option, ...] = ()
    match: Mapping[str, Condition] = field(default_factory=dict)
    strict: str = ""

    @property
    def docs(self) -> Mapping[str, str]:
        """Markdown by section: what, harm, fix, ignore, fix_safety."""
        return self.load_details().docs

    @property
    def examples(self) -> tuple[Example, ...]:
        """Code that the rule fires on ("bad") and is silent about ("good")."""
        return self.load_details().examples

    def settings(self, given: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
        """Every option of the rule by name: the given value, else the default."""
        return {option.name: given.get(option.name, option.default) for option in self.options}
