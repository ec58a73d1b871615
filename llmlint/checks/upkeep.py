"""Upkeep: usage nobody records, functions nothing evaluates, answers that could be streamed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.index.testcode import is_test
from llmlint.index.tree import named_function_of
from llmlint.index.values import Const, alternatives, dotted
from llmlint.patterns import regex
from llmlint.rulebook.screens import load_screens
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.records.exercised import Exercised, checks
from llmlint.sites.records.recording import traced

HANDLING = regex(r"\.(get|post|put|route|api_route|websocket|on_message|message|command|event)\b")
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


def unstreamed_user_response(sites: Sites) -> Iterator[Finding]:
    """Answers that come before a user whole, by calls that could stream: once for each place that shows several."""
    shown: Places[Finding] = Places()
    for site in sites.sites:
        flow = sites.flow(site) if _could_stream(site) else None
        if flow is None:
            continue
        texts = (use for use in flow.uses("return") if use.kind == "text" and not use.derived)
        functions = (named_function_of(use.node) for use in texts)
        function = next((one for one in functions if one is not None and _handles(sites, one)), None)
        if function is not None:
            fields = {"call": site.spelled, "function": function.name}
            yield Finding(site.module, site.node, fields=fields, confidence=site.confidence)
            continue
        for use in flow.uses("show")[:1]:
            fields = {"call": site.spelled, "show": ast.unparse(getattr(use.node, "func", use.node))}
            shown.add(id(use.node), site, Finding(site.module, site.node, "shown", fields, confidence=site.confidence))
    for finding, origins in shown:
        yield replace(finding, related=site_notes(origins[1:], "so is this one"))


def _could_stream(site: CallSite) -> bool:
    """Whether a call gives text that may be long, and could give it piece by piece."""
    if site.kind not in ("chat", "responses") or not site.match.operation.settings.paths("stream"):
        return False
    if site.setting("stream").state is not State.ABSENT or site.setting("constraint").state is not State.ABSENT:
        return False
    cap = site.setting("max-tokens")
    return cap.state is not State.UNKNOWN and not (isinstance(cap.value, Const) and _is_short(cap.value.value))


def _is_short(value: object) -> bool:
    return isinstance(value, int) and value < SHORT


def _handles(sites: Sites, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether what a function returns goes to a user: it is decorated as a handler, or handed to what shows it."""
    if any(HANDLING.search(ast.unparse(decorator)) for decorator in function.decorator_list):
        return True
    takers = (caller.call.func for caller in sites.project.callers(function) if caller.reference is not None)
    options = (option for taker in takers for option in alternatives(sites.project.evaluator.evaluate(taker)))
    return any(load_screens().shows_result(dotted(option)) for option in options)
