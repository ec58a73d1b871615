"""Caught tools: functions that an agent's framework runs, and whose errors it tells the model instead of raising."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.values import alternatives, dotted
from llmlint.rulebook.handling import load_handling
from llmlint.sites.outward import FunctionDef

if TYPE_CHECKING:
    from llmlint.index.project import Project


def is_caught_tool(project: Project, function: FunctionDef) -> bool:
    """Whether a decorator makes such a tool of the function: `@function_tool`."""
    return any(_makes_one(project, decorator) for decorator in function.decorator_list)


def makes_caught_tool(project: Project, call: ast.Call) -> bool:
    """Whether a call that is handed a function makes such a tool of it: `FunctionTool.from_defaults(fn=ask)`."""
    return _makes_one(project, call)


def _makes_one(project: Project, maker: ast.expr) -> bool:
    handling = load_handling()
    if isinstance(maker, ast.Call):
        for keyword in maker.keywords:
            if keyword.arg == handling.tools_raise and getattr(keyword.value, "value", keyword) is None:
                return False
        maker = maker.func
    paths = {dotted(option) for option in alternatives(project.evaluator.evaluate(maker))}
    return bool(paths) and handling.tools.issuperset(paths)
