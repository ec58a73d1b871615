"""Writes keys and values as TOML."""

from __future__ import annotations

from datetime import date


def toml_key(parts: tuple[str, ...]) -> str:
    """A dotted key."""
    return ".".join(part if _is_bare(part) else toml_value(part) for part in parts)


def toml_value(value: object) -> str:
    """A value of a type that settings have; a table is written in line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(map(_character, value)) + '"'
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml_key((key,))} = {toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (int, float, date)):
        return str(value)
    raise TypeError(f"no TOML for {type(value).__name__}")


def _is_bare(part: str) -> bool:
    return part.isascii() and part.replace("-", "").replace("_", "").isalnum()


def _character(character: str) -> str:
    if character in '\\"':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
