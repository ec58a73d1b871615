"""Sentinels: whether the callers of a function tell what it gives for a failure from an answer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import assigned_to, named_function_of, nodes_in, parent
from llmlint.sites.errors.handlers import always_raises
from llmlint.sites.outward import deciding
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
MAX_DEPTH = 4


def replaces(call: ast.Call) -> bool:
    """Whether a caller turns the sentinel into an ordinary answer on the spot: `ask(…) or "nothing found"`."""
    node: ast.AST = call
    above = parent(node)
    while isinstance(above, ast.Await):
        node, above = above, parent(above)
    if not isinstance(above, ast.BoolOp) or not isinstance(above.op, ast.Or) or above.values[0] is not node:
        return False
    other = above.values[1]
    return isinstance(other, (ast.Constant, ast.JoinedStr)) and getattr(other, "value", True) is not None


def untested(project: Project, function: FunctionDef, depth: int = 0) -> Caller | None:
    """A caller that does not test what it gets, nor hands it on to callers that do; None if there is none in sight."""
    for caller in deciding(project.callers(function)):
        if tests(caller.call):
            continue
        above = parent(caller.call)
        while isinstance(above, ast.Await):
            above = parent(above)
        around = named_function_of(caller.call)
        if not isinstance(above, ast.Return) or around is None or depth >= MAX_DEPTH or not project.callers(around):
            return caller
        further = untested(project, around, depth + 1)
        if further is not None:
            return further
    return None


def tests(call: ast.Call) -> bool:
    """Whether what a call gives is tested where it is made, or under the name that it is kept under."""
    node: ast.AST = call
    above = parent(node)
    while isinstance(above, (ast.Await, ast.NamedExpr)):
        node, above = above, parent(above)
    if isinstance(above, (ast.If, ast.While, ast.BoolOp, ast.IfExp, ast.Compare, ast.UnaryOp)):
        return True
    if not isinstance(above, ast.Assign):
        return False
    names = {target.id for target in above.targets if isinstance(target, ast.Name)}
    names |= {
        e.id
        for target in above.targets
        if isinstance(target, ast.Tuple)
        for e in target.elts
        if isinstance(e, ast.Name)
    }
    function = named_function_of(call)
    if function is None:
        return False
    for test in nodes_in(function):
        if isinstance(test, (ast.If, ast.While, ast.IfExp)) and logs.names_in(test.test) & names:
            return True
        if isinstance(test, ast.BoolOp) and logs.names_in(test) & names:
            return True
    return False


def seen_through(project: Project, function: FunctionDef) -> bool:
    """Whether every caller takes an empty answer for a failure: tests it, and raises or computes something else."""
    callers = deciding(project.callers(function))
    return bool(callers) and all(_replaced(caller.call) for caller in callers)


def _replaced(call: ast.Call) -> bool:
    target, function = assigned_to(call), named_function_of(call)
    if target is None or function is None:
        return False
    return any(isinstance(node, ast.If) and _otherwise(_where_empty(node, target.id)) for node in nodes_in(function))


def _where_empty(choice: ast.If, name: str) -> list[ast.stmt]:
    """The branch that is taken where a name holds nothing: `if not name`, else of `if len(name) > 0`."""
    test = choice.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return choice.body if getattr(test.operand, "id", "") == name else []
    filled = getattr(test, "id", "") == name or ast.unparse(test) in (f"len({name})", f"len({name}) > 0")
    return choice.orelse if filled else []


def _otherwise(body: list[ast.stmt]) -> bool:
    """Whether it raises, or returns something computed, or what the object had before."""
    last = body[-1] if body else None
    value = last.value if isinstance(last, ast.Return) else None
    value = value.value if isinstance(value, ast.Await) else value
    first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
    return isinstance(value, ast.Call) or isinstance(first, ast.Attribute) or (bool(body) and always_raises(body))
