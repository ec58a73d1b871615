"""Surfacing: where the error of a call comes out that runs in a thread, a task or an iteration of its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.callers import Caller
from llmlint.index.handed_to import only_looks
from llmlint.index.tree import last_name, nodes_in, parameters, parent
from llmlint.index.values import Function, Result, alternatives, dotted
from llmlint.rulebook.running import load_running
from llmlint.sites.errors import graphs
from llmlint.sites.errors.iterated import is_generator, iterations
from llmlint.sites.errors.waiting import DISPLAYS, gives_errors, kept, result_of, taken, waited
from llmlint.sites.records.logs import names_in

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
        return taken(call, result_of)
    adding = graphs.taking(call) if caller.reference is not None else None
    if adding is not None:
        return list(graphs.runs(project, adding)) or [adding]
    above = parent(call)
    if isinstance(above, ast.Call) and call in above.args and _starts(project, above):
        at_end = isinstance(parent(above), ast.Expr) or _of_group(project, above)
        return [call] if at_end else taken(above, waited)
    if caller.reference is None and isinstance(function, ast.AsyncFunctionDef):
        return _unstarted(call)
    return [call]


def _unstarted(call: ast.Call) -> list[ast.AST]:
    """The same for a coroutine, which runs where it is waited for: at once, or after it was kept."""
    node: ast.AST = call
    above = parent(node)
    while isinstance(above, (*DISPLAYS, ast.Starred)):
        node, above = above, parent(above)
    if isinstance(above, ast.Call) and last_name(above.func) == "gather":
        return [] if gives_errors(above) else [call]
    names, among = kept(call)
    return (taken(call, waited) if names else []) or ([] if among else [call])


def apart(project: Project, function: FunctionNode, caller: Caller) -> bool:
    """Whether the function is handed to what runs it where no handler of the caller sees its errors.

    That is after the caller has answered, `background_tasks.add_task(f)`, or beside it, `Thread(target=f)`. A generator
    runs after that where the answer streams it: `StreamingResponse(f())`.
    """
    func = caller.call.func
    if caller.reference is None:
        return is_generator(function) and _streamed(project, caller.call)
    if any(keyword.arg == "target" and keyword.value is caller.reference for keyword in caller.call.keywords):
        made = {dotted(option) for option in alternatives(project.evaluator.evaluate(func))}
        return bool(made) and load_running().beside.issuperset(made)
    if not isinstance(func, ast.Attribute):
        return False
    options = alternatives(project.evaluator.evaluate(func.value))
    paths = [dotted(option.callee) if isinstance(option, Result) else "" for option in options]
    return load_running().collectors.issuperset(paths)


def _streamed(project: Project, call: ast.Call) -> bool:
    """Whether what a call gives is the body of a response, which is iterated over when the handler has returned."""
    above = parent(call)
    if not isinstance(above, ast.Call) or above.args[:1] != [call]:
        return False
    paths = {dotted(option) for option in alternatives(project.evaluator.evaluate(above.func))}
    return bool(paths) and load_running().responses.issuperset(paths)


def _starts(project: Project, call: ast.Call) -> bool:
    """Whether a call makes a task of what it is given first, itself or by a function of the project."""
    if last_name(call.func) in STARTING:
        return True
    makers = (o.node for o in alternatives(project.evaluator.evaluate(call.func)) if isinstance(o, Function))
    return any(_hands_to_task(maker) for maker in makers)


def _of_group(project: Project, call: ast.Call) -> bool:
    """Whether a task is one of a group, which raises what it raises where its block ends, around the call."""
    func = call.func
    options = alternatives(project.evaluator.evaluate(func.value)) if isinstance(func, ast.Attribute) else ()
    paths = {dotted(option.callee) for option in options if isinstance(option, Result)}
    return bool(paths) and load_running().groups.issuperset(paths)


def _hands_to_task(maker: FunctionNode) -> bool:
    given = {argument.arg for argument in (*parameters(maker), maker.args.vararg) if argument is not None}
    return any(
        isinstance(node, ast.Call) and last_name(node.func) in STARTING and bool(names_in(argument) & given)
        for node in nodes_in(maker)
        for argument in (node.args[:1] if isinstance(node, ast.Call) else ())
    )
