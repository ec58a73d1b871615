"""Error text as data: a failure that is answered with a sentence where the caller expects the model's text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from llmlint.checks.error_rows import error_rows
from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import ancestors, last_name, named_function_of, nodes_in, scope_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors.error_words import asks_for
from llmlint.sites.errors.failed_answers import asked_about
from llmlint.sites.errors.kept_instead import kept_sentences
from llmlint.sites.errors.nearest import ended_before
from llmlint.sites.errors.said_in_object import said_in_objects
from llmlint.sites.errors.said_instead import sentences
from llmlint.sites.errors.same_place import other_fields
from llmlint.sites.errors.tool_results import answers_agent
from llmlint.sites.flow.trace import Use
from llmlint.sites.outward import function_name
from llmlint.sites.records.filed import into_log

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
NOTES = {True: "this handler answers in place of the model", False: "this branch answers in place of the model"}


class _Way(NamedTuple):
    """One way on which a sentence takes the place of a text; `branch` is the test that leads to it, if it is one."""

    place: ast.AST
    use: Use
    site: CallSite
    text: str
    branch: ast.If | None


def error_text_as_data(sites: Sites) -> Iterator[Finding]:
    """What gives an error sentence on the channel of model text, each handler or branch once."""
    found: dict[ast.AST, list[_Way]] = {}
    said: dict[ast.AST, list[_Way]] = {}
    for site in sites.outside_tests:
        if not site.answers:
            continue
        flow = sites.flow(site)
        for use in flow.uses("return"):
            function = named_function_of(use.node)
            if use.kind in ("", "path") or function is None or answers_agent(sites.project, function):
                continue
            for node, branch, text in sentences(sites, function, flow.visited, use):
                if not _tested(sites, function, node, text):
                    way = _Way(_place(node, branch, use, site), use, site, text, branch)
                    found.setdefault(node, []).append(way)
        for use in flow.uses("store"):
            for given, text in kept_sentences(sites, flow.visited, use) if use.kind in ("text", "json") else ():
                way = _Way(_place(given, None, use, site), use, site, text, None)
                if _covers(given, way.place):
                    found.setdefault(given, []).append(way)
        for reached, node, text in said_in_objects(sites, site):
            function = named_function_of(node)
            if node in found or function is None or answers_agent(sites.project, function):
                continue
            if not _tested(sites, function, node, text):
                outward = tuple(caller.call for caller in reached.path)
                use = Use("return", node, scope_of(node).module, "text", outward=outward)
                said.setdefault(node, []).append(_Way(reached.place, use, site, text, None))
    found |= {node: ways for node, ways in said.items() if node not in found}
    told: set[tuple[int, str]] = set()
    for node, ways in found.items():
        covered = [way for way in ways if way.branch is None and _covers(node, way.place)]
        heard = [way for way in covered if not ended_before(sites.project, way.site, way.place, way.use.outward)]
        if covered and not heard:
            continue
        covered = heard
        covered.sort(key=lambda way: way.place is not way.site.node)  # the calls made there come first
        chosen = (covered or ways)[0]
        site = chosen.site
        if (id(chosen.place), chosen.text) in told:
            continue
        told.add((id(chosen.place), chosen.text))
        named = chosen.use.what == "store"
        stores = (store for store in sites.flow(site).uses("store") if not into_log(store.node))
        kept = named or any(set(chosen.use.outward) < set(store.outward) for store in stores)
        others = dict.fromkeys(way.site for way in covered or ways if way.site is not site)
        message = "kept" if named else "stored" if kept else "default"
        yield Finding(
            scope_of(chosen.place).module,
            chosen.place,
            message if covered else "unread" if chosen.branch is None else "failed",
            {"call": site.spelled, "text": chosen.text, "function": function_name(node)},
            (Note(NOTES[chosen.branch is None], chosen.use.module.location(node)),),
            site_notes([site, *others]),
            Severity.ERROR if kept else None,
            confidence=site.confidence,
        )
    yield from error_rows(sites, set(found))


def _place(node: ast.AST, branch: ast.If | None, use: Use, site: CallSite) -> ast.AST:
    """What is called in the function of a handler or branch: the call of the model, or what leads to it."""
    function = named_function_of(node)
    asked = asked_about(branch) if branch is not None and site.function is not function else None
    if asked is not None:
        return asked
    outward = [call for call in use.outward if named_function_of(call) is function]
    return outward[-1] if outward else site.node


def _covers(answer: ast.AST, place: ast.AST) -> bool:
    """Whether the handler that gives an answer stands around a place, and not only around what reads its result."""
    blocks = [above for above in ancestors(answer) if isinstance(above, ast.Try)]
    return any(above is block for above in ancestors(place) for block in blocks)


def _tested(sites: Sites, function: FunctionDef, answer: ast.AST, text: str) -> bool:
    """Whether a caller looks for the sentence, `reply.startswith("Error")`, or at a constant beside it."""
    fields = other_fields(getattr(answer, "value", None))
    for caller in sites.project.callers(function):
        around = named_function_of(caller.call)
        for node in nodes_in(around) if around is not None else ():
            if asks_for(sites.project, node, text) or (fields and _asks(node, fields)):
                return True
    return False


def _asks(node: ast.AST, fields: frozenset[str]) -> bool:
    """Whether a comparison or a test is about one of these keys: `if not reply.get("complete")`."""
    if isinstance(node, ast.Compare):
        return _reads(node.left) in fields
    parts = [node.test] if isinstance(node, (ast.If, ast.While)) else []
    while parts:
        part = parts.pop()
        if isinstance(part, ast.BoolOp):
            parts += part.values
        elif isinstance(part, ast.UnaryOp):
            parts.append(part.operand)
        elif _reads(part) in fields:
            return True
    return False


def _reads(node: ast.expr) -> str:
    """The key in `reply["tokens"]`, or `reply.get("tokens")`; else nothing."""
    key = node.slice if isinstance(node, ast.Subscript) else None
    if isinstance(node, ast.Call) and last_name(node.func) == "get" and node.args:
        key = node.args[0]
    return str(getattr(key, "value", ""))
