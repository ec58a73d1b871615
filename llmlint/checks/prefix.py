"""Prompt prefixes that change with every request, so that no provider's prompt cache can hit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.clocks import daily_format, moment
from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.first_messages import first_message, templates
from llmlint.checks.pieces import Hole, Piece, pieces
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import scope_of
from llmlint.index.values import Mapping, Sequence, Template, Value, alternatives
from llmlint.sites.callsite import CallSite

TEXT_AFTER = 40  # characters; less is the end of the prompt
START = 100  # characters; what comes later in a question leaves its instructions where they can be cached
MAX_DEPTH = 5


def volatile_prompt_prefix(sites: Sites) -> Iterator[Finding]:
    """System messages, and starts of first messages, with a clock or a random value: once for each place."""
    found: Places[tuple[ast.expr, str, bool, str]] = Places()
    for site in sites.outside_tests:
        if site.kind not in ("chat", "responses", "completion", "chain"):
            continue
        for message, (hole, spelled, daily) in _volatile(site):
            found.add(hole, site, (hole, spelled, daily, message))
    for (hole, spelled, daily, message), origins in found:
        site = origins[0]
        proof = Note("this is different each time", scope_of(hole).module.location(hole))
        fields = {"value": spelled, "call": site.spelled, "message": message}
        severity = Severity.INFO if daily else None
        kind = "daily" if daily else "default"
        yield Finding(scope_of(hole).module, hole, kind, fields, (proof,), site_notes(origins), severity)


def _volatile(site: CallSite) -> Iterator[tuple[str, tuple[ast.expr, str, bool]]]:
    """The messages that are volatile at their start, by what they are called, each with the hole that makes it so."""
    system = site.setting("system").value
    if system is not None:
        for option in alternatives(system):
            yield from (("system message", hole) for hole in _in_text(site, option, 0))
    prompt = site.setting("prompt").value
    for option in alternatives(prompt) if prompt is not None else ():
        if isinstance(option, Sequence) and option.parts:
            for role, content in first_message(option):
                system_like = role in ("system", "developer")
                message, within = ("system message", None) if system_like else ("first message", START)
                yield from ((message, hole) for hole in _in_text(site, content, 0, within))
    for parts in templates(site):
        yield from (("system message", hole) for hole in _between(site, parts, None))


def _in_text(
    site: CallSite, value: Value, depth: int, within: int | None = None
) -> Iterator[tuple[ast.expr, str, bool]]:
    """Holes of a text template that a clock fills and that text follows; with `within`, near the start of it only."""
    if isinstance(value, Sequence) and depth < MAX_DEPTH:
        for item in value.items[:1]:
            for option in alternatives(item):
                if isinstance(option, Mapping) and "text" in option.entries:
                    for text in alternatives(option.entries["text"].value):
                        yield from _in_text(site, text, depth + 1, within)
    node = (
        value.made or (value.origin.node if value.origin is not None else None) if isinstance(value, Template) else None
    )
    if isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call)):
        yield from _between(site, pieces(site.project.evaluator, node), within)


def _between(site: CallSite, parts: list[Piece], within: int | None) -> Iterator[tuple[ast.expr, str, bool]]:
    for number, part in enumerate(parts):
        if isinstance(part, str) or part.value is None:
            continue
        before, after = (sum(len(p) for p in side if isinstance(p, str)) for side in (parts[:number], parts[number:]))
        if within is not None and (before > within or any(isinstance(p, Hole) for p in parts[:number])):
            return
        kind = moment(site.project.evaluator, part.value) if after >= TEXT_AFTER else None
        if kind is not None and not (part.spec and daily_format(part.spec)):
            yield part.value, ast.unparse(part.value), kind == "daily"
