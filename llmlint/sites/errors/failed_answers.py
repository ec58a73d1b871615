"""Failed answers: the branches in which an answer has told that the request failed, or that it is not complete."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import later, named_function_of, nodes_in, nodes_of
from llmlint.patterns import regex

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
STATUS = frozenset({"status", "status_code"})
STOPPED = frozenset({"finish_reason", "stop_reason"})
FAILED = regex(r"(?i)^(failed|error|errored|cancell?ed|expired|incomplete)$")
GOOD = range(200, 300)
BAD = 400


def failed_branches(function: FunctionDef, visited: set[int]) -> Iterator[tuple[ast.If, list[ast.stmt]]]:
    """The statements that run where a test of what was received says that the request failed, with the `if`."""
    for test in _tests(function):
        branch = _branch(test)
        if branch and any(id(node) in visited for node in nodes_in(test.test)):
            yield test, branch


def asked_about(test: ast.If) -> ast.Call | None:
    """The call that gave what the test asks about, where it is kept under a name of the function."""
    function = named_function_of(test)
    names = {node.id for node in nodes_in(test.test) if isinstance(node, ast.Name)}
    for name in names if function is not None else ():
        bindings = function.__dict__["inner"].bindings.get(name, ())
        before = [binding.value for binding in bindings if binding.position < (test.lineno, test.col_offset)]
        given = before[-1].value if before and isinstance(before[-1], ast.Await) else before[-1] if before else None
        if isinstance(given, ast.Call):
            return given
    return None


def _tests(function: FunctionDef) -> list[ast.If]:
    """The `if` statements of a function, found once."""
    found: list[ast.If] | None = function.__dict__.get("ifs")
    if found is None:
        found = function.__dict__["ifs"] = [
            test for test in nodes_of(function, ast.If) if named_function_of(test) is function
        ]
    return found


def _branch(test: ast.If) -> list[ast.stmt]:
    failed = _failed(test.test)
    if failed is None:
        return []
    if failed:
        return test.body
    leaves = bool(test.body) and isinstance(test.body[-1], (ast.Return, ast.Raise, ast.Continue))
    return test.orelse or (later(test) if leaves else [])


def _failed(test: ast.expr) -> bool | None:
    """Whether a test that holds says that the request failed, or that it did not; None where it says neither."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _failed(test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.Attribute) and test.attr in ("ok", "is_success", "is_error"):
        return test.attr == "is_error"
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left, operator, right = test.left, test.ops[0], test.comparators[0]
    if isinstance(operator, (ast.In, ast.NotIn)):
        return isinstance(operator, ast.In) if getattr(left, "value", None) == "error" else None
    if not isinstance(right, ast.Constant) or not isinstance(left, (ast.Attribute, ast.Subscript)):
        return None
    name = left.attr if isinstance(left, ast.Attribute) else getattr(left.slice, "value", "")
    return _compared(name, operator, right.value)


def _compared(name: object, operator: ast.cmpop, value: object) -> bool | None:
    equal, unequal = isinstance(operator, ast.Eq), isinstance(operator, ast.NotEq)
    if name in STOPPED:
        return True if unequal else None  # which of the other reasons it is, equality tells
    if name not in STATUS or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return equal if FAILED.match(value) and (equal or unequal) else None
    if isinstance(value, int) and value in GOOD:
        return unequal if equal or unequal else None
    return True if isinstance(value, int) and value >= BAD and isinstance(operator, (ast.GtE, ast.Eq)) else None
