"""The options of a rule, and the types that they can have."""

from __future__ import annotations

from math import isfinite

from llmlint.config.model import OptionValue
from llmlint.records import record
from llmlint.rulebook.table import Table

OPTION_TYPES = {
    "number": "a number",
    "integer": "an integer",
    "string": "a string",
    "strings": "a list of strings",
    "boolean": "true or false",
}


@record
class Option:
    """A setting of one rule; `type` is number, integer, string, strings or boolean, `unit` may be empty."""

    name: str
    type: str
    default: OptionValue
    unit: str
    doc: str


def read_option(table: Table) -> Option:
    """The option that a table of a rule file states. Raises RulebookError."""
    table.refuse_unknown(("name", "type", "default", "unit", "doc"))
    kind = table.text("type", None, among=OPTION_TYPES)
    default = option_value(kind, table.value("default"))
    if default is None:
        raise table.error(f"`default` must be {OPTION_TYPES[kind]}")
    return Option(table.text("name", None), kind, default, table.text("unit"), table.text("doc", None))


def option_value(kind: str, value: object) -> OptionValue | None:
    """`value`, read from TOML, as the type named `kind`; None if it is not of that type."""
    if isinstance(value, bool):
        return value if kind == "boolean" else None
    if kind == "strings" and isinstance(value, list):
        return tuple(value) if all(isinstance(item, str) for item in value) else None
    if isinstance(value, int) and kind in {"number", "integer"}:
        return value
    if isinstance(value, float) and kind == "number" and isfinite(value):
        return value
    return value if isinstance(value, str) and kind == "string" else None
