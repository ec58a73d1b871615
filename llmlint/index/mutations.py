"""Mutations: what an item assignment, a deletion or a call such as `update` does to a container."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import allowlists, removals
from llmlint.index.activations import later
from llmlint.index.containers import merge, with_entry
from llmlint.index.scopes import Block, Scope
from llmlint.index.tree import block_of, parent, position_of
from llmlint.index.values import (
    COMPUTED_KEY,
    Entry,
    Frame,
    Function,
    Mapping,
    Sequence,
    Unknown,
    Value,
    alternatives,
    const,
    text_of,
    union,
    widest,
)
from llmlint.index.walk.expressions import MUTATORS

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def change_of(load: ast.expr) -> ast.AST | None:
    """What alters the container that is read here: an item assignment, a deletion, a call such as `update`."""
    above = parent(load)
    while isinstance(above, ast.Subscript) and above.value is load and isinstance(above.ctx, ast.Load):
        load, above = above, parent(above)
    if isinstance(above, ast.Subscript) and above.value is load and not isinstance(above.ctx, ast.Load):
        return above
    if isinstance(above, ast.Attribute) and above.attr in MUTATORS:
        call = parent(above)
        return call if isinstance(call, ast.Call) and call.func is above else None
    return None


def altered(ev: Evaluator, value: Value, change: ast.AST, frame: Frame | None, certain: bool) -> Value:
    """A mapping after one statement or call that alters it; other values stay as they are."""
    return apply(ev, value, change, frame, certain, block_of(change)) if isinstance(value, Mapping) else value


def apply(ev: Evaluator, value: Value, change: ast.AST, frame: Frame | None, certain: bool, block: Block) -> Value:
    """A container after one statement or call that alters it; `certain` if that surely comes before the use."""
    keys = within(change)
    return _deeper(ev, value, change, keys, frame, certain, block)


def within(change: ast.AST) -> list[ast.expr]:
    """The keys under which a container holds the one that is altered: `["limits"]` of `config["limits"].update(…)`."""
    func = change.func if isinstance(change, ast.Call) else None
    holder = (
        func.value if isinstance(func, ast.Attribute) else change.value if isinstance(change, ast.Subscript) else None
    )
    keys: list[ast.expr] = []
    while isinstance(holder, ast.Subscript):
        keys.insert(0, holder.slice)
        holder = holder.value
    return keys


def _deeper(
    ev: Evaluator,
    value: Value,
    change: ast.AST,
    keys: list[ast.expr],
    frame: Frame | None,
    certain: bool,
    block: Block,
) -> Value:
    """A container after a change of itself, or of what it holds under these keys; one that is not known stays."""
    if not keys:
        return _alter(ev, value, change, frame, certain, block)
    key = text_of(ev.evaluate(keys[0], frame))
    before = value.entries.get(key) if isinstance(value, Mapping) and key is not None else None
    if not isinstance(value, Mapping) or key is None or before is None:
        return value

    def after() -> Value:
        held = alternatives(before.value)
        return union([_deeper(ev, option, change, keys[1:], frame, certain, block) for option in held])

    return Mapping({**value.entries, key: Entry(after, before.certain)}, value.open, value.origin)


def _alter(ev: Evaluator, value: Value, change: ast.AST, frame: Frame | None, certain: bool, block: Block) -> Value:
    if isinstance(change, ast.Subscript):
        return _assign_item(ev, value, change, frame, certain)
    if isinstance(change, ast.Name) and isinstance(change.ctx, ast.Load):
        return _by_callee(ev, value, change, frame, certain) if isinstance(value, Mapping) else value
    if not isinstance(change, ast.Call) or not isinstance(change.func, ast.Attribute):
        return value
    method = change.func.attr
    if isinstance(value, Mapping):
        return _alter_mapping(ev, value, method, change, frame, certain)
    if isinstance(value, Sequence):
        return _alter_sequence(ev, value, method, change, frame, block)
    return value


def _by_callee(ev: Evaluator, value: Mapping, load: ast.Name, frame: Frame | None, certain: bool) -> Value:
    """The mapping after a call of a project function that alters its parameter."""
    from llmlint.index import calls

    above = parent(load)
    call = above if isinstance(above, ast.Call) else parent(above) if above is not None else None
    if not isinstance(call, ast.Call):
        return value
    whole: Value = value
    for callee in alternatives(ev.evaluate(call.func, frame)):
        if not isinstance(callee, Function):
            continue
        name = calls.parameter_of(callee, call, load)
        inner: Scope = callee.node.__dict__["inner"]
        changes = inner.changes.get(name, []) if name is not None else []
        if changes:
            bound = calls.activation(ev, callee, call, frame)
            for change in sorted(changes, key=position_of):
                sure = certain and block_of(change).parent is None
                whole = union([altered(ev, option, change, bound, sure) for option in alternatives(whole)])
    return whole


def _assign_item(ev: Evaluator, value: Value, change: ast.Subscript, frame: Frame | None, certain: bool) -> Value:
    if not isinstance(value, Mapping):
        return value
    statement = parent(change)
    key = text_of(ev.evaluate(change.slice, frame)) if isinstance(change.slice, ast.expr) else None
    if key is None:
        return _assign_any(ev, value, change, frame)
    if isinstance(statement, ast.Delete):
        return removals.without(value, key, certain)
    changed_in_place = Unknown("it is updated in place")
    given = later(ev, statement.value, frame) if isinstance(statement, ast.Assign) else changed_in_place
    return _put(value, key, Entry(given, certain))


def _assign_any(ev: Evaluator, value: Mapping, change: ast.Subscript, frame: Frame | None) -> Mapping:
    """The mapping after a key that is computed has been assigned or deleted.

    One of a fixed list, or of a few texts that it may be, opens nothing.
    """
    statement = parent(change)
    names = allowlists.keys(ev, change.slice, frame)
    if names is None:
        if isinstance(statement, ast.Delete):
            return removals.any_removed(value, change, change.slice)
        texts = [text_of(option) for option in alternatives(ev.evaluate(change.slice, frame))]
        if None not in texts and isinstance(statement, ast.Assign):
            for key in texts:
                value = _put(value, str(key), Entry(later(ev, statement.value, frame), False))
            return value
        if isinstance(statement, ast.Assign) and change in statement.targets:
            value = _put(value, COMPUTED_KEY, Entry(later(ev, statement.value, frame), False))
        return Mapping(value.entries, widest(value.open, "a computed key is assigned"), value.origin)
    for name in names:
        if isinstance(statement, ast.Delete):
            value = removals.without(value, name, False)
            continue
        given = statement.value if isinstance(statement, ast.Assign) else None
        entry = allowlists.picked(ev, name, change.slice, given, frame)
        value = _put(value, name, entry) if entry is not None else value
    return value


def _put(value: Mapping, key: str, entry: Entry) -> Mapping:
    before = value.entries.get(key)
    if before is not None and not entry.certain:
        entry = before.joined(entry)
    return Mapping({**value.entries, key: entry}, value.open, value.origin)


def _alter_mapping(
    ev: Evaluator, value: Mapping, method: str, change: ast.Call, frame: Frame | None, certain: bool
) -> Value:
    first = ev.evaluate(change.args[0], frame) if change.args else None
    if method == "update":
        more: Value = first if first is not None else Mapping({})
        for keyword in change.keywords:
            if keyword.arg is not None:
                more = with_entry(more, keyword.arg, Entry(later(ev, keyword.value, frame)))
            else:
                more = merge(more, ev.evaluate(keyword.value, frame)) or Unknown("it is updated from a computed value")
        results: list[Value] = []
        for option in alternatives(more):
            if not isinstance(option, Mapping):
                why = option.why if isinstance(option, Unknown) else "it is updated from a computed value"
                results.append(Mapping(value.entries, widest(value.open, why), value.origin))
                continue
            updated = value
            for name, entry in option.entries.items():
                updated = _put(updated, name, entry if certain else entry.maybe())
            results.append(Mapping(updated.entries, widest(updated.open, option.open), value.origin))
        return union(results)
    key = text_of(first) if first is not None else None
    if method == "setdefault" and key is not None:
        if key in value.entries and value.entries[key].certain:
            return value
        given = later(ev, change.args[1], frame) if len(change.args) > 1 else const(None)
        return _put(value, key, Entry(given, certain))
    if method == "pop" and key is not None:
        return removals.without(value, key, certain)
    if method == "pop" and change.args:
        names = allowlists.keys(ev, change.args[0], frame)
        for name in names or ():
            value = removals.without(value, name, False)
        return value if names is not None else removals.any_removed(value, change, change.args[0])
    if method == "clear":
        kept = {} if certain else {name: entry.maybe() for name, entry in value.entries.items()}
        return Mapping(kept, None if certain else value.open, value.origin)
    if method == "setdefault" and len(change.args) > 1:
        value = _put(value, COMPUTED_KEY, Entry(later(ev, change.args[1], frame), False))
    return Mapping(value.entries, widest(value.open, "a computed key is changed"), value.origin)


def _alter_sequence(
    ev: Evaluator, value: Sequence, method: str, change: ast.Call, frame: Frame | None, block: Block
) -> Value:
    looped = isinstance(block.owner, (ast.For, ast.AsyncFor, ast.While))
    opened = value.open or ("it grows in a loop" if looped else None)
    if method == "append" and change.args:
        return Sequence((*value.parts, later(ev, change.args[0], frame)), opened, value.origin)
    if method == "insert" and len(change.args) > 1:
        return Sequence((later(ev, change.args[1], frame), *value.parts), opened, value.origin)
    if method == "extend" and change.args:
        more = ev.evaluate(change.args[0], frame)
        if isinstance(more, Sequence):
            return Sequence((*value.parts, *more.parts), opened or more.open, value.origin)
    return Sequence(value.parts, opened or f"it is changed by {method}()", value.origin)
