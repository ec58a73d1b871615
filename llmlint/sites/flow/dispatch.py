"""Dispatch: what a call of a method may run, where only the hierarchy of the method is known."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmlint.index.tree import FunctionNode, class_of, scope_of
from llmlint.index.values import Class, Function, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def surely(project: Project, call: ast.Call, function: FunctionDef, leads: Callable[[FunctionNode], bool]) -> bool:
    """Whether a call that may run a function leads on, whichever implementation of it is run."""
    options = alternatives(project.evaluator.evaluate(call.func))
    known: list[FunctionNode] = [option.node for option in options if isinstance(option, Function)]
    if function not in known:
        known += _implementations(project, function)
    return all(one is function or leads(one) or is_abstract(one) for one in known)


def _implementations(project: Project, function: FunctionDef) -> list[FunctionDef]:
    """The methods of this name in the whole hierarchy of the function's class."""
    owner = class_of(function)
    if owner is None:
        return []
    order = project.mro(Class(scope_of(function).module, owner))
    top = next(entry for entry in reversed(order) if isinstance(entry, Class))
    nodes = [statement for each in (top, *project.subclasses(top)) for statement in each.node.body]
    defined = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return [node for node in defined if node.name == function.name]


def is_abstract(function: FunctionNode) -> bool:
    """Whether the function only stands for its implementations."""
    body = [
        s for s in getattr(function, "body", ()) if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    return all(isinstance(statement, (ast.Pass, ast.Raise)) for statement in body)
