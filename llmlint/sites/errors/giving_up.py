"""Giving up: loops that try a call again and let the error out when the last try has failed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, earlier, later, nodes_in, parent
from llmlint.sites.errors import recursion
from llmlint.sites.errors.handlers import Handler, always_raises, raised_in, raises
from llmlint.sites.errors.last_turn import last_turn_raises, names_of, with_rest

if TYPE_CHECKING:
    from llmlint.index.project import Project

LEAVING = (ast.Return, ast.Yield, ast.YieldFrom)
COUNTING = ("attempt", "retr", "tries")
Loop = ast.While | ast.For | ast.AsyncFor


def passes_on(handler: Handler) -> bool:
    """Whether the error comes out of a handler: at once, or after the last try, in a loop or by recursion."""
    return raises(handler) or _raises_at_last(handler) or recursion.gives_up(handler)


def asks_again(handler: Handler) -> bool:
    """Whether the error makes a loop try again, though it comes out after the last try."""
    return not raises(handler) and _raises_at_last(handler)


def sorts_out(handler: Handler) -> bool:
    """Whether a handler asks which error it is, and raises it where it is not one to try again or to answer."""
    clause = handler.node
    if not isinstance(clause, ast.ExceptHandler) or clause.name is None:
        return False
    names = {clause.name}
    for statement in clause.body:
        for node in nodes_in(statement):
            if isinstance(node, ast.Assign) and names & names_of(node.value):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return any(
        isinstance(statement, ast.If)
        and names & names_of(statement.test)
        and (always_raises(statement.body) or always_raises([*statement.orelse, *rest]))
        for statement, rest in with_rest(clause.body)
    )


def passed_types(project: Project, handler: Handler) -> set[str]:
    """The project's own exception classes, with their bases, that come out of such a handler instead."""
    loop = _trying_again(handler)
    clause = handler.runs if isinstance(handler.node, (ast.With, ast.AsyncWith)) else (handler.node,)
    return raised_in(project, [*clause, *(following(loop) if loop is not None else ())])


def passed_ways(project: Project, handler: Handler) -> list[frozenset[str]]:
    """The same for what the handler ends in whatever it asks: what the error is turned into, empty for the same error.

    More than one where both its body and what follows the loop end in a raise; none where a test decides between
    several.
    """
    loop = _trying_again(handler)
    after = following(loop) if loop is not None else []
    ends = [body[-1] for body in (handler.body, after) if body]
    turned = [frozenset(raised_in(project, [end])) for end in ends if isinstance(end, ast.Raise)]
    if not turned:
        raised = [node for place in (*handler.body, *after) for node in ast.walk(place) if isinstance(node, ast.Raise)]
        turned = [frozenset(raised_in(project, [node])) for node in raised]
        if len(set(turned)) > 1:
            return []
    return list(dict.fromkeys(turned)) or [frozenset()]


def _raises_at_last(handler: Handler) -> bool:
    loop = _trying_again(handler)
    if loop is None or _answers([*handler.body, *_rest_of_turn(handler, loop)]):
        return False
    after = following(loop)
    if _ends_in_raise(after) or _raises_kept(after, handler) or _raises_unless_done(after, handler, loop):
        return True
    if any(isinstance(node, ast.Break) for statement in handler.body for node in nodes_in(statement)):
        return False
    if _ends_in_raise(loop.orelse):
        return True
    if isinstance(loop, ast.While):
        endless = isinstance(loop.test, ast.Constant) and bool(loop.test.value)
        return _raises_somewhere(handler) if endless else _raises_on(handler, names_of(loop.test)) and not after
    return _raises_on(handler, names_of(loop.target)) and (not after or last_turn_raises(handler, loop))


def _polls(handler: Handler) -> bool:
    """Whether the loop around a handler waits for something else: `except queue.Empty: continue` beside it."""
    block = parent(handler.node)
    others = [one for one in block.handlers if one is not handler.node] if isinstance(block, ast.Try) else []
    return any(len(one.body) == 1 and isinstance(one.body[0], (ast.Continue, ast.Pass)) for one in others)


def _trying_again(handler: Handler) -> Loop | None:
    """The loop around a handler, where its turns are tries: a `while`, or a `for` that only counts."""
    for above in ancestors(handler.node):
        if isinstance(above, FUNCTIONS):
            return None
        if isinstance(above, ast.While):
            return None if _polls(handler) else above
        if isinstance(above, (ast.For, ast.AsyncFor)):
            counts = ast.unparse(above.iter).startswith("range(")
            named = any(word in name.lower() for name in names_of(above.target) for word in COUNTING)
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
        rest += later(node)
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
    if any(
        isinstance(node, ast.If) and names & names_of(node.test) and always_raises(node.body)
        for statement in handler.body
        for node in nodes_in(statement)
    ):
        return True
    return any(
        isinstance(statement, ast.If)
        and names & names_of(statement.test)
        and not any(isinstance(node, ast.Or) for node in nodes_in(statement.test))
        and always_raises([*statement.orelse, *rest])
        for statement, rest in with_rest(handler.body)
    )


def _raises_kept(after: list[ast.stmt], handler: Handler) -> bool:
    """Whether the first thing after the loop is to raise the error that the handler kept: `if error: raise error`."""
    kept = {
        target.id
        for statement in handler.body
        for node in nodes_in(statement)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and getattr(handler.node, "name", None) in names_of(node.value)
    }
    first = after[0] if after else None
    return isinstance(first, ast.If) and always_raises(first.body) and _holds(first.test, kept)


def _raises_unless_done(after: list[ast.stmt], handler: Handler, loop: Loop) -> bool:
    """Whether the first thing after the loop is to raise where no try has set what tells of success: `if not done:`."""
    first, block = after[0] if after else None, parent(handler.node)
    test = first.test if isinstance(first, ast.If) and always_raises(first.body) else None
    if not isinstance(test, ast.UnaryOp) or not isinstance(test.op, ast.Not) or not isinstance(test.operand, ast.Name):
        return False
    name = test.operand.id
    tried = [*block.body, *block.orelse] if isinstance(block, ast.Try) else []
    unset = any(value is not None and not value for value in _constants(earlier(loop), name))
    return unset and any(_constants(tried, name)) and not any(_sets(part, name) for part in handler.body)


def _constants(statements: list[ast.stmt], name: str) -> list[object]:
    """The constants that these statements, without what is nested in them, set a name to."""
    return [
        part.value.value
        for part in statements
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant) and _sets(part, name)
    ]


def _sets(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in nodes_in(statement)
    )


def _holds(test: ast.expr, kept: set[str]) -> bool:
    """Whether a test only asks for one of these names to be set."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.IsNot):
        test = test.left
    return isinstance(test, ast.Name) and test.id in kept
