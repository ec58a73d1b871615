"""Upkeep: usage nobody records, functions nothing evaluates, answers that could be streamed or asked for at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Settings, Sites, site_notes
from llmlint.index.testcode import is_test
from llmlint.index.tree import last_name, loops_around, named_function_of, up_to
from llmlint.index.values import Const, alternatives, dotted
from llmlint.patterns import regex
from llmlint.rulebook.screens import load_screens
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.records import logs
from llmlint.sites.records.exercised import Exercised, checks
from llmlint.sites.records.recording import traced

HANDLING = regex(r"\.(get|post|put|route|api_route|websocket|on_message|message|command|event)\b")
WAITING = regex(r"(?i)sleep|limiter|acquire|rate_?limit|throttle|\bwait\b")
CALLBACKS = ("get_openai_callback", "get_usage_metadata_callback", "get_bedrock_anthropic_callback")
EARLIER = regex(r"langchain\.(chat_models|llms|schema)$")  # where LangChain had its models before 0.2
SHORT = 256  # output tokens: below, a stream gains little


def unrecorded_usage(sites: Sites) -> Iterator[Finding]:
    """A project that never looks at what its calls used, once."""
    answering = [site for site in sites.outside_tests if site.answers and site.match.operation.response.usage]
    if not answering:
        return
    for site in answering:
        flow = sites.flow(site)
        if flow.reads_usage or flow.cut or flow.uses("whole") or traced(site, sites):
            return
    if any(site.match.surface.sdk.chain for site in answering) and _counts_by_callback(sites):
        return
    first = answering[0]
    fields = {"call": first.spelled, "usage": first.match.operation.response.usage[0]}
    message = "earlier" if fields["usage"] == "usage_metadata" and _of_earlier_langchain(first) else "default"
    yield Finding(first.module, first.node, message, fields, related=site_notes(answering))


def _counts_by_callback(sites: Sites) -> bool:
    """Whether some module of the program has a callback of LangChain's count the tokens of what runs inside."""
    for name in CALLBACKS:
        for module in map(sites.project.module, sites.project.files.mentioning(name)):
            if module is not None and not is_test(module) and module.calls.get(name):
                return True
    return False


def _of_earlier_langchain(site: CallSite) -> bool:
    """Whether the module imports LangChain as it was before 0.2, whose messages have no usage."""
    return any(
        isinstance(statement, ast.ImportFrom) and EARLIER.match(statement.module or "")
        for statement in site.module.imports
    )


def unevaluated_call(sites: Sites) -> Iterator[Finding]:
    """Functions with calls that no test or evaluation reaches."""
    exercised = Exercised(sites.project)
    seen: set[int] = set()
    for site in sites.outside_tests:
        function = site.function
        if not site.answers or function is None or id(function) in seen or checks(site.module.key):
            continue
        seen.add(id(function))
        if not exercised.reaches(function, site.node):
            fields = {"function": function.name, "call": site.spelled}
            yield Finding(site.module, site.node, fields=fields, confidence=site.confidence)


def unstreamed_user_response(site: CallSite, sites: Sites, settings: Settings) -> Iterator[Finding]:
    """An answer that a web or chat handler returns whole, by a call that could stream."""
    if site.kind not in ("chat", "responses") or not site.match.operation.settings.paths("stream"):
        return
    if site.setting("stream").state is not State.ABSENT or site.setting("constraint").state is not State.ABSENT:
        return
    cap = site.setting("max-tokens")
    if cap.state is State.UNKNOWN or (isinstance(cap.value, Const) and _is_short(cap.value.value)):
        return
    flow = sites.flow(site)
    for use in flow.uses("return"):
        function = named_function_of(use.node)
        if use.kind == "text" and not use.derived and function is not None and _handles(sites, function):
            fields = {"call": site.spelled, "function": function.name}
            yield Finding(site.module, site.node, fields=fields, confidence=site.confidence)
            return
    for use in flow.uses("show"):
        fields = {"call": site.spelled, "show": ast.unparse(getattr(use.node, "func", use.node))}
        yield Finding(site.module, site.node, "shown", fields, confidence=site.confidence)
        return


def _is_short(value: object) -> bool:
    return isinstance(value, int) and value < SHORT


def _handles(sites: Sites, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether what a function returns goes to a user: it is decorated as a handler, or handed to what shows it."""
    if any(HANDLING.search(ast.unparse(decorator)) for decorator in function.decorator_list):
        return True
    takers = (caller.call.func for caller in sites.project.callers(function) if caller.reference is not None)
    options = (option for taker in takers for option in alternatives(sites.project.evaluator.evaluate(taker)))
    return any(load_screens().shows_result(dotted(option)) for option in options)


def sequential_independent_calls(site: CallSite) -> Iterator[Finding]:
    """A call in a loop whose turns have nothing to do with each other."""
    if site.reference is not None or site.context == "script" or site.kind == "agent":
        return
    loop = _loop(site.node)
    if loop is None or WAITING.search(ast.unparse(loop)) or _kept(site, loop) or _told_of_each(loop):
        return
    target = logs.names_in(loop.target)
    bound = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - target
    given = [*site.node.args, *(keyword.value for keyword in site.node.keywords)]
    used = frozenset().union(*(logs.names_in(argument) for argument in given)) if given else frozenset()
    answers = logs.related_names(loop, site.node)
    carried = (used - target) & answers or any(_grows(node, used) for node in ast.walk(loop))
    leaves = any(isinstance(node, (ast.Break, ast.Return)) for node in ast.walk(loop))
    if carried or leaves or not (used & (target | bound)):
        return
    fields = {"call": site.spelled, "loop": f"for {ast.unparse(loop.target)}"}
    yield Finding(site.module, site.node, fields=fields, confidence=site.confidence)


def _told_of_each(loop: ast.For) -> bool:
    """Whether the loop tells its source how far it is, which takes one item after another: `consumer.commit()`."""
    source = ast.unparse(loop.iter)
    effects = (node.value for node in ast.walk(loop) if isinstance(node, ast.Expr))
    told = (call.func for call in effects if isinstance(call, ast.Call))
    return any(isinstance(func, ast.Attribute) and ast.unparse(func.value) == source for func in told)


def _kept(site: CallSite, loop: ast.For) -> bool:
    """Whether the call is a coroutine that is put aside in the loop, to be awaited with the others."""
    client = site.match.surface.client
    if not (site.match.operation.is_async or (client is not None and client.is_async)):
        return False
    return not any(isinstance(above, ast.Await) or _runs(above) for above in up_to(site.node, loop))


def _runs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in ("run", "run_until_complete", "async_to_sync")


def _loop(node: ast.AST) -> ast.For | None:
    """The loop over data right around a call that is no stream read piece by piece."""
    loop = next(loops_around(node), None)
    if not isinstance(loop, ast.For) or any(isinstance(above, ast.AsyncFor) for above in up_to(node, loop)):
        return None
    counted = isinstance(loop.iter, ast.Call) and getattr(loop.iter.func, "id", "") == "range"
    return None if counted else loop


def _grows(node: ast.AST, used: frozenset[str]) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(func, ast.Attribute) and func.attr in ("append", "extend") and bool(logs.names_in(func.value) & used)
    )
