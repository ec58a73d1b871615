"""Properties: where in the project a method runs that is read like an attribute."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.attributes import PROPERTIES
from llmlint.index.testcode import is_no_program
from llmlint.index.tree import class_of, decorated, named_function_of, scope_of
from llmlint.index.values import Class, Result, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.index.tree import FunctionNode


def reads(project: Project, function: FunctionNode) -> list[ast.Attribute]:
    """The attributes, outside of the method itself and of tests, whose reading runs it."""
    if class_of(function) is None or not decorated(function, *PROPERTIES):
        return []
    return project.evaluator.searched("property-reads", function, lambda: _reads(project, function))


def _reads(project: Project, function: FunctionNode) -> list[ast.Attribute]:
    name, home = getattr(function, "name", ""), scope_of(function).module
    found: list[ast.Attribute] = []
    for path in sorted(project.files.mentioning(name)):
        module = project.module(path)
        if module is not None and (module is home or not is_no_program(module)):
            loads = module.attribute_loads.get(name, ())
            found += [load for load in loads if isinstance(load, ast.Attribute) and _runs(project, load, function)]
    return [load for load in found if named_function_of(load) is not function]


def _runs(project: Project, load: ast.Attribute, function: FunctionNode) -> bool:
    for option in alternatives(project.evaluator.evaluate(load.value)):
        owner = option.callee if isinstance(option, Result) else None
        method = project.method(owner, load.attr) if isinstance(owner, Class) else None
        if method is not None and method.node is function:
            return True
    return False
