"""Uncalled: functions that nothing in the project calls, and nothing could call unseen."""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_no_program
from llmlint.index.tree import FunctionNode, class_of, scope_of

if TYPE_CHECKING:
    from llmlint.index.project import Project


def uncalled(project: Project, function: FunctionNode) -> bool:
    """Whether no call of a function, or of the class that it constructs, can hide in the project.

    Only where the name is spelled nowhere but in its definition, in packages that pass it on, and in tests. A method
    may be called on whatever has one of its name, a decorated function by what decorates it: they never count.
    """
    if isinstance(function, ast.Lambda) or function.decorator_list:
        return False
    owner = class_of(function)
    if owner is not None and (function.name != "__init__" or owner.decorator_list):
        return False
    scope = scope_of(function)
    home, name = scope.module, owner.name if owner is not None else function.name
    if home.name_loads(name) or home.attribute_loads.get(name) or project.callers(function):
        return False
    for path in project.files.mentioning(name):
        if path == home.key or posixpath.basename(path) == "__init__.py":
            continue
        module = project.module(path)
        if module is None or not is_no_program(module):
            return False
    return True
