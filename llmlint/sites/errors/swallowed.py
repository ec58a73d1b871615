"""Swallowed failures: handlers around a call, or around a caller of it, that make an ordinary answer of its error."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, exits, named_function_of, nodes_in, nodes_of, parent, scope_of, up_to
from llmlint.index.values import Symbol, alternatives
from llmlint.records import entity
from llmlint.sites.context import is_script
from llmlint.sites.errors.default_answers import CONTINUED, always_answers, answer_of
from llmlint.sites.errors.giving_up import following
from llmlint.sites.errors.handlers import Handler
from llmlint.sites.errors.nearest import nearest
from llmlint.sites.errors.noted import FAILURES, handed_out, is_logged, kept_on_object
from llmlint.sites.errors.rows import fills
from llmlint.sites.errors.sentinels import replaces, seen_through, told_apart, untested
from llmlint.sites.errors.telling import records, shows, tells
from llmlint.sites.errors.where_filled import only_looked_up, used_where_filled
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.diagnostics import Location
    from llmlint.index.callers import Caller
    from llmlint.index.module import Module
    from llmlint.index.project import Project
    from llmlint.sites.callsite import CallSite

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
EMPTY_TEXTS = ("''", "[]", "{}")


@entity
class Swallowed:
    """A failure turned into an ordinary answer: `value` is what the handler gives instead, empty for nothing.

    `blind` is a caller that does not test a sentinel that it may get.
    """

    module: Module
    node: ast.Call
    caller: Caller | None
    where: Location
    spelled: str
    value: str
    logged: bool
    blind: Caller | None = None


def swallows(sites: Sites, site: CallSite) -> Iterator[Swallowed]:
    """Handlers that catch everything a call raises and answer as if nothing had happened, nearest first on each way."""
    stopped: set[int] = set()
    reported: set[int] = set()
    for place, path, handler, wrapped in nearest(sites.project, site, stopped):
        module = scope_of(place).module
        if handler is None:
            if isinstance(place, ast.Call) and _gathered_untested(sites, place):
                stopped.add(id(place))
                spelled = "asyncio.gather(return_exceptions=True)"
                yield Swallowed(module, place, path[-1] if path else None, module.location(place), spelled, "", False)
        elif id(handler.node) not in reported:
            reported.add(id(handler.node))
            yield from _judge(sites, site, module, place, path[-1] if path else None, handler, wrapped)


def _judge(
    sites: Sites,
    site: CallSite,
    module: Module,
    place: ast.AST,
    caller: Caller | None,
    handler: Handler,
    wrapped: FunctionDef | None,
) -> Iterator[Swallowed]:
    assert isinstance(place, ast.Call)
    function = named_function_of(place)
    answer = None if _counted(handler) or kept_on_object(handler) else answer_of(sites, handler, function)
    if answer is None:
        return
    function = wrapped if wrapped is not None else function
    calls = [call for statement in handler.body for call in logs.parts_of(statement).calls]
    script = site.context == "script" or is_script(sites.project, module)
    logged = is_logged(sites, handler, script=script) or handed_out(sites, handler)
    value, sentinel = answer
    if logged and value == CONTINUED and not isinstance(handler.body[-1], ast.Continue):
        return  # logged, and the turn ends of itself
    if logged and value == CONTINUED and _counts_successes(handler):
        return
    if isinstance(handler.node, ast.ExceptHandler):
        spelled = f"except {ast.unparse(handler.node.type)}" if handler.node.type is not None else "except"
    else:
        entered = handler.node.items[0].context_expr
        manager = f"{ast.unparse(entered.func)}(…)" if isinstance(entered, ast.Call) else ast.unparse(entered)
        spelled = f"with {manager}" if handler.runs else "contextlib.suppress"
    where = module.location(handler.node)
    told = logged or tells(sites.project, handler.node) or any(shows(sites.project, call) for call in calls)
    blind: Caller | None = None
    if sentinel and function is not None:
        replaced = [c for c in sites.project.callers(function) if replaces(c.call)]
        for other in replaced:
            yield Swallowed(other.module, other.call, other, where, spelled, value, logged)
        if replaced or told:
            return
        if not any(node.value is not None for node in exits(function)[0]) and records(sites.project, handler.node):
            return  # nothing is answered: what became of the call is kept elsewhere
        if exits(function)[1]:
            value = ""  # a generator gives nothing in place of an answer: it ends
        else:
            blind = untested(sites.project, function)
            if blind is None and sites.project.callers(function):
                return  # every caller tells it apart, or hands it on to callers that do
    if value in EMPTY_TEXTS and function is not None and told_apart(sites.project, function, value):
        return
    if logged and function is not None:
        project = sites.project
        if value in EMPTY_TEXTS and (seen_through(project, function) or used_where_filled(project, function)):
            return
        if value == "{}" and only_looked_up(project, function):
            return
        if value and always_answers(function, value):
            return
    if value in EMPTY_TEXTS and _left_out(handler):
        value = CONTINUED
    yield Swallowed(module, place, caller, where, spelled, value, logged, blind)


def _left_out(handler: Handler) -> bool:
    """Whether the `try` adds to a list or a table in each turn of a loop, and the handler lets the loop go on."""
    block = parent(handler.node)
    if not isinstance(block, ast.Try) or any(nodes_of(part, (ast.Return, ast.Break)) for part in handler.body):
        return False
    function = named_function_of(block)
    around = up_to(block, function) if function is not None else ()
    return any(isinstance(above, (ast.For, ast.AsyncFor)) for above in around) and any(
        fills(part) for part in block.body
    )


def _counted(handler: Handler) -> bool:
    """Whether the handler counts or collects the failure apart from the answers: `failed += 1`, `errors.append(e)`."""
    for statement in handler.body:
        for node in nodes_in(statement):
            kept: ast.expr | None = None
            if isinstance(node, ast.AugAssign):
                kept = node.target
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                kept = node.func.value if node.func.attr in ("append", "add", "extend", "put", "put_nowait") else None
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                kept = node
            if kept is not None and FAILURES.search(ast.unparse(kept)):
                return True
            if isinstance(node, ast.Call) and kept is not None and _tells(node, handler):
                return True
    return False


def _counts_successes(handler: Handler) -> bool:
    """Whether a turn in which the `try` succeeds is counted, and the count is told behind the loop: `done += 1`."""
    block = parent(handler.node)
    loop = next((above for above in ancestors(handler.node) if isinstance(above, (ast.For, ast.AsyncFor))), None)
    if not isinstance(block, ast.Try) or loop is None:
        return False
    steps = (node for statement in (*block.body, *block.orelse) for node in nodes_in(statement))
    counted = {
        node.target.id
        for node in steps
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and _is_one(node.value)
    }
    return any(isinstance(n, ast.Name) and n.id in counted for after in following(loop) for n in nodes_in(after))


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


def _tells(call: ast.Call, handler: Handler) -> bool:
    """Whether what is kept names the error: `steps.append({"step": "failed", "content": str(error)})`."""
    name = handler.node.name if isinstance(handler.node, ast.ExceptHandler) else None
    return any(isinstance(part, ast.Name) and part.id == name for given in call.args for part in ast.walk(given))


def _tests_types(project: Project, function: FunctionDef, gathered: ast.expr, depth: int = 0) -> bool:
    """Whether a result is asked for its class, `isinstance(…)` or a class in a `case`, or goes where it may be."""
    asked = any(getattr(call.func, "id", "") in ("isinstance", "type") for call in logs.parts_of(function).calls)
    if asked or nodes_of(function, ast.MatchClass):
        return True
    above: ast.AST | None = parent(gathered)
    held = parent(above) if isinstance(above, ast.Await) else above
    target = held.targets[0] if isinstance(held, ast.Assign) else None
    loads = function.__dict__["inner"].loads.get(target.id, ()) if isinstance(target, ast.Name) else ()
    if any(_hands_on(project, load) for load in loads):
        return True
    if not isinstance(held, ast.Return) and not any(isinstance(parent(load), ast.Return) for load in loads):
        return False
    callers = project.callers(function)
    further = [(around, caller.call) for caller in callers if (around := named_function_of(caller.call)) is not None]
    return not further or depth > 2 or any(_tests_types(project, around, call, depth + 1) for around, call in further)


def _hands_on(project: Project, load: ast.Name) -> bool:
    """Whether a name is given to a function of the project, or to something out of sight."""
    taker = parent(load)
    if not isinstance(taker, ast.Call) or load not in taker.args:
        return False
    return not all(
        isinstance(option, Symbol) and option.path.startswith("builtins.")
        for option in alternatives(project.evaluator.evaluate(taker.func))
    )


def _gathered_untested(sites: Sites, call: ast.Call) -> bool:
    """Whether the call's failure becomes an element of `gather(return_exceptions=True)` that nobody tests."""
    above = parent(call)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.Call) and any(
            k.arg == "return_exceptions" and isinstance(k.value, ast.Constant) and k.value.value is True
            for k in above.keywords
        ):
            function = named_function_of(call)
            return function is not None and not _tests_types(sites.project, function, above)
        above = parent(above)
    return False
