"""Decorators of the project: what they make of a function, and where they run it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import (
    FUNCTIONS,
    named_function_of,
    nodes_in,
    parameters,
)
from llmlint.index.values import Function, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def own_decorators(project: Project, function: FunctionDef) -> Iterator[Function]:
    """The decorators of a function that are functions of the project."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        for option in alternatives(project.evaluator.evaluate(target)):
            if isinstance(option, Function):
                yield option


def run_by_decorators(project: Project, function: FunctionDef) -> Iterator[tuple[ast.expr, Function, ast.Call]]:
    """The project's decorators of a function, and where they call it: `return function(*args, **kwargs)`."""
    for decorator in function.decorator_list:
        called = isinstance(decorator, ast.Call)
        for option in alternatives(
            project.evaluator.evaluate(decorator.func if isinstance(decorator, ast.Call) else decorator)
        ):
            if isinstance(option, Function):
                yield from ((decorator, option, call) for call in _calls_of_taken(option.node, called))


def _calls_of_taken(decorator: ast.AST, called: bool) -> Iterator[ast.Call]:
    """The calls of the function that a decorator takes, or that a function within one takes that is `called` first."""
    inside = [one for one in nodes_in(decorator) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    takers = [one for one in inside[1:] if named_function_of(one) is decorator] if called else inside[:1]
    for taker in takers:
        name = next((arg.arg for arg in parameters(taker) if arg.arg not in ("self", "cls")), "")
        for node in nodes_in(taker):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def puts_into_table(decorator: ast.AST) -> bool:
    """Whether a decorator puts what it is given into a mapping: `TOOLS[function.__name__] = function`."""
    given = _given(decorator)
    for node in ast.walk(decorator):
        value = node.value if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript) else None
        if isinstance(value, ast.Name) and value.id in given:
            return True
    return False


def hands_out(project: Project, function: FunctionDef) -> bool:
    """Whether a decorator of the project keeps the function for callers out of sight.

    It gives the function back as it is, or something that runs it by other means than a call of what it was given.
    """
    return any(
        _gives_back(decorator.node) or not _calls_given(decorator.node)
        for decorator in own_decorators(project, function)
    )


def _calls_given(decorator: ast.AST) -> bool:
    """Whether a decorator, at any depth, calls or hands on something that it was given."""
    given = _given(decorator)
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call):
            run = [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
            if any(isinstance(part, ast.Name) and part.id in given for part in run):
                return True
    return False


def _given(decorator: ast.AST) -> set[str]:
    """The parameters of a decorator and of the functions within it."""
    makers = [maker for maker in ast.walk(decorator) if isinstance(maker, FUNCTIONS)]
    return {argument.arg for maker in makers for argument in parameters(maker)} - {"self", "cls"}


def _gives_back(decorator: ast.AST) -> bool:
    for maker in ast.walk(decorator):
        if isinstance(maker, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = {argument.arg for argument in parameters(maker)} - {"self", "cls"}
            returned = (node.value for node in nodes_in(maker) if isinstance(node, ast.Return))
            if any(isinstance(value, ast.Name) and value.id in given for value in returned):
                return True
    return False
