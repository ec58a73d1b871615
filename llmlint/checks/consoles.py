"""Loggers that show a program's output to whoever runs it, as a console does."""

from __future__ import annotations

import ast

from llmlint.index.project import Project
from llmlint.index.values import Result, alternatives

AT_INFO = ("INFO", "20", "'INFO'")


def shows_info(project: Project, logger: ast.expr) -> bool:
    """Whether the module that makes a logger also sets it to info level, or gives it a handler of its own."""
    for made in alternatives(project.evaluator.evaluate(logger)):
        if not isinstance(made, Result) or made.module is None or made.call is None:
            continue
        for method in ("setLevel", "addHandler"):
            for call in made.module.calls.get(method, ()):
                if _of(project, call, made.call) and (method == "addHandler" or _at_info(call)):
                    return True
    return False


def _of(project: Project, call: ast.Call, made: ast.Call) -> bool:
    """Whether a method is called on what another call returned."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receivers = alternatives(project.evaluator.evaluate(call.func.value))
    return any(isinstance(one, Result) and one.call is made for one in receivers)


def _at_info(call: ast.Call) -> bool:
    return bool(call.args) and ast.unparse(call.args[0]).rpartition(".")[2] in AT_INFO
