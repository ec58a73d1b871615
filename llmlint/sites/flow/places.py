"""Places in a list: where in it the traced value stands, and which of the things that share it an index gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from llmlint.index.names import read
from llmlint.index.scopes import Binding
from llmlint.index.tree import class_of, last_name, named_function_of, nodes_of, parent, position_of, scope_of
from llmlint.index.values import Class
from llmlint.sites.flow.positions import all_loads, gathers
from llmlint.sites.flow.tags import PLACE, Tag, constant_fields
from llmlint.sites.flow.trace import Trace, replace

if TYPE_CHECKING:
    from llmlint.index.project import Project

UNKNOWN = ast.Constant(...)  # what a list begins with, where that is not written out
NOWHERE = "?"  # no index is known to give it
EMPTY = frozenset({"list", "deque"})


def written_out(items: list[ast.expr], item: ast.expr, wraps: int) -> tuple[Tag, ...]:
    """The place of an item in a list that is written out: `[system, answer]`."""
    if len(items) < 2 or any(isinstance(one, ast.Starred) for one in items):
        return ()
    return ((wraps, PLACE, f"{items.index(item)}/{len(items)}"),)


def added(project: Project, call: ast.Call, seen: Set[int], wraps: int) -> tuple[Tag, ...]:
    """What marks a list that other things than the traced value are added to: where this one is, line and function."""
    holder = call.func.value if isinstance(call.func, ast.Attribute) else call
    item = call.args[-1] if call.args else None
    if item is None or not isinstance(holder, (ast.Name, ast.Attribute)):
        return ()
    others = _others(project, holder)
    if all(one is not None and (id(one) in seen or _alike(one, item)) for one in others):
        return ()
    function = named_function_of(call)
    return ((wraps, PLACE, f"{call.lineno} {function.name if function is not None else ''}"),)


def moved(trace: Trace) -> Trace:
    """The same where its place in the list is not known any more."""
    if _place(trace) is None:
        return trace
    return replace(trace, tags=((len(trace.wraps), PLACE, NOWHERE), *within(trace)))


def within(trace: Trace) -> tuple[Tag, ...]:
    """The tags of what the list holds, without its own."""
    return tuple(tag for tag in trace.tags if tag[0] < len(trace.wraps))


def elsewhere(trace: Trace, taken: ast.expr, holder: ast.expr, index: ast.expr) -> bool:
    """Whether an index takes something else out of the list than the traced value, or perhaps so."""
    value = _place(trace)
    number = _number(index)
    if value is None or number is None:
        return False
    if "/" in value:
        place, length = map(int, value.split("/"))
        return number not in (place, place - length)
    return number != -1 or not _added_last(value, taken, holder)


def unpacked(trace: Trace, parts: int) -> int | None:
    """The place at which the value stands where a list of so many parts is taken apart, if it is known."""
    value = _place(trace)
    place, _, length = (value or "").partition("/")
    return int(place) if length == str(parts) else None


def _place(trace: Trace) -> str | None:
    return next((value for level, name, value in trace.tags if level == len(trace.wraps) and name == PLACE), None)


def _number(index: ast.expr) -> int | None:
    negative = isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub)
    plain = index.operand if isinstance(index, ast.UnaryOp) else index
    if not isinstance(plain, ast.Constant) or type(plain.value) is not int:
        return None
    return -plain.value if negative else plain.value


def _added_last(value: str, use: ast.expr, holder: ast.expr) -> bool:
    """Whether nothing has been added to a list between the value and a use, in the same function or what calls it."""
    line, _, adding = value.partition(" ")
    function, spelled, last = named_function_of(use), ast.unparse(holder), False
    name = function.name if function is not None else ""
    calls = nodes_of(function or scope_of(use).module.tree, ast.Call)
    for call in sorted((call for call in calls if position_of(call) < position_of(use)), key=position_of):
        if (
            isinstance(call.func, ast.Attribute)
            and gathers(call.func.value)
            and ast.unparse(call.func.value) == spelled
        ):
            last = name == adding and str(call.lineno) == line
        elif last_name(call.func) == adding:
            last = True
    return last


def _gathering(load: ast.expr) -> ast.Call | None:
    """The call by which a use of a list adds to it."""
    call = parent(parent(load) or load) if gathers(load) else None
    return call if isinstance(call, ast.Call) and call.args else None


def _others(project: Project, holder: ast.Name | ast.Attribute) -> Iterator[ast.expr | None]:
    """What a list begins with, and what is added to it anywhere; None for what is not known."""
    loads: list[ast.expr] = []
    if isinstance(holder, ast.Name):
        _, owner, _, bindings = read(holder)
        if owner is None:
            return
        loads += all_loads(owner, holder.id)
        for binding in bindings:
            yield from _begun(_given(binding))
    else:
        function = named_function_of(holder)
        node = class_of(function) if function is not None else None
        if node is None:
            return
        here = Class(scope_of(holder).module, node)
        family = [one for one in (*project.mro(here), *project.subclasses(here)) if isinstance(one, Class)]
        for one in family:
            loads += [load for load in one.module.attribute_loads.get(holder.attr, ()) if _is_in(load, one)]
            for store in one.module.attribute_stores.get(holder.attr, ()):
                statement = parent(store)
                if _is_in(store, one) and isinstance(statement, (ast.Assign, ast.AnnAssign)):
                    yield from _begun(statement.value)
    for load in loads:
        if (call := _gathering(load)) is not None:
            yield call.args[-1]


def _is_in(node: ast.expr, owner: Class) -> bool:
    function = named_function_of(node)
    return function is not None and class_of(function) is owner.node


def _given(binding: Binding) -> ast.expr | None:
    """What a binding gives a name, as it is written."""
    if binding.kind == "value":
        return binding.value
    if binding.kind == "unpack" and isinstance(binding.value, (ast.Tuple, ast.List)) and len(binding.index) == 1:
        return binding.value.elts[binding.index[0]]
    return UNKNOWN


def _begun(value: ast.expr | None) -> Iterator[ast.expr | None]:
    """The items of a list that a name or attribute gets."""
    if isinstance(value, ast.List):
        yield from value.elts
    elif isinstance(value, ast.Call) and last_name(value.func) in EMPTY and not value.args:
        return
    elif not (value is None or (isinstance(value, ast.Constant) and value.value is None)):
        yield None


def _alike(one: ast.expr, item: ast.expr) -> bool:
    """Whether two things in a list are of one kind, by the way they are written."""
    if isinstance(one, ast.Constant):
        return True  # in the place of an answer
    if isinstance(one, ast.Call) and isinstance(item, ast.Call):
        return last_name(one.func) == last_name(item.func) and constant_fields(one) == constant_fields(item)
    if isinstance(one, ast.Dict) and isinstance(item, ast.Dict):
        return constant_fields(one) == constant_fields(item)
    return ast.unparse(one) == ast.unparse(item)
