"""Functions handed to functions of the project: where the taker calls what it was given."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, decorated, nodes_in
from llmlint.index.values import Function, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def run_at(project: Project, call: ast.Call, reference: ast.expr) -> ast.Call | None:
    """The one place in a function of the project that calls what this call hands it; None where that is not plain."""
    options = list(alternatives(project.evaluator.evaluate(call.func)))
    taker = options[0].node if len(options) == 1 and isinstance(options[0], Function) else None
    if not isinstance(taker, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    name = _parameter(taker, call, reference)
    loads = [n for n in nodes_in(taker) if isinstance(n, ast.Name) and n.id == name]
    calls = [n for n in nodes_in(taker) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func in loads]
    return calls[0] if len(calls) == 1 and len(loads) == 1 else None


def _parameter(taker: FunctionDef, call: ast.Call, reference: ast.expr) -> str:
    """The name of the parameter that takes an argument; empty where that is not plain."""
    for keyword in call.keywords:
        if keyword.value is reference:
            return keyword.arg or ""
    if reference not in call.args or any(isinstance(argument, ast.Starred) for argument in call.args):
        return ""
    names = [arg.arg for arg in (*taker.args.posonlyargs, *taker.args.args)]
    if class_of(taker) is not None and not decorated(taker, "staticmethod"):
        names = names[1:]
    position = call.args.index(reference)
    return names[position] if position < len(names) else ""
