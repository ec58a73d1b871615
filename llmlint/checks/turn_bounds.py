"""Turn bounds: what a loop keeps from turn to turn and compares with a bound: the length of a list, a sum of tokens."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.whole_lists import adds_to
from llmlint.index.tree import head_of, nodes_in
from llmlint.patterns import regex
from llmlint.sites.records import logs

SPENT = regex(r"(?i)usage|token|cost|price|elapsed|duration|seconds")
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
LEAVING = (ast.Return, ast.Raise, ast.Break)
FEWEST = (0, 1)
Loop = ast.For | ast.AsyncFor | ast.While


def bounded(loop: Loop) -> bool:
    """Whether the length of what outlives a turn ends the loop, or a sum of what the turns have spent is compared."""
    return any(outlives(holder, loop) for holder in _measured_at_exits(loop)) or _adds_up(loop)


def outlives(holder: ast.expr, loop: ast.AST) -> bool:
    """Whether what an expression holds is there before a turn and after it: nothing in the loop begins it anew."""
    head = head_of(holder)
    if head is None:
        return False
    for node in nodes_in(loop):
        if isinstance(node, ast.Name) and node.id == head.id and isinstance(node.ctx, ast.Store):
            statement = node.__dict__["up"]
            longer = isinstance(statement, ast.Assign) and adds_to(statement.value, head.id)
            if not longer and not isinstance(statement, ast.AugAssign):
                return False
    return True


def lengths(test: ast.AST) -> Iterator[ast.expr]:
    """What a test measures against a bound: `messages` of `len(messages) > 25`, but not of `len(messages) > 0`."""
    for node in ast.walk(test):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ORDERED):
            continue
        sides = (node.left, node.comparators[0])
        if any(isinstance(side, ast.Constant) and side.value in FEWEST for side in sides):
            continue
        for side in sides:
            if isinstance(side, ast.Call) and getattr(side.func, "id", "") == "len" and len(side.args) == 1:
                yield side.args[0]


def _measured_at_exits(loop: Loop) -> Iterator[ast.expr]:
    for node in nodes_in(loop):
        leaves = isinstance(node, ast.If) and any(isinstance(part, LEAVING) for part in nodes_in(node))
        if isinstance(node, (ast.If, ast.Assert)) and (leaves or isinstance(node, ast.Assert)):
            yield from lengths(node.test)


def _adds_up(loop: Loop) -> bool:
    """Whether a sum of tokens, money or time is compared with something: `total += response.usage.total_tokens`."""
    compared: set[str] = set()
    for node in nodes_in(loop):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ORDERED):
            compared |= {ast.unparse(side) for side in (node.left, *node.comparators)}
    for node in nodes_in(loop) if compared else ():
        target: ast.expr | None = node.target if isinstance(node, ast.AugAssign) else None
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            target = node.targets[0] if adds_to(node.value, ast.unparse(node.targets[0])) else None
        if target is not None and ast.unparse(target) in compared:
            assert isinstance(node, (ast.Assign, ast.AugAssign))
            if any(SPENT.search(word) for word in _words(node.value, loop)):
                return True
    return False


def _words(value: ast.expr, loop: Loop, depth: int = 0) -> Iterator[str]:
    """The names in a value, and in what the loop assigns to those."""
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
            for other in logs.parts_of(loop).assignments if not depth else ():
                if other.value is not None and other.value is not value and node.id in logs.targets(other):
                    yield from _words(other.value, loop, 1)
