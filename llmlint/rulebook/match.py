"""The `[match]` table of a rule: facts of a call that are compared, with nothing to program."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import partial

from llmlint.records import record
from llmlint.rulebook.mistakes import Mistakes
from llmlint.rulebook.names import suggestion
from llmlint.rulebook.sdk import sdk_names
from llmlint.rulebook.sdk_model import KINDS, SETTINGS
from llmlint.rulebook.table import Table

FACTS = ("sdk", "provider", "kind", "api", "via", "model", "function", "path", "context")
"""What a call can be asked apart from its settings; all are texts."""
_VALUES = {
    "kind": KINDS,
    "via": frozenset({"direct", "by-reference", "chain", "http"}),
    "context": frozenset({"app", "script", "tests"}),
}
_FORMS = ("is", "not", "below", "above")


@record
class Condition:
    """What a fact must be, everything that is given.

    `is_any` and `is_none` are patterns as of fnmatch: one of the first must match, none of the second. For a setting
    the words "absent" and "present" stand for its state. `below` and `above` are limits for numbers, themselves left
    out.
    """

    is_any: tuple[str, ...] = ()
    is_none: tuple[str, ...] = ()
    below: float | None = None
    above: float | None = None


def parse_match(table: Table) -> Mapping[str, Condition]:
    """The conditions by fact or setting. Raises RulebookError."""
    mistakes = Mistakes()
    keys = table.remaining()
    found = {key: mistakes.attempt(partial(_condition, table, key), Condition()) for key in keys}
    if not found:
        raise table.error("`match` must compare something")
    mistakes.raise_all()
    return found


def _condition(table: Table, key: str) -> Condition:
    known = (*FACTS, *sorted(SETTINGS))
    if key not in known:
        raise table.error(f"there is no fact or setting `{key}`.{suggestion(key, known)}")
    value = table.value(key)
    if not isinstance(value, dict):
        return Condition(is_any=_known(table, key, _patterns(table, key, value)))
    for form in value:
        if form not in _FORMS:
            raise table.error(f"`{key}` cannot be compared by `{form}`.{suggestion(str(form), _FORMS)}")
    return Condition(
        _known(table, key, _patterns(table, key, value.get("is", ()))),
        _known(table, key, _patterns(table, key, value.get("not", ()))),
        _number(table, key, value.get("below")),
        _number(table, key, value.get("above")),
    )


def _patterns(table: Table, key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise table.error(f"`{key}` must be a string or a list of strings")


def _known(table: Table, key: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns, each of which something fits where all that there can be is known."""
    values = sdk_names() if key == "sdk" else _VALUES.get(key)
    for pattern in patterns if values is not None else ():
        if values is not None and not any(fnmatchcase(value, pattern) for value in values):
            listed = ", ".join(sorted(values)) if key in _VALUES else "docs/sdks.md lists them"
            raise table.error(
                f"there is no {key} `{pattern}`.{suggestion(pattern, values) or f' There are: {listed}.'}"
            )
    return patterns


def _number(table: Table, key: str, value: object) -> float | None:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise table.error(f"`{key}` must be below or above a number")
