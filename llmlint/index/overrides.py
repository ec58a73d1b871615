"""Overrides that add nothing to what they override: the call goes on to the base class, and so does its answer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import default_of, nodes_in, parameters
from llmlint.index.values import Function, alternatives

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def passes_on(ev: Evaluator, method: ast.AST) -> bool:
    """Whether a method does nothing but `return super().invoke(input, **kwargs)`, with what it was given.

    The answer may go through a function that hands out the object that it got: `return tidied(super().invoke(input))`.
    """
    call = super_call(method)
    if call is None or not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    args = method.args
    own = [arg.arg for arg in (*args.posonlyargs, *args.args)][1:]
    given = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
    if own[: len(given)] != given or any(not isinstance(a, (ast.Name, ast.Starred)) for a in call.args):
        return False
    if any(not _hands_on(method, keyword) for keyword in call.keywords):
        return False
    value = method.body[-1].value if isinstance(method.body[-1], ast.Return) else None
    value = value.value if isinstance(value, ast.Await) else value
    if isinstance(value, ast.Call) and value is not call:
        inner = value.args[0] if len(value.args) == 1 and not value.keywords else None
        inner = inner.value if isinstance(inner, ast.Await) else inner
        return inner is call and _hands_out(ev, value)
    return value is call


def _hands_on(method: ast.FunctionDef | ast.AsyncFunctionDef, keyword: ast.keyword) -> bool:
    """Whether a keyword of the call adds nothing of the method's own: `**kwargs`, or an option that it may have got."""
    if keyword.arg is None:
        return isinstance(keyword.value, ast.Name)
    default = default_of(method, keyword.arg)
    same = isinstance(keyword.value, ast.Name) and keyword.value.id == keyword.arg
    return same and isinstance(default, ast.Constant) and default.value is None


def super_call(method: ast.AST) -> ast.Call | None:
    """The call of the overridden method in a method whose body is a single `return`; None in any other."""
    if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    body = [s for s in method.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        return None
    for node in nodes_in(body[0]):
        func = node.func if isinstance(node, ast.Call) else None
        if isinstance(func, ast.Attribute) and func.attr == method.name and isinstance(func.value, ast.Call):
            if isinstance(func.value.func, ast.Name) and func.value.func.id == "super":
                return node if isinstance(node, ast.Call) else None
    return None


def _hands_out(ev: Evaluator, call: ast.Call) -> bool:
    """Whether a function of the project returns its first argument, and nothing else."""
    options = list(alternatives(ev.evaluate(call.func)))
    for option in options:
        if not isinstance(option, Function) or isinstance(option.node, ast.Lambda):
            return False
        names = [arg.arg for arg in parameters(option.node)]
        returned = [node.value for node in nodes_in(option.node) if isinstance(node, ast.Return)]
        if not names or not returned or any(getattr(value, "id", "") != names[0] for value in returned):
            return False
    return bool(options)
