"""The last turn of a loop that counts its tries: what a handler does when there will be no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import last_name, nodes_in
from llmlint.sites.errors.handlers import Handler, always_raises


def last_turn_raises(handler: Handler, loop: ast.For | ast.AsyncFor) -> bool:
    """Whether the handler raises in the last turn of a loop over `range(limit)`, so that nothing comes after it.

    It asks for the last turn (`if attempt == limit - 1: raise`) or for one before it (`if attempt < limit - 1: …`).
    """
    if not isinstance(loop.iter, ast.Call) or last_name(loop.iter.func) != "range" or len(loop.iter.args) > 2:
        return False
    limit, names = loop.iter.args[-1], names_of(loop.target)
    for statement, rest in with_rest(handler.body):
        if isinstance(statement, ast.If):
            tests = statement.test.values if isinstance(statement.test, ast.BoolOp) else [statement.test]
            side = next((found for test in tests if (found := _turn(test, names, limit))), "")
            alone = len(tests) == 1
            if side == "last" and alone and always_raises(statement.body):
                return True
            both = isinstance(statement.test, ast.BoolOp) and isinstance(statement.test.op, ast.And)
            if side == "before" and (alone or both) and always_raises([*statement.orelse, *rest]):
                return True
    return False


def _turn(test: ast.expr, names: set[str], limit: ast.expr) -> str:
    """Whether a comparison of the counter with the limit of the loop asks for the "last" turn or one "before" it."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not names & names_of(test.left):
        return ""
    bound, counted = test.comparators[0], test.left
    one_more = isinstance(counted, ast.BinOp) and isinstance(counted.op, ast.Add)
    if not (_is_limit(bound, limit) if one_more else _is_one_less(bound, limit)):
        return ""
    if isinstance(test.ops[0], (ast.Eq, ast.GtE)):
        return "last"
    return "before" if isinstance(test.ops[0], (ast.Lt, ast.NotEq)) else ""


def _is_limit(bound: ast.expr, limit: ast.expr) -> bool:
    return ast.unparse(bound) == ast.unparse(limit)


def _is_one_less(bound: ast.expr, limit: ast.expr) -> bool:
    """Whether the bound is `limit - 1`, the limit being `limit` or, where it is a sum, what one is added to."""
    if isinstance(bound, ast.BinOp) and isinstance(bound.op, ast.Sub) and ast.unparse(bound.right) == "1":
        return _is_limit(bound.left, limit)
    if isinstance(limit, ast.BinOp) and isinstance(limit.op, ast.Add) and ast.unparse(limit.right) == "1":
        return _is_limit(bound, limit.left)
    numbers = [getattr(node, "value", None) for node in (bound, limit)]
    return all(type(n) is int for n in numbers) and numbers[0] == numbers[1] - 1  # type: ignore[operator]


def with_rest(statements: list[ast.stmt]) -> Iterator[tuple[ast.stmt, list[ast.stmt]]]:
    """Each statement of a block with those after it; of a condition, also those of its branches."""
    for number, statement in enumerate(statements):
        rest = statements[number + 1 :]
        yield statement, rest
        if isinstance(statement, ast.If):
            for branch in (statement.body, statement.orelse):
                for inner, more in with_rest(branch):
                    yield inner, [*more, *rest]


def names_of(node: ast.AST) -> set[str]:
    """The names in an expression."""
    return {part.id for part in nodes_in(node) if isinstance(part, ast.Name)}
