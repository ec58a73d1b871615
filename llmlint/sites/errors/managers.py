"""Managers: context managers of the project that end the errors raised in their blocks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, decorated, last_name, nodes_in
from llmlint.index.values import Class, Function, Result, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project

MAKING = ("contextmanager", "asynccontextmanager")
EXITS = ("__exit__", "__aexit__")
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def ending(project: Project, item: ast.withitem) -> Iterator[ast.ExceptHandler | FunctionDef]:
    """What may end an error in the block of a `with` item.

    The clauses around the `yield` of a function that is made a manager, or a class's method that says True on exit.
    """
    for maker in made_of(project, item.context_expr):
        yield from around_yield(maker)
    yield from filter(_says_true, methods_of(project, item.context_expr, EXITS))


def perhaps_ending(project: Project, item: ast.withitem) -> bool:
    """Whether a `with` item is an object of a class that works out on exit what it says, or raises there."""
    return any(map(_works_out, methods_of(project, item.context_expr, EXITS)))


def made_of(project: Project, entered: ast.expr) -> Iterator[FunctionDef]:
    """The generators of the project whose call is entered, where they are made managers: `with watched("a"):`."""
    for option in alternatives(project.evaluator.evaluate(entered.func)) if isinstance(entered, ast.Call) else ():
        if isinstance(option, Function) and not isinstance(option.node, ast.Lambda) and decorated(option.node, *MAKING):
            yield option.node


def methods_of(project: Project, entered: ast.expr, names: Sequence[str]) -> Iterator[FunctionDef]:
    """The methods of these names of an object of the project that is entered."""
    for value in alternatives(project.evaluator.evaluate(entered)):
        owner = value.callee if isinstance(value, Result) else None
        for name in names if isinstance(owner, Class) else ():
            found = project.method(owner, name) if isinstance(owner, Class) else None
            if found is not None and not isinstance(found.node, ast.Lambda):
                yield found.node


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
