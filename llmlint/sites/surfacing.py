"""Surfacing: where the error of a call comes out that runs in a thread, a task or an iteration of its own."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmlint.index.callers import Caller
from llmlint.index.handed_to import only_looks
from llmlint.index.tree import last_name, named_function_of, nodes_in, parent
from llmlint.sites import graphs
from llmlint.sites.iterated import is_generator, iterations

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.index.tree import FunctionNode

STARTING = ("create_task", "ensure_future", "start_soon")


def places(project: Project, function: FunctionNode, caller: Caller) -> list[ast.AST]:
    """The expressions that raise what the called function raises; none where they are out of sight."""
    call: ast.Call = caller.call
    if caller.reference is None and is_generator(function):
        return iterations(project, call) or [call]
    if caller.reference is not None and only_looks(project, call, caller.reference):
        return []
    if caller.reference is not None and last_name(call.func) == "submit":
        return _taken(call, _result_of)
    if caller.reference is not None and last_name(call.func) == graphs.ADDING and isinstance(call.func, ast.Attribute):
        return list(graphs.runs(project, call)) or [call]
    above = parent(call)
    if isinstance(above, ast.Call) and call in above.args and last_name(above.func) in STARTING:
        return [call] if isinstance(parent(above), ast.Expr) else _taken(above, _awaited)
    return [call]


def _taken(started: ast.Call, takes: Callable[[ast.AST], str]) -> list[ast.AST]:
    """Where the function that starts it takes the result of what it keeps under a name."""
    statement, function = parent(started), named_function_of(started)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    if function is None or not names:
        return []
    return [node for node in nodes_in(function) if takes(node) in names]


def _result_of(node: ast.AST) -> str:
    """The name in `future.result()`, else nothing."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "result":
        return node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    return ""


def _awaited(node: ast.AST) -> str:
    """The name in `await task`, else nothing."""
    return node.value.id if isinstance(node, ast.Await) and isinstance(node.value, ast.Name) else ""
