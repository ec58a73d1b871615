"""Unawaited: retries of the project's own that run a function whose errors come later, and do not wait for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, loops_around, named_function_of, parent
from llmlint.sites.own_decorators import FunctionDef, run_by_decorators

if TYPE_CHECKING:
    from llmlint.index.project import Project


def without_effect(project: Project, function: FunctionDef) -> Iterator[ast.expr]:
    """The project's decorators that only return what a call of the function gives, in a `try` in a loop.

    One that also awaits it, or runs it in another way, may have an effect.
    """
    for _, runs in groupby(run_by_decorators(project, function), key=lambda run: id(run[0])):
        found = list(runs)
        if all(_only_returned(call) for _, _, call in found):
            yield found[0][0]


def _only_returned(call: ast.Call) -> bool:
    statement, wrapper = parent(call), named_function_of(call)
    if not isinstance(statement, ast.Return) or not isinstance(wrapper, ast.FunctionDef):
        return False
    return bool(list(loops_around(call))) and any(_tries(above, below) for below, above in _steps(statement))


def _steps(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return
        yield below, above
        below = above


def _tries(block: ast.AST, inside: ast.AST) -> bool:
    return isinstance(block, ast.Try) and bool(block.handlers) and inside in block.body
