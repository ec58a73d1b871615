"""Receivers: which object `self` is where a value came out of one of its methods."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.names import read
from llmlint.index.tree import FunctionNode, class_of, named_function_of, nodes_in, parameters, scope_of
from llmlint.index.values import Class, Function, Value

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project


def meant(
    project: Project, call: ast.Call, start: FunctionNode | None, outward: tuple[ast.Call, ...], options: list[Value]
) -> list[Value]:
    """Of what a call can run, what it runs on the object that the value came from: `self` is the same there.

    So is what a name holds, of which first one method and then another is called.

    `start` is the function that the value begins in, `outward` the calls that returned it, innermost first.
    """
    if len(options) < 2:
        return options
    here, on_self = _around(call)
    if outward and _on_same(call, outward[-1]):
        owner = _object(project, start, outward[:-1])
        if owner is None:
            return options
    elif on_self:
        owner = _object(project, start, outward)
        if owner is None or here is None or not _is_above(project, here.node, owner):
            return options
    else:
        return options
    classes = [owner, *project.subclasses(owner)]
    methods = [project.method(one, _name(call)) for one in classes]
    nodes = [method.node for method in methods if method is not None]
    return [option for option in options if isinstance(option, Function) and option.node in nodes] or options


def on_its_object(project: Project, start: FunctionNode | None, passed: tuple[Caller, ...], caller: Caller) -> bool:
    """Whether a caller that calls a method on `self` can do so on the object that the way at hand has come out of.

    That is not so where all classes that it may be of have a method of their own in the place of the one around the
    call. `start` is the function that the way begins in, `passed` are the callers on it so far, innermost first.
    """
    call, around = caller.call, named_function_of(caller.call)
    here, on_self = _around(call)
    if caller.reference is not None or here is None or around is None or not on_self:
        return True
    owner = _object(project, start, tuple(one.call for one in passed))
    if owner is None:
        return True
    may_be = [one for one in (owner, *project.subclasses(owner)) if _is_above(project, here.node, one)]
    if not may_be:  # a class beside it, unless what is called is kept in an attribute
        return project.method(here, _name(call)) is None
    for one in may_be:
        found = project.method(one, around.name)
        if found is None or found.node is around or any(_is_super(node) for node in nodes_in(found.node)):
            return True
    return False


def _is_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "super"


def _object(project: Project, start: FunctionNode | None, outward: tuple[ast.Call, ...]) -> Class | None:
    """The narrowest class known of the object in whose method the value is, after it left others of its methods."""
    owner = _class(start)
    for call in outward:
        here, on_self = _around(call)
        if here is None or owner is None or not on_self or not _is_above(project, here.node, owner):
            owner = here
    return owner


def _class(function: FunctionNode | None) -> Class | None:
    node = class_of(function) if function is not None else None
    return Class(scope_of(function).module, node) if function is not None and node is not None else None


def _is_above(project: Project, node: ast.ClassDef, owner: Class) -> bool:
    return any(isinstance(entry, Class) and entry.node is node for entry in project.mro(owner))


def within(entered: tuple[ast.expr, ...]) -> bool:
    """Whether calls by which a value was entered all run on `self`: the object is the same all the way down."""
    return all(isinstance(call, ast.Call) and _around(call)[1] for call in entered)


def _on_same(call: ast.Call, other: ast.Call) -> bool:
    """Whether two calls of methods in one function are on what the same name holds, which got nothing new between."""
    here, there = (one.func.value if isinstance(one.func, ast.Attribute) else None for one in (call, other))
    if not isinstance(here, ast.Name) or not isinstance(there, ast.Name) or here.id != there.id or call is other:
        return False
    return named_function_of(call) is named_function_of(other) and read(here).bindings == read(there).bindings


def _around(call: ast.Call) -> tuple[Class | None, bool]:
    """The class whose method a call stands in, and whether it calls a method of the object itself; found once."""
    known: tuple[Class | None, bool] | None = call.__dict__.get("around")
    if known is None:
        function = named_function_of(call)
        known = call.__dict__["around"] = _class(function), function is not None and _on_self(call, function)
    return known


def _on_self(call: ast.Call, function: FunctionNode) -> bool:
    if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return False
    first = parameters(function)
    return class_of(function) is not None and bool(first) and first[0].arg == call.func.value.id


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
