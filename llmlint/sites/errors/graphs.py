"""Graphs: where LangGraph is told of a node, and where its graph is run, which raises what the node raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.callers import Caller
from llmlint.index.testcode import is_test
from llmlint.index.tree import last_name, parent
from llmlint.index.values import Function, Member, Result, Symbol, Value, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.index.tree import FunctionNode

ADDING = "add_node"
TAKING = (ADDING, "add_conditional_edges")  # the function it is given runs with the graph
BLOCKING = ("invoke", "stream", "batch")  # run their nodes where they are called; the others put these into threads
RUNNING = ("invoke", "ainvoke", "stream", "astream", "astream_events", "batch", "abatch")


def added(project: Project, function: FunctionNode) -> list[Caller]:
    """The calls that make a node of a function, wherever they got it from: `add_node("agent", create_agent(llm))`."""
    return project.evaluator.searched("graph-nodes", function, lambda: _added(project, function))


def _added(project: Project, function: FunctionNode) -> list[Caller]:
    found: list[Caller] = []
    for path in project.files.spelling(f".{ADDING}(".encode()):
        module = project.module(path)
        for call in module.calls.get(ADDING, ()) if module is not None and not is_test(module) else ():
            for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
                for option in alternatives(project.evaluator.evaluate(given)):
                    if isinstance(option, Function) and option.node is function and module is not None:
                        found.append(Caller(call, module, option.receiver is not None, given))
    return found


def taking(call: ast.Call) -> ast.Call | None:
    """The call that gives a graph what this one is given: itself, or one that it is an argument of as `partial(f)`."""
    while last_name(call.func) == "partial":
        above = parent(call)
        if not isinstance(above, ast.Call) or call not in above.args:
            return None
        call = above
    return call if isinstance(call.func, ast.Attribute) and call.func.attr in TAKING else None


def runs(project: Project, adding: ast.Call) -> list[ast.Call]:
    """The calls that run the graph which a call adds a node to; none where they are out of sight."""
    assert isinstance(adding.func, ast.Attribute)
    found: list[ast.Call] = []
    for graph in _built(project, adding.func.value):
        found += project.evaluator.searched("graph-runs", graph, partial(_runs, project, graph))
    return found


def fellows(project: Project, adding: ast.Call) -> list[ast.Call]:
    """The calls that add nodes to the graph which a call adds one to, that call included."""
    assert isinstance(adding.func, ast.Attribute)
    built = _built(project, adding.func.value)
    return [
        call
        for call in _calls(project, ADDING)
        if isinstance(call.func, ast.Attribute) and any(graph in built for graph in _built(project, call.func.value))
    ]


def _runs(project: Project, graph: ast.Call) -> list[ast.Call]:
    found: list[ast.Call] = []
    for name in RUNNING:
        for call in _calls(project, name):
            if isinstance(call.func, ast.Attribute) and graph in _built(project, call.func.value):
                found.append(call)
    for call in _calls(project, ADDING):  # as a node of another graph
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(call.func, ast.Attribute) and any(graph in _built(project, value) for value in given):
            found += runs(project, call) if graph not in _built(project, call.func.value) else ()
    return found


def _calls(project: Project, method: str) -> Iterator[ast.Call]:
    """The calls of a method in the project, tests apart."""
    for path in sorted(project.files.spelling(f".{method}(".encode())):
        module = project.module(path)
        yield from module.calls.get(method, ()) if module is not None and not is_test(module) else ()


def _built(project: Project, node: ast.expr) -> list[ast.Call]:
    """The calls of `StateGraph(…)` that a graph, compiled or not, can come from."""
    found = [_start(option) for option in alternatives(project.evaluator.evaluate(node))]
    return [call for call in found if call is not None]


def _start(value: Value) -> ast.Call | None:
    while isinstance(value, (Member, Result)):
        if isinstance(value, Result) and isinstance(value.callee, Symbol):
            path = value.callee.path
            return value.call if path.startswith("langgraph.") and path.endswith("Graph") else None
        value = value.base if isinstance(value, Member) else value.callee
    return None
