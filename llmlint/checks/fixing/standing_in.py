"""Whether an outer retry does what the SDK's own does, so that the SDK's can go."""

from __future__ import annotations

import ast

from llmlint.checks.finding import Sites
from llmlint.index.tree import ancestors, last_name, named_function_of, nodes_in, parent, up_to
from llmlint.index.values import Const, Result, alternatives, dotted, is_none
from llmlint.patterns import regex
from llmlint.rulebook.evidence_model import Argument, Evidence
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors import retries
from llmlint.sites.errors.handlers import Cover, Handler, around, sdk_grade
from llmlint.sites.errors.retry import Retry
from llmlint.sites.errors.tried_by_sdk import retried, within
from llmlint.sites.evidence import passed

WAITS = "it waits between its tries"
TAKES = "it covers everything that {sdk} retries (rate limits, server errors, lost connections, timeouts)"
COVERS = "everything that uses the client has such a retry"
SLEEP = regex(r"(?i)sleep|back_?off")
NO_WAIT = frozenset({"tenacity.wait_none", "tenacity.wait.wait_none"})


def missing(sites: Sites, site: CallSite, retry: Retry) -> str:
    """What an outer retry lacks to stand in for the SDK's own; "" if nothing."""
    lack = _of_its_own(sites, site, retry)
    root = site.match.surface.root
    if lack or not isinstance(root, Result) or root.call is None:
        return lack
    for other in sites.outside_tests:
        shared = other.match.surface.root
        if other is not site and isinstance(shared, Result) and shared.call is root.call:
            if all(_of_its_own(sites, other, each) for each in retries.around_call(sites, other)):
                return COVERS
    return ""


def _of_its_own(sites: Sites, site: CallSite, retry: Retry) -> str:
    if not _on_every_way(sites, site, retry):
        return COVERS
    if retry.derived:
        return "" if retry.types == frozenset() else TAKES
    if retry.node is site.node:
        return WAITS  # a number that the call gives says nothing of pauses
    if isinstance(retry.node, ast.stmt):
        return _loop(sites, site, retry, retry.node)
    if retry.entry is None and isinstance(retry.node, ast.Call):
        return _recursion(sites, site, retry, retry.node)
    if retry.entry is None or not isinstance(retry.node, ast.Call):
        return WAITS
    if not any(_waits(sites, retry.node, argument) for argument in retry.entry.waits):
        return WAITS
    return "" if _takes_all(sites, site, retry.entry, retry.node) else TAKES


def _on_every_way(sites: Sites, site: CallSite, retry: Retry) -> bool:
    """Whether no caller comes to the call past the retry."""
    function, within = site.function, named_function_of(retry.outer or retry.place)
    for _ in range(retries.MAX_WAYS):
        if function is within or function is None:
            return function is within
        callers = sites.project.callers(function)
        if len(callers) != 1:
            return False
        function = named_function_of(callers[0].call)
    return False


def _waits(sites: Sites, decorator: ast.Call, argument: Argument) -> bool:
    value = passed(decorator, argument)
    if value is None:
        return bool(argument.default)
    first = value.args[0] if isinstance(value, ast.Call) and len(value.args) == 1 else value
    ev = sites.project.evaluator
    for option in (*alternatives(ev.evaluate(first)), *alternatives(ev.evaluate(value))):
        path = dotted(option.callee if isinstance(option, Result) else option)
        if is_none(option) or path in NO_WAIT or (isinstance(option, Const) and not option.value):
            return False
    return True


def _takes_all(sites: Sites, site: CallSite, entry: Evidence, decorator: ast.Call) -> bool:
    if any(passed(decorator, argument) is not None for argument in entry.exempts):
        return False
    types = sites.evidence.retried(entry, decorator)
    if types is None:
        return False
    return not types or all(within(sdk, types, error) for sdk in site.sdks for error in retried(sdk))


def _loop(sites: Sites, site: CallSite, retry: Retry, loop: ast.stmt) -> str:
    seen = around(sites.project, retry.place, sdk_grade(site.sdks))
    inside = [handler for handler in seen if any(above is loop for above in ancestors(handler.node))]
    if len({id(parent(handler.node)) for handler in inside}) != 1:
        return TAKES
    going_on = [handler for handler in inside if _goes_on(handler, loop)]
    for sdk in site.sdks:
        for error in retried(sdk):
            first = next(
                (h for h in inside if h.cover is Cover.UNKNOWN or h.broad or within(sdk, h.types, error)), None
            )
            if first is None or first not in going_on:
                return TAKES
    return "" if all(_sleeps(handler, loop) for handler in going_on) else WAITS


def _recursion(sites: Sites, site: CallSite, retry: Retry, again: ast.Call) -> str:
    """The same of a handler that starts its function again."""
    seen = list(around(sites.project, retry.place, sdk_grade(site.sdks)))
    own = next((handler for handler in seen if handler.node in ancestors(again)), None)
    for sdk in site.sdks:
        for error in retried(sdk):
            covering = (h for h in seen if h.cover is Cover.UNKNOWN or h.broad or within(sdk, h.types, error))
            if own is None or next(covering, None) is not own:
                return TAKES
    nodes = [node for part in own.body for node in nodes_in(part)] if own is not None else []
    sleeps = any(isinstance(node, ast.Call) and SLEEP.search(last_name(node.func)) for node in nodes)
    return "" if sleeps else WAITS


def _goes_on(handler: Handler, loop: ast.stmt) -> bool:
    """Whether the loop takes its next turn after any error that is caught, until it has counted enough."""
    leaving = [n for part in handler.body for n in nodes_in(part) if isinstance(n, (ast.Raise, ast.Return, ast.Break))]
    return all(
        _counted(node, handler.node, loop) and any(isinstance(above, ast.If) for above in up_to(node, handler.node))
        for node in leaving
    )


def _sleeps(handler: Handler, loop: ast.stmt) -> bool:
    """Whether there is a pause before the next turn, but for turns that a count leaves out."""
    for node in nodes_in(loop):
        if not isinstance(node, ast.Call) or not SLEEP.search(last_name(node.func)):
            continue
        if node.args and isinstance(node.args[0], ast.Constant) and not node.args[0].value:
            continue
        within = list(up_to(node, loop))
        if handler.node in within:
            if _counted(node, handler.node, loop):
                return True
        elif not any(isinstance(above, ast.Try) for above in within) and _counted(node, loop, loop):
            if node.lineno < handler.node.lineno or not _skips(handler):
                return True
    return False


def _skips(handler: Handler) -> bool:
    return any(isinstance(node, ast.Continue) for part in handler.body for node in nodes_in(part))


def _counted(node: ast.AST, top: ast.AST, loop: ast.stmt) -> bool:
    """Whether nothing but a count of the turns decides if control comes to a place in `top`."""
    counters = {n.target.id for n in nodes_in(loop) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)}
    if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
        counters.add(loop.target.id)
    for above in up_to(node, top):
        if isinstance(above, (ast.If, ast.IfExp)):
            names = {part.id for part in ast.walk(above.test) if isinstance(part, ast.Name)}
            odd = any(isinstance(part, (ast.Call, ast.BoolOp, ast.Subscript)) for part in ast.walk(above.test))
            if odd or not names & counters:
                return False
        elif isinstance(above, (ast.Try, ast.For, ast.AsyncFor, ast.While)):
            return False
    return True
