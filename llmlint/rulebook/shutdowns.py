"""Maintenance: the shutdowns kept by hand in `rules/shutdowns.toml`, each with the platform's page that says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import tomli

from llmlint.records import entity
from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.table import RulebookError, Table


@entity
class Shutdown:
    """An id, the day from which it is refused, and the id that the page names in its place; empty if none."""

    id: str
    day: date
    replacement: str


@entity
class Page:
    """What a platform's own page at the address `source` said on the day `read`."""

    platform: str
    source: str
    read: date
    rows: tuple[Shutdown, ...]


def load_pages(path: Path | None = None) -> tuple[Page, ...]:
    """The pages in a file, by default the rulebook's. Raises RulebookError if it is absent or breaks the format."""
    path = path or rules_dir() / "shutdowns.toml"
    try:
        with path.open("rb") as file:
            top = Table(tomli.load(file), f"rules/{path.name}")
    except (OSError, tomli.TOMLDecodeError) as error:
        raise RulebookError(f"{path}: {error}") from error
    pages = []
    for table in top.tables("page"):
        rows = []
        for row in table.tables("rows"):
            rows.append(Shutdown(row.text("id", None), _day(row, "day"), row.text("replacement")))
            row.close()
        pages.append(Page(table.text("platform", None), table.text("source", None), _day(table, "read"), tuple(rows)))
        table.close()
    top.close()
    return tuple(pages)


def merge(found: dict[str, dict[str, Any]], pages: Iterable[Page]) -> None:
    """Add what the pages say to the tables of `modeltables`; of two days for an id the later one stays."""
    for page in pages:
        table = found[page.platform]
        if page.source not in table["sources"]:
            table["sources"].append(page.source)
        for row in page.rows:
            table["shutdown"][row.id] = max(table["shutdown"].get(row.id, ""), row.day.isoformat())
            if row.replacement:
                table["replacement"][row.id] = row.replacement


def _day(table: Table, key: str) -> date:
    try:
        return date.fromisoformat(table.text(key, None))
    except ValueError as error:
        raise table.error(f"`{key}`: {error}") from error
