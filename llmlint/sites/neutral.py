"""Neutral values: constants that a handler puts where the answer would stand, and callers that see through them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.calls import exits
from llmlint.index.tree import named_function_of, nodes_in, parent
from llmlint.sites.handlers import always_raises
from llmlint.sites.outward import deciding

if TYPE_CHECKING:
    from llmlint.index.project import Project

EMPTY = ("", 0, 0.0, 0.5, False)
TELLING = re.compile(r"(?i)err|fail|status|success|ok$|valid|reason|fallback|degrad|message|warn|detail|explan|source")
"""Keys that tell a failure from an answer."""


def in_place(clause: ast.ExceptHandler) -> tuple[str, bool] | None:
    """An empty value under a key of what the handler returns, where the `try` puts something of the answer there.

    `item["score"] = 0.0` in place of `item["score"] = result.score`. None where a further key tells the two apart.
    """
    statement = parent(clause)
    if not isinstance(statement, ast.Try):
        return None
    answered = {key for part in statement.body for key, value in _given(part) if not isinstance(value, ast.Constant)}
    given = [pair for part in clause.body for pair in _given(part)]
    if any(TELLING.search(key) and key not in answered for key, _ in given):
        return None
    for key, value in given:
        if key in answered and isinstance(value, ast.Constant) and value.value in EMPTY and value.value is not None:
            return f"{key} = {value.value!r}", False
    return None


def _given(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """What is put under constant keys of mappings."""
    for node in nodes_in(statement):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    if isinstance(target.slice.value, str):
                        yield target.slice.value, node.value


def always_answers(function: ast.FunctionDef | ast.AsyncFunctionDef, value: str) -> bool:
    """Whether the function gives the same constant when it succeeds: its answer leaves by another way."""
    returns, yields = exits(function)
    given = {ast.unparse(node.value) if node.value is not None else "None" for node in returns}
    return not yields and value in given and given <= {value, "None"}


def seen_through(project: Project, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether every caller takes an empty answer for a failure: tests it, and raises or computes something else."""
    callers = deciding(project.callers(function))
    return bool(callers) and all(_replaced(caller.call) for caller in callers)


def _replaced(call: ast.Call) -> bool:
    above = parent(call)
    while isinstance(above, ast.Await):
        above = parent(above)
    target = above.targets[0] if isinstance(above, ast.Assign) else None
    function = named_function_of(call)
    if not isinstance(target, ast.Name) or function is None:
        return False
    return any(
        isinstance(node, ast.If) and _is_not(node.test, target.id) and _otherwise(node.body)
        for node in nodes_in(function)
    )


def _is_not(test: ast.expr, name: str) -> bool:
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and getattr(test.operand, "id", "") == name


def _otherwise(body: list[ast.stmt]) -> bool:
    """Whether it raises or returns something computed."""
    last = body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    value = value.value if isinstance(value, ast.Await) else value
    return isinstance(value, ast.Call) or always_raises(body)
