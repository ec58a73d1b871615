"""Error rows: sentences about a failure in the lists and tables of texts, and in place of what a decorator runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.diagnostics import Note
from llmlint.index.tree import named_function_of, nodes_in, nodes_of, parent, scope_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors.error_words import asks_for, sentence
from llmlint.sites.errors.nearest import Reached, nearest
from llmlint.sites.errors.said_in_rows import said_in_rows
from llmlint.sites.errors.tool_results import answers_agent
from llmlint.sites.outward import function_name

NOTE = "this handler answers in place of the model"


def error_rows(sites: Sites, told: set[ast.AST]) -> Iterator[Finding]:
    """Handlers that put a sentence among the texts, or that a decorator has, each once; not those already `told` of."""
    found: dict[ast.AST, tuple[CallSite, ast.AST, str, str]] = {}
    others: dict[ast.AST, list[CallSite]] = {}
    for site in sites.outside_tests:
        if not site.answers:
            continue
        for reached in nearest(sites.project, site, set()):
            for node, message, text in _said(sites, site, reached):
                if node not in told:
                    found.setdefault(node, (site, reached.place, message, text))
                    others.setdefault(node, []).append(site)
    for node, (site, place, message, text) in found.items():
        yield Finding(
            scope_of(place).module,
            place,
            message,
            {"call": site.spelled, "text": text, "function": function_name(node)},
            (Note(NOTE, scope_of(node).module.location(node)),),
            site_notes(others[node]),
            confidence=site.confidence,
        )


def _said(sites: Sites, site: CallSite, reached: Reached) -> Iterator[tuple[ast.AST, str, str]]:
    handler = reached.handler.node if reached.handler is not None else None
    function = reached.wrapped or named_function_of(reached.place)
    if not isinstance(handler, ast.ExceptHandler) or not isinstance(reached.place, ast.Call):
        return
    if function is not None and answers_agent(sites.project, function):
        return
    flow = sites.flow(site)
    if reached.wrapped is None:
        block = parent(handler)
        if isinstance(block, ast.Try):
            for node, text in said_in_rows(sites, block, flow.visited):
                if any(part is node for part in nodes_in(handler)):
                    yield node, "listed", text
        return
    given = any(
        use.kind not in ("", "path") and not use.wraps and named_function_of(use.node) is function
        for use in flow.uses("return")
    )
    for node in nodes_of(handler, ast.Return) if given else ():
        instead = sentence(sites.project, node.value, handler.name) if node.value is not None else None
        if instead is not None and not _asked(sites, reached.wrapped, instead):
            yield node, "default", instead


def _asked(sites: Sites, function: ast.FunctionDef | ast.AsyncFunctionDef, text: str) -> bool:
    """Whether a caller of what is decorated asks for the sentence."""
    around = (named_function_of(caller.call) for caller in sites.project.callers(function))
    return any(asks_for(sites.project, node, text) for one in around if one is not None for node in nodes_in(one))
