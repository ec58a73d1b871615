"""Around a run: the handlers around what is handed on to a function, where that calls it, and then where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.handed_to import awaited_at, run_at
from llmlint.index.tree import function_of, taker_of
from llmlint.sites.errors.handlers import Grade, Handler, around

if TYPE_CHECKING:
    from llmlint.index.project import Project


def around_run(
    project: Project, node: ast.AST, reference: ast.expr | None, grade: Grade
) -> Iterator[tuple[ast.AST, Handler]]:
    """The handlers around a place, each with what it stands around, innermost first.

    Those around where a function of the project runs what the place hands it come first: the `reference`, a coroutine,
    or the lambda that the place is in.
    """
    inner = _run(project, node, reference)
    for place in (inner, node) if inner is not None else (node,):
        yield from ((place, handler) for handler in around(project, place, grade))


def _run(project: Project, node: ast.AST, reference: ast.expr | None) -> ast.expr | None:
    if isinstance(node, ast.Call):
        found = run_at(project, node, reference) if reference is not None else awaited_at(project, node)
        if found is not None:
            return found
    kept = function_of(node)
    taker = taker_of(kept) if isinstance(kept, ast.Lambda) else None
    return run_at(project, taker, kept) if isinstance(kept, ast.Lambda) and taker is not None else None
