"""The same request: loops that ask the same thing in each turn."""

from __future__ import annotations

import ast

from llmlint.index.tree import FUNCTIONS, last_name, nodes_in, parent, up_to
from llmlint.sites.errors.made_alike import CLIENT, made_alike, made_here, reads
from llmlint.sites.records import logs

OPENING = frozenset({"open", "NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryFile", "TemporaryDirectory"})


def same_request(loop: ast.While | ast.For, place: ast.AST, sent: bool = False) -> bool:
    """Whether the request does not change from turn to turn: none of its names is set in the loop.

    The number of the turn may be told to a function of the project, and to an SDK where it says how long to wait;
    else what is `sent` with it is another request.
    """
    if sent and isinstance(loop, ast.For) and logs.names_in(loop.target) & _sent_names(place):
        return False
    asked = {node.id for node in ast.walk(place) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    target = loop.target if isinstance(loop, ast.For) else None
    set_here = {
        node.id for node in nodes_in(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    } - ({target.id} if isinstance(target, ast.Name) and counts(loop) else set())
    grown = any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("append", "extend", "insert", "input")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in asked
        for node in nodes_in(loop)
    )
    return not any(_changes(name, loop, set_here) for name in asked & set_here) and not grown


def _sent_names(place: ast.AST) -> set[str]:
    """The names in what a call sends; how long it may take is not among that."""
    if not isinstance(place, ast.Call):
        return set()
    given = [*place.args, *(keyword.value for keyword in place.keywords if keyword.arg != "timeout")]
    return {name for value in given for name in logs.names_in(value)}


def _changes(name: str, loop: ast.While | ast.For, set_here: set[str]) -> bool:
    """Whether a name that is set in the loop can have another value in the next turn."""
    for node in nodes_in(loop):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            above = parent(node)
            if isinstance(above, ast.withitem) and _opens(above.context_expr, set_here):
                continue
            value = above.value if isinstance(above, (ast.Assign, ast.AnnAssign)) else None
            if value is None or not (isinstance(value, ast.Attribute) or made_alike(value)):
                return True
            if reads(value) & _altered(loop):
                return True
            turning = logs.names_in(loop.target) if isinstance(loop, ast.For) and made_here(value) else set()
            used = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
            if used & turning or any(_changes(one, loop, set_here - {name}) for one in used & set_here):
                return True
            if in_handler(node, loop):
                return True
    return False


def _altered(loop: ast.While | ast.For) -> set[str]:
    """The attributes that a loop sets."""
    return {n.attr for n in nodes_in(loop) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}


def _opens(made: ast.expr, set_here: set[str]) -> bool:
    """Whether a `with` opens the same file or session in each turn, or a new one for the same use."""
    name = last_name(made.func) if isinstance(made, ast.Call) else ""
    if name not in OPENING and not CLIENT.search(name):
        return False
    return not any(isinstance(part, ast.Name) and part.id in set_here for part in ast.walk(made))


def counts(loop: ast.While | ast.For) -> bool:
    """Whether a loop is a `for` over a range."""
    return (
        isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and getattr(loop.iter.func, "id", "") == "range"
    )


def in_handler(node: ast.AST, loop: ast.AST) -> bool:
    """Whether a handler in a loop, or a function within it, holds a node of it; what ends an iteration is no error."""
    return any(
        isinstance(above, FUNCTIONS) or (isinstance(above, ast.ExceptHandler) and not _takes_end(above))
        for above in up_to(node, loop)
    )


def _takes_end(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and last_name(handler.type) in ("StopIteration", "StopAsyncIteration")
