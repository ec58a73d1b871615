"""Nearest handlers: on each way outward from a call, the first that catches all that it can raise."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from llmlint.index.tree import named_function_of, nodes_in, parent
from llmlint.sites.errors import surfacing
from llmlint.sites.errors.around_run import around_run
from llmlint.sites.errors.giving_up import following, passes_on, sorts_out
from llmlint.sites.errors.handlers import Cover, Grade, Handler, around, sdk_grade
from llmlint.sites.outward import FunctionDef, ways_out
from llmlint.sites.own_decorators import run_by_decorators
from llmlint.sites.recognition.led_elsewhere import led_elsewhere

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project
    from llmlint.sites.callsite import CallSite


class Reached(NamedTuple):
    """A place that an error comes to, the callers on the way there, and what catches it there, if anything does.

    `wrapped` is the function that a decorator runs at the place.
    """

    place: ast.AST
    path: tuple[Caller, ...]
    handler: Handler | None
    wrapped: FunctionDef | None = None


def nearest(project: Project, site: CallSite, stopped: set[int]) -> Iterator[Reached]:
    """The places that an error of a call comes to, nearest first, up to the handlers that end it.

    Beyond the places in `stopped`, to which the caller may add, no way is followed.
    """
    grade = sdk_grade(site.sdks)
    for found, path in ways_out(project, site.node):
        passed = (site.node, *(caller.call for caller in path[:-1])) if path else ()
        if any(id(call) in stopped for call in passed) or (path and led_elsewhere(site.node, path[0])):
            continue
        reference = path[-1].reference if path else site.reference
        for place in (_places(project, site, path) if path else []) or [found]:
            ended = next(_ending(project, place, reference if place is found else None, grade), None)
            function = named_function_of(place) if ended is None else None
            if ended is None and function is not None:
                ended = next(_in_decorators(project, function, grade), None)
            if ended is None:
                yield Reached(found, path, None)
                continue
            stopped.add(id(found))
            at, handler = ended
            if handler.cover is Cover.ALL:  # where it waits for a task, that was started by the call
                yield Reached(at if isinstance(at, ast.Call) else found, path, handler, function)


def _in_decorators(project: Project, function: FunctionDef, grade: Grade) -> Iterator[tuple[ast.AST, Handler]]:
    """The handlers around where decorators of the project run a function, innermost first."""
    for _, _, run in reversed(list(run_by_decorators(project, function))):
        yield from _ending(project, run, None, grade)


def _ending(
    project: Project, place: ast.AST, reference: ast.expr | None, grade: Grade
) -> Iterator[tuple[ast.AST, Handler]]:
    """The handlers around a place that end the error, or may, each with what it stands around, innermost first."""
    for at, handler in around_run(project, place, reference, grade):
        if handler.cover is Cover.UNKNOWN or (handler.cover is Cover.ALL and not passes_on(handler)):
            yield at, handler


def ended_before(project: Project, site: CallSite, place: ast.AST, way: tuple[ast.Call, ...]) -> bool:
    """Whether a handler further in, on the way by which the answer comes to a place, has ended the error of a call."""
    if place not in way:
        return False
    inner: list[ast.AST] = [site.node, *way]
    grade = sdk_grade(site.sdks)
    return any(_ends(handler) for call in inner[: inner.index(place)] for handler in around(project, call, grade))


def _ends(handler: Handler) -> bool:
    """Whether no error of the call comes out of a handler, nor another in its place from there on."""
    if handler.cover is not Cover.ALL or passes_on(handler) or sorts_out(handler):
        return False
    block = parent(handler.node) if isinstance(handler.node, ast.ExceptHandler) else handler.node
    leaves = bool(handler.body) and isinstance(handler.body[-1], ast.Return)
    after = following(block) if isinstance(block, ast.stmt) and not leaves else []
    return not any(isinstance(node, ast.Raise) for part in (*handler.body, *after) for node in nodes_in(part))


def _places(project: Project, site: CallSite, path: tuple[Caller, ...]) -> list[ast.AST]:
    """Where the last of some callers gets to see the error: where it waits for a task, or asks for its result."""
    function = named_function_of(path[-2].call if len(path) > 1 else site.node)
    return surfacing.places(project, function, path[-1]) if function is not None else [path[-1].call]
