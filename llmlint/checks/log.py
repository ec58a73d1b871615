"""Log and evaluate: calls of which nothing is ever recorded."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.checks.finding import Finding, Sites
from llmlint.checks.naming import caller_name
from llmlint.diagnostics import Note
from llmlint.sites.callsite import CallSite
from llmlint.sites.outward import function_name
from llmlint.sites.records.recording import recorded_elsewhere, silent_way, traced


def unlogged_call(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """A call of which neither its function nor every caller records anything, in a project that traces nothing."""
    if site.context == "tests" or site.unsent or traced(site, sites):
        return
    silent = silent_way(site, sites)
    if silent is None:
        return
    fields = {"call": site.spelled, "function": function_name(site.node)}
    evidence = tuple(
        Note(f"`{caller_name(c)}` calls it and records nothing of it", c.module.location(c.call)) for c in silent
    )
    message = "partly" if recorded_elsewhere(site, sites, silent) else "function" if silent else "default"
    yield Finding(site.module, site.node, message, fields, evidence, confidence=site.confidence)
