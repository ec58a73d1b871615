"""Instances: the names that objects of a class are kept under, by which they are called like functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.module import Module
from llmlint.index.testcode import is_no_program
from llmlint.index.tree import parent
from llmlint.index.values import Class, Symbol, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project

RUN_BY_CALLING = frozenset({"__call__", "forward", "aforward"})
"""Methods that run when an object is called; `forward` where a library's base class has it so."""


def names(project: Project, owner: Class) -> set[str]:
    """The names and attributes to which objects of a class, or of a class below it, are assigned.

    Those that a function keeps of a parameter that is declared to be one are among them.
    """
    found: set[str] = set()
    for one in (owner, *project.subclasses(owner)):
        for path in project.files.using(one.node.name, one.module.key):
            module = project.module(path)
            if module is None or is_no_program(module):
                continue
            found |= _taken(module, one.node.name)
            for call in module.calls.get(one.node.name, ()):
                above = parent(call)
                while isinstance(above, (ast.IfExp, ast.BoolOp)):
                    above = parent(above)
                if isinstance(above, (ast.Assign, ast.AnnAssign)) and _builds(project, call, one):
                    targets = above.targets if isinstance(above, ast.Assign) else [above.target]
                    found |= {target.id for target in targets if isinstance(target, ast.Name)}
                    found |= {target.attr for target in targets if isinstance(target, ast.Attribute)}
    return found


def _taken(module: Module, name: str) -> set[str]:
    """The parameters declared with this name as their type, and the attributes that they are kept under."""
    found: set[str] = set()
    for load in module.name_loads(name):
        argument = parent(load)
        if isinstance(argument, ast.arg) and argument.annotation is load:
            found.add(argument.arg)
            function = parent(argument)
            while isinstance(function, ast.arguments):
                function = parent(function)
            kept = (s for s in getattr(function, "body", ()) if isinstance(s, ast.Assign))
            for statement in kept:
                if isinstance(statement.value, ast.Name) and statement.value.id == argument.arg:
                    found |= {target.attr for target in statement.targets if isinstance(target, ast.Attribute)}
    return found


def _builds(project: Project, call: ast.Call, owner: Class) -> bool:
    options = alternatives(project.evaluator.evaluate(call.func))
    return any(isinstance(option, Class) and option.node is owner.node for option in options)


def runs(project: Project, owner: Class, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether calling an object of the class runs this method."""
    if function.name not in RUN_BY_CALLING:
        return False
    method = project.method(owner, function.name)
    if method is None or method.node is not function:
        return False
    if function.name == "__call__":
        return True
    return any(isinstance(entry, Symbol) for entry in project.mro(owner)) and project.method(owner, "__call__") is None
