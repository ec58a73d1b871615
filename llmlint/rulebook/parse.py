"""Reads the part of a rule file that every run needs; the rest waits until it is asked for."""

from __future__ import annotations

import re
from contextlib import suppress
from string import Formatter
from typing import TYPE_CHECKING

import tomli

from llmlint.diagnostics import Severity
from llmlint.rulebook.model import Rule
from llmlint.rulebook.names import suggestion
from llmlint.rulebook.table import RulebookError, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmlint.rulebook.details import Details
    from llmlint.rulebook.match import Condition

FIXES = ("safe", "unsafe", "none")

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
_CODE = re.compile(r"[A-Z]+[0-9]+", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_CHECK = re.compile(r"[a-z_]+\.[a-z_0-9]+", re.ASCII)


def read_rule(path: str, pattern: str) -> Rule:
    """The rule in the file at `path`. Raises RulebookError if the file is unreadable or not a valid rule."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path}: cannot be read: {error}") from error
    return parse_rule(text, pattern, path)


def parse_rule(text: str, pattern: str, path: str) -> Rule:
    """The rule that `text` states; `path` is for messages. Raises RulebookError."""
    # Documentation and examples are nine tenths of a file and cost ten times as much to parse as all that a check
    # needs. Cutting them off is safe: a cut inside a string leaves it open, and that is an error.
    head, cut, _ = text.partition("\n[docs]")
    data: dict[str, object] = {}
    if cut:
        with suppress(tomli.TOMLDecodeError):
            data = tomli.loads(head)
    if "messages" not in data:
        data = parse_toml(text, path)
    return _rule(Table(data, path), text, pattern, path)


def parse_toml(text: str, path: str) -> dict[str, object]:
    """The table that `text` states. Raises RulebookError with line and column."""
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise RulebookError(f"{path}: not valid TOML: {error}") from error


def refuse_unknown(table: Table, known: tuple[str, ...]) -> None:
    """Raises RulebookError, with a suggestion, if a key of the table is not known."""
    for key in table.remaining():
        if key not in known:
            raise table.error(f"unknown key `{key}`.{suggestion(key, known)}")


def _rule(table: Table, text: str, pattern: str, path: str) -> Rule:
    refuse_unknown(table, _KEYS)
    if "enabled" not in table.remaining():
        raise table.error("`enabled` is missing")
    code = table.text("code", None)
    if not _CODE.fullmatch(code):
        raise table.error(f"`code` must be capital letters and then digits, not `{code}`")
    name = table.text("name", None)
    if not _NAME.fullmatch(name):
        raise table.error(f"`name` must be lower-case words joined by hyphens, not `{name}`")
    summary = table.text("summary", None)
    if "\n" in summary or not summary or summary.endswith("."):
        raise table.error("`summary` must be one line without a full stop")
    check, match = _condition(table)
    return Rule(
        code=code,
        name=name,
        pattern=pattern,
        severity=Severity(table.text("severity", None, among=[severity.value for severity in Severity])),
        enabled=table.flag("enabled"),
        fix=table.text("fix", None, among=FIXES),
        since=table.text("since", None),
        check=check,
        summary=summary,
        messages=_messages(table.table("messages")),
        load_details=_Details(text, path),
        match=match,
        strict=table.text("strict"),
    )


def _condition(table: Table) -> tuple[str, Mapping[str, Condition]]:
    """The function that a rule runs, or the facts that it compares."""
    if "match" in table.remaining():
        from llmlint.rulebook.match import parse_match

        if "check" in table.remaining():
            raise table.error("must have either `check` or `match`")
        return "declared.declared", parse_match(table.table("match"))
    check = table.text("check", None)
    if not _CHECK.fullmatch(check):
        raise table.error(f"`check` must be `module.function`, not `{check}`")
    return check, {}


def _messages(table: Table) -> dict[str, str]:
    messages = {key: table.text(key) for key in table.remaining()}
    if "help" not in messages or len(messages) < 2:
        raise table.error("must hold `help` and at least one more message")
    for key, template in messages.items():
        try:
            fields = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        except ValueError as error:
            raise table.error(f"`{key}` is no template: {error}") from error
        for field in fields:
            if not field.isidentifier():
                raise table.error(f"`{key}` is no template: `{{{field}}}` names no field; write `{{{{` for a brace")
    return messages


class _Details:
    """Parses the rest of a rule file once, at the first call."""

    __slots__ = ("_details", "_path", "_text")

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._details: Details | None = None

    def __call__(self) -> Details:
        if self._details is None:
            from llmlint.rulebook.details import parse_details

            self._details = parse_details(Table(parse_toml(self._text, self._path), self._path))
            self._text = ""
        return self._details
