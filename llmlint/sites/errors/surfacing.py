"""Surfacing: where the error of a call comes out that runs in a thread, a task or an iteration of its own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmlint.index.callers import Caller
from llmlint.index.handed_to import only_looks
from llmlint.index.tree import FUNCTIONS, last_name, named_function_of, nodes_in, parameters, parent, scope_of
from llmlint.index.values import Function, Result, alternatives, dotted
from llmlint.rulebook.running import load_running
from llmlint.sites.errors import graphs
from llmlint.sites.errors.iterated import is_generator, iterations
from llmlint.sites.records.logs import names_in

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.index.tree import FunctionNode

DISPLAYS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.List, ast.Set, ast.Dict, ast.Tuple)
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
    adding = graphs.taking(call) if caller.reference is not None else None
    if adding is not None:
        return list(graphs.runs(project, adding)) or [adding]
    above = parent(call)
    if isinstance(above, ast.Call) and call in above.args and _starts(project, above):
        return [call] if isinstance(parent(above), ast.Expr) else _taken(above, _awaited)
    return [call]


def apart(project: Project, caller: Caller) -> bool:
    """Whether the function is handed to what runs it where no handler of the caller sees its errors.

    That is after the caller has answered, `background_tasks.add_task(f)`, or beside it, `Thread(target=f)`.
    """
    func = caller.call.func
    if caller.reference is None:
        return False
    if any(keyword.arg == "target" and keyword.value is caller.reference for keyword in caller.call.keywords):
        made = {dotted(option) for option in alternatives(project.evaluator.evaluate(func))}
        return bool(made) and load_running().beside.issuperset(made)
    if not isinstance(func, ast.Attribute):
        return False
    options = alternatives(project.evaluator.evaluate(func.value))
    paths = [dotted(option.callee) if isinstance(option, Result) else "" for option in options]
    return load_running().collectors.issuperset(paths)


def _starts(project: Project, call: ast.Call) -> bool:
    """Whether a call makes a task of what it is given first, itself or by a function of the project."""
    if last_name(call.func) in STARTING:
        return True
    makers = (o.node for o in alternatives(project.evaluator.evaluate(call.func)) if isinstance(o, Function))
    return any(_hands_to_task(maker) for maker in makers)


def _hands_to_task(maker: FunctionNode) -> bool:
    given = {argument.arg for argument in (*parameters(maker), maker.args.vararg) if argument is not None}
    return any(
        isinstance(node, ast.Call) and last_name(node.func) in STARTING and bool(names_in(argument) & given)
        for node in nodes_in(maker)
        for argument in (node.args[:1] if isinstance(node, ast.Call) else ())
    )


def _taken(started: ast.Call, takes: Callable[[ast.AST], str]) -> list[ast.AST]:
    """Where the function that starts it takes the result of what it keeps under a name, or among others under one."""
    function = named_function_of(started)
    names, among = _kept(started)
    if not names:
        return []
    inside = nodes_in(function) if function is not None else _at_top(scope_of(started).module.tree)
    if among:
        gathered = [node for node in inside if _gathers(node, names)]
        names = _members(inside, names)
        return [*gathered, *(node for node in inside if takes(node) in names)]
    return [node for node in inside if takes(node) in names]


def _at_top(tree: ast.Module) -> list[ast.AST]:
    """What a module does when it is run, without what stands in its functions and classes."""
    apart = (*FUNCTIONS, ast.ClassDef)
    return [node for part in tree.body if not isinstance(part, apart) for node in nodes_in(part)]


def _kept(started: ast.Call) -> tuple[set[str], bool]:
    """The names under which what was started is kept, and whether it is there among others."""
    node: ast.AST = started
    above = parent(node)
    among = False
    while isinstance(above, (*DISPLAYS, ast.Subscript)):
        if isinstance(above, ast.Subscript):  # `started_for[submit(…)] = item`
            holder = above.value if above.slice is node and isinstance(above.ctx, ast.Store) else None
            return ({holder.id} if isinstance(holder, ast.Name) else set()), True
        node, above, among = above, parent(above), True
    if isinstance(above, (ast.Assign, ast.AnnAssign)) and above.value is node:
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        items = [target.value for target in targets if isinstance(target, ast.Subscript)]
        return {_spelled(target) for target in (*targets, *items)} - {""}, among or bool(items)
    if isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) and above.func.attr in ("append", "add"):
        holder = above.func.value
        return ({holder.id} if isinstance(holder, ast.Name) else set()), True
    return set(), among


def _members(inside: Sequence[ast.AST], names: set[str]) -> set[str]:
    """The names that single members of these holders go by: `for future in as_completed(futures)`."""
    members: set[str] = set()
    for node in inside:
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and names_in(node.iter) & names:
            members |= names_in(node.target)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and last_name(node.value.func) == "wait":
            if names_in(node.value) & names:
                names = names.union(*(names_in(target) for target in node.targets))
    return members


def _gathers(node: ast.AST, names: set[str]) -> bool:
    """Whether it waits for all members of a holder, and raises what one of them raises."""
    if not isinstance(node, ast.Call) or last_name(node.func) != "gather":
        return False
    if any(keyword.arg != "loop" for keyword in node.keywords):
        return False
    return any(isinstance(one, ast.Starred) and names_in(one) & names for one in node.args)


def _result_of(node: ast.AST) -> str:
    """The name in `future.result()`, or attribute of `self`; else nothing."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "result":
        return _spelled(node.func.value)
    return ""


def _awaited(node: ast.AST) -> str:
    """The name in `await task`, or attribute of `self`; else nothing."""
    return _spelled(node.value) if isinstance(node, ast.Await) else ""


def _spelled(node: ast.expr) -> str:
    """A name, or an attribute of `self`, as `names_in` gives it; else nothing."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return f"self.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
