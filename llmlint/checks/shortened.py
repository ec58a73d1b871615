"""Shortened: answers that come out of a function only where they are no longer than some words, a title."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, earlier, exits
from llmlint.index.values import Function, alternatives

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.flow.trace import Use

MOST = 200  # characters: a title, a label, a line
BELOW, ABOVE = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)


def kept_short(sites: Sites, site: CallSite, use: Use) -> bool:
    """Whether a function on the way returns the answer only where it has found it to be short."""
    visited = sites.flow(site).visited
    for call in use.outward:
        for option in alternatives(sites.project.evaluator.evaluate(call.func)):
            if isinstance(option, Function) and not isinstance(option.node, ast.Lambda):
                returned = [node for node in exits(option.node)[0] if id(node.value) in visited]
                if returned and all(map(_found_short, returned)):
                    return True
    return False


def _found_short(answer: ast.Return) -> bool:
    """Whether the name that is returned was found to be short by a test around, or by one that ends the function."""
    name = answer.value.id if isinstance(answer.value, ast.Name) else ""
    below: ast.AST = answer
    for above in ancestors(answer) if name else ():
        if isinstance(above, ast.If) and below in (above.body if _bounds(above.test, name, BELOW) else ()):
            return True
        if isinstance(below, ast.stmt):
            ends = (s for s in earlier(below) if isinstance(s, ast.If) and _bounds(s.test, name, ABOVE))
            if any(isinstance(test.body[-1], (ast.Return, ast.Raise)) for test in ends):
                return True
        below = above
    return False


def _bounds(test: ast.expr, name: str, operators: tuple[type[ast.cmpop], ...]) -> bool:
    """Whether a test says how long a text is, at most or at least: `title and len(title) <= 50`."""
    joined = ast.And if operators is BELOW else ast.Or
    if isinstance(test, ast.BoolOp) and isinstance(test.op, joined):
        return any(_bounds(part, name, operators) for part in test.values)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or ast.unparse(test.left) != f"len({name})":
        return False
    limit = getattr(test.comparators[0], "value", None)
    return isinstance(test.ops[0], operators) and isinstance(limit, int) and limit <= MOST
