"""Giving up: loops that try a call again and let the error out when the last try has failed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, nodes_in, parent
from llmlint.sites.handlers import Handler, always_raises, raised_in, raises

if TYPE_CHECKING:
    from llmlint.index.project import Project

LEAVING = (ast.Return, ast.Yield, ast.YieldFrom)
COUNTING = ("attempt", "retr", "tries")
Loop = ast.While | ast.For | ast.AsyncFor


def passes_on(handler: Handler) -> bool:
    """Whether the error comes out of a handler: at once, or after the last try of the loop that it stands in."""
    return raises(handler) or _raises_at_last(handler)


def passed_types(project: Project, handler: Handler) -> set[str]:
    """The project's own exception classes, with their bases, that come out of such a handler instead."""
    loop = _trying_again(handler)
    return raised_in(project, [handler.node, *(following(loop) if loop is not None else ())])


def _raises_at_last(handler: Handler) -> bool:
    loop = _trying_again(handler)
    if loop is None or _answers([*handler.body, *_rest_of_turn(handler, loop)]):
        return False
    after = following(loop)
    if _ends_in_raise(after):
        return True
    if any(isinstance(node, ast.Break) for statement in handler.body for node in nodes_in(statement)):
        return False
    if _ends_in_raise(loop.orelse):
        return True
    if isinstance(loop, ast.While):
        endless = isinstance(loop.test, ast.Constant) and bool(loop.test.value)
        return _raises_somewhere(handler) if endless else _raises_on(handler, _names(loop.test)) and not after
    return _raises_on(handler, _names(loop.target)) and not after


def _trying_again(handler: Handler) -> Loop | None:
    """The loop around a handler, where its turns are tries: a `while`, or a `for` that only counts."""
    for above in ancestors(handler.node):
        if isinstance(above, FUNCTIONS):
            return None
        if isinstance(above, ast.While):
            return above
        if isinstance(above, (ast.For, ast.AsyncFor)):
            counts = ast.unparse(above.iter).startswith("range(")
            named = any(word in name.lower() for name in _names(above.target) for word in COUNTING)
            return above if counts or named else None
    return None


def _rest_of_turn(handler: Handler, loop: Loop) -> list[ast.stmt]:
    """What runs in the same turn after a handler that falls through."""
    if handler.body and isinstance(handler.body[-1], (ast.Continue, ast.Break, ast.Raise)):
        return []
    statement = parent(handler.node)
    return following(statement, loop) if isinstance(statement, ast.stmt) else []


def following(statement: ast.stmt, end: ast.AST | None = None) -> list[ast.stmt]:
    """The statements that run after this one, up to the end of the function, or of the statement `end` around it."""
    rest: list[ast.stmt] = []
    node: ast.AST = statement
    above = parent(node)
    while above is not None and not isinstance(node, FUNCTIONS) and node is not end:
        for name in ("body", "orelse", "finalbody"):
            body = getattr(above, name, None)
            if isinstance(body, list) and any(node is s for s in body):
                position = next(i for i, s in enumerate(body) if s is node)
                rest += body[position + 1 :]
        node, above = above, parent(above)
    return rest


def _ends_in_raise(statements: list[ast.stmt]) -> bool:
    return always_raises(statements) and not _answers(statements)


def _answers(statements: list[ast.stmt]) -> bool:
    return any(isinstance(node, LEAVING) for statement in statements for node in nodes_in(statement))


def _raises_somewhere(handler: Handler) -> bool:
    return any(isinstance(node, ast.Raise) for statement in handler.body for node in nodes_in(statement))


def _raises_on(handler: Handler, names: set[str]) -> bool:
    """Whether a test of one of the names, which count the tries, decides that the handler raises."""
    return any(
        isinstance(node, ast.If) and names & _names(node.test) and always_raises(node.body)
        for statement in handler.body
        for node in nodes_in(statement)
    )


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in nodes_in(node) if isinstance(part, ast.Name)}
