"""Positions: which names, parameters and fields a value goes to, and where a path stands in an answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.scopes import Scope
from llmlint.index.tree import class_of, parameters, parent, scope_of
from llmlint.index.values import Class, Function

GATHERING = frozenset({"append", "extend", "write", "add", "put", "appendleft"})


def owner_of(target: ast.Name) -> Scope | None:
    """The scope that binds an assigned name."""
    scope: Scope | None = scope_of(target)
    while scope is not None and target.id not in scope.bindings:
        scope = scope.parent
    return scope


def all_loads(owner: Scope, name: str) -> Iterator[ast.Name]:
    """The uses of a name that a scope binds, nested scopes included."""
    for scope in owner.module.scopes:
        if name in scope.loads and scope.lookup(name) is owner:
            yield from scope.loads[name]


def gathers(load: ast.Name) -> bool:
    """Whether a use of a list only adds to it."""
    above = parent(load)
    return isinstance(above, ast.Attribute) and above.attr in GATHERING


def field_at(owner: Class, call: ast.Call, node: ast.expr) -> str | None:
    """The declared field that an argument by position fills: of a dataclass or a named tuple."""
    if node not in call.args:
        return None
    fields = [s.target.id for s in owner.node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
    index = call.args.index(node)
    return fields[index] if index < len(fields) else None


def parameter_at(option: Function, call: ast.Call, node: ast.expr) -> str | None:
    """The parameter of a project function that an argument by position fills."""
    if node not in call.args:
        return None
    names = [arg.arg for arg in parameters(option.node)]
    if option.receiver is not None and class_of(option.node) is not None:
        names = names[1:]
    index = call.args.index(node)
    return names[index] if index < len(names) else None


def position(path: tuple[str, ...], patterns: tuple[str, ...]) -> str:
    """Where a path stands to the text paths: "whole" at one, "part" on the way to one, else "off"."""
    best = "off"
    for pattern in patterns:
        steps = tuple(pattern.split(".")) if pattern else ()
        if path == steps:
            return "whole"
        if len(path) < len(steps) and steps[: len(path)] == path:
            best = "part"
    return best
