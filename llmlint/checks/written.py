"""What a message says of a setting: how its value reads, and where it is written."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator

from llmlint.diagnostics import Location, Note
from llmlint.index.tree import FUNCTIONS, last_name, parent
from llmlint.index.values import Const, Env, alternatives
from llmlint.sites.callsite import Setting

MAX_PLACES = 3
CONVERTING = ("float", "int")


def _every(value: object) -> bool:
    return True


def _values(setting: Setting) -> Iterator[Const]:
    for option in alternatives(setting.value) if setting.value is not None else ():
        held = option.default if isinstance(option, Env) else option
        if isinstance(held, Const):
            yield held


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
            by_default = " by default" if _is_default(option.origin.node) else ""
            notes.setdefault(place, Note(f"{name} {option.value}{by_default} here", place))
    if notes:
        return tuple(notes.values())[:MAX_PLACES]
    value = spelled(setting)
    return (Note(f"{name} {value} here", setting.where),) if setting.where is not None and value else ()


def _is_default(node: ast.AST) -> bool:
    """Whether a value is what holds where nobody gives another: a parameter's, a field's or a variable's default."""
    below, above = node, parent(node)
    while isinstance(above, ast.UnaryOp) or (isinstance(above, ast.Call) and last_name(above.func) in CONVERTING):
        below, above = above, parent(above)
    if isinstance(above, ast.keyword):
        return above.arg == "default"
    if isinstance(above, ast.Call):
        return last_name(above.func) in ("getenv", "get", "Field", "field") and below in above.args
    if isinstance(above, ast.AnnAssign):
        return isinstance(parent(above), ast.ClassDef)
    given = (*above.args.defaults, *above.args.kw_defaults) if isinstance(above, (*FUNCTIONS, ast.Lambda)) else ()
    return below in given
