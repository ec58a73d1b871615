"""Few turns: objects on which every known caller takes no more than some turns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, last_name, loops_around, named_function_of
from llmlint.sites.errors.counters import number

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project

FEW = 20
MAX_DEPTH = 4


def few_turns(project: Project, place: ast.AST, depth: int = 0) -> bool:
    """Whether whoever holds the object of the method around a place runs it in a loop with a small, known end."""
    function = named_function_of(place)
    callers = project.callers(function) if function is not None and class_of(function) is not None else []
    return bool(callers) and all(_few(project, caller, depth) for caller in callers)


def _few(project: Project, caller: Caller, depth: int) -> bool:
    func = caller.call.func
    if caller.reference is not None or not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        return False
    if func.value.id == "self":  # a method of the same object
        return depth < MAX_DEPTH and few_turns(project, caller.call, depth + 1)
    return any(_ends_soon(project, loop) for loop in loops_around(caller.call))


def _ends_soon(project: Project, loop: ast.AST) -> bool:
    turns = loop.iter if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) else None
    if turns is None or last_name(turns.func) != "range" or len(turns.args) != 1:
        return False
    most = number(project.evaluator, turns.args[0])
    return most is not None and most <= FEW
