"""Departing: statements behind which control never goes on: `return`, `sys.exit(…)`, a function that only raises."""

from __future__ import annotations

import ast

from llmlint.index.tree import exits, last_name, scope_of
from llmlint.index.values import Function, Value, alternatives, dotted
from llmlint.rulebook.handling import load_handling

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
NEVER = ("NoReturn", "Never")


def departs(body: list[ast.stmt], deep: bool = False) -> bool:
    """Whether control never comes to the end of the statements; `deep`: nor goes anywhere else within the function."""
    return any(_departs(statement, deep) for statement in body)


def _departs(statement: ast.stmt, deep: bool) -> bool:
    if isinstance(statement, LEAVING):
        return not deep or isinstance(statement, ast.Raise)
    if isinstance(statement, ast.If):
        return bool(statement.orelse) and departs(statement.body, deep) and departs(statement.orelse, deep)
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return isinstance(statement.body[-1], (ast.Return, ast.Continue, ast.Break)) and not deep
    if isinstance(statement, ast.Expr):
        call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        return isinstance(call, ast.Call) and _never_returns(call)
    return False


def _never_returns(call: ast.Call) -> bool:
    """Whether a call never comes back, whichever of the functions that it may run it does run; found once."""
    known: bool | None = call.__dict__.get("never returns")
    if known is None:
        call.__dict__["never returns"] = False  # a function that only calls itself tells nothing
        options = list(alternatives(scope_of(call).module.evaluator.evaluate(call.func)))
        known = call.__dict__["never returns"] = bool(options) and all(map(_never_back, options))
    return known


def _never_back(value: Value) -> bool:
    if not isinstance(value, Function):
        path = dotted(value)
        return path in load_handling().departs
    function = value.node
    if isinstance(function, ast.Lambda):
        return isinstance(function.body, ast.Call) and _never_returns(function.body)
    declared = function.returns
    named = declared.value if isinstance(declared, ast.Constant) else last_name(declared) if declared else ""
    stub = len(function.body) == 1 and isinstance(function.body[0], ast.Raise) and _unwritten(function.body[0])
    return named in NEVER or (not any(exits(function)) and not stub and departs(function.body, deep=True))


def _unwritten(statement: ast.Raise) -> bool:
    """Whether a method is left to those that take its place: `raise NotImplementedError`."""
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return raised is not None and last_name(raised) == "NotImplementedError"
