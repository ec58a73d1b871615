"""Iterated generators: calling a generator function runs nothing, so its errors come out where it is iterated."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmlint.index.calls import parameter_of
from llmlint.index.tree import class_of, exits, last_name, named_function_of, parent, scope_of
from llmlint.index.values import Function, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.index.tree import FunctionNode

MAX_STEPS = 6
TAKING = ("all", "any", "dict", "extend", "join", "list", "max", "min", "next", "set", "sorted", "sum", "tuple")
HANDING = ("aiter", "enumerate", "filter", "iter", "map", "zip")
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
        lazy = parent(above) if isinstance(above, ast.comprehension) else None
        if isinstance(lazy, ast.GeneratorExp):
            return iterations(project, lazy, index, steps + 1)
        return [made] if index is None else []
    if isinstance(above, (ast.Call, ast.keyword)):
        return _taken(project, made, above, steps) if index is None else []
    if isinstance(above, ast.Assign) and len(above.targets) == 1:
        target: ast.expr | None = above.targets[0]
        if index is not None:
            parts = target.elts if isinstance(target, ast.Tuple) else []
            target = parts[index] if index < len(parts) else None
        found = _loads(target, made)
        return [place for load in found for place in iterations(project, load, None, steps + 1)]
    if isinstance(above, ast.Tuple) and isinstance(parent(above), ast.Return) and index is None:
        return _outside(project, above, above.elts.index(made), steps)
    if isinstance(above, ast.Return):
        return _outside(project, made, index, steps)
    return []


def _loads(target: ast.expr | None, made: ast.expr) -> Sequence[ast.expr]:
    """Where what is kept as a variable of the function, or on its object, is read."""
    function = named_function_of(made)
    if isinstance(target, ast.Name):
        return function.__dict__["inner"].loads.get(target.id, ()) if function is not None else ()
    if not isinstance(target, ast.Attribute) or function is None or class_of(function) is None:
        return ()
    if not isinstance(target.value, ast.Name) or target.value.id != "self":
        return ()
    loads = scope_of(made).module.attribute_loads.get(target.attr, ())
    spelled = ast.unparse(target)
    return [load for load in loads if ast.unparse(load) == spelled and _class_of(load) is class_of(function)]


def _class_of(node: ast.AST) -> ast.ClassDef | None:
    function = named_function_of(node)
    return class_of(function) if function is not None else None


def _taken(project: Project, made: ast.expr, above: ast.Call | ast.keyword, steps: int) -> list[ast.AST]:
    """The same for an argument of a call that takes the items, hands them on, or runs a function of the project."""
    call = above if isinstance(above, ast.Call) else parent(above)
    if not isinstance(call, ast.Call) or call.func is made:
        return []
    name = last_name(call.func)
    if name in TAKING and made in call.args:
        return [made]
    if name in HANDING and made in call.args:
        return iterations(project, call, None, steps + 1)
    found: list[ast.AST] = []
    for option in alternatives(project.evaluator.evaluate(call.func)):
        name = (parameter_of(option, call, made) if isinstance(option, Function) else None) or ""
        loads = option.node.__dict__["inner"].loads.get(name, ()) if isinstance(option, Function) else ()
        found += [place for load in loads for place in iterations(project, load, None, steps + 1)]
    return found


def _outside(project: Project, returned: ast.expr, index: int | None, steps: int) -> list[ast.AST]:
    function = named_function_of(returned)
    callers = project.callers(function) if function is not None else []
    calls = [caller.call for caller in callers if caller.reference is None]
    return [place for call in calls for place in iterations(project, call, index, steps + 1)]
