"""Narrowing: where a test around or before a use rules out that a name is None."""

from __future__ import annotations

import ast

from llmlint.index.tree import FUNCTIONS, parent

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def excludes_none(use: ast.expr) -> bool:
    """Whether control comes to this use only where the name, attribute or item is not None; found once."""
    known: bool | None = use.__dict__.get("excludes_none")
    if known is None:
        known = use.__dict__["excludes_none"] = _excludes_none(use)
    return known


def _excludes_none(use: ast.expr) -> bool:
    name = _place(use)
    below: ast.AST = use
    above = parent(use)
    while name is not None and above is not None and not isinstance(below, FUNCTIONS):
        if isinstance(above, (ast.If, ast.IfExp, ast.While)) and below is not above.test:
            if _proves(above.test, name, outcome=_in(above.body, below)):
                return True
        elif isinstance(above, ast.BoolOp):
            before = above.values[: above.values.index(below)] if below in above.values else []
            if any(_proves(operand, name, outcome=isinstance(above.op, ast.And)) for operand in before):
                return True
        if isinstance(below, ast.stmt) and _left_before(above, below, name):
            return True
        below, above = above, parent(above)
    return False


def _in(body: list[ast.stmt] | ast.expr, node: ast.AST) -> bool:
    return any(node is statement for statement in body) if isinstance(body, list) else node is body


def _proves(test: ast.expr, name: str, *, outcome: bool) -> bool:
    """Whether the test, when it comes out this way, shows that the name is not None."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _proves(test.operand, name, outcome=not outcome)
    if isinstance(test, ast.BoolOp):
        told = isinstance(test.op, ast.And) is outcome  # then every part came out this way
        return told and any(_proves(part, name, outcome=outcome) for part in test.values)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        right = test.comparators[0]
        if isinstance(test.left, ast.Call) and getattr(test.left.func, "id", "") == "type" and test.left.args:
            same = outcome and _place(test.left.args[0]) == name and isinstance(right, ast.Name)
            return same and isinstance(test.ops[0], (ast.Is, ast.Eq)) and ast.unparse(right) != "NoneType"
        compared = _place(test.left) == name and isinstance(right, ast.Constant) and right.value is None
        return compared and isinstance(test.ops[0], (ast.IsNot, ast.NotEq) if outcome else (ast.Is, ast.Eq))
    if isinstance(test, ast.Call) and test.args:
        return outcome and getattr(test.func, "id", "") in ("isinstance", "hasattr") and _place(test.args[0]) == name
    return outcome and _place(test) == name


def _left_before(above: ast.AST, below: ast.stmt, name: str) -> bool:
    """Whether an earlier statement beside this one leaves where the name is None."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(above, field, None)
        if isinstance(body, list) and _in(body, below):
            earlier = body[: next(number for number, statement in enumerate(body) if statement is below)]
            return any(_settles(statement, name) for statement in earlier)
    return False


def _settles(statement: ast.stmt, name: str) -> bool:
    """Whether the name is not None after a statement: the statement leaves where it is, or replaces it there."""
    if isinstance(statement, ast.Assert):
        return _proves(statement.test, name, outcome=True)
    if not isinstance(statement, ast.If) or not _proves(statement.test, name, outcome=False):
        return False
    last = statement.body[-1]
    replaced = isinstance(last, ast.Assign) and any(_place(target) == name for target in last.targets)
    return replaced or isinstance(last, LEAVING)


def _place(node: ast.expr) -> str | None:
    """How a name, or an attribute or item of one, is spelled; None for anything that may differ from use to use."""
    key = taken_by_key(node)
    if key is not None:
        of = _place(key[0])
        return f"{of}[{key[1].value!r}]" if of is not None else None
    inner = node
    while isinstance(inner, (ast.Attribute, ast.Subscript)):
        if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, (ast.Constant, ast.Name)):
            return None
        inner = inner.value
    if isinstance(inner, ast.NamedExpr) and inner is node:
        return inner.target.id
    if inner is node:
        return node.id if isinstance(node, ast.Name) else None
    return ast.unparse(node) if isinstance(inner, ast.Name) else None


def taken_by_key(node: ast.expr) -> tuple[ast.expr, ast.Constant] | None:
    """What `mapping.get("key")` takes from, and the key; None for anything else."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "get":
        return None
    key = node.args[0] if node.args else None
    return (node.func.value, key) if isinstance(key, ast.Constant) else None
