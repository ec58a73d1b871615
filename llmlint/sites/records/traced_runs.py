"""Traced runs: runs that carry a tracer to every call inside them, or whose outcome a script shows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, class_of, last_name, named_function_of, nodes_in, scope_of
from llmlint.sites.errors import graphs
from llmlint.sites.records import logs
from llmlint.sites.records.displayed import displayed

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite

RUNNING = ("invoke", "ainvoke", "stream", "astream")
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def run_traced(site: CallSite, function: FunctionDef | None) -> bool:
    """Whether a function, itself or as what its class builds a graph of, runs under the callbacks of a configuration.

    What LangChain runs hands its callbacks to every call inside, and what comes of a node to those of the graph. Who
    runs a function without callers can only be told by the runs of its class, since a graph takes its nodes by name or
    by reference.
    """
    if function is None:
        return False
    if site.match.surface.sdk.chain:
        if _hands_callbacks(function):
            return True
    elif not _is_node(site, function):
        return False
    callers = site.project.callers(function)
    if callers and not _is_node(site, function):
        return False
    owner = class_of(function)
    if owner is None:
        return bool(callers) and _hands_callbacks(callers[0].module.tree)
    methods = [node for node in owner.body if isinstance(node, FUNCTIONS)]
    return any(_hands_callbacks(method) for method in methods)


def run_shown(site: CallSite, function: FunctionDef | None) -> bool:
    """Whether a script shows what comes of the graph that the function is a node of: all that its nodes return."""
    if function is None or site.context != "script":
        return False
    callers = site.project.callers(function)
    return _is_node(site, function) and all(_shows_run(site, caller.module) for caller in callers)


def node_traced(site: CallSite, sites: Sites, function: FunctionDef | None) -> bool:
    """Whether a tracer of the whole program records what goes into a node of a graph and comes out of it."""
    if function is None or not _is_node(site, function):
        return False
    return any(entry.nodes for entry in sites.evidence.process("trace", scope_of(function).module))


def _is_node(site: CallSite, function: FunctionDef) -> bool:
    """Whether graphs alone run a function: each of its callers makes a node of it."""
    callers = site.project.callers(function)
    return bool(callers) and all(caller.reference is not None and _adds_node(caller.call) for caller in callers)


def _shows_run(site: CallSite, module: Module) -> bool:
    tree, shown = module.tree, displayed(module)
    compiled = {
        name
        for node in logs.parts_of(tree).assignments
        if isinstance(node.value, ast.Call) and last_name(node.value.func) == "compile"
        for name in logs.targets(node)
    }
    for call in logs.parts_of(tree).calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in RUNNING and logs.names_in(func.value) & compiled:
            around = named_function_of(call) or tree
            outcome = logs.related_names(around, call)
            printed = (c for c in logs.parts_of(around).calls if logs.is_print(site.project, c))
            if any(call in nodes_in(c) or logs.says_something(c, outcome, set()) for c in printed):
                return True
            if any(call in nodes_in(value) or logs.names_in(value, content=True) & outcome for value in shown):
                return True
    return False


def _adds_node(call: ast.Call) -> bool:
    """Whether a call makes a node of a graph: `workflow.add_node("agent", call_model)`."""
    return last_name(call.func) == graphs.ADDING


def _hands_callbacks(function: ast.AST) -> bool:
    """Whether a run in the function is configured with callbacks: `graph.ainvoke(state, config={"callbacks": […]})`."""
    for call in logs.parts_of(function).calls:
        for keyword in call.keywords:
            if keyword.arg == "config" and _callbacks(keyword.value):
                return True
    return False


def _callbacks(config: ast.expr) -> bool:
    for node in nodes_in(config):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "callbacks":
                    return not (isinstance(value, ast.Constant) or (isinstance(value, ast.List) and not value.elts))
        elif isinstance(node, ast.keyword) and node.arg == "callbacks":
            return not isinstance(node.value, ast.Constant)
    return False
