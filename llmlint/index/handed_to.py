"""Functions handed to something that runs them: where, and with which arguments, the taker calls what it was given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import (
    FunctionNode,
    class_of,
    decorated,
    last_name,
    named_function_of,
    nodes_in,
    parent,
    taker_of,
)
from llmlint.index.values import Class, Frame, Function, alternatives
from llmlint.rulebook.running import load_running

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def activation(ev: Evaluator, function: FunctionNode, caller: Caller, outer: Frame | None = None) -> Frame | None:
    """The activation that a caller makes; None where it hands the function on and its arguments cannot be seen.

    `outer` is the activation of the function that the call stands in, if that is known.
    Of what `functools.partial` is given it is not complete: the rest comes when the partial is called.
    """
    call, reference = caller.call, caller.reference
    if reference is None and outer is not None:
        return ev.activations.calling(function, call, outer, bound=caller.bound)
    if reference is None:
        return ev.activations.by_caller(function, call, bound=caller.bound)
    options = list(alternatives(ev.evaluate(call.func)))
    if any(isinstance(option, (Function, Class)) for option in options):
        return _within(ev, function, caller, reference)
    name, running = last_name(call.func), load_running()
    complete = name in running.once  # anything else may call it with other arguments, later
    if reference not in call.args or not (complete or name in running.fixing):
        return None
    skip = call.args.index(reference) + 1
    return ev.activations.by_caller(function, call, bound=caller.bound, skip=skip, complete=complete)


def _within(ev: Evaluator, function: FunctionNode, caller: Caller, reference: ast.expr) -> Frame | None:
    """The activation that a taker of the project makes, where it calls the function itself and at one place."""
    place = run_at(ev.project, caller.call, reference)
    taker = named_function_of(place) if place is not None else None
    option = next(iter(alternatives(ev.evaluate(caller.call.func))))
    if place is None or taker is None or not isinstance(option, Function) or taker is not option.node:
        return None
    outer = ev.activations.calling(
        taker, caller.call, None, bound=option.receiver is not None, receiver=option.receiver
    )
    return ev.activations.calling(function, place, outer, bound=caller.bound)


def run_at(project: Project, call: ast.Call, reference: ast.expr) -> ast.Call | None:
    """The one place in a function of the project that calls what this call hands it; None where that is not plain."""
    taken = _taken(project, call, reference) or _taken_by_partial(project, call, reference)
    if taken is None:
        return None
    loads, calls = taken
    return calls[0] if len(calls) == 1 and len(loads) == 1 else None


def handed_on(project: Project, call: ast.Call, reference: ast.expr) -> Iterator[tuple[ast.Call, ast.expr | None]]:
    """Where the function of the project that takes an argument calls it (None), or hands it on, and as which one."""
    taken = _taken(project, call, reference) or _taken_by_partial(project, call, reference)
    for load in taken[0] if taken is not None else ():
        above = parent(load)
        holder = parent(above) if isinstance(above, ast.keyword) else above
        if isinstance(holder, ast.Call):
            yield holder, None if holder.func is load else load


def awaited_at(project: Project, started: ast.Call) -> ast.Await | None:
    """The one place in an `async def` of the project that awaits a coroutine it is handed: `wrap(client.create(…))`."""
    call = taker_of(started)
    if call is None:
        return None
    taker = _function(project, call.func)
    taken = _uses(taker, _parameter(taker, call, started)) if isinstance(taker, ast.AsyncFunctionDef) else None
    read = taken[0] if taken is not None else []
    waits = parent(read[0]) if len(read) == 1 else None
    return waits if isinstance(waits, ast.Await) else None


def only_looks(project: Project, call: ast.Call, reference: ast.expr) -> bool:
    """Whether a function of the project is handed the reference and does not call it: it asks for its signature."""
    taken = _taken(project, call, reference)
    return taken is not None and not taken[1]


def _taken(project: Project, call: ast.Call, reference: ast.expr) -> tuple[list[ast.Name], list[ast.Call]] | None:
    """Where the one function of the project that takes an argument reads it, and where it calls it."""
    taker = _function(project, call.func)
    return _uses(taker, _parameter(taker, call, reference)) if taker is not None else None


def _taken_by_partial(
    project: Project, call: ast.Call, reference: ast.expr
) -> tuple[list[ast.Name], list[ast.Call]] | None:
    """The same for a function that `functools.partial` is given, with the reference by keyword."""
    if last_name(call.func) not in load_running().fixing or not call.args:
        return None
    taker = _function(project, call.args[0])
    name = next((keyword.arg for keyword in call.keywords if keyword.value is reference), None)
    return _uses(taker, name or "") if taker is not None else None


def _function(project: Project, node: ast.expr) -> FunctionDef | None:
    """The one function of the project that an expression is."""
    options = list(alternatives(project.evaluator.evaluate(node)))
    found = options[0].node if len(options) == 1 and isinstance(options[0], Function) else None
    return found if isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


def _uses(taker: FunctionDef, name: str) -> tuple[list[ast.Name], list[ast.Call]] | None:
    """Where a function reads one of its parameters, and where it calls it."""
    if not name:
        return None
    loads = [n for n in nodes_in(taker) if isinstance(n, ast.Name) and n.id == name]
    calls = [n for n in nodes_in(taker) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func in loads]
    return loads, calls


def _parameter(taker: FunctionDef, call: ast.Call, reference: ast.expr) -> str:
    """The name of the parameter that takes an argument; empty where that is not plain."""
    for keyword in call.keywords:
        if keyword.value is reference:
            return keyword.arg or ""
    if reference not in call.args or any(isinstance(argument, ast.Starred) for argument in call.args):
        return ""
    names = [arg.arg for arg in (*taker.args.posonlyargs, *taker.args.args)]
    if class_of(taker) is not None and not decorated(taker, "staticmethod"):
        names = names[1:]
    position = call.args.index(reference)
    return names[position] if position < len(names) else ""
