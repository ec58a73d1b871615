"""Own deadlines: context managers of the project that set a time limit for their blocks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, nodes_in
from llmlint.sites.errors import managers

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites

ENTERS = ("__enter__", "__aenter__")


def limited_by_own(sites: Sites, node: ast.AST) -> bool:
    """Whether a manager of the project around a node, within its function, limits its block."""
    return any(_limits(sites, function) for function in _entered(sites, node))


def _limits(sites: Sites, function: ast.AST) -> bool:
    if sites.evidence.switched_in(function, "timeout"):
        return True
    yields = (part for part in nodes_in(function) if isinstance(part, ast.Yield))
    return any(True for one in yields for _ in sites.evidence.managers(one, "timeout"))


def _entered(sites: Sites, node: ast.AST) -> Iterator[ast.AST]:
    """The functions of the project that run where the blocks around a node are entered."""
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return
        if isinstance(above, (ast.With, ast.AsyncWith)) and not isinstance(below, ast.withitem):
            for item in above.items:
                yield from _run(sites, item.context_expr)
        below = above


def _run(sites: Sites, entered: ast.expr) -> Iterator[ast.AST]:
    yield from managers.made_of(sites.project, entered)
    yield from managers.methods_of(sites.project, entered, ENTERS)
