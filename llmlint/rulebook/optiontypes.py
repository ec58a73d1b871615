"""The types that a rule's options can have."""

from __future__ import annotations

from math import isfinite

from llmlint.config.model import OptionValue

OPTION_TYPES = {
    "number": "a number",
    "integer": "an integer",
    "string": "a string",
    "strings": "a list of strings",
    "boolean": "true or false",
}


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
