"""Given back: what a function puts into an object that it was given stands in that object where the call was made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.scopes import Binding
from llmlint.index.tree import class_of, decorated, parameters, parent
from llmlint.sites.flow.trace import Trace, replace
from llmlint.sites.outward import given_for

if TYPE_CHECKING:
    from llmlint.index.project import Project

MAX_CALLERS = 20


def to_callers(project: Project, binding: Binding, trace: Trace) -> Iterator[tuple[ast.expr, Trace]]:
    """The objects that calls give for a parameter, and the value in them after each call."""
    function = parent(binding.node)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or _is_receiver(function, binding.name):
        return
    by = trace.entered[-1] if trace.entered else None
    given = project.evaluator.searched(
        f"given for {binding.name}", function, lambda: list(given_for(project, function, binding.name))
    )
    if by is None and len(given) > MAX_CALLERS:
        return
    for caller, argument in given:
        if by is None and caller.call not in trace.outward:
            yield argument, trace.out(caller.call)
        elif caller.call is by:
            yield argument, replace(trace, entered=trace.entered[:-1])


def _is_receiver(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    first = parameters(function)[:1]
    method = class_of(function) is not None and not decorated(function, "staticmethod")
    return method and bool(first) and first[0].arg == name
