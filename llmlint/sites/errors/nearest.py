"""Nearest handlers: on each way outward from a call, the first that catches all that it can raise."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from llmlint.sites.errors.giving_up import passes_on
from llmlint.sites.errors.handlers import Cover, Handler, around, sdk_grade
from llmlint.sites.outward import ways_out

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project
    from llmlint.sites.callsite import CallSite


class Reached(NamedTuple):
    """A place that an error comes to, the callers on the way there, and what catches it there, if anything does."""

    place: ast.AST
    path: tuple[Caller, ...]
    handler: Handler | None


def nearest(project: Project, site: CallSite, stopped: set[int]) -> Iterator[Reached]:
    """The places that an error of a call comes to, nearest first, up to the handlers that end it.

    Beyond the places in `stopped`, to which the caller may add, no way is followed.
    """
    grade = sdk_grade(site.sdks)
    for place, path in ways_out(project, site.node):
        passed = (site.node, *(caller.call for caller in path[:-1])) if path else ()
        if any(id(call) in stopped for call in passed):
            continue
        for handler in around(project, place, grade):
            if handler.cover is Cover.ALL and passes_on(handler):
                continue
            if handler.cover is Cover.UNKNOWN or handler.cover is Cover.ALL:
                stopped.add(id(place))
                if handler.cover is Cover.ALL:
                    yield Reached(place, path, handler)
                break
        else:
            yield Reached(place, path, None)
