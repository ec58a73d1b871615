"""Noted: whether a handler leaves a trace of the failure, by itself or through what it calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, nodes_of, parent
from llmlint.index.values import Class, Function, Symbol, alternatives, dotted
from llmlint.patterns import regex
from llmlint.sites.errors.telling import given
from llmlint.sites.records import logs
from llmlint.sites.records.writers import is_writer

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.errors.handlers import Handler

FAILURES = regex(r"(?i)fail|error|err$|exception|skip|miss|unprocessed|bad_|broken|rejected")
STATUS = regex(r"(?i)^(status_?code|return_?code|exit_?code)$")
PRINTING = ("builtins.", "traceback.", "sys.")
MAX_DEPTH = 3


def is_logged(sites: Sites, handler: Handler, *, script: bool) -> bool:
    """Whether a handler writes a line, counts a metric, or calls a function of the project that does."""
    calls = [call for statement in handler.body for call in logs.parts_of(statement).calls]
    return any(_writes(sites, call, script, 0) for call in calls)


def _writes(sites: Sites, call: ast.Call, script: bool, depth: int) -> bool:
    if logs.is_log_call(sites.project, call) or is_writer(sites, call, script=script):
        return True
    if script and logs.is_print(sites.project, call):
        return True
    bodies = (o.node for o in alternatives(sites.project.evaluator.evaluate(call.func)) if isinstance(o, Function))
    return depth < MAX_DEPTH and any(
        _writes(sites, inner, script, depth + 1) for body in bodies for inner in logs.parts_of(body).calls
    )


def handed_out(sites: Sites, handler: Handler) -> bool:
    """Whether a handler hands its error to something out of sight, which may take note of it: `on_error(error)`."""
    name = handler.node.name if isinstance(handler.node, ast.ExceptHandler) else None
    return name is not None and any(_out_of_sight(sites, call) for call in given(handler.node, name))


def _out_of_sight(sites: Sites, call: ast.Call) -> bool:
    statement = parent(call)
    statement = parent(statement) if isinstance(statement, ast.Await) else statement
    if not isinstance(statement, ast.Expr) or logs.is_print(sites.project, call):
        return False
    options = list(alternatives(sites.project.evaluator.evaluate(call.func)))
    if any(isinstance(option, (Class, Function)) for option in options):
        return False
    return not any(isinstance(option, Symbol) and dotted(option).startswith(PRINTING) for option in options)


def kept_on_object(handler: Handler) -> bool:
    """Whether a handler puts the error, or a state that tells of it, into an object: `self.last_error = error`."""
    name = handler.node.name if isinstance(handler.node, ast.ExceptHandler) else None
    for statement in handler.body:
        for node in nodes_of(statement, ast.Assign):
            value = node.value
            if isinstance(value, ast.Constant) and value.value is None:
                continue
            for target in node.targets:
                if not isinstance(target, ast.Attribute):
                    continue
                said = getattr(value, "value", "") if isinstance(value, ast.Constant) else last_name(value)
                if STATUS.match(target.attr) or FAILURES.search(target.attr) or FAILURES.search(str(said)):
                    return True
                if name is not None and any(part.id == name for part in nodes_of(value, ast.Name)):
                    return True
    return False
