"""Deadlines: time limits around a call or around all of its callers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.handed_to import awaited_at
from llmlint.index.tree import ancestors, last_name, named_function_of, parent, scope_of, taker_of
from llmlint.sites.errors.own_deadlines import limited_by_own
from llmlint.sites.errors.run_places import taken_at
from llmlint.sites.errors.waited_for import taken_within
from llmlint.sites.errors.waiting import kept
from llmlint.sites.evidence import form_of
from llmlint.sites.own_decorators import run_by_decorators

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.rulebook.evidence_model import Evidence
    from llmlint.sites.callsite import CallSite

MAX_DEPTH = 6
TASKS = frozenset({"create_task", "ensure_future"})
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
TASK_LIMITS = frozenset({"time_limit", "soft_time_limit", "job_timeout", "timeout", "max_runtime"})


def has_deadline(sites: Sites, site: CallSite) -> bool:
    """Whether a time limit bounds the call on every known way to it."""
    if site.decorated is not None and _bounded_by_decorator(sites, site.decorated):
        return True
    if any(_for_all(entry, site) for entry in sites.evidence.process("timeout", site.module)):
        return True
    return _bounded(sites, site.node, site.reference, 0, set())


def _for_all(entry: Evidence, site: CallSite) -> bool:
    """Whether what the program has switched on limits the calls of all SDKs that the site can be a call of."""
    return not entry.sdks or all(sdk.name in entry.sdks for sdk in site.sdks)


def within_deadline(sites: Sites, place: ast.AST) -> bool:
    """Whether a time limit bounds a whole statement, all turns of a loop, on every known way to it."""
    return _bounded(sites, place, None, 0, set())


def _bounded_by_decorator(sites: Sites, function: FunctionDef) -> bool:
    """Whether a decorator, a library's or one of the project's that runs the function within a limit, bounds it."""
    form = form_of(function)
    if any(form in entry.works_on for entry, _ in sites.evidence.decorators(function, "timeout")):
        return True
    runs = run_by_decorators(sites.project, function)
    return any(_limited(sites, run) or sites.evidence.switched_in(one.node, "timeout") for _, one, run in runs)


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
    if _bounded_by_decorator(sites, function) or sites.evidence.switched_in(function, "timeout"):
        return True
    if any(_task_limit(decorator) for decorator in function.decorator_list):
        return True
    callers = [caller for caller in sites.project.callers(function) if named_function_of(caller.call) is not function]
    return bool(callers) and all(_bounded(sites, caller.call, caller.reference, depth + 1, seen) for caller in callers)


def _limited(sites: Sites, node: ast.AST) -> bool:
    return any(True for _ in sites.evidence.managers(node, "timeout")) or limited_by_own(sites, node)


def _as_coroutine(sites: Sites, node: ast.AST) -> bool:
    """Whether a function of the project is handed the coroutine that a call makes, and waits for it within a limit."""
    taker = taker_of(node)
    if not isinstance(node, ast.Call) or taker is None:
        return False
    waits = awaited_at(sites.project, node)
    return (waits is not None and _limited(sites, waits)) or taken_within(sites, taker, node)


def _later_uses(node: ast.AST) -> list[ast.Name]:
    """Where a coroutine or a task that is kept first, by itself or among others, is used: `wait(tasks, timeout=3)`."""
    above = parent(node)
    started = above if isinstance(above, ast.Call) and last_name(above.func) in TASKS else node
    names = kept(started)[0] if isinstance(started, ast.Call) else set()
    statement = next(one for one in ancestors(started) if isinstance(one, ast.stmt))
    loads = scope_of(statement).loads
    return [load for name in names for load in loads.get(name, [])]


def _task_limit(decorator: ast.expr) -> bool:
    """`@app.task(time_limit=60)` and its like; a route decorator's timeout keyword is one too."""
    return isinstance(decorator, ast.Call) and any(keyword.arg in TASK_LIMITS for keyword in decorator.keywords)
