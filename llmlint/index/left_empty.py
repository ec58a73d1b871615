"""Mappings that an object keeps empty, for others to put something in its place: `bot.options = read(path)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.index.stores import is_own
from llmlint.index.tree import named_function_of
from llmlint.index.values import Class, Mapping, Member, Result, Unknown, Value, alternatives

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

WHY = "what is assigned to it from outside is not known"


def opened(ev: Evaluator, base: Result, name: str, found: list[Value]) -> list[Value]:
    """What an attribute can be, where an empty mapping may be replaced by an assignment to an object not known."""
    empty = [value for value in found if isinstance(value, Mapping) and not value.entries and value.open is None]
    if not empty or not _assigned_elsewhere(ev, base, name):
        return found
    return [Mapping({}, WHY, value.origin) if value in empty else value for value in found]


def _assigned_elsewhere(ev: Evaluator, base: Result, name: str) -> bool:
    for path in ev.project.files.calling(name, "", anywhere=True):
        module = ev.project.module(path)
        for target in module.attribute_stores.get(name, ()) if module is not None else ():
            function = named_function_of(target)
            if function is not None and is_own(target, function):
                continue
            if any(_may_be(ev, option, base) for option in alternatives(ev.evaluate(target.value))):
                return True
    return False


def _may_be(ev: Evaluator, holder: Value, base: Result) -> bool:
    if isinstance(holder, (Unknown, Member)):
        return True
    if not isinstance(holder, Result) or not isinstance(holder.callee, Class) or not isinstance(base.callee, Class):
        return False
    above, own = ev.project.mro(holder.callee), ev.project.mro(base.callee)
    nodes = {id(owner.node) for owner in own if isinstance(owner, Class)}
    return id(holder.callee.node) in nodes or any(
        isinstance(owner, Class) and owner.node is base.callee.node for owner in above
    )
