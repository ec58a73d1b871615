"""Log functions of a project: those that do nothing but write what they are handed to a log."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import FunctionNode, class_of, named_function_of, nodes_in
from llmlint.index.values import Const, Function, alternatives, dotted
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.sites.flow.trace import Use

LEVELS = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "critical"}


def only_logs(project: Project, function: FunctionNode) -> bool:
    """Whether all that a function does is to log: each statement that calls something for its effect is a log line."""
    known: bool | None = function.__dict__.get("only_logs")
    if known is None:
        function.__dict__["only_logs"] = False  # while it is asked for: functions that call each other are none
        known = not isinstance(function, ast.Lambda) and _only_logs(project, function)
        function.__dict__["only_logs"] = known
    return known


def _only_logs(project: Project, function: FunctionNode) -> bool:
    lines = 0
    for node in nodes_in(function):
        gives = isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) and node.value is not None
        if gives or isinstance(node, (ast.Raise, ast.Await)):
            return False
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if not logs.is_log_call(project, node.value) and not called(project, node.value):
                return False
            lines += 1
    return lines > 0


def called(project: Project, call: ast.Call) -> list[Function]:
    """The log functions of the project that a call runs; none where it may run anything else."""
    options = list(alternatives(project.evaluator.evaluate(call.func)))
    found = [option for option in options if isinstance(option, Function) and only_logs(project, option.node)]
    return found if len(found) == len(options) else []


def place(project: Project, use: Use) -> tuple[ast.Call, str]:
    """The log line of the program that brings an answer to a log, with its level: the call of a log function.

    A log function that has words of its own for what it logs is the place itself. The level is empty where it is not
    known.
    """
    assert isinstance(use.node, ast.Call)
    line, level = use.node, use.how
    if level == "log":
        level = _level(project, line, use.entered[-1] if use.entered else None)
    for outer in reversed(use.entered):
        function = named_function_of(line)
        if function is None or not only_logs(project, function) or _has_words(line):
            break
        if not isinstance(outer, ast.Call):
            break
        line = outer
    return line, level


def _level(project: Project, line: ast.Call, entered: ast.AST | None) -> str:
    """The level that the first argument of `logger.log` names, as the call of the function around it gives it."""
    ev, function = project.evaluator, named_function_of(line)
    given = line.args[0] if line.args else next((k.value for k in line.keywords if k.arg == "level"), None)
    if given is None:
        return ""
    frame = None
    if isinstance(entered, ast.Call) and function is not None:
        bound = class_of(function) is not None and isinstance(entered.func, ast.Attribute)
        frame = ev.activations.calling(function, entered, None, bound=bound)
    names = {_named(option) for option in alternatives(ev.evaluate(given, frame))}
    return names.pop() if len(names) == 1 else ""


def _named(option: object) -> str:
    if isinstance(option, Const):
        return LEVELS.get(option.value, "") if isinstance(option.value, int) else str(option.value).lower()
    path = dotted(option)  # type: ignore[arg-type]
    return path.removeprefix("logging.").lower() if path.startswith("logging.") else ""


def _has_words(line: ast.Call) -> bool:
    """Whether a line has words of its own beside what it is given."""
    texts = (part.value for given in line.args for part in nodes_in(given) if isinstance(part, ast.Constant))
    return any(isinstance(text, str) and any(map(str.isalpha, text.replace("%s", ""))) for text in texts)
