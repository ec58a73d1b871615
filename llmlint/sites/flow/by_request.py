"""By request: what a function keeps for callers that do not ask for something else does not come to those that do."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmlint.index.tree import (
    branches_around,
    class_of,
    decorated,
    default_of,
    last_name,
    named_function_of,
    parameters,
)

if TYPE_CHECKING:
    from llmlint.index.callers import Caller

CONTAINERS = frozenset({"dict", "list", "mapping", "sequence", "set", "tuple"})
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def comes_to(function: FunctionDef, caller: Caller, bound: Iterable[ast.AST]) -> bool:
    """Whether one of the statements that bind what is returned runs for a caller: `if tools: …` may keep it away."""
    statements = list(bound)
    return not statements or any(_runs_for(function, caller, statement) for statement in statements)


def _runs_for(function: FunctionDef, caller: Caller, statement: ast.AST) -> bool:
    truths = ((_truth(function, caller, branch.test), outcome) for branch, outcome in branches_around(statement))
    return all(truth is None or truth is outcome for truth, outcome in truths)


def _truth(function: FunctionDef, caller: Caller, test: ast.expr) -> bool | None:
    """How the test of a parameter that may be left out comes out for a caller."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _truth(function, caller, test.operand)
        return None if inner is None else not inner
    if not isinstance(test, ast.Name) or len(function.__dict__["inner"].bindings.get(test.id, ())) != 1:
        return None
    default = default_of(function, test.id)
    if not isinstance(default, ast.Constant) or default.value:
        return None
    return True if _asks(_argument(function, caller, test.id)) else None


def _argument(function: FunctionDef, caller: Caller, name: str) -> ast.expr | None:
    """What a caller gives for a parameter, as far as it is written there."""
    call = caller.call
    if caller.reference is not None or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    if caller.bound and class_of(function) is not None and not decorated(function, "staticmethod"):
        names = names[1:]
    given = dict(zip(names, call.args, strict=False)) | {one.arg: one.value for one in call.keywords if one.arg}
    return given.get(name)


def _asks(argument: ast.expr | None) -> bool:
    """Whether an argument is something and not nothing: a container that its function must be given."""
    function = named_function_of(argument) if isinstance(argument, ast.Name) else None
    if function is None or not isinstance(argument, ast.Name) or default_of(function, argument.id) is not None:
        return False
    if len(function.__dict__["inner"].bindings.get(argument.id, ())) != 1:
        return False
    annotation = next((one.annotation for one in parameters(function) if one.arg == argument.id), None)
    head = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return head is not None and last_name(head).lower() in CONTAINERS
