"""Again: what may make up for a failed call, short of a retry that can be told: queues, other models, odd loops."""

from __future__ import annotations

import ast

from llmlint.checks.finding import Sites
from llmlint.index.tree import loops_around, named_function_of, nodes_of
from llmlint.index.values import Function, Result, alternatives
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors import retries
from llmlint.sites.errors.handlers import Cover, Handler, around, sdk_grade
from llmlint.sites.outward import ways_out
from llmlint.sites.own_decorators import run_by_decorators

REQUEUING = frozenset(
    {"apply_async", "appendleft", "nack", "put", "put_nowait", "reject", "requeue", "reschedule", "retry"}
)
"""Methods by which a handler has the same thing done once more, later."""


def perhaps_again(sites: Sites, site: CallSite) -> bool:
    """Whether a failed call may be made up for, here or in a caller."""
    grade = sdk_grade(site.sdks)
    for place, _ in ways_out(site.project, site.node, retries.MAX_WAYS):
        function = named_function_of(place)
        if function is not None and any(loops_around(call) for _, _, call in run_by_decorators(site.project, function)):
            return True
        if any(h.cover in (Cover.ALL, Cover.SOME) and _goes_on(sites, h) for h in around(site.project, place, grade)):
            return True
    return False


def carried(sites: Sites, site: CallSite) -> bool:
    """Whether the client is given what tries again by itself: `httpx.Client(transport=HTTPTransport(retries=3))`."""
    root = site.match.surface.root
    return isinstance(root, Result) and root.call is not None and _carries(sites, root.call, 2)


def _carries(sites: Sites, built: ast.Call, depth: int) -> bool:
    evaluate = sites.project.evaluator.evaluate
    for option in (one for keyword in built.keywords for one in alternatives(evaluate(keyword.value))):
        if isinstance(option, Result) and option.call is not None:
            entry = sites.evidence.named(option.callee, "retry", "objects")
            if entry is not None and sites.evidence.satisfied(entry, option.call):
                return True
            if depth and _carries(sites, option.call, depth - 1):
                return True
    return False


def _goes_on(sites: Sites, handler: Handler) -> bool:
    """Whether a handler asks a model in another way, or has the same thing done later."""
    calls = [call for statement in handler.body for call in nodes_of(statement, ast.Call)]
    if any(isinstance(call.func, ast.Attribute) and call.func.attr in REQUEUING for call in calls):
        return True
    if any(id(call) in sites.calls for call in calls):
        return True
    callees = (option for call in calls for option in alternatives(sites.project.evaluator.evaluate(call.func)))
    return any(isinstance(option, Function) and id(option.node) in sites.asking for option in callees)
