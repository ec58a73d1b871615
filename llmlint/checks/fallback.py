"""Build the fallback: timeouts, handlers, and what handlers do."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from llmlint.checks.finding import Finding, Places, Settings, Sites, site_notes
from llmlint.checks.fixing.edits import add_keyword, replace_none
from llmlint.checks.fixing.timeout_values import TimeoutValue, in_words, seconds_of, timeout_value
from llmlint.checks.naming import caller_name
from llmlint.checks.written import places, spelled
from llmlint.config.pins import held_below
from llmlint.diagnostics import Fix, Note, Severity
from llmlint.index.callers import Caller
from llmlint.index.module import Module
from llmlint.index.tree import last_name, parent
from llmlint.index.values import Const
from llmlint.rulebook.sdk_model import SettingTable
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors.deadlines import has_deadline
from llmlint.sites.errors.escaping import Error, Escape, escape
from llmlint.sites.errors.given_up import given_up
from llmlint.sites.errors.giving_up import passes_on
from llmlint.sites.errors.handlers import sdk_grade
from llmlint.sites.errors.own_tries import of_function
from llmlint.sites.errors.passable import passable
from llmlint.sites.errors.recovery import answers_elsewhere, ends_in_value, takes_care
from llmlint.sites.errors.swallowed import Swallowed, swallows
from llmlint.sites.recognition.built_agents import built_agent, keyword_of
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.reached import never_sent, reached_with
from llmlint.sites.request.settings import of_client
from llmlint.sites.request.timeouts import Timeout, anchor, as_held, effective


@dataclass(slots=True)
class _Cause:
    """One place that leaves calls without a timeout, and the calls."""

    module: Module
    node: ast.Call
    match: Match
    timeout: Timeout
    at_client: bool
    at_agent: bool
    sites: list[CallSite] = field(default_factory=list)
    ruled_out: list[CallSite] = field(default_factory=list)


def missing_timeout(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Calls whose effective default is at least the threshold, once for each client's constructor."""
    threshold = settings.number("threshold")
    causes, written = _causes(sites)
    for cause in causes:
        if cause.timeout.kind == "default" and threshold <= cause.timeout.seconds < math.inf:
            default, tries = f"{cause.timeout.seconds:g} s", _tries(sites, cause)
            built = Note(
                f"{_step(cause)} here without a timeout; {_sdk(cause)}'s default is {default}",
                cause.module.location(cause.node),
            )
            timeout = _timeout_value(cause, written, settings)
            yield Finding(
                cause.module,
                cause.node,
                fields={
                    "client": _client(cause),
                    "limit": in_words(cause.timeout.seconds, tries),
                    "keyword": _keyword(cause),
                    "sdk": _sdk(cause),
                    "unfixed": timeout.clause,
                },
                evidence=(built,),
                related=site_notes(cause.sites),
                fix=_insertion(cause, timeout),
                confidence=_confidence(cause),
            )


def infinite_timeout(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Calls that provably may wait for ever, or whose timeout is given in the wrong unit."""
    causes, written = _causes(sites)
    for cause in causes:
        fields = {"client": _client(cause), "sdk": _sdk(cause), "keyword": "timeout", "value": "None", "unfixed": ""}
        setting = cause.timeout.setting
        if cause.timeout.kind == "default" and math.isinf(cause.timeout.seconds):
            where = cause.module.location(cause.node)
            timeout = _timeout_value(cause, written, settings)
            fields["unfixed"] = timeout.clause
            proof = Note(f"{_step(cause)} here without a timeout; {_sdk(cause)} sets no limit by itself", where)
            fix = _insertion(cause, timeout)
            yield Finding(
                cause.module,
                cause.node,
                "sdk_default",
                fields,
                (proof,),
                site_notes(cause.sites),
                fix=fix,
                confidence=_confidence(cause),
            )
        elif cause.timeout.kind in ("none", "milliseconds") and setting is not None:
            message = "explicit_none" if cause.timeout.kind == "none" else "milliseconds"
            value = "None" if message == "explicit_none" else spelled(setting)
            fields |= {"keyword": setting.parameter or "timeout", "value": value}
            given = places(setting, f"`{fields['keyword']}` is") or (Note("it is given here", setting.where),)
            fix = None
            if message == "explicit_none":
                timeout = _timeout_value(cause, written, settings)
                fields["unfixed"] = timeout.clause
                if timeout.seconds is not None:
                    fix = replace_none(cause.module, cause.node, fields["keyword"], repr(timeout.seconds))
            yield Finding(
                cause.module,
                cause.node,
                message,
                fields,
                given,
                site_notes(cause.sites),
                fix=fix,
                confidence=_confidence(cause),
            )


def _causes(sites: Sites) -> tuple[list[_Cause], dict[str, float]]:
    """What leaves calls without a timeout, and the longest timeout in seconds that is written for each SDK."""
    causes: dict[tuple[int, str], _Cause] = {}
    written: dict[str, float] = {}
    for site in sites.outside_tests:
        for match in (as_held(site, match) for match in site.matches):
            timeout = effective(site, match)
            if timeout.kind == "given":
                name, unit = match.surface.sdk.name, match.operation.settings.timeout_unit
                written[name] = max(written.get(name, 0.0), seconds_of(timeout.setting, unit))
            if timeout.kind in ("given", "unknown") or never_sent(site, match) or has_deadline(sites, site):
                continue
            at = anchor(site, match)
            given_on_call = timeout.setting is not None and at is not None and not _within(at, timeout)
            agent = built_agent(site, match) if at is None and timeout.setting is None else None
            if agent is not None and agent.module is not None and agent.call is not None:
                module, node = agent.module, agent.call
            else:
                module, node = at if at is not None and not given_on_call else (site.module, site.node)
            at_client = at is not None and not given_on_call
            cause = causes.setdefault(
                (id(node), timeout.kind), _Cause(module, node, match, timeout, at_client, agent is not None)
            )
            if site not in cause.sites and site not in cause.ruled_out:
                (cause.sites if reached_with(site, match) else cause.ruled_out).append(site)
    for cause in causes.values():
        cause.sites = cause.sites or cause.ruled_out
    return list(causes.values()), written


def _within(at: tuple[Module, ast.Call], timeout: Timeout) -> bool:
    """Whether the deciding setting is written in the constructor itself."""
    where = timeout.setting.where if timeout.setting is not None else None
    outer = at[0].location(at[1])
    return where is None or (outer.source == where.source and outer.line <= where.line <= outer.end_line)


def _step(cause: _Cause) -> str:
    return "built" if cause.at_client or cause.at_agent else "called"


def _client(cause: _Cause) -> str:
    if cause.at_agent:
        return _class_name(cause.node)
    client = cause.match.surface.client
    if client is None or not cause.at_client:
        return cause.sites[0].spelled
    if client.with_model:  # it stands at the model object that the agent is given
        return _class_name(cause.node)
    return client.classes[0].rpartition(".")[2] if client.classes else client.factories[0]


def _class_name(built: ast.Call) -> str:
    """The class that is built, without its parameters: `Agent` of `Agent[User](…)`."""
    return last_name(built.func.value if isinstance(built.func, ast.Subscript) else built.func)


def _sdk(cause: _Cause) -> str:
    return cause.match.surface.sdk.name


def _confidence(cause: _Cause) -> str:
    return cause.sites[0].confidence


def _tries(sites: Sites, cause: _Cause) -> int:
    """How often a call is tried: as the client is built for, else as often as the SDK tries by itself."""
    match = cause.match
    client = match.surface.client
    routed, _ = of_function(cause.sites[0], match)
    if routed is not None:
        return routed + 1
    given = of_client(sites.project.evaluator, replace(match.surface, derived=()), "retries")
    number = given.value.value if isinstance(given.value, Const) else None
    if client is not None and isinstance(number, int) and not isinstance(number, bool):
        return max(number + (client.settings.retries_unit == "retries"), 1)
    retries = match.operation.defaults.retries
    if retries is None and client is not None:
        retries = client.defaults.retries
    return (retries or 0) + 1


def _table(cause: _Cause) -> SettingTable:
    client = cause.match.surface.client
    return client.settings if cause.at_client and client else cause.match.operation.settings


def _keyword(cause: _Cause) -> str:
    if cause.at_agent:
        return keyword_of(cause.match, "timeout") or "timeout"
    return _at_model(cause, next(iter(_table(cause).paths("timeout")), "timeout"))


def _at_model(cause: _Cause, path: str) -> str:
    """How the model object that an agent is given spells it, where the timeout is one of its own."""
    client = cause.match.surface.client
    return path.removeprefix("model.") if client is not None and client.with_model else path


def _timeout_value(cause: _Cause, written: dict[str, float], settings: Settings) -> TimeoutValue:
    seconds = float(settings.config.fix.timeout)
    return timeout_value(cause.module, cause.sites, seconds, written.get(_sdk(cause), 0.0))


def _insertion(cause: _Cause, timeout: TimeoutValue) -> Fix | None:
    table = _table(cause)
    paths = [_at_model(cause, path) for path in table.paths("timeout")]
    if not paths or cause.at_agent or "." in paths[0] or timeout.seconds is None:
        return None
    value = str(int(timeout.seconds * 1000)) if table.timeout_unit == "milliseconds" else repr(timeout.seconds)
    return add_keyword(cause.module, cause.node, paths[0], value)


def unhandled_call(site: CallSite, sites: Sites, settings: Settings) -> Iterator[Finding]:
    """A call whose error reaches the outside on some known way."""
    if site.context == "tests" or answers_elsewhere(site) or site.gives("errors"):
        return
    if site.decorated is not None and ends_in_value(sites, site.decorated):
        return
    error = Error(
        sdk_grade(site.raising),
        partial(takes_care, sites),
        passes=partial(passable, site.node),
        given_up=partial(given_up, sites),
    )
    found = escape(site.project, site.node, error, reference=site.reference)
    if found is None or (settings.config.profile == "library" and _public(found)):
        return
    fields = {"call": site.spelled, "sdk": site.match.surface.sdk.name, "error": _to_catch(site)}
    evidence = tuple(
        Note(
            f"{_reached(caller)} `{caller_name(caller)}` without a handler",
            caller.module.location(caller.call),
        )
        for caller in found.callers
    )
    message = "here"
    ending = [handler for handler in found.narrow if not passes_on(handler)]
    if ending:
        message = "narrow"
        beside = [handler for handler in ending if parent(handler.node) is parent(ending[0].node)]
        names = [name.rpartition(".")[2] for handler in beside for name in handler.types]
        fields["handler"] = ", ".join(dict.fromkeys(names))
    elif found.callers:
        message = "caller"
        last = found.callers[-1]
        fields["caller"] = caller_name(last)
    yield Finding(site.module, site.node, message, fields, evidence, confidence=site.confidence)


def _reached(caller: Caller) -> str:
    """How a caller comes to run the function: it calls it, or hands it on to something that does."""
    return "called from" if caller.reference is None else "handed on by reference in"


def _to_catch(site: CallSite) -> str:
    """The base class of what the call raises, in the versions that the project is held at."""
    surface = site.match.surface
    exceptions = surface.sdk.exceptions
    if any(held_below(site.module.path, version, package) for package, version in exceptions.since.items()):
        provider = surface.client.provider if surface.client is not None else ""
        return exceptions.before.get(provider, "Exception")
    return exceptions.base or "Exception"


def _public(found: Escape) -> bool:
    return found.function is not None and not found.function.name.startswith("_")


def _short(text: str) -> str:
    return text if len(text) <= 48 else f"{text[:47]}…"


def swallowed_failure(sites: Sites) -> Iterator[Finding]:
    """Handlers around calls, or around callers, that turn a failure into an ordinary answer: each handler once."""
    found: Places[Swallowed] = Places()
    for site in sites.outside_tests:
        for swallowed in swallows(sites, site):
            found.add((swallowed.node, swallowed.where.line), site, swallowed)
    for swallowed, origins in found:
        first = origins[0]
        caller = swallowed.caller
        called = swallowed.node.func if caller is None or caller.reference is None else caller.reference
        call = first.spelled if caller is None else ast.unparse(called)
        fields = {"call": call, "handler": swallowed.spelled, "value": _short(swallowed.value)}
        message = {"": "pass", "continue": "continued"}.get(swallowed.value, "constant")
        severity = None
        if not swallowed.logged:
            message, severity = f"{message}_unlogged", Severity.ERROR
        evidence = [Note("this handler answers in place of the call", swallowed.where)]
        blind = swallowed.blind
        if blind is not None:
            told = "does not test what it gets" if blind.reference is None else "starts it and takes no result"
            untested = f"`{caller_name(blind)}` {told}"
            evidence.append(Note(untested, blind.module.location(blind.call)))
        related = () if swallowed.node is first.node else site_notes(origins)
        yield Finding(
            swallowed.module,
            swallowed.node,
            message,
            fields,
            tuple(evidence),
            related,
            severity,
            confidence=first.confidence,
        )
