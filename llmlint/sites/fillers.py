"""Fillers: zeros, empty results and the like that a handler puts where an answer would stand."""

from __future__ import annotations

import ast

from llmlint.index.tree import last_name, nodes_in, parent
from llmlint.sites.neutral import TELLING

ZEROS = ("zeros", "zeros_like")
ADDING = ("append", "extend")


def is_filler(node: ast.expr) -> bool:
    """Whether an expression gives nothing but zeros: `[0.0] * n`, one for each of a list, `np.zeros(n)`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _zeros(node.left) or _zeros(node.right)
    if isinstance(node, ast.ListComp):
        return is_filler(node.elt) or _zero(node.elt)
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts) and all(is_filler(element) for element in node.elts)
    return isinstance(node, ast.Call) and last_name(node.func) in ZEROS


def is_empty_result(node: ast.expr) -> bool:
    """Whether an object is made of zeros and empty values alone, none of which says that something failed."""
    if not isinstance(node, ast.Call) or node.args or len(node.keywords) < 2:
        return False
    if not last_name(node.func)[:1].isupper():
        return False
    names = [keyword.arg for keyword in node.keywords]
    if any(name is None or TELLING.search(name) for name in names):
        return False
    return all(_empty(keyword.value) for keyword in node.keywords)


def filled_in(handler: ast.ExceptHandler) -> str | None:
    """The filler that a handler adds to a list to which the `try` adds the answers; None where it adds none."""
    statement = parent(handler)
    if not isinstance(statement, ast.Try):
        return None
    answered = {name for part in statement.body for name, _ in _added(part)}
    for part in handler.body:
        for name, value in _added(part):
            if name in answered and is_filler(value):
                return ast.unparse(value)
    return None


def _added(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    found: list[tuple[str, ast.expr]] = []
    for node in nodes_in(statement):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            found.append((ast.unparse(node.target), node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDING:
            found += [(ast.unparse(node.func.value), argument) for argument in node.args[:1]]
    return found


def _zeros(node: ast.expr) -> bool:
    return isinstance(node, ast.List) and bool(node.elts) and all(_zero(element) for element in node.elts)


def _zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0 and not isinstance(node.value, bool)


def _empty(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value in (0, "", None) and node.value is not True
    return isinstance(node, (ast.List, ast.Dict, ast.Tuple)) and not ast.unparse(node).strip("[](){}")
