"""Undetermined: what `--strict` adds, calls of which it is not known whether they have what a rule asks for."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.diagnostics import Note
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.errors.deadlines import has_deadline
from llmlint.sites.records import recording
from llmlint.sites.request.host_caps import capped_by_host
from llmlint.sites.request.settings import on_path
from llmlint.sites.request.timeouts import as_held, effective


def undetermined(sites: Sites, aspect: str) -> Iterator[Finding]:
    """Every call, tests apart, of which this could not be determined, with the reason."""
    for site in sites.outside_tests:
        if aspect == "constraint":
            yield from _unknown_parses(sites, site)
        elif aspect == "log":
            if recording.state(site, sites) == "unknown":
                yield _finding(site, "its callers are not known")
        elif aspect == "timeout":
            kinds = {effective(site, as_held(site, match)).kind for match in site.matches}
            if "unknown" in kinds and not has_deadline(sites, site):
                yield _finding(site, _reason(site.setting("timeout")))
        elif aspect == "max-tokens":
            if site.answers and not site.gives("cap") and not capped_by_host(site):
                if site.setting(aspect).state is State.UNKNOWN:
                    yield _finding(site, _reason(site.setting(aspect)))
        elif aspect == "model":
            if site.setting(aspect).state is State.UNKNOWN:
                yield _finding(site, _reason(site.setting(aspect)))


def _unknown_parses(sites: Sites, site: CallSite) -> Iterator[Finding]:
    """Parses of an answer of which it is not known whether a constraint shaped it: the first in each function."""
    if not site.answers or site.gives("constraint"):
        return
    for use in sites.flow(site).uses("parse"):
        setting = on_path(site, "constraint", use.outward)
        if use.kind == "text" and use.parser is not None and use.parser.structured and setting.state is State.UNKNOWN:
            fields = {"call": site.spelled, "parser": use.parser.name, "why": _reason(setting)}
            yield Finding(use.module, use.node, "unknown", fields, related=site_notes([site]), confidence="unknown")
            return


def _finding(site: CallSite, why: str) -> Finding:
    proof = () if not why else (Note(why, site.location),)
    return Finding(site.module, site.node, "unknown", {"call": site.spelled}, proof, confidence="unknown")


def _reason(setting: Setting) -> str:
    return setting.why or "it is given only on some paths"
