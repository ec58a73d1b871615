"""Retries: what tries a call again, around it or in its client."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.tree import loops_around, named_function_of, scope_of, up_to
from llmlint.index.values import Frame
from llmlint.sites.errors import recursion
from llmlint.sites.errors.giving_up import passes_on
from llmlint.sites.errors.handlers import Cover, Grade, around, sdk_grade
from llmlint.sites.errors.library_retries import adapted, decorators, derived, objects
from llmlint.sites.errors.retry import Retry
from llmlint.sites.errors.retry_loops import loops, taken_types
from llmlint.sites.errors.run_places import run_places, taken_at
from llmlint.sites.errors.task_retries import task_retries
from llmlint.sites.outward import ways_out
from llmlint.sites.own_decorators import run_by_decorators

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite

MAX_WAYS = 40
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def around_call(sites: Sites, site: CallSite) -> Iterator[Retry]:
    """What tries the call again, here or in its callers."""
    seen: set[int] = set()
    stopped: set[int] = set()
    again: set[int] = set()  # the loops found, each of which runs one call until it is answered
    grade = sdk_grade(site.sdks)
    for match in site.matches:
        yield from derived(sites, site, match)
        yield from adapted(sites, site, match)
    for place, path in ways_out(site.project, site.node, MAX_WAYS):
        if path and not stopped.isdisjoint({id(site.node), *(id(caller.call) for caller in path[:-1])}):
            continue
        module = path[-1].module if path else site.module
        within = [site.node, *(caller.call for caller in path[:-1])] if path else []
        if not any(_several_times(call, again) for call in within):
            for retry in loops(sites, site, module, place):
                again.add(id(retry.node))
                yield retry
            reference = path[-1].reference if path else site.reference
            yield from objects(sites, site, place, reference)
            for call, handed in taken_at(place, reference):
                for run, frame in run_places(sites.project, call, handed):
                    yield from _elsewhere(sites, site, place, run, frame, ast.unparse(call.func))
                    taker = named_function_of(run)
                    for retry in decorators(sites, site, scope_of(run).module, taker, run) if taker is not None else ():
                        yield replace(retry, outer=place)
        yield from _restarts(sites, module, place, grade)
        yield from task_retries(sites.project, module, place, grade)
        if any(h.cover is Cover.ALL and not passes_on(h) for h in around(sites.project, place, grade)):
            stopped.add(id(place))  # no error comes out of this function
            continue
        function = named_function_of(place)
        if function is not None and id(function) not in seen:
            seen.add(id(function))
            yield from decorators(sites, site, module, function, place)
            yield from _own_decorators(sites, site, function, place)


def _elsewhere(
    sites: Sites, site: CallSite, place: ast.AST, run: ast.Call, frame: Frame | None, spelled: str
) -> Iterator[Retry]:
    """What tries again where a function, or a decorator, of the project runs what it was handed at a place."""
    module, grade = scope_of(run).module, sdk_grade(site.sdks)
    for retry in (*loops(sites, site, module, run, frame), *_restarts(sites, module, run, grade)):
        yield replace(retry, outer=place, spelled=spelled)


def _own_decorators(sites: Sites, site: CallSite, function: FunctionDef, place: ast.AST) -> Iterator[Retry]:
    """The loops in which decorators of the project run a function, with the numbers that they are given."""
    ev = sites.project.evaluator
    for decorator, option, run in run_by_decorators(sites.project, function):
        spelled = f"@{ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)}"
        frame = None
        if isinstance(decorator, ast.Call):
            frame = ev.activations.calling(option.node, decorator, None, bound=False)
        yield from _elsewhere(sites, site, place, run, frame, spelled)


def _restarts(sites: Sites, module: Module, place: ast.AST, grade: Grade) -> Iterator[Retry]:
    """Handlers around the place that start its function again, and count that."""
    for handler in around(sites.project, place, grade):
        again = recursion.restart(handler) if handler.cover in (Cover.ALL, Cover.SOME) else None
        tries = recursion.tries(sites.project, handler, again) if again is not None else None
        if again is not None and tries is not None:
            yield Retry(module, again, place, ast.unparse(again), tries, taken_types(handler))


def _several_times(call: ast.AST, again: set[int]) -> bool:
    """Whether its function makes a call several times: what starts that function again starts a whole job again.

    The loops in `again` do not count: they end with the first answer.
    """
    within = up_to(call, named_function_of(call) or scope_of(call).module.tree)
    return any(id(loop) not in again for loop in loops_around(call)) or any(
        isinstance(above, COMPREHENSIONS) for above in within
    )
