"""Deadlines: time limits around a call or around all of its callers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.handed_to import awaited_at
from llmlint.index.tree import last_name, named_function_of, parent, scope_of, taker_of
from llmlint.sites.errors.run_places import taken_at
from llmlint.sites.errors.waited_for import taken_within
from llmlint.sites.evidence import form_of
from llmlint.sites.own_decorators import run_by_decorators

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite

MAX_DEPTH = 6
TASKS = frozenset({"create_task", "ensure_future"})
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
TASK_LIMITS = frozenset({"time_limit", "soft_time_limit", "job_timeout", "timeout", "max_runtime"})


def has_deadline(sites: Sites, site: CallSite) -> bool:
    """Whether a time limit bounds the call on every known way to it."""
    if site.decorated is not None and _bounded_by_decorator(sites, site.decorated):
        return True
    return _bounded(sites, site.node, site.reference, 0, set())


def _bounded_by_decorator(sites: Sites, function: FunctionDef) -> bool:
    """Whether a decorator, a library's or one of the project's that runs the function within a limit, bounds it."""
    form = form_of(function)
    if any(form in entry.works_on for entry, _ in sites.evidence.decorators(function, "timeout")):
        return True
    return any(_limited(sites, run) for _, _, run in run_by_decorators(sites.project, function))


def _bounded(sites: Sites, node: ast.AST, reference: ast.expr | None, depth: int, seen: set[int]) -> bool:
    if any(_limited(sites, place) for place in (node, *_later_uses(node))):
        return True
    if any(taken_within(sites, call, handed) for call, handed in taken_at(node, reference)) or _as_coroutine(
        sites, node
    ):
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
    return bool(callers) and all(_bounded(sites, caller.call, caller.reference, depth + 1, seen) for caller in callers)


def _limited(sites: Sites, node: ast.AST) -> bool:
    return any(True for _ in sites.evidence.managers(node, "timeout"))


def _as_coroutine(sites: Sites, node: ast.AST) -> bool:
    """Whether a function of the project is handed the coroutine that a call makes, and waits for it within a limit."""
    taker = taker_of(node)
    if not isinstance(node, ast.Call) or taker is None:
        return False
    waits = awaited_at(sites.project, node)
    return (waits is not None and _limited(sites, waits)) or taken_within(sites, taker, node)


def _later_uses(node: ast.AST) -> list[ast.Name]:
    """Where a coroutine or a task that is kept in a variable first is used: `call = create(…)`, `wait_for(call, 3)`."""
    statement = parent(node)
    if isinstance(statement, ast.Call) and last_name(statement.func) in TASKS:
        statement = parent(statement)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return []
    scope = scope_of(statement)
    return scope.loads.get(statement.targets[0].id, [])


def _task_limit(decorator: ast.expr) -> bool:
    """`@app.task(time_limit=60)` and its like; a route decorator's timeout keyword is one too."""
    return isinstance(decorator, ast.Call) and any(keyword.arg in TASK_LIMITS for keyword in decorator.keywords)
