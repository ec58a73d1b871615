"""Reading the files of data in `rules/`."""

from __future__ import annotations

import os
from typing import Any

import tomli

from llmlint.rulebook.location import rules_path
from llmlint.rulebook.table import RulebookError, Table


def load_data(name: str) -> dict[str, Any]:
    """What `rules/<name>` holds. Raises RulebookError if the file is absent or is no TOML."""
    path = os.path.join(rules_path(), name)
    try:
        with open(path, "rb") as file:
            return tomli.load(file)
    except (OSError, tomli.TOMLDecodeError) as error:
        raise RulebookError(f"{path}: {error}") from error


def read_data(name: str) -> Table:
    """The same as a table to take keys from. Raises RulebookError."""
    return Table(load_data(name), f"rules/{name}")
