"""Reads the part of a rule file that every run needs; the rest waits until it is asked for."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from string import Formatter
from typing import TYPE_CHECKING

import tomli

from llmlint.diagnostics import Severity
from llmlint.patterns import regex
from llmlint.rulebook.mistakes import Mistakes
from llmlint.rulebook.model import Rule
from llmlint.rulebook.names import suggestion
from llmlint.rulebook.options import read_option
from llmlint.rulebook.table import RulebookError, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmlint.rulebook.details import Details
    from llmlint.rulebook.match import Condition

FIXES = ("safe", "unsafe", "none")
POLICY = "policy"
"""What stands in place of a pattern for rules of a project's own."""
FIELDS = ("call", "sdk", "model")
"""What the messages of these rules may name."""

_KEYS = (
    "code",
    "name",
    "severity",
    "enabled",
    "fix",
    "since",
    "check",
    "match",
    "strict",
    "summary",
    "messages",
    "docs",
    "option",
    "example",
)
_SEVERITIES = tuple(severity.value for severity in Severity)
_CODE = regex(r"[A-Z]+[0-9]+", re.ASCII)
_NAME = regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_CHECK = regex(r"[a-z_]+\.[a-z_0-9]+", re.ASCII)


def read_rule(path: str, pattern: str, *, whole: bool = False) -> Rule:
    """The rule in the file at `path`. Raises RulebookError if the file is unreadable or not a valid rule.

    `whole` also looks at what otherwise waits until it is asked for.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path}: cannot be read: {error}") from error
    return parse_rule(text, pattern, path, whole=whole)


def parse_rule(text: str, pattern: str, path: str, *, whole: bool = False) -> Rule:
    """The rule that `text` states; `path` is for messages. Raises RulebookError."""
    # Documentation and examples are nine tenths of a file and cost ten times as much to parse as all that a check
    # needs. Cutting them off is safe: a cut inside a string leaves it open, and that is an error.
    head, cut, rest = text.partition("\n[docs]")
    data: dict[str, object] = {}
    if cut and "\n[[option]]" not in rest:
        with suppress(tomli.TOMLDecodeError):
            data = tomli.loads(head)
    if "messages" not in data:
        data = parse_toml(text, path)
    return _rule(Table(data, path), text, pattern, path, whole=whole)


def parse_toml(text: str, path: str) -> dict[str, object]:
    """The table that `text` states. Raises RulebookError with line and column."""
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise RulebookError(f"{path}: not valid TOML: {error}") from error


def _rule(table: Table, text: str, pattern: str, path: str, *, whole: bool) -> Rule:
    mistakes = Mistakes()
    mistakes.attempt(lambda: table.refuse_unknown(_KEYS), None)
    nothing: tuple[str, Mapping[str, Condition]] = ("", {})
    check, match = mistakes.attempt(lambda: _condition(table, pattern), nothing)
    details = _Details(text, path, pattern)
    rule = Rule(
        code=mistakes.attempt(lambda: _code(table), ""),
        name=mistakes.attempt(lambda: _name(table), ""),
        pattern=pattern,
        severity=mistakes.attempt(lambda: Severity(table.text("severity", None, among=_SEVERITIES)), Severity.ERROR),
        enabled=mistakes.attempt(lambda: _enabled(table), False),
        fix=mistakes.attempt(lambda: table.text("fix", None, among=FIXES), ""),
        since=mistakes.attempt(lambda: table.text("since", None), ""),
        check=check,
        summary=mistakes.attempt(lambda: _summary(table), ""),
        messages=mistakes.attempt(lambda: _messages(table.table("messages"), FIELDS if pattern == POLICY else ()), {}),
        load_details=details,
        match=match,
        strict=mistakes.attempt(lambda: table.text("strict"), ""),
        options=mistakes.each(table, "option", read_option),
    )
    if whole:
        mistakes.attempt(lambda: details() and None, None)
    mistakes.raise_all()
    return rule


def _code(table: Table) -> str:
    code = table.text("code", None)
    if not _CODE.fullmatch(code):
        raise table.error(f"`code` must be capital letters and then digits, not `{code}`")
    return code


def _name(table: Table) -> str:
    name = table.text("name", None)
    if not _NAME.fullmatch(name):
        raise table.error(f"`name` must be lower-case words joined by hyphens, not `{name}`")
    return name


def _enabled(table: Table) -> bool:
    if "enabled" not in table.remaining():
        raise table.error("`enabled` is missing")
    return table.flag("enabled")


def _summary(table: Table) -> str:
    summary = table.text("summary", None)
    if "\n" in summary or not summary or summary.endswith("."):
        raise table.error("`summary` must be one line without a full stop")
    return summary


def _condition(table: Table, pattern: str) -> tuple[str, Mapping[str, Condition]]:
    """The function that a rule runs, or the facts that it compares."""
    if "match" in table.remaining():
        from llmlint.rulebook.match import parse_match

        if "check" in table.remaining():
            raise table.error("must have either `check` or `match`")
        return "declared.declared", parse_match(table.table("match"))
    if pattern == POLICY:
        raise table.error("a rule of your own needs a `[match]` table; `check` is for built-in rules")
    check = table.text("check", None)
    if not _CHECK.fullmatch(check):
        raise table.error(f"`check` must be `module.function`, not `{check}`")
    return check, {}


def _messages(table: Table, known: tuple[str, ...]) -> dict[str, str]:
    """The templates by name; where fields are known, they may have no others."""
    mistakes = Mistakes()
    messages = {key: mistakes.attempt(partial(table.text, key), "") for key in table.remaining()}
    if "help" not in messages or len(messages) < 2:
        mistakes.found.append(str(table.error("must hold `help` and at least one more message")))
    for key, template in messages.items():
        mistakes.attempt(partial(_check_fields, table, key, template, known), None)
    mistakes.raise_all()
    return messages


def _check_fields(table: Table, key: str, template: str, known: tuple[str, ...]) -> None:
    try:
        fields = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise table.error(f"`{key}` is not a template: {error}") from error
    for field in fields:
        if not field.isidentifier():
            raise table.error(f"`{key}` is not a template: `{{{field}}}` names no field; write `{{{{` for a brace")
        if known and field not in known:
            listed = ", ".join(f"`{{{name}}}`" for name in known)
            hint = suggestion(field, known) or f" There are {listed}."
            raise table.error(f"`{key}` has no field `{{{field}}}`.{hint}")


class _Details:
    """Parses the rest of a rule file once, at the first call."""

    __slots__ = ("_details", "_path", "_pattern", "_text")

    def __init__(self, text: str, path: str, pattern: str) -> None:
        self._pattern = pattern
        self._text = text
        self._path = path
        self._details: Details | None = None

    def __call__(self) -> Details:
        if self._details is None:
            from llmlint.rulebook.details import parse_details

            top = Table(parse_toml(self._text, self._path), self._path)
            self._details = parse_details(top, documented=self._pattern != POLICY)
            self._text = ""
        return self._details
