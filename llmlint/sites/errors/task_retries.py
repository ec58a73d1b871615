"""Task retries: tasks of a queue that have themselves run again after an error: `raise self.retry(exc=error)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import named_function_of, nodes_of, parameters
from llmlint.index.values import Const, alternatives, dotted
from llmlint.rulebook.handling import load_handling
from llmlint.sites.errors.handlers import Cover, Grade, around
from llmlint.sites.errors.retry import Retry
from llmlint.sites.errors.retry_loops import taken_types

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project


def task_retries(project: Project, module: Module, place: ast.AST, grade: Grade) -> Iterator[Retry]:
    """The handlers around a place that have the task around it run again, with how often that is done."""
    function = named_function_of(place)
    handling = load_handling()
    taken = parameters(function)[:1] if function is not None else []
    for decorator in function.decorator_list if function is not None and taken else ():
        if not isinstance(decorator, ast.Call) or not any(k.arg == "bind" for k in decorator.keywords):
            continue
        if not {dotted(one) for one in alternatives(project.evaluator.evaluate(decorator.func))} & handling.again:
            continue
        for handler in around(project, place, grade):
            calls = [call for statement in handler.body for call in nodes_of(statement, ast.Call)]
            for call in calls if handler.cover in (Cover.ALL, Cover.SOME) else ():
                if ast.unparse(call.func) == f"{taken[0].arg}.{handling.again_by}":
                    tries = _tries(project, call, decorator)
                    yield Retry(module, call, place, ast.unparse(call.func), tries, taken_types(handler))


def _tries(project: Project, call: ast.Call, decorator: ast.Call) -> int | None:
    """How often in all: as the call says, else the decorator, else as the library has it; None of it is no end."""
    handling = load_handling()
    for said in (call, decorator):
        for keyword in said.keywords:
            if keyword.arg == handling.again_limit:
                options = alternatives(project.evaluator.evaluate(keyword.value))
                value = options[0].value if len(options) == 1 and isinstance(options[0], Const) else -1
                if value is None:
                    return 0
                return value + 1 if isinstance(value, int) and value >= 0 else None
    return handling.again_default + 1
