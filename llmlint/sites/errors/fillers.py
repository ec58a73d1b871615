"""Fillers: zeros, empty results and other constants that a handler puts where an answer would stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import last_name, named_function_of, nodes_in, parent
from llmlint.patterns import regex

ZEROS = ("zeros", "zeros_like")
ADDING = ("append", "extend")
NEUTRAL = ("", 0, 0.0, 0.5, False)
TELLING = regex(r"(?i)err|fail|status|success|ok$|valid|reason|fallback|degrad|message|warn|detail|explan|source")
"""Keys that tell a failure from an answer."""


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
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        told = any(not isinstance(key, str) or TELLING.search(key) for key in keys)
        return len(keys) > 1 and not told and all(_empty(one) and not _is_none(one) for one in node.values)
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


def in_place(clause: ast.ExceptHandler) -> tuple[str, bool] | None:
    """An empty value under a key of what the handler returns, where the `try` puts something of the answer there.

    `item["score"] = 0.0` in place of `item["score"] = result.score`. None where a further key tells the two apart.
    """
    statement = parent(clause)
    if not isinstance(statement, ast.Try):
        return None
    answered = {key for part in statement.body for key, value in _given(part) if not isinstance(value, ast.Constant)}
    given = [pair for part in clause.body for pair in _given(part)]
    if any(TELLING.search(key) and key not in answered for key, _ in given):
        return None
    for key, value in given:
        if key in answered and isinstance(value, ast.Constant) and value.value in NEUTRAL and value.value is not None:
            return f"{key} = {value.value!r}", False
    return None


def stays_in_place(clause: ast.ExceptHandler) -> tuple[str, bool] | None:
    """The same where the function goes on after its `try`, and nothing there asks whether there is a value."""
    placed, function = in_place(clause), named_function_of(clause)
    if placed is None or function is None:
        return None
    key = placed[0].partition(" = ")[0]
    tests = (node.test for node in nodes_in(function) if isinstance(node, (ast.If, ast.IfExp)))
    asked = any(isinstance(part, ast.Constant) and part.value == key for test in tests for part in nodes_in(test))
    return None if asked else placed


def _given(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """What is put under constant keys of mappings."""
    for node in nodes_in(statement):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    if isinstance(target.slice.value, str):
                        yield target.slice.value, node.value


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


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _empty(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value in (0, "", None) and node.value is not True
    return isinstance(node, (ast.List, ast.Dict, ast.Tuple)) and not ast.unparse(node).strip("[](){}")
