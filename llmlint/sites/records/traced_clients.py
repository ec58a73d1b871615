"""Traced clients: those of a tracer, those that are given a tracer, and those that talk to a gateway that records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.index.values import Result, Template, alternatives, text_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.recognition.surface import Match

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites


def traced_by_client(site: CallSite, sites: Sites) -> bool:
    """Whether every client that the call can be made on is seen by a tracer, whatever the program does."""
    return _by_gateway(site, sites) or all(_is_traced(match, sites) for match in site.matches)


def _is_traced(match: Match, sites: Sites) -> bool:
    root = match.surface.root
    if not isinstance(root, Result):
        return False
    if sites.evidence.named(root.callee, "trace", "clients") is not None:
        return True
    call = root.call
    given = [*call.args, *(keyword.value for keyword in call.keywords)] if call is not None else []
    options = (option for one in given for option in alternatives(sites.project.evaluator.evaluate(one, root.frame)))
    made = (option.callee if isinstance(option, Result) else option for option in options)
    return any(sites.evidence.named(one, "trace", "objects") is not None for one in made)


def _by_gateway(site: CallSite, sites: Sites) -> bool:
    value = site.setting("base-url").value
    for option in alternatives(value) if value is not None else ():
        part = option.parts[0] if isinstance(option, Template) and option.parts else option
        host = (text_of(part) or "").partition("://")[2].partition("/")[0] if part is not None else ""
        if any(host == known or host.endswith(f".{known}") for known in sites.evidence.hosts("trace")):
            return True
    return False
