"""What a message says of a setting: how its value reads, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from llmlint.diagnostics import Location, Note
from llmlint.index.values import Const, alternatives
from llmlint.sites.callsite import Setting

MAX_PLACES = 3


def _every(value: object) -> bool:
    return True


def _values(setting: Setting) -> Iterator[Const]:
    for option in alternatives(setting.value) if setting.value is not None else ():
        if isinstance(option, Const):
            yield option


def spelled(setting: Setting) -> str:
    """The values as text: `0`, `20 or 30`; empty where one of them is not known."""
    options = alternatives(setting.value) if setting.value is not None else ()
    known: dict[Hashable, str] = {}
    for option in options:
        if not isinstance(option, Const) or not isinstance(option.value, Hashable):
            return ""
        known.setdefault(option.value, str(option.value))  # 0 and 0.0 are one value
    return " or ".join(known.values())


def places(setting: Setting, name: str, wanted: Callable[[object], bool] = _every) -> tuple[Note, ...]:
    """A note for each place where one of the wanted values is written; else one where the setting is handed on.

    `name` is what the note says before the value: "temperature is".
    """
    notes: dict[Location, Note] = {}
    for option in _values(setting):
        if option.origin is not None and wanted(option.value):
            place = option.origin.module.location(option.origin.node)
            notes.setdefault(place, Note(f"{name} {option.value} here", place))
    if notes:
        return tuple(notes.values())[:MAX_PLACES]
    value = spelled(setting)
    return (Note(f"{name} {value} here", setting.where),) if setting.where is not None and value else ()
