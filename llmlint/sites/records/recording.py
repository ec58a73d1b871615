"""Recording: whether something of a call reaches a log, a trace or a store, here or on every way to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.properties import reads
from llmlint.index.tree import (
    ancestors,
    class_of,
    named_function_of,
    nodes_in,
    nodes_of,
    parameters,
    parent,
    position_of,
    scope_of,
)
from llmlint.index.values import Class, Symbol
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.embedding_stores import put_into_store
from llmlint.sites.errors.caught_tools import makes_caught_tool
from llmlint.sites.errors.giving_up import passed_types, passes_on
from llmlint.sites.errors.handlers import Cover, around, sdk_grade
from llmlint.sites.errors.passable import passable
from llmlint.sites.errors.registered import answering
from llmlint.sites.evidence import FunctionDef
from llmlint.sites.flow.carried import carrying
from llmlint.sites.flow.committed import committed
from llmlint.sites.flow.receivers import on_its_object
from llmlint.sites.kept_functions import only_kept
from llmlint.sites.out_of_sight import (
    dispatched,
    hooked,
    in_table,
    kept_for_later,
    looked_up,
    misnamed,
    offered,
    run_by_calling,
)
from llmlint.sites.outward import deciding
from llmlint.sites.own_decorators import hands_out, run_by_decorators
from llmlint.sites.records import logs
from llmlint.sites.records.around_call import noted_by_block
from llmlint.sites.records.displayed import displayed
from llmlint.sites.records.filed import filed
from llmlint.sites.records.handed_on import told, written
from llmlint.sites.records.measured import measures
from llmlint.sites.records.metrics import counted
from llmlint.sites.records.recorders import decorated, managed, names_recorder, records
from llmlint.sites.records.saved import saved
from llmlint.sites.records.traced_clients import traced_by_client
from llmlint.sites.records.traced_runs import node_traced, run_shown, run_traced
from llmlint.sites.records.unnamed import unnamed
from llmlint.sites.records.writers import is_writer
from llmlint.sites.request.sent import FRAME, inputs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.callers import Caller

LOOPS = (ast.For, ast.AsyncFor, ast.While)
FAR = 6  # so many callers that record nothing are enough, unless one further out is seen to record it
MAX_DEPTH = 12


def silent_way(site: CallSite, sites: Sites) -> tuple[Caller, ...] | None:
    """The callers, innermost first, on a way to the call on which nothing of it is recorded; None if there is none."""
    return _silent(site.node, site, sites, (), set())


def recorded_elsewhere(site: CallSite, sites: Sites, way: tuple[Caller, ...]) -> bool:
    """Whether a function on a way on which nothing is recorded has other callers, too, that record something."""
    places = [site.node, *(caller.call for caller in way)]
    taken = {id(place) for place in places}
    functions = [function for place in places[: len(way)] if (function := named_function_of(place)) is not None]
    others = (caller for function in functions for caller in deciding(sites.project.callers(function)))
    return any(recorded(other.call, site, sites) for other in others if id(other.call) not in taken)


def state(site: CallSite, sites: Sites) -> str:
    """Whether the call is recorded: "yes", "no", or "unknown" where its callers are not."""
    if traced(site, sites) or recorded(site.node, site, sites):
        return "yes"
    if silent_way(site, sites) is not None:
        return "no"
    return "yes" if site.function is not None and sites.project.callers(site.function) else "unknown"


def traced(site: CallSite, sites: Sites) -> bool:
    """Whether a tracer sees the call: by the client, a callback, or an instrumentation of the whole program."""
    if site.gives("trace") or site.setting("callbacks").state is not State.ABSENT or traced_by_client(site, sites):
        return True
    if site.context == "script" and any(match.surface.printing for match in site.matches):
        return True
    if site.decorated is not None and any(True for _ in sites.evidence.decorators(site.decorated, "trace")):
        return True
    names = {name for match in site.matches for name in (match.surface.sdk.name, *match.surface.sdk.beneath)}
    for kind in ("trace", "log"):
        for entry in sites.evidence.process(kind, site.module):
            if not entry.sdks or names & set(entry.sdks):
                return True
    return False


def _silent(
    node: ast.AST, site: CallSite, sites: Sites, path: tuple[Caller, ...], seen: set[int]
) -> tuple[Caller, ...] | None:
    """The callers on a way on which nothing is recorded, None where every way records something."""
    if recorded(node, site, sites):
        return None
    function = named_function_of(node)
    if function is None or len(path) >= MAX_DEPTH:
        return path
    if id(function) in seen:
        return None  # what calls the ring from elsewhere decides
    out_of_sight = path if len(path) >= FAR else None  # what runs it may record it
    if kept_for_later(node) or run_by_calling(sites.project, function):
        return out_of_sight
    callers = deciding(sites.project.callers(function))
    ways = [caller for caller in callers if id(caller.call) not in {id(c.call) for c in path}]
    ways = [caller for caller in ways if named_function_of(caller.call) is not function]
    ways = [caller for caller in ways if caller.reference is None or not makes_caught_tool(sites.project, caller.call)]
    start = named_function_of(site.node)
    ways = [caller for caller in ways if on_its_object(sites.project, start, path, caller)]
    read = reads(sites.project, function) if not ways else []
    if read:
        further = {*seen, id(function)}
        silent = (_silent(place, site, sites, path, further) for place in read)
        return next((way for way in silent if way is not None), None)
    if not ways:
        project = sites.project
        hidden = hands_out(project, function) or in_table(project, function) or looked_up(project, function)
        hidden = hidden or offered(project, function) or misnamed(project, function)
        hidden = hidden or (not path and hooked(project, function))
        hidden = hidden or (bool(path) and function.name.startswith("__"))  # what runs `__call__` need not name it
        return out_of_sight if hidden or dispatched(sites.project, function) else path
    dead: tuple[Caller, ...] | None = None
    heard = False
    for caller in ways:
        if not passable(site.node, (*path, caller)) or (site.kind == "embedding" and measures(caller)):
            continue
        if only_kept(sites.project, caller):
            heard = True  # what runs it may record it
            continue
        found = _silent(caller.call, site, sites, (*path, caller), {*seen, id(function)})
        if found is not None and not _is_dead(found, sites):
            return found
        dead, heard = dead or found, heard or found is None
    return None if heard else dead


def _is_dead(way: tuple[Caller, ...], sites: Sites) -> bool:
    """Whether a way ends in a function that nothing names."""
    last = named_function_of(way[-1].call)
    return last is not None and not sites.project.callers(last) and unnamed(sites.project, last)


def _answers(around: ast.AST, node: ast.expr, site: CallSite) -> Iterator[set[str]]:
    """The names that hold what comes of a call that only sends: the same object is asked for it."""
    if not isinstance(node, ast.Call):
        return
    names = site.match.operation.answers if node is site.node and isinstance(node.func, ast.Attribute) else ()
    for call in logs.parts_of(around).calls if names else ():
        if isinstance(call.func, ast.Attribute) and call.func.attr in names and isinstance(node.func, ast.Attribute):
            if ast.unparse(call.func.value) == ast.unparse(node.func.value):
                yield logs.related_names(around, call)


def recorded(node: ast.AST, site: CallSite, sites: Sites) -> bool:
    """Whether the function around the node logs, traces or stores something of the call."""
    assert isinstance(node, ast.expr)
    if node is site.node:
        return _kept_around(node, site, sites) or _reported_by_app(node, site)
    # Of a caller it is the same for most of the calls that it leads to.
    asked = f"kept around {id(node)} {site.context} {site.match.surface.sdk.chain}"
    if asked not in sites.facts:
        sites.facts[asked] = False  # while it is asked for: decorators that are decorated
        sites.facts[asked] = _kept_around(node, site, sites)
    return sites.facts[asked] or _reported_by_app(node, site)


def _kept_around(node: ast.expr, site: CallSite, sites: Sites) -> bool:
    """Whether what surrounds the node in its function takes note of it."""
    function = named_function_of(node)
    around: ast.AST = function if function is not None else scope_of(node).module.tree
    for kind in ("trace", "log"):
        if function is not None and any(True for _ in sites.evidence.decorators(function, kind)):
            return True
        if any(True for _ in sites.evidence.managers(node, kind)):
            return True
    if managed(sites.project, node):
        return True
    if function is not None and (logs.kept_by_its_class(sites.project, function) or decorated(sites.project, function)):
        return True
    if function is not None and any(recorded(run, site, sites) for run in _run_around(function, sites)):
        return True
    if (
        run_traced(site, function)
        or run_shown(site, function)
        or node_traced(site, sites, function)
        or (function is not None and _run_by_recorder(function, sites))
    ):
        return True
    if counted(sites.project, node, logs.parts_of(around).calls if function is not None else ()):
        return True
    if any(entry.strength != "weak" and entry.sdks == () for entry, _ in _retry_logs(function, sites)):
        return True
    outputs = logs.related_names(around, node).union(*_answers(around, node, site))
    parameters = _parameters(site) if node is site.node else frozenset()
    positional = site.match.operation.positional if node is site.node and site.via == "http" else ()
    given = inputs(around, node, parameters, positional) if isinstance(node, ast.Call) else []
    asked = logs.input_names(around, given)
    wanted, made = outputs | asked, (outputs - asked) | logs.bound_to(around, node)
    before = _over_before(around, node) | _beyond(site, node)
    errors = logs.errors_caught(around)
    if committed(around, outputs) or (
        site.kind == "embedding" and isinstance(node, ast.Call) and put_into_store(sites, node)
    ):
        return True
    if function is None and _displayed(node, wanted | errors):
        return True

    def writes(call: ast.Call) -> bool:
        script = site.context == "script"
        if logs.is_log_call(sites.project, call) or (script and logs.is_print(sites.project, call)):
            return True
        return is_writer(sites, call, script=script)

    others = [call for call in logs.parts_of(around).calls if call is not node and id(call) not in before]
    for call in others:
        if (logs.says_something(call, wanted, errors) or _holds(call, node)) and writes(call):
            return True
        if writes(call) and logs.says_something(call, carrying(around, asked, call), set()):
            return True
        if site.context == "script" and logs.prints_itself(call, outputs):
            return True
        if filed(sites, call, outputs, script=site.context == "script"):
            return True
        if logs.stores(call, outputs) or saved(sites.project, call, outputs - asked, node):
            return True
        if names_recorder(call) and records(sites.project, call, wanted | carrying(around, asked, call)):
            return True
    if noted_by_block(sites.project, node, outputs):
        return True
    made |= errors
    return any(written(sites, call, made, writes, of=node) or told(sites, call, wanted, writes) for call in others)


def _run_around(function: FunctionDef, sites: Sites) -> Iterator[ast.Call]:
    """Where decorators of the project call the function: they may take note of what goes in and what comes out."""
    for _, decorator, run in run_by_decorators(sites.project, function):
        if decorator.node is not function and named_function_of(run) is not function:
            yield run


def _over_before(around: ast.AST, node: ast.expr) -> set[int]:
    """The calls in the handlers of each `try` that is over when a call is made, and so catches no error of it.

    In a loop around both, a `try` before the call comes after that of the turn before.
    """
    function, start = named_function_of(node), position_of(node)
    turns = {id(above) for above in ancestors(node) if isinstance(above, LOOPS)}
    found: set[int] = set()
    for block in nodes_of(around, ast.Try):
        ended = (block.end_lineno or 0, block.end_col_offset or 0) < start and named_function_of(block) is function
        if ended and (not turns or not any(id(above) in turns for above in ancestors(block))):
            found |= {id(call) for handler in block.handlers for call in nodes_of(handler, ast.Call)}
    return found


def _beyond(site: CallSite, node: ast.expr) -> set[int]:
    """The calls in handlers that no error of a call comes to, since one further in ends it."""
    found: set[int] = set()
    ended = False
    for handler in around(site.project, node, sdk_grade(site.sdks)):
        if ended:
            found |= {id(part) for statement in handler.body for part in nodes_in(statement)}
        ended = ended or (handler.cover is Cover.ALL and not passes_on(handler))
    return found


def _run_by_recorder(function: FunctionDef, sites: Sites) -> bool:
    """Whether a library runs the method and records what goes in and comes out: `run` of theflow's classes."""
    owner = class_of(function)
    if owner is None:
        return False
    bases = sites.project.mro(Class(scope_of(function).module, owner))
    paths = (f"{base.path}.{function.name}" for base in bases if isinstance(base, Symbol))
    return any(sites.evidence.named(Symbol(path), "trace", "overrides") is not None for path in paths)


def _reported_by_app(node: ast.expr, site: CallSite) -> bool:
    """Whether a handler raises what the application has a registered handler for, and that one logs it."""
    for handler in around(site.project, node, sdk_grade(site.sdks)):
        if handler.cover is not Cover.NONE and passes_on(handler):
            for entry in answering(site.project, passed_types(site.project, handler)):
                if any(_logs_its_error(site, function) for function in entry.functions):
                    return True
    return False


def _logs_its_error(site: CallSite, function: FunctionDef) -> bool:
    names = {parameter.arg for parameter in parameters(function)}
    calls = logs.parts_of(function).calls
    return any(logs.is_log_call(site.project, c) and logs.says_something(c, names, set()) for c in calls)


def _displayed(node: ast.expr, wanted: set[str]) -> bool:
    """Whether a cell of the notebook shows the call's value, or something of the call, as its result."""
    shown = displayed(scope_of(node).module)
    return any(logs.names_in(value, content=True) & wanted or node in nodes_in(value) for value in shown)


def _parameters(site: CallSite) -> frozenset[str]:
    """Keywords of the call that hold no input: the model, limits, sampling."""
    table = site.match.operation.settings
    paths = (
        p for name in table.parameters if name not in ("prompt", "system", "tools", "extra") for p in table.paths(name)
    )
    return frozenset(paths) | (FRAME if site.via == "http" else frozenset())


def _holds(outer: ast.Call, inner: ast.expr) -> bool:
    above = parent(inner)
    while above is not None and not isinstance(above, ast.stmt):
        if above is outer:
            return True
        above = parent(above)
    return False


def _retry_logs(function: ast.FunctionDef | ast.AsyncFunctionDef | None, sites: Sites):  # type: ignore[no-untyped-def]
    """Retry decorators that log each failure (`before_sleep=before_sleep_log(logger, …)`)."""
    for entry, decorator in sites.evidence.decorators(function, "retry") if function is not None else ():
        if isinstance(decorator, ast.Call) and any(
            k.arg in ("before_sleep", "after", "on_backoff") for k in decorator.keywords
        ):
            yield entry, decorator
