"""Advancing: loops through work of which only an answer takes the next piece, so that a failed one comes up again."""

from __future__ import annotations

import ast

from llmlint.index.tree import last_name, nodes_in, up_to
from llmlint.sites.errors.held_open import answered_part, asked_names, changes
from llmlint.sites.records.logs import LEVELS

LEAVING = (ast.Return, ast.Break, ast.Raise, ast.Yield, ast.YieldFrom)
IDLE = LEVELS | {"sleep", "print", "print_exc", "format_exc", "str", "repr", "len"}


def only_advances(loop: ast.While | ast.For, place: ast.AST, handlers: list[ast.AST]) -> bool:
    """Whether a `while` sends the same again after an error at `place`, for as long as it fails.

    So it is with `while pending: try: ask(pending[0]); pending.pop(0)`, and a handler that only waits. What the test
    asks, and what the request is made of, changes after the answer alone, and nothing else leaves the loop.
    """
    if not isinstance(loop, ast.While) or not handlers:
        return False
    guarding = next((above for above in up_to(place, loop) if isinstance(above, ast.Try)), None)
    tested = asked_names(loop.test)
    if guarding is None or not tested or set(handlers) != set(guarding.handlers) or guarding not in loop.body:
        return False
    answered = {id(node) for part in answered_part(guarding, place) for node in nodes_in(part)}
    if not all(_idle(part) for handler in guarding.handlers for part in handler.body):
        return False
    sent = {one.id for one in nodes_in(place) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    asking = {id(node) for node in ast.walk(loop.test)}
    settled = False
    for node in nodes_in(loop):
        inside = id(node) in answered
        if isinstance(node, LEAVING) or (
            isinstance(node, (ast.If, ast.Compare)) and not inside and id(node) not in asking
        ):
            return False
        if not isinstance(node, ast.Name) or id(node) in asking or node.id not in tested | sent:
            continue
        if inside:
            settled = settled or (node.id in tested and changes(node))
        elif changes(node) and not _only_told(node, loop):
            return False
    return settled


def _idle(statement: ast.stmt) -> bool:
    """Whether a statement of a handler does no more than wait and tell."""
    calls = [node for node in nodes_in(statement) if isinstance(node, ast.Call)]
    plain = isinstance(statement, (ast.Expr, ast.Pass, ast.Continue))
    return plain and all(last_name(call.func) in IDLE for call in calls)


def _only_told(node: ast.Name, loop: ast.While) -> bool:
    """Whether a name is only read for a line of the log or of the screen, or for how long to wait."""
    calls = [above for above in up_to(node, loop) if isinstance(above, ast.Call)]
    return isinstance(node.ctx, ast.Load) and bool(calls) and all(last_name(call.func) in IDLE for call in calls)
