"""Histories that only grow."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator

from llmlint.checks import (
    agent_history,
    chain_memory,
    growing_lists,
    keyed_histories,
    object_histories,
    session_history,
)
from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.loops import while_around
from llmlint.checks.shortened_on_the_way import shortened_on_the_way
from llmlint.checks.whole_lists import passed_on, sent, whole
from llmlint.diagnostics import Note
from llmlint.index.project import Project
from llmlint.index.tree import named_function_of, scope_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.kept_in_session import kept
from llmlint.sites.outward import function_name, given_for
from llmlint.sites.records import logs

MAX_STEPS = 3


def unbounded_history(sites: Sites) -> Iterator[Finding]:
    """Message lists that are sent whole, grow with every turn and are never trimmed: once for each list."""
    found: Places[tuple[str, ast.AST, str]] = Places()
    for site in sites.outside_tests:
        carried = _carried(site) if site.kind == "agent" else None
        if carried is not None:
            found.add(carried[1], site, (*carried, carried[0]))
        if site.kind not in ("chat", "responses", "completion", "chain"):
            continue
        for holder in sent(site) if not shortened_on_the_way(site) else ():
            grown = _in_session(site, holder) or _grown(site.project, site.node, holder) or _in_callers(site, holder)
            if grown is not None:
                key, growing = grown
                sending = ast.unparse(holder)
                found.add(key, site, (sending, growing, key[1] if isinstance(key, tuple) else sending))
                break  # what an object keeps in two lists is one history
        memory = chain_memory.memory(site)
        if memory is not None:
            found.add(memory.built, site, (memory.spelled, memory.built, memory.spelled))
    for (spelled, growing, kept_as), origins in found:
        site = origins[0]
        ours = isinstance(growing, ast.Call) and ast.unparse(growing.func) == spelled
        proof = Note("it is built here" if ours else "it grows here", scope_of(growing).module.location(growing))
        how = "a memory with a window or a token limit" if ours else f"`{kept_as}[-20:]` after the system message"
        fields = {"list": spelled, "call": site.spelled, "function": function_name(site.node), "how": how}
        yield Finding(
            site.module, site.node, "default", fields, (proof,), site_notes(origins), confidence=site.confidence
        )


def _grown(project: Project, place: ast.AST, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    found = growing_lists.grown(project, place, holder) or object_histories.grown(project, place, holder)
    return found or keyed_histories.grown(project, place, holder)


def _carried(site: CallSite) -> tuple[str, ast.expr] | None:
    """The list that an agent hands out and is given again with every turn of an endless loop."""
    loop = while_around(site.node)
    if (
        loop is None
        or growing_lists.counted(loop)
        or any(growing_lists.shortens(call) for call in logs.parts_of(loop).calls)
    ):
        return None
    return agent_history.carried(site, loop)


def _in_session(site: CallSite, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """What tells a list in the store of a session from others, and the place that makes it longer with every turn."""
    history = kept(site.project.evaluator, holder)
    growing = session_history.growth(site.project, site.module, history) if history is not None else None
    if history is None or growing is None or session_history.shortened(site.project, site.module, history):
        return None
    calls = logs.parts_of(scope_of(growing).module.tree).calls
    if any(growing_lists.shortens(call) for call in (*calls, *logs.parts_of(site.module.tree).calls)):
        return None
    return growing, growing


def _in_callers(site: CallSite, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """The same for a list of a caller that comes in as a parameter and is sent whole."""
    queue: list[tuple[ast.AST, ast.expr, int]] = [(site.node, holder, 0)]
    while queue:
        place, given, depth = queue.pop(0)
        function = named_function_of(place)
        scope = scope_of(given).lookup(given.id) if isinstance(given, ast.Name) else None
        if function is None or scope is None or not isinstance(given, ast.Name) or scope.node is not function:
            continue
        if not passed_on(given) or growing_lists.trimmed(site.project, function, given.id, None, handed=True):
            continue
        for caller, argument in given_for(site.project, function, given.id):
            for part in whole(site.project, argument):
                grown = _grown(site.project, caller.call, part)
                if grown is not None:
                    return grown
                if depth < MAX_STEPS:
                    queue.append((caller.call, part, depth + 1))
    return None
