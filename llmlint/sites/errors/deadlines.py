"""Deadlines: time limits around a call or around all of its callers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import named_function_of, parent, scope_of
from llmlint.sites.evidence import form_of

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite

MAX_DEPTH = 6
TASK_LIMITS = frozenset({"time_limit", "soft_time_limit", "job_timeout", "timeout", "max_runtime"})


def has_deadline(sites: Sites, site: CallSite) -> bool:
    """Whether a time limit bounds the call on every known way to it."""
    if site.decorated is not None and _bounded_by_decorator(sites, site.decorated):
        return True
    return _bounded(sites, site.node, 0, set())


def _bounded_by_decorator(sites: Sites, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    form = form_of(function)
    return any(form in entry.works_on for entry, _ in sites.evidence.decorators(function, "timeout"))


def _bounded(sites: Sites, node: ast.AST, depth: int, seen: set[int]) -> bool:
    if any(_limited(sites, place) for place in (node, *_later_uses(node))):
        return True
    function = named_function_of(node)
    if function is None or depth > MAX_DEPTH or id(function) in seen:
        return False
    seen.add(id(function))
    if _bounded_by_decorator(sites, function):
        return True
    if any(_task_limit(decorator) for decorator in function.decorator_list):
        return True
    callers = sites.project.callers(function)
    return bool(callers) and all(_bounded(sites, caller.call, depth + 1, seen) for caller in callers)


def _limited(sites: Sites, node: ast.AST) -> bool:
    return any(True for _ in sites.evidence.managers(node, "timeout"))


def _later_uses(node: ast.AST) -> list[ast.Name]:
    """Where a coroutine that is kept in a variable first is used: `call = create(…)`, `wait_for(call, 3)`."""
    statement = parent(node)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return []
    scope = scope_of(statement)
    return scope.loads.get(statement.targets[0].id, [])


def _task_limit(decorator: ast.expr) -> bool:
    """`@app.task(time_limit=60)` and its like; a route decorator's timeout keyword is one too."""
    return isinstance(decorator, ast.Call) and any(keyword.arg in TASK_LIMITS for keyword in decorator.keywords)
