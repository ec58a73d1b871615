"""Kept clients: constructors whose client outlives the call, is closed at its end, or has no connections of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import earlier, last_name, named_function_of, nodes_of, parent, up_to
from llmlint.index.values import Result, Value, alternatives, dotted
from llmlint.rulebook.handling import load_handling

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.project import Project
    from llmlint.rulebook.sdk_model import SettingTable

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
CLOSING = ("close", "aclose", "__aexit__")
KEEPING = ("setdefault", "set", "put", "add", "append", "put_nowait")
ROUTING = ("api_route", "delete", "get", "patch", "post", "put", "route")
LEAVING = (ast.Return, ast.Raise, ast.Continue)


def is_route(project: Project, function: FunctionDef) -> bool:
    """Whether a server runs the function for each request: `@app.post("/ask")`."""
    for decorator in function.decorator_list:
        func = decorator.func if isinstance(decorator, ast.Call) else None
        if isinstance(func, ast.Attribute) and func.attr in ROUTING:
            made = alternatives(project.evaluator.evaluate(func.value))
            served = [isinstance(one, Result) and _is_application(one.callee) for one in made]
            if served and all(served):
                return True
    return False


def _is_application(value: Value) -> bool:
    return dotted(value).rpartition(".")[2] in load_handling().applications


def is_closed(built: ast.Call, function: FunctionDef) -> bool:
    """Whether a function closes what it builds: by a `with` around it or around its name, or by hand."""
    if any(node.attr in CLOSING for node in nodes_of(function, ast.Attribute)):
        return True
    names = _names(built)
    for item in nodes_of(function, ast.withitem):
        entered = item.context_expr
        given = [entered, *entered.args] if isinstance(entered, ast.Call) else [entered]
        if any(one is built or (isinstance(one, ast.Name) and one.id in names) for one in given):
            return True
    return False


def is_kept(built: ast.Call, function: FunctionDef) -> bool:
    """Whether what is built is put where a later call finds it: under a key, or under a name that is empty at first."""
    names = _names(built)
    for assign in nodes_of(function, ast.Assign):
        held = assign.value is built or (isinstance(assign.value, ast.NamedExpr) and assign.value.value is built)
        if not held and not (isinstance(assign.value, ast.Name) and assign.value.id in names):
            continue
        if any(isinstance(target, ast.Subscript) for target in assign.targets):
            return True
        if any(isinstance(target, ast.Attribute) for target in assign.targets) and _in_case(built, function):
            return True
    for call in nodes_of(function, ast.Call):
        taken = any(one is built or (isinstance(one, ast.Name) and one.id in names) for one in call.args)
        if taken and last_name(call.func) in KEEPING:
            return True
    shared = {name for node in nodes_of(function, ast.Global) for name in node.names}
    shared |= {name for node in nodes_of(function, ast.Nonlocal) for name in node.names}
    return bool(names & shared) and _in_case(built, function)


def shares_connections(ev: Evaluator, built: ast.Call, function: FunctionDef, settings: SettingTable) -> bool:
    """Whether a client is given connections that the function around it has not made."""
    for keyword in built.keywords:
        if keyword.arg is not None and keyword.arg in settings.paths("http-client"):
            made = [o for o in alternatives(ev.evaluate(keyword.value)) if isinstance(o, Result) and o.call is not None]
            return not any(named_function_of(option.call) is function for option in made if option.call is not None)
    return False


def _names(built: ast.Call) -> set[str]:
    """The plain names that an expression is assigned to."""
    above = parent(built)
    if isinstance(above, ast.NamedExpr):
        return {above.target.id}
    targets = (
        above.targets if isinstance(above, ast.Assign) else [above.target] if isinstance(above, ast.AnnAssign) else []
    )
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _in_case(built: ast.Call, function: FunctionDef) -> bool:
    """Whether it is built only where a test, or a failed look-up, finds that there is none yet."""
    around = up_to(built, function)
    if any(isinstance(above, (ast.If, ast.IfExp, ast.BoolOp, ast.ExceptHandler)) for above in around):
        return True
    return any(True for _ in _left_before(built, function))


def _left_before(built: ast.Call, function: FunctionDef) -> Iterator[ast.If]:
    for step in (built, *up_to(built, function)):
        for before in earlier(step) if isinstance(step, ast.stmt) else ():
            if isinstance(before, ast.If) and isinstance(before.body[-1], LEAVING):
                yield before
