"""Carried: the names that hold what others hold, as it is, in a mapping or list of their own, or part by part."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from llmlint.index.tree import last_name
from llmlint.sites.records.logs import Loop, parts_of

COPYING = frozenset({"str", "repr", "dumps", "pformat", "list", "tuple", "dict", "copy", "deepcopy"})
TEXTS = frozenset({"content", "text"})


def carrying(around: ast.AST, names: Set[str], before: ast.AST) -> set[str]:
    """The names in a function (or module) that carry what `names` hold where `before` stands; `names` among them."""
    found = set(names)
    line = getattr(before, "lineno", 0)
    steps = [(target, value) for target, value, at in _steps(around) if at <= line]
    loops = [loop for loop in parts_of(around).loops if isinstance(loop.target, ast.Name)]
    changed = True
    while changed:
        known = len(found)
        found |= {target for target, value in steps if _carries(value, found)}
        found |= {_member(loop) for loop in loops if _carries(loop.iter, found)}
        changed = len(found) > known
    return found


def _member(loop: Loop) -> str:
    return loop.target.id if isinstance(loop.target, ast.Name) else ""


def _steps(around: ast.AST) -> Iterator[tuple[str, ast.expr, int]]:
    """What is put under which name, and in which line: an assignment, an item of a mapping, a member of a list."""
    parts = parts_of(around)
    for node in parts.assignments:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            held = target.value if isinstance(target, ast.Subscript) else target
            if isinstance(held, ast.Name) and node.value is not None:
                yield held.id, node.value, node.lineno
    for filling in parts.fillings:
        if isinstance(filling.holder, ast.Name):
            yield from ((filling.holder.id, given, filling.call.lineno) for given in filling.call.args)


def _carries(node: ast.expr, names: Set[str]) -> bool:
    """Whether an expression holds what one of the names holds: not a length of it, nor a slice."""
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Attribute):
        return node.attr in TEXTS and _carries(node.value, names)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value in TEXTS and _carries(node.value, names)
    if isinstance(node, ast.Dict):
        return any(_carries(value, names) for value in node.values)
    if isinstance(node, (ast.List, ast.Tuple)):
        return any(_carries(item, names) for item in node.elts)
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and _carries(part.value, names) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _carries(node.left, names) or _carries(node.right, names)
    if isinstance(node, ast.Call) and last_name(node.func) in COPYING:
        return any(_carries(argument, names) for argument in node.args[:1])
    return False
