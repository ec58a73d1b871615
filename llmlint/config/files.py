"""Reads a configuration file into the table of settings it holds."""

from __future__ import annotations

import os

import tomli

from llmlint.config.errors import ConfigError

STANDALONE = "llmlint.toml"
PYPROJECT = "pyproject.toml"


def find_table(directory: str) -> tuple[str, dict[str, object]] | None:
    """The configuration file in a folder, if any, and its settings. Raises ConfigError if it cannot be read."""
    path = os.path.join(directory, STANDALONE)
    if os.path.isfile(path):
        return path, _parse(path, _read(path))
    path = os.path.join(directory, PYPROJECT)
    if not os.path.isfile(path):
        return None
    data = _read(path)
    # Most projects' pyproject.toml says nothing about llmlint, and may be long.
    if b"llmlint" not in data:
        return None
    table = _section(path, _parse(path, data))
    return None if table is None else (path, table)


def read_table(path: str) -> dict[str, object]:
    """The settings in a file that was named. Raises ConfigError if there are none or it cannot be read."""
    table = _parse(path, _read(path))
    if os.path.basename(path) != PYPROJECT:
        return table
    section = _section(path, table)
    if section is None:
        raise ConfigError("has no section [tool.llmlint]", path)
    return section


def key_prefix(path: str) -> str:
    """What stands before a setting's key when it is named in full."""
    return "tool.llmlint." if os.path.basename(path) == PYPROJECT else ""


def _section(path: str, table: dict[str, object]) -> dict[str, object] | None:
    tool = table.get("tool")
    if not isinstance(tool, dict) or "llmlint" not in tool:
        return None
    section = tool["llmlint"]
    if not isinstance(section, dict):
        raise ConfigError("`tool.llmlint` must be a table", path)
    return section


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", path) from error


def _parse(path: str, data: bytes) -> dict[str, object]:
    try:
        return tomli.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"line {line}: not valid UTF-8 (byte 0x{data[error.start]:02x})", path) from error
    except tomli.TOMLDecodeError as error:
        raise ConfigError(f"line {error.lineno}, column {error.colno}: {error.msg}", path) from error
