"""Reading the files of plain data that stand in `rules/` itself."""

from __future__ import annotations

import tomli

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.table import RulebookError, Table


def read_data(name: str) -> Table:
    """The table that `rules/<name>` holds. Raises RulebookError if the file is absent or is no TOML."""
    path = rules_dir() / name
    try:
        with path.open("rb") as file:
            return Table(tomli.load(file), f"rules/{name}")
    except (OSError, tomli.TOMLDecodeError) as error:
        raise RulebookError(f"{path}: {error}") from error
