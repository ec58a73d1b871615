"""Dated facts about models, by platform: `rules/models/<platform>.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.location import rules_path
from llmlint.rulebook.table import Table

MAX_AGE = 60
"""Days after which a table is said to be old."""


@entity
class Models:
    """What is known of a platform's models on the day `collected`.

    `shutdown` holds the day from which an id is refused, `replacement` what the platform names in its place where the
    same call takes it, `snapshots` the current snapshot of an alias; `previews` and `no_sampling` are ids: of previews,
    and of models that refuse temperature, top_p and top_k.
    """

    platform: str
    collected: date
    shutdown: Mapping[str, date]
    replacement: Mapping[str, str]
    snapshots: Mapping[str, str]
    previews: frozenset[str]
    no_sampling: frozenset[str]


def outdated(tables: Iterable[Models], today: date) -> list[str]:
    """One note, if any of the tables is older than MAX_AGE days, else none."""
    old = [models for models in tables if (today - models.collected).days > MAX_AGE]
    if not old:
        return []
    oldest = min(models.collected for models in old)
    names = ", ".join(sorted(models.platform for models in old))
    age = f"what is known of the models of {names} dates from {oldest.isoformat()}, {(today - oldest).days} days ago"
    return [f"{age}: shutdowns announced since are not reported (a newer llmlint may know them)"]


@cache
def load_models(platform: str) -> Models | None:
    """The platform's table, None where it has none. Raises RulebookError if the file breaks the format."""
    name = f"models/{platform}.toml"
    if not platform.isidentifier() or not os.path.isfile(os.path.join(rules_path(), name)):
        return None
    top = read_data(name)
    dates, places, names = top.table("shutdown"), top.table("replacement"), top.table("snapshots")
    found = Models(
        top.text("platform", None),
        _date(top, "collected"),
        {id_: _date(dates, id_) for id_ in dates.remaining()},
        {id_: places.text(id_) for id_ in places.remaining()},
        {id_: names.text(id_) for id_ in names.remaining()},
        frozenset(top.texts("previews")),
        frozenset(top.texts("no-sampling")),
    )
    top.texts("sources")
    top.close()
    return found


def _date(table: Table, key: str) -> date:
    try:
        return date.fromisoformat(table.text(key, None))
    except ValueError as error:
        raise table.error(f"`{key}`: {error}") from error
