"""Stores that applications keep objects in between two requests, as `rules/sessions.toml` describes them."""

from __future__ import annotations

from functools import cache

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.table import Table


@entity
class Session:
    """One store: the dotted paths it is known by, and how it is read and written by name.

    `update` methods take a mapping, or read one from elsewhere. With the keyword `widgets` a call keeps what the user
    enters. `request`: the store lives for one request only. `lifespan`: it starts with the mapping that the context
    manager of the application's lifetime yields. `begins` are decorators of functions that run before its
    first turn, `turns` those of functions that run for one: what holds them is an application.
    """

    library: str
    objects: tuple[str, ...]
    attributes: bool
    items: bool
    get: tuple[str, ...]
    set: tuple[str, ...]
    update: tuple[str, ...]
    widgets: str
    request: bool
    lifespan: bool
    begins: tuple[str, ...]
    turns: tuple[str, ...]


@cache
def load_sessions() -> tuple[Session, ...]:
    """All stores of the rulebook. Raises RulebookError if the file is absent or breaks the format."""
    top = read_data("sessions.toml")
    found = tuple(_session(table) for table in top.tables("session"))
    top.close()
    return found


def _session(table: Table) -> Session:
    session = Session(
        library=table.text("library", None),
        objects=table.texts("objects"),
        attributes=table.flag("attributes"),
        items=table.flag("items"),
        get=table.texts("get"),
        set=table.texts("set"),
        update=table.texts("update"),
        widgets=table.text("widgets"),
        request=table.flag("request"),
        lifespan=table.flag("lifespan"),
        begins=table.texts("begins"),
        turns=table.texts("turns"),
    )
    if not session.objects:
        raise table.error("`objects` is missing")
    table.close()
    return session
