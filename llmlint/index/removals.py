"""Removals: what a mapping holds after `pop` or `del`, of one key or of whichever a loop comes to."""

from __future__ import annotations

import ast

from llmlint.index.tree import ancestors, parent
from llmlint.index.values import Const, Entry, Mapping, alternatives, union


def without(value: Mapping, key: str, certain: bool) -> Mapping:
    """The mapping once a key has been removed, or perhaps removed."""
    before = value.entries.get(key)
    entries = {k: e for k, e in value.entries.items() if k != key}
    if before is not None and not certain:
        entries[key] = before.maybe()
    return Mapping(entries, value.open, value.origin)


def any_removed(value: Mapping, change: ast.AST, key: ast.expr) -> Mapping:
    """The mapping once keys that are computed have been removed: it has none that it did not have before.

    A loop that removes what is None, `if options[key] is None: options.pop(key)`, leaves all others where they were.
    """
    left = _without_none if _removes_none(change, key) else Entry.maybe
    entries = {name: rest for name, entry in value.entries.items() if (rest := left(entry)) is not None}
    return Mapping(entries, value.open, value.origin)


def _without_none(entry: Entry) -> Entry | None:
    """What an entry is after all that are None have been removed; None where it is one of them."""
    options = list(alternatives(entry.value))
    rest = [option for option in options if not (isinstance(option, Const) and option.value is None)]
    if not rest:
        return None
    return entry if len(rest) == len(options) else Entry(union(rest), False)


def _removes_none(change: ast.AST, key: ast.expr) -> bool:
    """Whether the `if` right around a removal holds for values alone that are None."""
    mapping = _mapping(change)
    guard = next((above for above in ancestors(change) if not isinstance(above, (ast.Expr, ast.Delete))), None)
    test = guard.test if isinstance(guard, ast.If) else None
    if mapping is None or not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Is):
        return False
    asked = ast.unparse(test.left) if ast.unparse(test.comparators[0]) == "None" else ""
    held, name = ast.unparse(mapping), ast.unparse(key)
    loop = parent(guard) if guard is not None else None
    pair = ast.unparse(loop.target) if isinstance(loop, ast.For) and held in ast.unparse(loop.iter) else ""
    return asked in (f"{held}[{name}]", f"{held}.get({name})") or f"({name}, {asked})" == pair


def _mapping(change: ast.AST) -> ast.expr | None:
    """What a key is removed from."""
    if isinstance(change, ast.Call) and isinstance(change.func, ast.Attribute):
        return change.func.value
    return change.value if isinstance(change, ast.Subscript) else None
