"""Mappings and sequences: literals, merging, element access, and what later statements do to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.activations import later
from llmlint.index.build import MUTATORS
from llmlint.index.conditions import decide
from llmlint.index.reach import settles
from llmlint.index.scopes import Binding, Block, Scope
from llmlint.index.tree import block_of, nodes_in, parent
from llmlint.index.values import (
    Const,
    Entry,
    Env,
    Frame,
    Function,
    Mapping,
    Member,
    Origin,
    Part,
    Pipe,
    Result,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    alternatives,
    const,
    text_of,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def dict_literal(ev: Evaluator, node: ast.Dict, frame: Frame | None) -> Value:
    """A dict display; `**other` is merged in order."""
    origin = Origin(ev.module_of(node), node)
    whole: Value = Mapping({}, None, origin)
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            whole = union([_spread(whole, option) for option in alternatives(ev.evaluate(value, frame))])
            continue
        given = later(ev, value, frame)
        names = [text_of(option) for option in alternatives(ev.evaluate(key, frame))]
        if len(names) == 1 and names[0] is not None:
            whole = _with(whole, names[0], Entry(given))
        elif names and None not in names:
            for name in names:
                whole = _with(whole, name or "", Entry(given, False))
        else:
            whole = _with(whole, f"({ast.dump(key)})", Entry(given, False), "a key is computed")
    if isinstance(whole, Mapping):
        return Mapping(whole.entries, whole.open, origin)
    return whole


def _spread(whole: Value, more: Value) -> Value:
    if isinstance(more, Const) and more.value is None:
        return whole
    merged = merge(whole, more)
    if merged is not None:
        return merged
    why = more.why if isinstance(more, Unknown) else "it is merged with a value that cannot be resolved"
    if isinstance(whole, Mapping):
        return Mapping(dict(whole.entries), whole.open or why, whole.origin)
    return whole


def _with(whole: Value, key: str, entry: Entry, opened: str | None = None) -> Value:
    """The mapping (each of the possible ones) with one more entry."""
    results: list[Value] = []
    for option in alternatives(whole):
        if isinstance(option, Mapping):
            results.append(Mapping({**option.entries, key: entry}, option.open or opened, option.origin))
        else:
            results.append(option)
    return union(results)


def merge(left: Value, right: Value) -> Value | None:
    """`{**left, **right}`, or None where either cannot be a mapping."""
    results: list[Value] = []
    for one in alternatives(left):
        for other in alternatives(right):
            if not isinstance(one, Mapping):
                return None
            if isinstance(other, Unknown):
                results.append(Mapping(one.entries, one.open or other.why, one.origin))
                continue
            if not isinstance(other, Mapping):
                return None
            entries = dict(one.entries)
            for key, entry in other.entries.items():
                before = entries.get(key)
                if entry.certain or before is None:
                    entries[key] = entry
                else:
                    entries[key] = before.joined(entry)
            results.append(Mapping(entries, one.open or other.open, one.origin))
    return union(results)


def sequence_literal(ev: Evaluator, node: ast.List | ast.Tuple | ast.Set, frame: Frame | None) -> Value:
    """A list, tuple or set display."""
    items: list[Part] = []
    opened: str | None = None
    for element in node.elts:
        if isinstance(element, ast.Starred):
            spread = ev.evaluate(element.value, frame)
            if isinstance(spread, Sequence):
                items += spread.parts
                opened = opened or spread.open
            else:
                opened = "it is spread from a value that cannot be resolved"
        else:
            items.append(later(ev, element, frame))
    return Sequence(tuple(items), opened, Origin(ev.module_of(node), node))


def dict_comprehension(ev: Evaluator, node: ast.DictComp, frame: Frame | None) -> Value:
    """`{k: v for k, v in mapping.items() if …}` keeps at most the mapping's keys; others are open."""
    generator = node.generators[0]
    source = ev.evaluate(generator.iter, frame)
    plain = isinstance(node.key, ast.Name) and len(node.generators) == 1
    if plain and isinstance(node.value, ast.Name) and isinstance(source, Sequence) and source.origin is not None:
        pairs = source.origin.node.__dict__.get("items_of")
        if isinstance(pairs, Mapping):
            return _filtered(pairs, generator.ifs, node.value.id)
    return Mapping({}, "its keys are computed")


def _filtered(pairs: Mapping, tests: list[ast.expr], name: str) -> Mapping:
    """The entries that pass the tests; `name` is what the tests call an entry's value."""
    kept: dict[str, Entry] = {}
    for key, entry in pairs.entries.items():
        passed = {_passes(tests, name, option) for option in alternatives(entry.value)}
        if passed != {False}:
            kept[key] = entry if passed == {True} else entry.maybe()
    return Mapping(kept, pairs.open)


def _passes(tests: list[ast.expr], name: str, value: Value) -> bool | None:
    """Whether a value passes `if v` or `if v is not None`; None where that cannot be told."""
    if not tests:
        return True
    spelled = ast.unparse(tests[0]) if len(tests) == 1 else ""
    if spelled not in (name, f"{name} is not None"):
        return None
    if isinstance(value, Const):
        return bool(value.value) if spelled == name else value.value is not None
    return True if spelled != name and isinstance(value, (Mapping, Sequence, Template, Result)) else None


def list_comprehension(ev: Evaluator, node: ast.ListComp | ast.GeneratorExp, frame: Frame | None) -> Value:
    """One element as written, any number of them."""
    return Sequence((later(ev, node.elt, frame),), "it is built by a comprehension")


def elements(value: Value) -> Value:
    """What iterating over the value gives."""
    found: list[Value] = []
    for option in alternatives(value):
        if isinstance(option, Sequence):
            found += option.items
            if option.open and not option.parts:
                found.append(Unknown("it is an element of a computed sequence"))
        elif isinstance(option, Mapping):
            found += [const(key) for key in option.entries]
        else:
            found.append(Unknown("it is an element of a computed sequence"))
    return union(found) if found else Unknown("it is an element of an empty sequence")


def component(value: Value, index: int) -> Value:
    """The element at one place of a sequence."""
    found: list[Value] = []
    for option in alternatives(value):
        if isinstance(option, Sequence) and not option.open and -len(option.parts) <= index < len(option.parts):
            found.append(option.item(index))
        else:
            found.append(Unknown("it is one part of a computed value"))
    return union(found)


def subscript(ev: Evaluator, node: ast.Subscript, frame: Frame | None) -> Value:
    """`base[key]`: a known key, any value of a registry where the key is computed, an environment variable."""
    base = ev.evaluate(node.value, frame)
    key = ev.evaluate(node.slice, frame) if isinstance(node.slice, ast.expr) else Unknown("it is a slice")
    return union([_item(option, each) for option in alternatives(base) for each in alternatives(key)])


def _item(base: Value, key: Value) -> Value:
    if isinstance(base, Symbol) and base.path == "os.environ":
        return Env(text_of(key) or "?")
    if isinstance(base, Mapping):
        name = text_of(key)
        if name is not None and name in base.entries:
            return base.entries[name].value
        if name is None and base.entries:
            return union([entry.value for entry in base.entries.values()])
        return Unknown(base.open or "the key is not in the mapping")
    if isinstance(base, Sequence) and isinstance(key, Const) and isinstance(key.value, int):
        return component(base, key.value)
    if isinstance(base, Sequence) and base.parts and not isinstance(key, Const):
        return union(list(base.items))
    if isinstance(base, (Result, Member, Pipe)):
        return Member(base, "[]")
    if isinstance(base, (Const, Template)):
        return Template((None,))
    return base if isinstance(base, (Unknown, Symbol)) else Unknown("it is one part of a computed value")


def changed(
    ev: Evaluator, value: Value, use: ast.Name, here: Scope, owner: Scope, bindings: list[Binding], frame: Frame | None
) -> Value:
    """The container after the statements between its binding and this use that alter it."""
    if not any(isinstance(option, (Mapping, Sequence)) for option in alternatives(value)):
        return value
    start = min(binding.position for binding in bindings)
    where, block = (use.lineno, use.col_offset), block_of(use)
    loop = _loop_around(block, bindings)
    covered: dict[str, list[Block]] = {}
    for at, change, carried in _in_order(owner, use.id, where, loop):
        inside = block_of(change)
        if at <= start or (inside.leaves and not block.within(inside)):
            continue
        certain = block.within(inside)
        if not certain and _left_out(ev, inside, owner, frame):
            continue
        if carried:
            value = union([altered(ev, option, change, frame, False) for option in alternatives(value)])
            continue
        value = union([_apply(ev, option, change, frame, certain, inside) for option in alternatives(value)])
        key = _constant_key(change)
        if key is not None and not certain and settles(inside, block, covered.setdefault(key, [])):
            value = union([_settled(option, key) for option in alternatives(value)])
    return changed_elsewhere(ev, value, use.id, owner, owner)


def _left_out(ev: Evaluator, block: Block, owner: Scope, frame: Frame | None) -> bool:
    """Whether the arguments of this activation keep control from coming to a block of its function."""
    function = frame.function if frame is not None else None
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or function is not owner.node:
        return False
    step: Block | None = block
    while step is not None and step.owner is not function:
        if isinstance(step.owner, ast.If) and _of_parameters(step.owner.test, owner):
            if decide(ev, step.owner.test, frame) is (step.field != "body"):
                return True
        step = step.parent
    return False


def _of_parameters(test: ast.expr, scope: Scope) -> bool:
    """Whether a test asks for nothing but parameters that keep what they are given: `if options`."""
    for node in nodes_in(test):
        if isinstance(node, (ast.Attribute, ast.Call, ast.Subscript, ast.NamedExpr)):
            return False
        if isinstance(node, ast.Name) and [b.kind for b in scope.bindings.get(node.id, ())] != ["parameter"]:
            return False
    return True


def changed_elsewhere(ev: Evaluator, value: Value, name: str, owner: Scope, flow: Scope | None = None) -> Value:
    """A mapping after what other scopes than `flow` do to it: at a module's top level certainly, in functions maybe."""
    if not any(isinstance(option, Mapping) for option in alternatives(value)):
        return value
    for scope in owner.module.scopes:
        if name not in scope.changes or scope is flow or scope.lookup(name) is not owner:
            continue
        for change in sorted(scope.changes[name], key=_position):
            inside = block_of(change)
            certain = scope is owner and scope.kind == "module" and inside.parent is None
            value = union([altered(ev, option, change, None, certain) for option in alternatives(value)])
    return value


def altered(ev: Evaluator, value: Value, change: ast.AST, frame: Frame | None, certain: bool) -> Value:
    """A mapping after one statement or call that alters it; other values stay as they are."""
    return _apply(ev, value, change, frame, certain, block_of(change)) if isinstance(value, Mapping) else value


def change_of(load: ast.expr) -> ast.AST | None:
    """What alters the container that is read here: an item assignment, a deletion, a call such as `update`."""
    above = parent(load)
    if isinstance(above, ast.Subscript) and above.value is load and not isinstance(above.ctx, ast.Load):
        return above
    if isinstance(above, ast.Attribute) and above.attr in MUTATORS:
        call = parent(above)
        return call if isinstance(call, ast.Call) and call.func is above else None
    return None


def _in_order(
    owner: Scope, name: str, where: tuple[int, int], loop: Block | None
) -> list[tuple[tuple[int, int], ast.AST, bool]]:
    """The changes that can come before a use, in order: those of earlier rounds of a loop stand at its head."""
    found: list[tuple[tuple[int, int], ast.AST, bool]] = []
    for change in [*owner.changes.get(name, ()), *_handed_on(owner, name)]:
        if (getattr(change, "end_lineno", 0), getattr(change, "end_col_offset", 0)) <= where:
            found.append((_position(change), change, False))
        elif loop is not None and loop.owner is not None and block_of(change).within(loop):
            found.append((_position(loop.owner), change, True))
    return sorted(found, key=lambda entry: entry[0])


def _handed_on(owner: Scope, name: str) -> Iterator[ast.AST]:
    """The places where the container is an argument of a call, which may alter it."""
    for load in owner.loads.get(name, ()):
        above = parent(load)
        handed = isinstance(above, ast.Call) and above.func is not load
        if handed or (isinstance(above, ast.keyword) and above.arg is not None):
            yield load


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _loop_around(block: Block, bindings: list[Binding]) -> Block | None:
    """The outermost loop around a use that does not hold the bindings: its later statements come round to the use."""
    found: Block | None = None
    step: Block | None = block
    while step is not None:
        if isinstance(step.owner, (ast.For, ast.AsyncFor, ast.While)) and step.field == "body":
            if any(binding.block.within(step) for binding in bindings):
                break
            found = step
        step = step.parent
    return found


def _constant_key(change: ast.AST) -> str | None:
    key = change.slice if isinstance(change, ast.Subscript) else None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _settled(value: Value, key: str) -> Value:
    """The mapping once every branch has set the key."""
    if not isinstance(value, Mapping) or key not in value.entries:
        return value
    return Mapping({**value.entries, key: value.entries[key].always()}, value.open, value.origin)


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
            for change in sorted(changes, key=_position):
                sure = certain and block_of(change).parent is None
                whole = union([altered(ev, option, change, bound, sure) for option in alternatives(whole)])
    return whole


def _apply(ev: Evaluator, value: Value, change: ast.AST, frame: Frame | None, certain: bool, block: Block) -> Value:
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


def _assign_item(ev: Evaluator, value: Value, change: ast.Subscript, frame: Frame | None, certain: bool) -> Value:
    if not isinstance(value, Mapping):
        return value
    statement = parent(change)
    key = text_of(ev.evaluate(change.slice, frame)) if isinstance(change.slice, ast.expr) else None
    if key is None:
        return Mapping(value.entries, value.open or "a computed key is assigned", value.origin)
    if isinstance(statement, ast.Delete):
        return _without(value, key, certain)
    changed_in_place = Unknown("it is updated in place")
    given = later(ev, statement.value, frame) if isinstance(statement, ast.Assign) else changed_in_place
    return _put(value, key, Entry(given, certain))


def _put(value: Mapping, key: str, entry: Entry) -> Mapping:
    before = value.entries.get(key)
    if before is not None and not entry.certain:
        entry = before.joined(entry)
    return Mapping({**value.entries, key: entry}, value.open, value.origin)


def _without(value: Mapping, key: str, certain: bool) -> Mapping:
    before = value.entries.get(key)
    entries = {k: e for k, e in value.entries.items() if k != key}
    if before is not None and not certain:
        entries[key] = before.maybe()
    return Mapping(entries, value.open, value.origin)


def _alter_mapping(
    ev: Evaluator, value: Mapping, method: str, change: ast.Call, frame: Frame | None, certain: bool
) -> Value:
    first = ev.evaluate(change.args[0], frame) if change.args else None
    if method == "update":
        more: Value = first if first is not None else Mapping({})
        for keyword in change.keywords:
            if keyword.arg is not None:
                more = _with(more, keyword.arg, Entry(later(ev, keyword.value, frame)))
            else:
                more = merge(more, ev.evaluate(keyword.value, frame)) or Unknown("it is updated from a computed value")
        results: list[Value] = []
        for option in alternatives(more):
            if not isinstance(option, Mapping):
                why = option.why if isinstance(option, Unknown) else "it is updated from a computed value"
                results.append(Mapping(value.entries, value.open or why, value.origin))
                continue
            updated = value
            for name, entry in option.entries.items():
                updated = _put(updated, name, entry if certain else entry.maybe())
            results.append(Mapping(updated.entries, updated.open or option.open, value.origin))
        return union(results)
    key = text_of(first) if first is not None else None
    if method == "setdefault" and key is not None:
        if key in value.entries and value.entries[key].certain:
            return value
        given = later(ev, change.args[1], frame) if len(change.args) > 1 else const(None)
        return _put(value, key, Entry(given, certain))
    if method == "pop" and key is not None:
        return _without(value, key, certain)
    if method == "clear":
        return Mapping({}, None, value.origin)
    return Mapping(value.entries, value.open or "a computed key is changed", value.origin)


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
