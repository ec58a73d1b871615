"""Uncounted: loops that count their tries, but come round after some error without having counted."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from llmlint.index.scopes import LOOPS
from llmlint.index.tree import nodes_in, parent, up_to
from llmlint.sites.errors.endless import LEAVING
from llmlint.sites.errors.held_open import READING

PLACES = (ast.Name, ast.Attribute)


def uncounted(loop: ast.While | ast.For, place: ast.AST, handlers: Sequence[ast.AST]) -> bool:
    """Whether a handler of an error at `place` goes on with the next turn, and what ends the loop stands behind it.

    So it is with `while tries < most: try: …; except ConnectionError: continue; …; tries += 1`. Nothing on the way
    from the head of the loop through that handler changes what the loop's test asks, or a test that may leave it.
    """
    if not isinstance(loop, ast.While) or not isinstance(loop.test, ast.Compare):
        return False
    counters = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)} & {
        node.target.id
        for node in nodes_in(loop)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    return bool(counters) and any(
        isinstance(handler, ast.ExceptHandler) and _comes_round(loop, place, handler) for handler in handlers
    )


def _comes_round(loop: ast.While, place: ast.AST, handler: ast.ExceptHandler) -> bool:
    tried = parent(handler)
    if not isinstance(tried, ast.Try) or tried not in loop.body or not isinstance(handler.body[-1], ast.Continue):
        return False
    holders = {id(above) for above in up_to(place, tried)}
    asking = next((number for number, one in enumerate(tried.body) if id(one) in holders), 0)
    before = [*loop.body[: loop.body.index(tried)], *tried.body[:asking]]
    way = [*before, tried.body[asking], *handler.body, *tried.finalbody]
    asked = _asked(loop.test)
    for statement in [*before, *handler.body, *tried.finalbody]:
        for node in nodes_in(statement):
            if isinstance(node, LEAVING) and not _leaves_inner(node, loop):
                tests = [above.test for above in up_to(node, loop) if isinstance(above, ast.If)]
                if not tests or statement not in before:
                    return False
                asked = _both(asked, _asked(tests[0]))
    if asked is None:
        return False
    changed = [place for statement in way for place in _changed(statement)]
    return not any(_part_of(one, other) or _part_of(other, one) for one in changed for other in asked)


def _leaves_inner(node: ast.AST, loop: ast.While) -> bool:
    """Whether it is the `break` of a loop within the loop."""
    return isinstance(node, ast.Break) and any(
        above is not loop and isinstance(above, LOOPS) for above in up_to(node, loop)
    )


def _both(some: set[str] | None, more: set[str] | None) -> set[str] | None:
    return some | more if some is not None and more is not None else None


def _asked(test: ast.expr) -> set[str] | None:
    """The variables and attributes that a test asks for; None where it asks for anything else, such as the time."""
    found: set[str] = set()
    for node in ast.walk(test):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") not in READING:
            return None
        if isinstance(node, PLACES) and not isinstance(parent(node), ast.Attribute):
            found.add(ast.unparse(node))
    return found


def _changed(statement: ast.stmt) -> Iterator[str]:
    """The variables and attributes that a statement sets, or hands to something that may change them."""
    for node in nodes_in(statement):
        if isinstance(node, (*PLACES, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            yield ast.unparse(node.value if isinstance(node, ast.Subscript) else node)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") not in READING:
            holder = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            for given in (*holder, *node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(given, PLACES):
                    yield ast.unparse(given)


def _part_of(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.")
