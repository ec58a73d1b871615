"""Prompt prefixes that change with every request, so that no provider's prompt cache can hit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.clocks import daily_format, moment
from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import scope_of
from llmlint.index.values import Mapping, Sequence, Template, Value, alternatives, text_of
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
            for first in alternatives(option.item(0)):
                if not isinstance(first, Mapping) or "content" not in first.entries:
                    continue
                system_like = _role(first) in ("system", "developer")
                message, within = ("system message", None) if system_like else ("first message", START)
                for content in alternatives(first.entries["content"].value):
                    yield from ((message, hole) for hole in _in_text(site, content, 0, within))


def _role(message: Mapping) -> str:
    entry = message.entries.get("role")
    return (text_of(entry.value) or "") if entry is not None else ""


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
    if not isinstance(value, Template) or value.origin is None or not isinstance(value.origin.node, ast.expr):
        return
    node = value.origin.node
    if not isinstance(node, ast.JoinedStr):
        return
    for number, part in enumerate(node.values):
        if not isinstance(part, ast.FormattedValue):
            continue
        before = sum(len(str(rest.value)) for rest in node.values[:number] if isinstance(rest, ast.Constant))
        if within is not None and (
            before > within or any(isinstance(n, ast.FormattedValue) for n in node.values[:number])
        ):
            return
        after = sum(len(str(rest.value)) for rest in node.values[number:] if isinstance(rest, ast.Constant))
        if after < TEXT_AFTER:
            continue
        kind = moment(site.project.evaluator, part.value)
        if kind is not None and not (part.format_spec is not None and daily_format(part.format_spec)):
            yield part.value, ast.unparse(part.value), kind == "daily"
