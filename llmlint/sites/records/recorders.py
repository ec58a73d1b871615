"""Recorders: objects of the project that keep a record of calls in a file or a store of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import FunctionNode, ancestors, class_of, last_name, nodes_in
from llmlint.index.values import Class, Function, Result, alternatives
from llmlint.patterns import regex
from llmlint.sites.flow import sinks
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.project import Project

RECORD = regex(r"^_*a?(record|log|track|trace)(_|$)")


def names_recorder(call: ast.Call) -> bool:
    """Whether a call is one of a method that is named for recording."""
    return isinstance(call.func, ast.Attribute) and bool(RECORD.match(call.func.attr))


def records(project: Project, call: ast.Call, names: set[str]) -> bool:
    """Whether a call hands something named so to a method of a class that writes it to a file or a store."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not any(logs.names_in(argument, content=True) & names for argument in given):
        return False
    return any(
        isinstance(option, Function) and class_of(option.node) is not None and _writes(project, option.node)
        for option in alternatives(project.evaluator.evaluate(call.func))
    )


def managed(project: Project, node: ast.AST) -> bool:
    """Whether the node stands in a `with` of a method of the project that is named for recording.

    What that writes, and when, is its own affair: the models it watches may have kept their answers themselves.
    """
    for above in ancestors(node):
        for item in above.items if isinstance(above, (ast.With, ast.AsyncWith)) else ():
            call = item.context_expr
            if isinstance(call, ast.Call) and names_recorder(call):
                options = alternatives(project.evaluator.evaluate(call.func))
                if any(isinstance(option, Function) and class_of(option.node) is not None for option in options):
                    return True
    return False


def decorated(project: Project, function: FunctionNode) -> bool:
    """Whether a decorator of the project keeps what the function returns, in a file or a store."""
    for decorator in getattr(function, "decorator_list", ()):
        for option in alternatives(project.evaluator.evaluate(decorator)):
            value = option.callee if isinstance(option, Result) else option
            body = project.method(value, "__call__") if isinstance(value, Class) else value
            if isinstance(body, Function) and body.node is not function and _writes(project, body.node):
                return True
    return False


def _writes(project: Project, method: FunctionNode) -> bool:
    """Whether a method, or another of the class that it calls, keeps something outside the process."""
    bodies = [method, *_called(project, method)]
    calls = [node for body in bodies for node in nodes_in(body) if isinstance(node, ast.Call)]
    return any(sinks.keeps(project.evaluator, call, argument) for call in calls for argument in call.args)


def _called(project: Project, method: FunctionNode) -> Iterator[FunctionNode]:
    for node in nodes_in(method):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and last_name(node.func.value) == "self":
            for option in alternatives(project.evaluator.evaluate(node.func)):
                if isinstance(option, Function):
                    yield option.node
