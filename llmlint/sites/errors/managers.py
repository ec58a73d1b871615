"""Managers: context managers of the project that end the errors raised in their blocks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, decorated, last_name, nodes_in
from llmlint.index.values import Class, Function, Result, Value, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project

MAKING = ("contextmanager", "asynccontextmanager")
EXITS = ("__exit__", "__aexit__")
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def ending(project: Project, item: ast.withitem) -> Iterator[ast.ExceptHandler | FunctionDef]:
    """What may end an error in the block of a `with` item.

    The clauses around the `yield` of a function that is made a manager, or a class's method that says True on exit.
    """
    entered = item.context_expr
    if isinstance(entered, ast.Call):
        for option in alternatives(project.evaluator.evaluate(entered.func)):
            if isinstance(option, Function) and not isinstance(option.node, ast.Lambda):
                if decorated(option.node, *MAKING):
                    yield from around_yield(option.node)
    for value in alternatives(project.evaluator.evaluate(entered)):
        yield from _exiting(project, value, _says_true)


def perhaps_ending(project: Project, item: ast.withitem) -> bool:
    """Whether a `with` item is an object of a class that works out on exit what it says, or raises there."""
    entered = project.evaluator.evaluate(item.context_expr)
    return any(True for value in alternatives(entered) for _ in _exiting(project, value, _works_out))


def around_yield(function: FunctionDef) -> Iterator[ast.ExceptHandler]:
    """The clauses of each `try` of a generator in whose body a `yield` stands: they meet the errors of the block."""
    for node in nodes_in(function):
        if not isinstance(node, ast.Yield):
            continue
        below: ast.AST = node
        for above in ancestors(node):
            if above is function:
                break
            if isinstance(above, ast.Try) and any(below is statement for statement in above.body):
                yield from above.handlers
            below = above


def _exiting(project: Project, value: Value, wanted: Callable[[FunctionDef], bool]) -> Iterator[FunctionDef]:
    owner = value.callee if isinstance(value, Result) else None
    for name in EXITS if isinstance(owner, Class) else ():
        found = project.method(owner, name) if isinstance(owner, Class) else None
        method = found.node if found is not None else None
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and wanted(method):
            yield method


def _says_true(method: FunctionDef) -> bool:
    said = _said(method)
    return bool(said) and all(isinstance(one, ast.Constant) and one.value is True for one in said)


def _works_out(method: FunctionDef) -> bool:
    """What another manager's exit says is that one's matter: it was entered, too."""
    if any(isinstance(node, ast.Raise) for node in nodes_in(method)):
        return True
    said = [one.value if isinstance(one, ast.Await) else one for one in _said(method)]
    return any(
        not (isinstance(one, ast.Call) and last_name(one.func) in EXITS)
        and not (one is None or (isinstance(one, ast.Constant) and not one.value))
        for one in said
    )


def _said(method: FunctionDef) -> list[ast.expr | None]:
    return [node.value for node in nodes_in(method) if isinstance(node, ast.Return)]
