"""Around a call: context managers of the project that take note of what happens in their block."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, named_function_of, nodes_in, parameters
from llmlint.sites.errors.managers import EXITS, around_yield, made_of, methods_of
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def noted_by_block(project: Project, node: ast.AST, wanted: set[str]) -> bool:
    """Whether the node stands in a `with` of the project that logs an error of its block, or what the block tells it.

    `wanted` are the names of what is to be told: `usage.tokens = answer.usage.total_tokens`, which it logs at the end.
    """
    function = named_function_of(node)
    for above in ancestors(node):
        if above is function:
            return False
        if not isinstance(above, (ast.With, ast.AsyncWith)):
            continue
        for item in above.items:
            if any(_logs_errors(project, ends) for ends in _ends(project, item)):
                return True
            if item.optional_vars is not None and _is_told(above, item.optional_vars, wanted):
                if any(_logs_at_end(project, ends) for ends in _ends(project, item)):
                    return True
    return False


def _ends(project: Project, item: ast.withitem) -> Iterator[FunctionDef]:
    """What runs when the block ends: the generator behind its `yield`, or the method of a class."""
    yield from made_of(project, item.context_expr)
    yield from methods_of(project, item.context_expr, EXITS)


def _logs_errors(project: Project, ends: FunctionDef) -> bool:
    if ends.name in EXITS:
        errors = {parameter.arg for parameter in parameters(ends)} - {"self"}
        return any(_says(project, call, errors) for call in logs.parts_of(ends).calls)
    for handler in around_yield(ends):
        errors = {handler.name} if handler.name else set()
        calls = (part for line in handler.body for part in nodes_in(line) if isinstance(part, ast.Call))
        if any(_says(project, call, errors) for call in calls):
            return True
    return False


def _says(project: Project, call: ast.Call, errors: set[str]) -> bool:
    return logs.is_log_call(project, call) and logs.says_something(call, errors, set())


def _is_told(block: ast.With | ast.AsyncWith, holder: ast.expr, wanted: set[str]) -> bool:
    """Whether something named so is put into what the block got: `told["usage"] = answer.usage`, `told.add(answer)`."""
    name = holder.id if isinstance(holder, ast.Name) else ""
    for node in nodes_in(block):
        if isinstance(node, ast.Assign) and logs.names_in(node.value) & wanted:
            if any(isinstance(t, (ast.Attribute, ast.Subscript)) and name in logs.names_in(t) for t in node.targets):
                return True
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and name in logs.names_in(node.func.value)
        ):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(logs.names_in(argument) & wanted for argument in given):
                return True
    return False


def _logs_at_end(project: Project, ends: FunctionDef) -> bool:
    """Whether it writes a line that holds something of what it was told: more than a fixed text."""
    first = next((node.lineno for node in nodes_in(ends) if isinstance(node, ast.Yield)), 0)
    for call in logs.parts_of(ends).calls:
        if call.lineno > first and logs.is_log_call(project, call):
            if any(logs.names_in(argument) for argument in (*call.args, *(k.value for k in call.keywords))):
                return True
    return False
