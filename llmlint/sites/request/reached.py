"""Reached: whether a call is made at all, by its version, and with a client that is built for one model."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.config import pins
from llmlint.index.container_state import left_out
from llmlint.index.tree import block_of, last_name, named_function_of, up_to
from llmlint.index.values import Result
from llmlint.sites.outward import ways_out
from llmlint.sites.request.settings import frame_along

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.recognition.surface import Match

MAX_WAYS = 40


def never_sent(site: CallSite, match: Match) -> bool:
    """Whether every version that the project allows refuses the call, before anything is sent."""
    removed = match.operation.removed
    if not removed or match.surface.adapted:
        return False
    oldest = pins.oldest_allowed(site.module.path, match.surface.sdk.distribution)
    return oldest is not None and oldest >= pins.parse(removed)


def reached_with(site: CallSite, match: Match) -> bool:
    """Whether control can come to the call from where its client is built: `if "gpt" in model:` may keep it away."""
    root, function = match.surface.root, site.function
    built = root.call if isinstance(root, Result) else None
    if built is None or function is None or not _branches(site.node, function):
        return True
    home = named_function_of(built)
    ways = [path for place, path in ways_out(site.project, site.node, MAX_WAYS) if named_function_of(place) is home]
    return not ways or any(_comes(site, path) for path in ways)


def _branches(node: ast.AST, function: ast.AST) -> bool:
    return any(isinstance(above, ast.If) for above in up_to(node, function))


def _comes(site: CallSite, path: tuple[Caller, ...]) -> bool:
    if not path or any(caller.reference is not None for caller in path):
        return True
    return let_in(site, tuple(caller.call for caller in path))


def let_in(site: CallSite, outward: tuple[ast.Call, ...]) -> bool:
    """Whether what callers pass lets control come to the call: `if stream:` around it; innermost first.

    A function that is not called by its name gets its arguments elsewhere.
    """
    if site.function is None:
        return True
    called = [named_function_of(place) for place in (site.node, *outward[:-1])]
    for call, function in zip(outward, called, strict=True):
        if function is None or last_name(call.func) != function.name:
            return True
    frame = frame_along(site, outward)
    return not left_out(site.project.evaluator, block_of(site.node), site.function.__dict__["inner"], frame)
