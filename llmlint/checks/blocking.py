"""Blocking calls: synchronous requests on the event loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.fixing.asynchronous import in_thread
from llmlint.diagnostics import Note
from llmlint.index.callers import Caller
from llmlint.index.conditions import entered
from llmlint.index.module import Module
from llmlint.index.project import Project
from llmlint.index.tree import FunctionNode, block_of, function_of, last_name, parent, scope_of
from llmlint.index.values import Result, alternatives, dotted
from llmlint.patterns import regex
from llmlint.rulebook.running import load_running
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.errors import graphs
from llmlint.sites.errors.nested_loops import loop_goes_on
from llmlint.sites.evidence import form_of
from llmlint.sites.flow.dispatch import surely
from llmlint.sites.outward import function_name

MAX_DEPTH = 8
THREADED = regex(r"(?i)thread|executor|sync_to_async|asyncify|to_async|awaitable")
Step = tuple[ast.FunctionDef, ast.Call, Caller]  # a function, the place in it, and what calls the function
IN_PROCESS = ("tokens", "other")


def blocking_call_in_async(sites: Sites) -> Iterator[Finding]:
    """Calls of a sync client that run in an `async def`, there or through sync functions it calls: each place once."""
    found: Places[tuple[Module, ast.Call, bool]] = Places()
    waiting = [site for site in sites.outside_tests if site.reference is None and _sync(site)]
    waiting = [site for site in waiting if not (site.match.operation.runs_loop and loop_goes_on(site))]
    blocking = {id(function_of(site.node)) for site in waiting}
    for site in waiting:
        for module, place, lazy in _on_the_loop(site, blocking):
            found.add(place, site, (module, place, lazy))
    for (module, place, lazy), origins in found:
        first = origins[0]
        direct = place is first.node
        fields = {"call": first.spelled, "wrapper": ast.unparse(place.func), "function": function_name(place)}
        proof = () if direct else (Note("the request is sent here", first.location),)
        related = () if direct else site_notes(origins)
        fix = None if lazy or any(_streams(site, direct) for site in origins) else in_thread(module, place)
        yield Finding(module, place, "default" if direct else "wrapper", fields, proof, related, fix=fix)


def _streams(site: CallSite, direct: bool) -> bool:
    """Whether the answer may come piece by piece: waiting for the pieces would still block.

    A stream that a function in between enters with `with` is over when that returns.
    """
    entered_below = not direct and isinstance(parent(site.node), ast.withitem)
    operations = [match.operation for match in site.matches]
    if entered_below and all(operation.call == "manager" for operation in operations):
        return False
    if any(operation.stream or operation.call != "plain" for operation in operations):
        return True
    stream = site.setting("stream")
    return stream.state is not State.ABSENT and getattr(stream.value, "value", None) is not False


def _sync(site: CallSite) -> bool:
    """Whether the call is proven to block until the answer is there."""
    if site.confidence != "resolved" or site.kind in IN_PROCESS:
        return False
    if isinstance(parent(site.node), ast.Await) and not _built_in_sight(site):
        return False
    if site.match.operation.call == "operand" or site.decorated is not None:
        return False
    return not any(
        match.operation.is_async or (match.surface.client is not None and match.surface.client.is_async)
        for match in site.matches
    )


def _built_in_sight(site: CallSite) -> bool:
    """Whether the client is known from its constructor, not from a type that somebody wrote down."""
    roots = [match.surface.root for match in site.matches]
    return all(isinstance(root, Result) and root.call is not None and not _given_a_function(root) for root in roots)


def _given_a_function(root: Result) -> bool:
    """Whether the client was made of a function, `from_litellm(acompletion)`: it waits as that does."""
    return dotted(root.callee).rpartition(".")[2][:1].islower()


def _on_the_loop(site: CallSite, blocking: set[int]) -> Iterator[tuple[Module, ast.Call, bool]]:
    """The places in `async def` functions from which the call is reached without a thread in between.

    With each, whether a generator stands on the way: calling that runs nothing, in a thread as little as here.
    `blocking` are the functions known to wait; those that lead to one of them are added on the way.
    """
    queue: list[tuple[Module, ast.Call, tuple[Step, ...]]] = [(site.module, site.node, ())]
    seen: set[int] = set()
    while queue:
        module, place, way = queue.pop(0)
        if id(place) in seen:
            continue
        seen.add(id(place))
        function = function_of(place)
        if isinstance(function, ast.AsyncFunctionDef):
            if _passable(site.project, way):
                yield module, place, any(form_of(one) == "generator" or by.reference is not None for one, _, by in way)
        elif isinstance(function, ast.FunctionDef) and len(way) < MAX_DEPTH and not _threaded(function):
            blocking.add(id(function))
            for caller in site.project.callers(function):
                if form_of(function) == "generator" and _answers_later(site.project, caller):
                    continue
                for run in _blocking_runs(site.project, caller):
                    queue.append((scope_of(run).module, run, (*way, (function, place, caller))))
                taken = _result_at_once(caller)
                if taken is not None:
                    queue.append((caller.module, taken, (*way, (function, place, caller))))
                if _waits(site.project, caller, function, place, blocking):
                    queue.append((caller.module, caller.call, (*way, (function, place, caller))))


def _answers_later(project: Project, caller: Caller) -> bool:
    """Whether the generator that a call makes goes to what runs it in a thread: `StreamingResponse(…)`."""
    above = parent(caller.call)
    taken: list[ast.AST | None] = [above]
    if isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
        taken = [parent(load) for load in scope_of(caller.call).loads.get(above.targets[0].id, ())]
    takers = [parent(one) if isinstance(one, ast.keyword) else one for one in taken]
    return bool(takers) and all(isinstance(taker, ast.Call) and _is_response(project, taker) for taker in takers)


def _is_response(project: Project, taker: ast.Call) -> bool:
    made = alternatives(project.evaluator.evaluate(taker.func))
    running = load_running()
    return any(dotted(option) in running.responses | running.iterating for option in made)


def _blocking_runs(project: Project, caller: Caller) -> Iterator[ast.Call]:
    """The calls that run the graph of which a caller makes the function a node, and wait for its nodes."""
    call = caller.call
    if caller.reference is not None and isinstance(call.func, ast.Attribute) and call.func.attr == graphs.ADDING:
        yield from (run for run in graphs.runs(project, call) if last_name(run.func) in graphs.BLOCKING)


def _result_at_once(caller: Caller) -> ast.Call | None:
    """The call that waits for what was handed to a pool where it stands: `pool.submit(function).result()`."""
    if caller.reference is None or last_name(caller.call.func) != "submit":
        return None
    method = parent(caller.call)
    above = parent(method) if isinstance(method, ast.Attribute) and method.attr == "result" else None
    return above if isinstance(above, ast.Call) and above.func is method else None


def _passable(project: Project, way: tuple[Step, ...]) -> bool:
    """Whether the arguments handed down from the outermost call let control come to each place on the way."""
    ev = project.evaluator
    frame = None
    for function, place, caller in reversed(way):
        if caller.reference is not None:
            frame = None  # what a graph hands to its nodes cannot be seen
            continue
        frame = ev.activations.calling(function, caller.call, frame, bound=caller.bound)
        if entered(ev, block_of(place), block_of(function.body[0]), frame) is False:
            return False
    return True


def _waits(project: Project, caller: Caller, function: ast.FunctionDef, place: ast.Call, blocking: set[int]) -> bool:
    """Whether this caller is proven to wait: it runs the function itself, and whatever else it may run waits, too."""
    if caller.reference is not None or isinstance(parent(caller.call), ast.Await):
        return False
    ev = project.evaluator
    if not surely(project, caller.call, function, lambda one: id(one) in blocking):
        return False
    frame = ev.activations.by_caller(function, caller.call, bound=caller.bound)
    within = block_of(function.body[0])
    return entered(ev, block_of(place), within, frame) is not False


def _threaded(function: FunctionNode) -> bool:
    return any(THREADED.search(ast.unparse(decorator)) for decorator in getattr(function, "decorator_list", ()))
