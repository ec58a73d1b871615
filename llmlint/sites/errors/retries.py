"""Retries: what tries a call again, around it or in its client, and how often."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.config.pins import held_below
from llmlint.index.conditions import decide
from llmlint.index.tree import (
    FUNCTIONS,
    ancestors,
    last_name,
    loops_around,
    named_function_of,
    nodes_in,
    scope_of,
    up_to,
)
from llmlint.index.values import Const, Frame, Function, Sequence, alternatives, dotted
from llmlint.records import entity
from llmlint.rulebook.evidence_model import FUNCTION_FORMS
from llmlint.sites.errors import recursion
from llmlint.sites.errors.counters import limit, turns
from llmlint.sites.errors.endless import may_end, starts_again
from llmlint.sites.errors.giving_up import passes_on
from llmlint.sites.errors.handlers import (
    BROAD,
    Cover,
    Grade,
    Handler,
    always_raises,
    around,
    exception_names,
    sdk_grade,
)
from llmlint.sites.errors.held_open import held_open
from llmlint.sites.errors.retry_objects import Applied, around_place
from llmlint.sites.errors.run_places import run_places, taken_at
from llmlint.sites.errors.same_request import counts, in_handler, same_request
from llmlint.sites.errors.tried_by_sdk import retried, within
from llmlint.sites.errors.uncounted import uncounted
from llmlint.sites.evidence import form_of, passed
from llmlint.sites.outward import run_by_decorators, ways_out
from llmlint.sites.request.arguments import given

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.module import Module
    from llmlint.rulebook.evidence_model import Evidence
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.recognition.surface import Match

MAX_WAYS = 40
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
ENDLESS = frozenset({"tenacity.stop_never", "tenacity.stop.stop_never"})
WORKED_OUT = (ast.Name, ast.Attribute, ast.BinOp, ast.Call)
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


@entity
class Retry:
    """Something that tries again: a decorator, a loop around the call with a handler, or a handler that recurses.

    `tries` is how often in all, None where that is not known, 0 for without end. `types` are the exceptions it is
    limited to by dotted name, empty for any, None where that cannot be told. `place` is what it runs again: the call,
    or a caller's call of it. `entry` says which library's decorator it is, `bound` how a loop spells its number of
    tries where it has one, `derived` that the client was made into one that tries again. Where a function is handed the
    call and runs it, `place` is there, and `outer` where it is handed on.
    """

    module: Module
    node: ast.expr | ast.stmt
    place: ast.AST
    spelled: str
    tries: int | None
    types: frozenset[str] | None
    entry: Evidence | None = None
    bound: str = ""
    derived: bool = False
    outer: ast.AST | None = None


def around_call(sites: Sites, site: CallSite) -> Iterator[Retry]:
    """What tries the call again, here or in its callers."""
    seen: set[int] = set()
    stopped: set[int] = set()
    again: set[int] = set()  # the loops found, each of which runs one call until it is answered
    grade = sdk_grade(site.sdks)
    for match in site.matches:
        yield from _derived(sites, site, match)
        yield from _adapted(sites, site, match)
    for place, path in ways_out(site.project, site.node, MAX_WAYS):
        if path and not stopped.isdisjoint({id(site.node), *(id(caller.call) for caller in path[:-1])}):
            continue
        module = path[-1].module if path else site.module
        within = [site.node, *(caller.call for caller in path[:-1])] if path else []
        if not any(_several_times(call, again) for call in within):
            for retry in _loops(sites, site, module, place):
                again.add(id(retry.node))
                yield retry
            reference = path[-1].reference if path else site.reference
            yield from _objects(sites, site, place, reference)
            for call, handed in taken_at(place, reference):
                for run, frame in run_places(sites.project, call, handed):
                    yield from _elsewhere(sites, site, place, run, frame, ast.unparse(call.func))
                    taker = named_function_of(run)
                    for retry in (
                        _decorators(sites, site, scope_of(run).module, taker, run) if taker is not None else ()
                    ):
                        yield replace(retry, outer=place)
        yield from _restarts(sites, module, place, grade)
        if any(h.cover is Cover.ALL and not passes_on(h) for h in around(sites.project, place, grade)):
            stopped.add(id(place))  # no error comes out of this function
            continue
        function = named_function_of(place)
        if function is not None and id(function) not in seen:
            seen.add(id(function))
            yield from _decorators(sites, site, module, function, place)
            yield from _own_decorators(sites, site, function, place)


def _elsewhere(
    sites: Sites, site: CallSite, place: ast.AST, run: ast.Call, frame: Frame | None, spelled: str
) -> Iterator[Retry]:
    """What tries again where a function, or a decorator, of the project runs what it was handed at a place."""
    module, grade = scope_of(run).module, sdk_grade(site.sdks)
    for retry in (*_loops(sites, site, module, run, frame), *_restarts(sites, module, run, grade)):
        yield replace(retry, outer=place, spelled=spelled)


def _derived(sites: Sites, site: CallSite, match: Match) -> Iterator[Retry]:
    """`model.with_retry(stop_after_attempt=4)`: what a client is made into so that it tries again."""
    for derivation, made in match.surface.derived:
        if "retry" not in derivation.gives or made.call is None or made.module is None:
            continue
        ev, table = sites.project.evaluator, derivation.settings
        tries = given(ev, made.module, made.call, made.frame, table, derivation.positional, "retries")
        number = derivation.tries if tries.state.value == "absent" else getattr(tries.value, "value", None)
        only = next((k.value for k in made.call.keywords if k.arg in derivation.retried), None)
        names, unresolved = exception_names(sites.project, only) if only is not None else (set[str](), False)
        types = None if unresolved else frozenset() if names & BROAD else frozenset(names)
        known = number if isinstance(number, int) and not isinstance(number, bool) else None
        said = [k.value for k in made.call.keywords if k.arg in table.paths("retries")] if known is None else []
        bound = ast.unparse(said[0]) if said else ""
        yield Retry(made.module, made.call, site.node, f".{derivation.method}", known, types, None, bound, derived=True)


def _adapted(sites: Sites, site: CallSite, match: Match) -> Iterator[Retry]:
    """`create(…, max_retries=3)`: what a library that wraps the client is told by the call."""
    for adapter in match.surface.adapted:
        trying = adapter.tries
        if trying is None or not held_below(site.module.path, trying.before, trying.package):
            continue
        said = next((k.value for k in site.node.keywords if k.arg == trying.keyword), None)
        number = _number(sites, said) if said is not None else None
        if number is not None and number > 1:
            spelled = f"{trying.keyword}={number}"
            yield Retry(site.module, site.node, site.node, spelled, number, frozenset())


def _decorators(sites: Sites, site: CallSite, module: Module, function: FunctionDef, place: ast.AST) -> Iterator[Retry]:
    for entry, decorator, applied in sites.evidence.applied(function, "retry"):
        if entry.works_on and form_of(function) not in entry.works_on:
            continue
        spelled = f"@{ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)}"
        types = sites.evidence.retried(entry, applied)
        spared = sites.evidence.spared(entry, applied)
        if spared is not None and not any(
            all(within(sdk, spared, error) for error in retried(sdk)) for sdk in site.sdks
        ):
            types = set()  # of what the SDK tries again it takes some, and all that is not the SDK's
        limited = frozenset(types) if types is not None else None
        holder = module if applied is decorator else scope_of(applied).module
        tries = _tries(sites, entry, applied)
        bound = _spelled_tries(entry, applied) if tries is None else ""
        yield Retry(holder, applied, place, spelled, tries, limited, entry, bound)


def _own_decorators(sites: Sites, site: CallSite, function: FunctionDef, place: ast.AST) -> Iterator[Retry]:
    """The loops in which decorators of the project run a function, with the numbers that they are given."""
    ev = sites.project.evaluator
    for decorator, option, run in run_by_decorators(sites.project, function):
        spelled = f"@{ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)}"
        frame = None
        if isinstance(decorator, ast.Call):
            frame = ev.activations.calling(option.node, decorator, None, bound=False)
        yield from _elsewhere(sites, site, place, run, frame, spelled)


def _objects(sites: Sites, site: CallSite, place: ast.AST, reference: ast.expr | None) -> Iterator[Retry]:
    """What a library runs again at the place, but where an error does not come out of what it runs."""
    for applied in around_place(sites, place, reference):
        entry, holder = applied.entry, applied.holder
        if entry.works_on and not entry.works_on & _forms(sites, place, reference, applied):
            continue
        if any(
            h.cover is Cover.ALL and not passes_on(h) and applied.node in ancestors(h.node)
            for h in around(sites.project, place, sdk_grade(site.sdks))
        ):
            continue
        exceptions = entry.exceptions
        limited = applied.made if exceptions is not None and exceptions.constructor else applied.call
        types = sites.evidence.retried(entry, limited or holder)
        tries = _tries(sites, entry, holder, built=True)
        bound = _spelled_tries(entry, holder) if tries is None else ""
        spelled = ast.unparse(holder.func if isinstance(holder, ast.Call) else holder)
        taken = frozenset(types) if types is not None else None
        yield Retry(scope_of(applied.node).module, holder, place, spelled, tries, taken, entry, bound)


def _forms(sites: Sites, place: ast.AST, reference: ast.expr | None, applied: Applied) -> frozenset[str]:
    """How what is run again may run: as the function around a loop does, or as the one that is handed on."""
    if not isinstance(applied.node, ast.Call):
        return frozenset({"async" if isinstance(applied.node, ast.AsyncFor) else "sync"})
    options = alternatives(sites.project.evaluator.evaluate(reference)) if reference is not None else ()
    known = {form_of(o.node) for o in options if isinstance(o, Function) and not isinstance(o.node, ast.Lambda)}
    return frozenset(known or FUNCTION_FORMS)


def _tries(sites: Sites, entry: Evidence, decorator: ast.expr, built: bool = False) -> int | None:
    """How often it tries in all; of what builds an object (`built`) all is said that the object is told."""
    call = decorator if isinstance(decorator, ast.Call) else None
    given = {argument.keyword: passed(call, argument) for argument in entry.bounds}
    if entry.bounds and (built or not any(argument.constructor for argument in entry.bounds)):
        spread = call is not None and any(keyword.arg is None for keyword in call.keywords)
        if not spread and all(value is None or _endless(sites, value) for value in given.values()):
            return 0
    for argument, more in ((entry.attempts, 0), (entry.retries, 1)):
        value = passed(call, argument) if argument is not None else None
        if argument is not None and argument.within and isinstance(value, ast.Call) and value.args:
            value = value.args[0]
        number = _number(sites, value) if value is not None else None
        if number is not None:
            return number + more
    return None


def _spelled_tries(entry: Evidence, decorator: ast.expr) -> str:
    """How a decorator spells its number of tries where that is worked out, `stop_after_attempt(settings.tries + 1)`."""
    argument = entry.attempts
    value = passed(decorator, argument) if isinstance(decorator, ast.Call) and argument is not None else None
    if argument is not None and argument.within:
        named = isinstance(value, ast.Call) and last_name(value.func) == argument.within.rpartition(".")[2]
        value = value.args[0] if isinstance(value, ast.Call) and named and len(value.args) == 1 else None
    return ast.unparse(value) if isinstance(value, WORKED_OUT) else ""


def _endless(sites: Sites, value: ast.expr) -> bool:
    options = list(alternatives(sites.project.evaluator.evaluate(value)))
    return bool(options) and all(
        (isinstance(option, Const) and option.value in (None, -1)) or dotted(option) in ENDLESS for option in options
    )


def _number(sites: Sites, node: ast.expr, frame: Frame | None = None) -> int | None:
    options = list(alternatives(sites.project.evaluator.evaluate(node, frame)))
    if len(options) == 1 and isinstance(options[0], Const):
        value = options[0].value
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    return None


def _loops(sites: Sites, site: CallSite, module: Module, place: ast.AST, frame: Frame | None = None) -> Iterator[Retry]:
    """Loops that run the same request again after an error, and leave when it is answered."""
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS):
            return
        if isinstance(above, (ast.While, ast.For)) and isinstance(below, ast.stmt) and below in above.body:
            handlers = [h for h in _handlers(sites, site, place, above) if starts_again(h.node)]
            leaves = leaves_when_done(above, place) or held_open(above, place, [h.node for h in handlers])
            if handlers and leaves and same_request(above, place):
                tries = loop_tries(sites, above, place, handlers, frame)
                taken = {_taken(handler) for handler in handlers}
                types = frozenset[str]().union(*taken) if frozenset() not in taken else frozenset[str]()
                spelled = f"while {ast.unparse(above.test)}" if isinstance(above, ast.While) else "for"
                yield Retry(module, above, place, spelled, tries, types, bound=_bound(sites, above))
        below = above


def _restarts(sites: Sites, module: Module, place: ast.AST, grade: Grade) -> Iterator[Retry]:
    """Handlers around the place that start its function again, and count that."""
    for handler in around(sites.project, place, grade):
        again = recursion.restart(handler) if handler.cover in (Cover.ALL, Cover.SOME) else None
        tries = recursion.tries(sites.project, handler, again) if again is not None else None
        if again is not None and tries is not None:
            yield Retry(module, again, place, ast.unparse(again), tries, _taken(handler))


def _taken(handler: Handler) -> frozenset[str]:
    """The exceptions that a handler takes by dotted name, empty for any."""
    return frozenset() if handler.broad else frozenset(handler.types)


def _several_times(call: ast.AST, again: set[int]) -> bool:
    """Whether its function makes a call several times: what starts that function again starts a whole job again.

    The loops in `again` do not count: they end with the first answer.
    """
    within = up_to(call, named_function_of(call) or scope_of(call).module.tree)
    return any(id(loop) not in again for loop in loops_around(call)) or any(
        isinstance(above, COMPREHENSIONS) for above in within
    )


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


def loop_tries(
    sites: Sites, loop: ast.While | ast.For, place: ast.AST, handlers: list[Handler], frame: Frame | None = None
) -> int | None:
    """How often a loop runs: the bound of its range; 0 where nothing but an answer ends it; else not known."""
    if isinstance(loop, ast.For):
        if counts(loop) and isinstance(loop.iter, ast.Call) and loop.iter.args:
            last = loop.iter.args[-1] if len(loop.iter.args) < 3 else loop.iter.args[1]
            stop, start = _number(sites, last, frame), 0
            if len(loop.iter.args) > 1:
                start = _number(sites, loop.iter.args[0], frame) or 0
            return stop - start if stop is not None else None
        return _pauses(sites, loop.iter, frame)
    counted = turns(sites.project.evaluator, loop, place, frame)
    if counted is not None:
        return counted
    caught: list[ast.AST] = [handler.node for handler in handlers]
    if uncounted(loop, place, caught):
        return 0
    if decide(sites.project.evaluator, loop.test, None) is not True and not held_open(loop, place, caught):
        return None
    return None if may_end(loop, caught) else 0
