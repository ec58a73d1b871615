"""Sentinels: whether the callers of a function tell what it gives for a failure from an answer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, assigned_to, earlier, exits, named_function_of, nodes_in, parent
from llmlint.sites.errors.broken_by_none import breaks
from llmlint.sites.errors.handlers import always_raises
from llmlint.sites.errors.taken_results import results, tests
from llmlint.sites.outward import deciding

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
    """A caller that takes the sentinel for an answer; None if there is none in sight.

    It neither tests what it gets, nor breaks on it, nor hands it on to callers that do.
    """
    for caller in deciding(project.callers(function)):
        taken = results(project, function, caller)
        if taken == []:
            return caller
        for result in taken or ():
            if tests(result) or breaks(project, result):
                continue
            above = parent(result)
            while isinstance(above, ast.Await):
                above = parent(above)
            around = named_function_of(result)
            if not isinstance(above, ast.Return) or around is None or depth >= MAX_DEPTH or not project.callers(around):
                return caller
            further = untested(project, around, depth + 1)
            if further is not None:
                return further
    return None


def told_apart(project: Project, function: FunctionDef, empty: str) -> bool:
    """Whether an empty value is given for a failure alone, and every caller asks whether what it got is empty."""
    callers = deciding(project.callers(function))
    return bool(callers) and _never_an_answer(function, empty) and all(_asks(caller) for caller in callers)


def _never_an_answer(function: FunctionDef, empty: str) -> bool:
    """Whether a function raises, or answers otherwise, where the name that it returns would hold nothing."""
    returns, yields = exits(function)
    answers = [node for node in returns if not (_in_handler(node) and node.value and ast.unparse(node.value) == empty)]
    return not yields and bool(answers) and all(_filled(node) for node in answers)


def _in_handler(node: ast.Return) -> bool:
    return any(isinstance(above, ast.ExceptHandler) for above in ancestors(node))


def _filled(answer: ast.Return) -> bool:
    """Whether the name that is returned has been found to hold something."""
    name = answer.value.id if isinstance(answer.value, ast.Name) else None
    for step in (answer, *ancestors(answer)) if name is not None else ():
        for before in reversed(earlier(step)) if isinstance(step, ast.stmt) else ():
            if isinstance(before, ast.If) and _leaves(_where_empty(before, name or "")):
                return True
            if any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in nodes_in(before)):
                return False
    return False


def _leaves(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], (ast.Raise, ast.Continue))


def _asks(caller: Caller) -> bool:
    """Whether a caller asks whether what it got under a name is empty."""
    target, function = assigned_to(caller.call), named_function_of(caller.call)
    if target is None or function is None or caller.reference is not None:
        return False
    tests = (node.test for node in nodes_in(function) if isinstance(node, (ast.If, ast.IfExp, ast.While)))
    return any(_plain(test) in (target.id, f"len({target.id})", f"len({target.id}) > 0") for test in tests)


def _plain(test: ast.expr) -> str:
    return ast.unparse(test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test)


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
