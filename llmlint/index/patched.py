"""Patched classes: functions of a module that it puts on a class of its own from outside, `Bot.reply = _reply`."""

from __future__ import annotations

import ast

from llmlint.index.tree import FunctionNode, class_of, named_function_of, parent, scope_of


def holder_of(function: FunctionNode) -> ast.ClassDef | None:
    """The class that a function is a method of: one it stands in, or one of the module that it is put on."""
    owner = class_of(function)
    if owner is not None or isinstance(function, ast.Lambda):
        return owner
    if "put_on" not in function.__dict__:
        function.__dict__["put_on"] = _put_on(function)
    found: ast.ClassDef | None = function.__dict__["put_on"]
    return found


def _put_on(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.ClassDef | None:
    module = scope_of(function).module
    if function not in module.functions.get(function.name, ()) or named_function_of(function) is not None:
        return None
    for load in module.name_loads(function.name):
        statement = parent(load)
        if not isinstance(statement, ast.Assign) or named_function_of(load) is not None:
            continue
        for target in statement.targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                for binding in module.scope.bindings.get(target.value.id, ()):
                    if isinstance(binding.node, ast.ClassDef):
                        return binding.node
    return None
