"""Iterated generators: calling a generator function runs nothing, so its errors come out where it is iterated."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.calls import exits
from llmlint.index.tree import named_function_of, parent

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.index.tree import FunctionNode

MAX_STEPS = 6
LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


def is_generator(function: FunctionNode) -> bool:
    """Whether calling the function gives a generator."""
    return not isinstance(function, ast.Lambda) and bool(exits(function)[1])


def iterations(project: Project, made: ast.expr, index: int | None = None, steps: int = 0) -> list[ast.AST]:
    """The expressions whose iteration runs a generator that `made` gives; none where that is out of sight.

    With an `index`, `made` gives a tuple that holds it there.
    """
    above = parent(made)
    if steps > MAX_STEPS:
        return []
    if isinstance(above, ast.Await):
        return iterations(project, above, index, steps + 1)
    if isinstance(above, ast.YieldFrom) or (isinstance(above, LOOPS) and above.iter is made):
        return [made] if index is None else []
    if isinstance(above, ast.Assign) and len(above.targets) == 1:
        target: ast.expr | None = above.targets[0]
        if index is not None:
            parts = target.elts if isinstance(target, ast.Tuple) else []
            target = parts[index] if index < len(parts) else None
        function = named_function_of(made)
        loads = function.__dict__["inner"].loads if function is not None else {}
        found = loads.get(target.id, ()) if isinstance(target, ast.Name) else ()
        return [place for load in found for place in iterations(project, load, None, steps + 1)]
    if isinstance(above, ast.Tuple) and isinstance(parent(above), ast.Return) and index is None:
        return _outside(project, above, above.elts.index(made), steps)
    if isinstance(above, ast.Return):
        return _outside(project, made, index, steps)
    return []


def _outside(project: Project, returned: ast.expr, index: int | None, steps: int) -> list[ast.AST]:
    function = named_function_of(returned)
    callers = project.callers(function) if function is not None else []
    calls = [caller.call for caller in callers if caller.reference is None]
    return [place for call in calls for place in iterations(project, call, index, steps + 1)]
