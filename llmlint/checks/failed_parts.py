"""Failed parts: log lines of a branch that is taken where an answer tells of an error, and so holds no model text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import branches_around
from llmlint.sites.records import logs

FIELDS = frozenset({"error", "errors"})


def found_failed(line: ast.Call) -> bool:
    """Whether all that a line shows comes of something that a test around it has found an error in.

    `if chunk.get("error"): logger.error(chunk)`
    """
    for branch, in_body in branches_around(line):
        told = {ast.unparse(part) for part in _failed(branch.test, in_body)}
        if told and _shows_only(line, branch.body if in_body else branch.orelse, told):
            return True
    return False


def _shows_only(line: ast.Call, body: list[ast.stmt], told: set[str]) -> bool:
    """Whether each name in a line is of what failed, or gets its value from that in the branch."""
    own = _assigned(body)
    names = {name for argument in logs.written(line) for name in logs.names_in(argument)}
    return bool(names) and all(name in told or _from(name, own, told, set()) for name in names)


def _from(name: str, own: dict[str, list[ast.expr]], told: set[str], seen: set[str]) -> bool:
    if name in told:
        return True
    if name in seen or name not in own:
        return False
    read = {inner for value in own[name] for inner in logs.names_in(value)}
    read = {inner for inner in read if inner in told or inner in own}
    return bool(read) and all(_from(inner, own, told, {*seen, name}) for inner in read)


def _assigned(body: list[ast.stmt]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in (each for statement in body for each in logs.parts_of(statement).assignments):
        for target in logs.targets(node):
            if node.value is not None:
                found.setdefault(target, []).append(node.value)
    return found


def _failed(test: ast.expr, outcome: bool) -> Iterator[ast.expr]:
    """What a test that comes out so says an error stands in."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _failed(test.operand, not outcome)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is outcome:
            for part in test.values:
                yield from _failed(part, outcome)
    elif isinstance(test, ast.Compare):
        if len(test.ops) == 1:
            yield from _compared(test.ops[0], test.left, test.comparators[0], outcome)
    elif outcome:
        yield from _holder(test, FIELDS)


def _compared(operator: ast.cmpop, left: ast.expr, right: ast.expr, outcome: bool) -> Iterator[ast.expr]:
    key = left.value if isinstance(left, ast.Constant) else None
    if isinstance(operator, ast.In if outcome else ast.NotIn) and key in FIELDS:
        yield right
    elif isinstance(operator, ast.IsNot if outcome else ast.Is) and ast.unparse(right) == "None":
        yield from _holder(left, FIELDS)
    elif isinstance(operator, ast.Eq if outcome else ast.NotEq) and getattr(right, "value", None) in FIELDS:
        yield from _holder(left, frozenset({"type", "event"}))


def _holder(node: ast.expr, fields: frozenset[str]) -> Iterator[ast.expr]:
    """What an expression reads one of the fields of: `chunk.get("error")`, `chunk["error"]`, `chunk.error`."""
    if (isinstance(node, ast.Attribute) and node.attr in fields) or (
        isinstance(node, ast.Subscript) and getattr(node.slice, "value", None) in fields
    ):
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        if node.args and getattr(node.args[0], "value", None) in fields:
            yield node.func.value
