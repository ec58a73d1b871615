"""Parsed again: loops that ask once more when the answer cannot be parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, loops_around, scope_of
from llmlint.sites.errors.endless import starts_again
from llmlint.sites.errors.handlers import Cover, Handler, around, types_grade
from llmlint.sites.errors.held_open import held_open
from llmlint.sites.errors.retry import Retry
from llmlint.sites.errors.retry_loops import leaves_when_done, loop_tries
from llmlint.sites.errors.same_request import same_request
from llmlint.sites.outward import ways_out

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.flow.trace import Use


def asked_again(sites: Sites, site: CallSite) -> Iterator[Retry]:
    """The loops without an end around a call, or a caller's of its function, that a failed parse starts again."""
    for use in sites.flow(site).uses("parse") if site.answers else ():
        loop = _turning(use.node)
        handlers = list(_starting(sites, use, loop)) if loop is not None and use.kind == "text" else []
        if loop is None or not handlers:
            continue
        leaves = leaves_when_done(loop, use.node) or held_open(loop, use.node, [one.node for one in handlers])
        if not leaves or loop_tries(sites, loop, use.node, handlers) != 0:
            continue
        for place, _ in ways_out(site.project, site.node):
            if _turning(place) is loop and same_request(loop, place):
                spelled = f"while {ast.unparse(loop.test)}"
                yield Retry(scope_of(loop).module, loop, place, spelled, 0, frozenset())
                break


def _turning(node: ast.AST) -> ast.While | None:
    """The innermost loop around a place, where that is a `while`."""
    loop = next(iter(loops_around(node)), None)
    return loop if isinstance(loop, ast.While) else None


def _starting(sites: Sites, use: Use, loop: ast.While) -> Iterator[Handler]:
    """The handlers in the loop that take the error of a parse and go on with the next turn."""
    types = {use.parser.error, *use.parser.bases} - {""} if use.parser is not None else set()
    for handler in around(sites.project, use.node, types_grade(types)) if types else ():
        inside = any(above is loop for above in ancestors(handler.node))
        if inside and handler.cover is Cover.ALL and isinstance(handler.node, ast.ExceptHandler):
            if starts_again(handler.node):
                yield handler
