"""Telling: handlers that send or show the error to whoever waits for the answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, nodes_in, parent
from llmlint.index.values import Class, Function, Result, Symbol, alternatives, dotted
from llmlint.rulebook.handling import load_handling

if TYPE_CHECKING:
    from llmlint.index.project import Project

SENDING = frozenset({"emit", "publish", "send_json", "send_text", "send_message", "reply_text", "put_nowait"})


def tells(project: Project, handler: ast.AST) -> bool:
    """Whether a handler hands its error to something that sends it: an event on a channel, a message to a client."""
    name = handler.name if isinstance(handler, ast.ExceptHandler) else None
    if name is None:
        return False
    for call in given(handler, name):
        if last_name(call.func) in SENDING:
            return True
        for option in alternatives(project.evaluator.evaluate(call.func)):
            if isinstance(option, Function) and any(
                isinstance(node, ast.Call) and last_name(node.func) in SENDING for node in nodes_in(option.node)
            ):
                return True
    return False


def records(project: Project, handler: ast.AST) -> bool:
    """Whether a handler hands its error, as a statement of its own, to a function of the project that keeps it."""
    name = handler.name if isinstance(handler, ast.ExceptHandler) else None
    for call in given(handler, name) if name is not None else ():
        options = alternatives(project.evaluator.evaluate(call.func))
        bodies = [option.node for option in options if isinstance(option, Function)]
        if isinstance(parent(call), ast.Expr) and any(_keeps(body) for body in bodies):
            return True
    return False


def _keeps(function: ast.AST) -> bool:
    """Whether a function puts something into an object: `self.state[model] = verdict`."""
    stores = (node for node in nodes_in(function) if isinstance(node, (ast.Attribute, ast.Subscript)))
    return any(isinstance(node.ctx, ast.Store) for node in stores)


def shows(project: Project, call: ast.Call) -> bool:
    """Whether a call shows an error to whoever uses the program: `st.error(…)`, or `self.notify(…)` of a widget."""
    handling = load_handling()
    if last_name(call.func) not in handling.shows:
        return False
    paths = [dotted(option) for option in alternatives(project.evaluator.evaluate(call.func))]
    return any(path.startswith(handling.screens) for path in (*paths, *_inherited(project, call.func)))


def _inherited(project: Project, func: ast.expr) -> Iterator[str]:
    """The classes from outside the project that the object at the head of a chain inherits from."""
    while isinstance(func, ast.Attribute):
        func = func.value
    for option in alternatives(project.evaluator.evaluate(func)):
        if isinstance(option, Result) and isinstance(option.callee, Class):
            yield from (base.path for base in project.mro(option.callee) if isinstance(base, Symbol))


def given(handler: ast.AST, name: str) -> Iterator[ast.Call]:
    """The calls in a handler that are given the error, as it is or as text."""
    for node in nodes_in(handler):
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(isinstance(part, ast.Name) and part.id == name for value in given for part in nodes_in(value)):
                yield node
