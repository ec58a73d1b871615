"""Allow-lists: mappings whose keys are picked by a fixed list, `for key in ("timeout", "seed"): options[key] = …`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import scope_of
from llmlint.index.values import Entry, Frame, Mapping, Sequence, Unknown, Value, alternatives, text_of, union

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

LOOKUPS = ("get", "pop")


def keys(ev: Evaluator, node: ast.expr, frame: Frame | None) -> list[str] | None:
    """All texts that a key which runs over a fixed list may be, in order; None where they are not all known."""
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    if not isinstance(node, ast.Name) or owner is None:
        return None
    found: list[str] = []
    for binding in owner.bindings.get(node.id, ()):
        listed = None
        if binding.kind == "item" and binding.value is not None and not binding.index:
            listed = members(ev, binding.value, frame)
        if listed is None:
            return None
        found += [key for key in listed if key not in found]
    return found or None


def members(ev: Evaluator, node: ast.expr, frame: Frame | None) -> list[str] | None:
    """The texts in a list, tuple, set or mapping (its keys) that holds nothing else; None where it may hold more."""
    found: list[str] = []
    for option in alternatives(ev.evaluate(node, frame)):
        if isinstance(option, Mapping) and option.open is None:
            found += option.entries
        elif isinstance(option, Sequence) and option.open is None:
            texts = [text_of(item) for item in option.items]
            if None in texts:
                return None
            found += [text for text in texts if text is not None]
        else:
            return None
    return found


def picked(ev: Evaluator, key: str, spelled: ast.expr, given: ast.expr | None, frame: Frame | None) -> Entry | None:
    """What such a mapping may hold under one key: that of `source[key]`; None where the source cannot have the key."""
    source, default = _source(spelled, given)
    if source is None:
        return Entry(Unknown("its key is one of a list"), False)
    found: list[Value] = []
    for option in alternatives(ev.evaluate(source, frame)):
        if not isinstance(option, Mapping):
            found.append(option if isinstance(option, Unknown) else Unknown("it is picked from a computed value"))
            continue
        entry = option.entries.get(key)
        if entry is not None:
            found.append(entry.value)
        elif option.open is not None:
            found.append(Unknown(option.open))
        if default is not None and (entry is None or not entry.certain):
            found.append(ev.evaluate(default, frame))
    return Entry(union(found), False) if found else None


def _source(key: ast.expr, given: ast.expr | None) -> tuple[ast.expr | None, ast.expr | None]:
    """The mapping of `source[key]` or `source.get(key, default)`, and the default."""
    if isinstance(given, ast.Subscript) and _same(given.slice, key):
        return given.value, None
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr in LOOKUPS:
        if given.args and _same(given.args[0], key):
            return given.func.value, given.args[1] if len(given.args) > 1 else None
    return None, None


def _same(one: ast.expr, other: ast.expr) -> bool:
    return isinstance(one, ast.Name) and isinstance(other, ast.Name) and one.id == other.id


def comprehension(ev: Evaluator, node: ast.DictComp, frame: Frame | None) -> Mapping | None:
    """`{key: source[key] for key in LIST}`; None where the keys are not all known."""
    if len(node.generators) != 1:
        return None
    names = keys(ev, node.key, frame)
    entries = {name: picked(ev, name, node.key, node.value, frame) for name in names or ()}
    return Mapping({k: e for k, e in entries.items() if e is not None}) if names is not None else None


def kept(ev: Evaluator, pairs: Mapping, test: ast.expr, key: str, frame: Frame | None) -> Mapping | None:
    """The entries that pass `key in LIST`, `key not in LIST` or `key != "…"`; None for any other test."""
    if not isinstance(test, ast.Compare) or not isinstance(test.left, ast.Name) or test.left.id != key:
        return None
    operator, other = test.ops[0], test.comparators[0]
    if isinstance(operator, (ast.Eq, ast.NotEq)):
        text = text_of(ev.evaluate(other, frame))
        listed = [text] if text is not None else None
    else:
        listed = members(ev, other, frame)
    if listed is None or len(test.ops) != 1:
        return None
    if isinstance(operator, (ast.NotIn, ast.NotEq)):
        return Mapping({name: e for name, e in pairs.entries.items() if name not in listed}, pairs.open, pairs.origin)
    if not isinstance(operator, (ast.In, ast.Eq)):
        return None
    entries = {name: pairs.entries[name] for name in listed if name in pairs.entries}
    if pairs.open is not None:
        entries |= {name: Entry(Unknown(pairs.open), False) for name in listed if name not in entries}
    return Mapping(entries, None, pairs.origin)
