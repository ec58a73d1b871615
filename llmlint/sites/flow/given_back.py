"""Given back: what a function puts into an object that it was given stands in that object where the call was made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.parameters import is_receiver
from llmlint.index.scopes import Binding
from llmlint.index.tree import class_of, parent
from llmlint.sites.flow.trace import Trace, replace
from llmlint.sites.outward import given_for

if TYPE_CHECKING:
    from llmlint.index.project import Project

MAX_CALLERS = 20


def to_callers(project: Project, binding: Binding, trace: Trace) -> Iterator[tuple[ast.expr, Trace]]:
    """The objects that calls give for a parameter, and the value in them after each call."""
    function = parent(binding.node)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or (
        class_of(function) is not None and is_receiver(function, binding.name)
    ):
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
