"""Outward from a place: the callers of what stands around it, as far as they can be seen, and who may call unseen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.callers import Caller
from llmlint.index.calls import parameter_of
from llmlint.index.tree import (
    ancestors,
    named_function_of,
    nodes_in,
    scope_of,
)
from llmlint.index.values import Function, alternatives
from llmlint.sites.flow.receivers import on_its_object

if TYPE_CHECKING:
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef

MAX_DEPTH = 12


def deciding(callers: list[Caller]) -> list[Caller]:
    """The callers that tell how a function fares; a notebook, or a trial under `__main__`, does for want of others."""
    programs = [caller for caller in callers if caller.module.source.cells is None and not is_trial(caller.call)]
    return programs or [caller for caller in callers if caller.module.source.cells is None] or callers


def is_trial(node: ast.AST) -> bool:
    """Whether the node stands directly under `if __name__ == "__main__"`."""
    if named_function_of(node) is not None:
        return False
    guards = (above.test for above in ancestors(node) if isinstance(above, ast.If))
    return any(isinstance(node, ast.Name) and node.id == "__name__" for test in guards for node in nodes_in(test))


def ways_out(project: Project, node: ast.AST, limit: int = 40) -> Iterator[tuple[ast.AST, tuple[Caller, ...]]]:
    """The place and the calls that lead to it, nearest first, each with the callers passed on the way."""
    seen: set[int] = set()
    start = named_function_of(node)
    queue: list[tuple[ast.AST, tuple[Caller, ...]]] = [(node, ())]
    while queue and len(seen) < limit:
        place, path = queue.pop(0)
        if id(place) in seen:
            continue
        seen.add(id(place))
        yield place, path
        function = named_function_of(place)
        if function is not None and len(path) < MAX_DEPTH:
            for caller in project.callers(function):
                if id(caller.call) not in seen and on_its_object(project, start, path, caller):
                    queue.append((caller.call, (*path, caller)))


def given_for(project: Project, function: FunctionDef, name: str) -> Iterator[tuple[Caller, ast.expr]]:
    """The known callers of a function, and what each gives for a parameter."""
    for caller in project.callers(function):
        for callee in alternatives(project.evaluator.evaluate(caller.call.func)) if caller.reference is None else ():
            if isinstance(callee, Function) and callee.node is function:
                for argument in [*caller.call.args, *(keyword.value for keyword in caller.call.keywords)]:
                    if parameter_of(callee, caller.call, argument) == name:
                        yield caller, argument


def function_name(node: ast.AST) -> str:
    """The dotted name of the function around a node within its module; empty at module level."""
    parts: list[str] = []
    scope = scope_of(node)
    step = scope if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else node.__dict__["inner"]
    while step is not None:
        if isinstance(step.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            parts.append(step.node.name)
        step = step.parent
    return ".".join(reversed(parts))
