"""Loops that run a call again after an error, and how often."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.conditions import decide
from llmlint.index.tree import FUNCTIONS, ancestors, last_name, nodes_in
from llmlint.index.values import Const, Frame, Sequence, alternatives, dotted
from llmlint.sites.errors.advancing import only_advances
from llmlint.sites.errors.counters import limit, turns
from llmlint.sites.errors.endless import may_end, starts_again
from llmlint.sites.errors.handlers import Cover, Grade, Handler, always_raises, around, exception_names, sdk_grade
from llmlint.sites.errors.held_open import held_open
from llmlint.sites.errors.library_retries import number_of
from llmlint.sites.errors.retry import Retry
from llmlint.sites.errors.same_request import counts, in_handler, same_request
from llmlint.sites.errors.uncounted import uncounted

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite

MAX_SPELLED = 60


def loops(sites: Sites, site: CallSite, module: Module, place: ast.AST, frame: Frame | None = None) -> Iterator[Retry]:
    """Loops that run the same request again after an error, and leave when it is answered."""
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS):
            return
        if isinstance(above, (ast.While, ast.For)) and isinstance(below, ast.stmt) and below in above.body:
            handlers = [h for h in _handlers(sites, site, place, above) if starts_again(h.node)]
            nodes: list[ast.AST] = [h.node for h in handlers]
            leaves = leaves_when_done(above, place) or held_open(above, place, nodes)
            work = only_advances(above, place, nodes)
            if handlers and (work or (leaves and same_request(above, place, sent=place is site.node))):
                tries = 0 if work else loop_tries(sites, above, place, handlers, frame)
                caught = {taken_types(handler) for handler in handlers}
                types = frozenset[str]().union(*caught) if frozenset() not in caught else frozenset[str]()
                spelled = _spelled(above)
                yield Retry(module, above, place, spelled, tries, types, bound=_bound(sites, above))
        below = above


def _spelled(loop: ast.While | ast.For) -> str:
    if isinstance(loop, ast.While):
        return f"while {ast.unparse(loop.test)}"
    whole = f"for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}"
    return whole if len(whole) <= MAX_SPELLED else "for"


def taken_types(handler: Handler) -> frozenset[str]:
    """The exceptions that a handler takes by dotted name, empty for any."""
    return frozenset() if handler.broad else frozenset(handler.types)


def _handlers(sites: Sites, site: CallSite, place: ast.AST, loop: ast.AST) -> Iterator[Handler]:
    grade = sdk_grade(site.sdks)
    for handler in around(sites.project, place, grade):
        inside = any(above is loop for above in ancestors(handler.node))
        if inside and handler.cover in (Cover.ALL, Cover.SOME) and isinstance(handler.node, ast.ExceptHandler):
            if not _raises_again(sites, handler, grade):
                yield handler


def _raises_again(sites: Sites, handler: Handler, grade: Grade) -> bool:
    """Whether a handler goes on after other errors than those of the call alone: `if not isinstance(e, …): raise`."""
    for statement in handler.body:
        test = statement.test if isinstance(statement, ast.If) and always_raises(statement.body) else None
        asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else None
        if isinstance(asked, ast.Call) and last_name(asked.func) == "isinstance" and len(asked.args) == 2:
            names, unresolved = exception_names(sites.project, asked.args[1])
            if not unresolved and grade(names) not in (Cover.ALL, Cover.SOME):
                return True
    return False


def leaves_when_done(loop: ast.While | ast.For, place: ast.AST) -> bool:
    """Whether the loop is left after the call was answered: `return` or `break` outside of its handlers."""
    if any(isinstance(above, ast.Return) for above in ancestors(place)):
        return True
    if any(isinstance(node, (ast.Return, ast.Break)) and not in_handler(node, loop) for node in nodes_in(loop)):
        return True
    return counts(loop) and _waits_in_handler(loop)  # meant to be left, and forgotten


def _waits_in_handler(loop: ast.While | ast.For) -> bool:
    calls = (node for node in nodes_in(loop) if isinstance(node, ast.Call) and last_name(node.func) == "sleep")
    return any(in_handler(call, loop) for call in calls)


def _bound(sites: Sites, loop: ast.While | ast.For) -> str:
    """How the end of a `for` over a range is spelled, or of a `while` that counts; empty for any other loop."""
    if isinstance(loop, ast.While):
        return limit(sites.project.evaluator, loop)
    call = loop.iter if isinstance(loop, ast.For) and counts(loop) else None
    return ast.unparse(call.args[min(len(call.args), 2) - 1]) if isinstance(call, ast.Call) and call.args else ""


def _pauses(sites: Sites, over: ast.expr, frame: Frame | None) -> int | None:
    """How many numbers a loop runs over, `for pause in (1, 2, 4)`: it counts its tries by them."""
    if isinstance(over, ast.Call) and getattr(over.func, "id", "") == "enumerate" and over.args:
        over = over.args[0]
    options = alternatives(sites.project.evaluator.evaluate(over, frame))
    value = options[0] if len(options) == 1 else None
    if not isinstance(value, Sequence) or value.open or not value.items:
        return None
    numbers = all(isinstance(item, Const) and isinstance(item.value, (int, float)) for item in value.items)
    return len(value.items) if numbers else None


def _without_end(sites: Sites, over: ast.expr) -> bool:
    called = alternatives(sites.project.evaluator.evaluate(over.func)) if isinstance(over, ast.Call) else ()
    return bool(called) and all(dotted(option) in ("itertools.count", "itertools.cycle") for option in called)


def loop_tries(
    sites: Sites, loop: ast.While | ast.For, place: ast.AST, handlers: list[Handler], frame: Frame | None = None
) -> int | None:
    """How often a loop runs: the bound of its range; 0 where nothing but an answer ends it; else not known."""
    if isinstance(loop, ast.For):
        if counts(loop) and isinstance(loop.iter, ast.Call) and loop.iter.args:
            last = loop.iter.args[-1] if len(loop.iter.args) < 3 else loop.iter.args[1]
            stop, start = number_of(sites, last, frame), 0
            if len(loop.iter.args) > 1:
                start = number_of(sites, loop.iter.args[0], frame) or 0
            return stop - start if stop is not None else None
        endless = _without_end(sites, loop.iter) and not may_end(loop, [handler.node for handler in handlers])
        return 0 if endless else _pauses(sites, loop.iter, frame)
    counted = turns(sites.project.evaluator, loop, place, frame)
    if counted is not None:
        return counted
    caught: list[ast.AST] = [handler.node for handler in handlers]
    if uncounted(loop, place, caught):
        return 0
    if decide(sites.project.evaluator, loop.test, None) is not True and not held_open(loop, place, caught):
        return None
    return None if may_end(loop, caught) else 0
