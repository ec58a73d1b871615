"""Caches that keep failures, or that break on async functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.fixing.memoising import awaiting
from llmlint.diagnostics import Note
from llmlint.index.module import Module
from llmlint.index.tree import named_function_of, parent, scope_of
from llmlint.rulebook.evidence_model import Evidence
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors.handlers import Cover, Handler, around, raises, sdk_grade
from llmlint.sites.errors.kept_failures import KeptFailure, kept_failures
from llmlint.sites.evidence import FunctionDef, form_of
from llmlint.sites.outward import function_name, ways_out

MAX_WAYS = 10


def cached_failure(sites: Sites) -> Iterator[Finding]:
    """Handlers in a cached function that answer in place of a call: what they answer is kept."""
    found: dict[int, tuple[Module, ast.AST, FunctionDef, ast.expr, Handler, list[CallSite]]] = {}
    for site in sites.outside_tests:
        grade = sdk_grade(site.sdks)
        for place, _ in ways_out(site.project, site.node, MAX_WAYS):
            function = named_function_of(place)
            caught = [h for h in around(site.project, place, grade) if h.cover in (Cover.ALL, Cover.SOME)]
            if function is not None:
                for decorator in (*_caches(sites, function), *_caches_of_callers(sites, function)):
                    for handler in caught:
                        if _answers(handler):
                            if id(handler.node) not in found:
                                module = scope_of(place).module
                                found[id(handler.node)] = (module, place, function, decorator, handler, [])
                            found[id(handler.node)][5].append(site)
            if any(h.cover is Cover.ALL and not raises(h) for h in caught):
                break
    for module, place, function, decorator, handler, origins in found.values():
        applied = isinstance(parent(decorator), FunctionDef)
        spelled = f"@{ast.unparse(decorator)}" if applied else ast.unparse(decorator)
        fields = {"function": function.name, "cache": spelled, "call": origins[0].spelled}
        told = "cached by this decorator" if applied else "cached here"
        proof = (
            Note(told, scope_of(decorator).module.location(decorator)),
            Note("this handler answers in place of the call", module.location(handler.node)),
        )
        yield Finding(module, place, fields=fields, evidence=proof, related=site_notes(origins))
    yield from _by_hand(sites)


def _by_hand(sites: Sites) -> Iterator[Finding]:
    """The same where a function looks into a mapping first, and puts what it got into it."""
    found: Places[KeptFailure] = Places()
    for site in sites.outside_tests:
        for kept in kept_failures(sites, site):
            found.add(kept.handler.node, site, kept)
    for kept, origins in found:
        cache = kept.cache
        fields = {"call": origins[0].spelled, "function": function_name(kept.store), "cache": cache}
        proof = (
            Note("this handler answers in place of the call", scope_of(kept.place).module.location(kept.handler.node)),
            Note("kept here as an answer", scope_of(kept.store).module.location(kept.store)),
        )
        yield Finding(scope_of(kept.place).module, kept.place, "by_hand", fields, proof, site_notes(origins))


def _caches(sites: Sites, function: FunctionDef) -> Iterator[ast.expr]:
    form = form_of(function)
    for entry, decorator in sites.evidence.decorators(function, "cache"):
        if form not in entry.broken_on:
            yield decorator


def _caches_of_callers(sites: Sites, function: FunctionDef) -> Iterator[ast.expr]:
    """The caches that keep what a function returns because a caller hands it on as it is, or because they call it."""
    for caller in sites.project.callers(function):
        above = parent(caller.call)
        while isinstance(above, ast.Await):
            above = parent(above)
        around = named_function_of(caller.call)
        if caller.reference is None and isinstance(above, ast.Return) and around is not None:
            yield from _caches(sites, around)
        if caller.reference is None and isinstance(above, ast.Lambda):
            if any(True for _ in sites.evidence.managers(above, "cache")) and isinstance(
                taker := parent(above), ast.Call
            ):
                yield taker.func


def _answers(handler: Handler) -> bool:
    """Whether the handler returns something that is no second attempt at an answer."""
    for statement in handler.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Raise):
                return False
            if isinstance(node, ast.Return):
                called = any(isinstance(part, ast.Call) for part in ast.walk(node)) if node.value is not None else False
                return not called or isinstance(node.value, ast.JoinedStr)
    return False


def broken_async_cache(sites: Sites) -> Iterator[Finding]:
    """Cache decorators that keep the coroutine and not its result, each once."""
    found: Places[tuple[FunctionDef, Evidence, ast.expr]] = Places()
    for site in sites.outside_tests:
        for place, path in ways_out(site.project, site.node, MAX_WAYS):
            function = named_function_of(place)
            if len(path) > 3:
                continue
            for entry, decorator in sites.evidence.decorators(function, "cache") if function is not None else ():
                if (
                    function is not None
                    and form_of(function) in ("async", "async-generator")
                    and form_of(function) in entry.broken_on
                ):
                    found.add(decorator, site, (function, entry, decorator))
            for taken, entry in sites.evidence.taking(path[-1], "cache") if path else ():
                if form_of(taken) in ("async", "async-generator") and form_of(taken) in entry.broken_on:
                    found.add(path[-1].call.func, site, (taken, entry, path[-1].call.func))
    for (function, entry, decorator), origins in found:
        module = scope_of(decorator).module
        spelled = ast.unparse(decorator)
        fields = {
            "cache": f"@{spelled}" if decorator in function.decorator_list else spelled,
            "function": function.name,
            "library": entry.library,
        }
        fix = awaiting(sites.project, module, decorator)
        yield Finding(module, decorator, fields=fields, related=site_notes(origins), fix=fix)
