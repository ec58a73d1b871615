"""Families of models, told by their ids, as `rules/families.toml` describes them."""

from __future__ import annotations

import re
from functools import cache

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.table import Table


@entity
class Family:
    """Patterns of ids: `match` for the beginning of the part behind the last slash, `search` for any place."""

    match: re.Pattern[str] | None
    search: re.Pattern[str] | None
    without: tuple[str, ...]

    def holds(self, model: str) -> bool:
        """Whether a model of this id is of the family."""
        id_ = model.lower()
        if any(part in id_ for part in self.without):
            return False
        if self.match is not None and self.match.match(id_.rpartition("/")[2]):
            return True
        return self.search is not None and self.search.search(id_) is not None


@cache
def load_family(name: str) -> Family:
    """The family of this name. Raises RulebookError if the file is absent or breaks the format."""
    return read_families(read_data("families.toml"))[name]


def read_families(top: Table) -> dict[str, Family]:
    """Build the model; raises RulebookError for anything the format does not know."""
    found = {}
    for name in top.remaining():
        table = top.table(name)
        match, search = _pattern(table, "match"), _pattern(table, "search")
        if match is None and search is None:
            raise table.error("one of `match` and `search` must be given")
        found[name] = Family(match, search, table.texts("except"))
        table.close()
    return found


def _pattern(table: Table, key: str) -> re.Pattern[str] | None:
    patterns = table.texts(key)
    try:
        return re.compile("|".join(patterns)) if patterns else None
    except re.error as error:
        raise table.error(f"`{key}` is not a regular expression: {error}") from error
