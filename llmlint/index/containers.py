"""Mappings and sequences: literals, comprehensions, merging and access to elements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import allowlists, sessions
from llmlint.index.activations import later
from llmlint.index.values import (
    Const,
    Entry,
    Env,
    Frame,
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
    is_none,
    text_of,
    union,
    widest,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

ANNOTATED = ("typing.Annotated", "typing_extensions.Annotated")
ALIKE = "it is built by a comprehension"  # any number of elements, each as the one that is known


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
            whole = with_entry(whole, names[0], Entry(given))
        elif names and None not in names:
            for name in names:
                whole = with_entry(whole, name or "", Entry(given, False))
        else:
            whole = with_entry(whole, _computed(key), Entry(given, False), "a key is computed")
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
        return Mapping(dict(whole.entries), widest(whole.open, why), whole.origin)
    return whole


def with_entry(whole: Value, key: str, entry: Entry, opened: str | None = None) -> Value:
    """The mapping (each of the possible ones) with one more entry."""
    results: list[Value] = []
    for option in alternatives(whole):
        if isinstance(option, Mapping):
            results.append(Mapping({**option.entries, key: entry}, widest(option.open, opened), option.origin))
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
                results.append(Mapping(one.entries, widest(one.open, other.why), one.origin))
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
            results.append(Mapping(entries, widest(one.open, other.open), one.origin))
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
                opened = widest(opened, spread.open)
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
        if isinstance(pairs, Mapping) and isinstance(node.key, ast.Name):
            tests = [part for test in generator.ifs for part in _conjuncts(test)]
            others: list[ast.expr] = []
            for test in tests:
                picked = allowlists.kept(ev, pairs, test, node.key.id, frame)
                pairs = picked if picked is not None else pairs
                others += [test] if picked is None else []
            return _filtered(pairs, others, node.value.id)
    each = {_computed(node.key): Entry(later(ev, node.value, frame), False)}
    return allowlists.comprehension(ev, node, frame) or Mapping(each, ALIKE)


def _computed(key: ast.expr) -> str:
    """What stands for a key that is computed: no text that a program could look up."""
    return f"({ast.dump(key)})"


def _conjuncts(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


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
    return Sequence((later(ev, node.elt, frame),), ALIKE)


def elements(value: Value) -> Value:
    """What iterating over the value gives."""
    found: list[Value] = []
    for option in alternatives(value):
        if isinstance(option, Sequence):
            found += option.items
            if option.open and not option.parts:
                found.append(Unknown("it is an element of a computed sequence"))
        elif isinstance(option, Mapping):
            found += [Unknown("a key is computed") if key[:1] == "(" else const(key) for key in option.entries]
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
    if isinstance(base, Symbol) and base.path in ANNOTATED:
        return Sequence((), "it is a type with annotations", Origin(ev.module_of(node), node))
    key = ev.evaluate(node.slice, frame) if isinstance(node.slice, ast.expr) else Unknown("it is a slice")
    keys = _told_apart(alternatives(key))
    return union(
        [sessions.item(ev, option, each, node) or _item(option, each) for option in alternatives(base) for each in keys]
    )


def _told_apart(keys: tuple[Value, ...]) -> list[Value]:
    """The keys that are known, and one for all that are computed: these find the same."""
    computed = next((key for key in keys if not isinstance(key, Const)), None)
    return [key for key in keys if isinstance(key, Const) or key is computed]


def _item(base: Value, key: Value) -> Value:
    if isinstance(base, Symbol) and base.path == "os.environ":
        return Env(text_of(key) or "?", required=True)
    if isinstance(base, Mapping):
        name = text_of(key)
        if name is not None and name in base.entries:
            return base.entries[name].value
        if (name is None or base.open == ALIKE) and base.entries:
            return union([entry.value for entry in base.entries.values()])
        return Unknown(base.open or "the key is not in the mapping")
    if isinstance(base, Sequence) and isinstance(key, Const) and isinstance(key.value, int):
        if base.open == ALIKE:
            return base.item(0)
        return component(base, key.value)
    if isinstance(base, Sequence) and base.parts and not isinstance(key, Const):
        return union(list(base.items))
    if isinstance(base, (Result, Member, Pipe)):
        return Member(base, "[]")
    if isinstance(base, Env):
        return Env(base.name)  # a part of what the environment holds, not of the default
    if is_none(base):
        return Unknown("it is a part of what takes the place of None")
    if isinstance(base, (Const, Template)):
        return Template((None,))
    return base if isinstance(base, (Unknown, Symbol)) else Unknown("it is one part of a computed value")
