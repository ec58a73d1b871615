"""Model lifecycle: ids that are switched off, that will be soon, and that point to something else every few months."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from llmlint.checks.asked_first import asked_first
from llmlint.checks.deployments import names_deployment
from llmlint.checks.factories import may_be_for_another
from llmlint.checks.finding import Finding, Places, Settings, Sites, site_notes
from llmlint.checks.fixing.pinning import Pinning, snapshot, stable, successor
from llmlint.checks.replaced import is_replaced
from llmlint.checks.vendors import is_own, of_another_vendor, picked_apart
from llmlint.diagnostics import Note, Severity
from llmlint.index.conditions import decide
from llmlint.index.module import Module
from llmlint.index.tree import FUNCTIONS, ancestors
from llmlint.records import record
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.context import is_script
from llmlint.sites.outward import is_trial
from llmlint.sites.recognition.built_agents import built_agent
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.paths import decided
from llmlint.sites.request.platform import ModelId, model_ids
from llmlint.sites.request.settings import of_call
from llmlint.sites.request.timeouts import anchor

NAMED = 3  # ids spelled out in a message


def retired_model(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Ids past their shutdown, once for the ids that reach the same call."""
    yield from _dated(sites, sites.sites, lambda day: day <= settings.today, "off, too")


def retiring_model(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Ids whose shutdown is near."""
    last = settings.today + timedelta(days=settings.number("days"))
    yield from _dated(sites, sites.outside_tests, lambda day: settings.today < day <= last, "about to go, too")


def _dated(sites: Sites, among: Iterable[CallSite], wanted: Callable[[date], bool], likewise: str) -> Iterator[Finding]:
    replacing = Pinning(sites, successor, "Change the model to", alike=False)
    for group, origins in _grouped(among, lambda one: one.id in one.models.shutdown and wanted(_day(one)), sites):
        found = group.found
        first = min(found, key=_day)
        others = sorted({one.id for one in found} - {first.id})
        names = ", ".join(f"`{id_}`" for id_ in others[: NAMED - 1])
        verb = "is" if len(others) == 1 else "are"
        more = f" ({names}{' and more' if len(others) >= NAMED else ''} {verb} {likewise})" if others else ""
        fields = {
            "model": first.id,
            "more": more,
            "day": _day(first).isoformat(),
            "platform": first.models.platform,
            "call": group.site.spelled,
        }
        module, node = group.place
        related, fix = site_notes(origins), replacing.fix(found, origins)
        yield Finding(
            module, node, "default", fields, _written(found), related, fix=fix, confidence=group.site.confidence
        )


def _day(one: ModelId) -> date:
    return one.models.shutdown[one.id]


@record
class _Reached:
    """Written ids and the first call that they reach; `place` is where they enter it."""

    site: CallSite
    found: list[ModelId]
    place: tuple[Module, ast.Call]


def _grouped(
    among: Iterable[CallSite], wanted: Callable[[ModelId], bool], live: Sites | None = None
) -> Places[_Reached]:
    """Of these calls those that the same written ids reach, as one; with `live`, where gone ones are not kept away."""
    groups: Places[_Reached] = Places()
    for site in among:
        told: set[ast.AST | str] = set()
        for seen, place in _views(site):
            ids = (one for one in model_ids(seen) if wanted(one) and _where(one) not in told)
            for found in _by_client(one for one in ids if not _kept_away(live, seen, one)):
                written = frozenset(map(_where, found))
                told |= written
                groups.add(written, site, _Reached(site, found, place or _place(site, found[0].match)))
    return groups


def _by_client(ids: Iterable[ModelId]) -> Iterable[list[ModelId]]:
    found: dict[int, list[ModelId]] = {}
    for one in ids:
        found.setdefault(id(one.match), []).append(one)
    return list(found.values())


def _kept_away(live: Sites | None, site: CallSite, one: ModelId) -> bool:
    """Whether an id may not come to a call with which it is seen, or is no model's there."""
    if _never_set(site, one) or may_be_for_another(site, one) or names_deployment(one) or _tried_out(site, one):
        return True
    if is_replaced(site.project, one):
        return True
    if picked_apart(site) and not is_own(one):
        return True  # nothing tells that this client is picked with this id
    origin = (one.origin.module,) if one.origin is not None else ()
    return live is not None and asked_first(live, (site.module, *origin), one)


def _never_set(site: CallSite, one: ModelId) -> bool:
    """Whether an id is set, before the call, under a test that fails for all that the callers give."""
    below = one.origin.node if one.origin is not None else None
    for above in ancestors(below) if below is not None else ():
        if isinstance(above, FUNCTIONS) or above is site.node:
            return False
        if isinstance(above, ast.If) and below is not above.test:
            if decide(site.project.evaluator, above.test, None) is (below not in above.body):
                return True
        below = above
    return False


def _tried_out(site: CallSite, one: ModelId) -> bool:
    """Whether an id is written in the trial at the end of a module that the program imports: it never sends that."""
    written = one.origin
    return written is not None and is_trial(written.node) and not is_script(site.project, written.module)


def _where(one: ModelId) -> ast.AST | str:
    return one.origin.node if one.origin is not None else one.id


def _views(site: CallSite) -> Iterator[tuple[CallSite, tuple[Module, ast.Call] | None]]:
    """The call with its model; before that, where callers decide on it, the call as seen from each of them."""
    for call, seen in decided(site, "model", lambda value: isinstance(value, str) and " " not in value):
        yield seen, (call.module, call.node)
    yield site, None


def _place(site: CallSite, match: Match) -> tuple[Module, ast.Call]:
    """Where the id enters: the constructor of the client, or of the agent, that is given it, else the call."""
    given = of_call(site, match, "model")
    if given.state is State.ABSENT:
        return anchor(site, match) or (site.module, site.node)
    agent = built_agent(site, match)
    if agent is not None and agent.call is not None and agent.module is not None:
        if given.parameter.startswith(f"{match.operation.positional[0]}."):
            return agent.module, agent.call
    return site.module, site.node


def _written(found: list[ModelId]) -> tuple[Note, ...]:
    notes = []
    for one in found:
        if one.origin is not None:
            notes.append(Note(f"`{one.id}` is written here", one.origin.module.location(one.origin.node)))
    return tuple(notes)


def floating_model(sites: Sites) -> Iterator[Finding]:
    """Ids that point to whatever is newest: `-latest` and previews; as advice, aliases of a dated snapshot."""
    pinning = Pinning(sites, snapshot, "Pin")
    for group, origins in _grouped(sites.outside_tests, _floats):
        site, first = group.site, group.found[0]
        loud = _moves(first)
        dated = first.models.snapshots.get(first.id, "")
        fields = {"model": first.id, "snapshot": dated, "platform": first.models.platform, "call": site.spelled}
        other = stable(first) if loud else None
        fields["stable"] = f"; `{other}` is a stable one of its kind" if other is not None else ""
        module, node = group.place
        message = "alias" if not loud else "latest" if first.id.endswith("-latest") else "preview"
        severity = None if loud else Severity.INFO
        proof, fix = _written(group.found[:1]), pinning.fix(group.found, origins)
        related = site_notes(origins)
        yield Finding(module, node, message, fields, proof, related, severity, fix, site.confidence)


def _moves(one: ModelId) -> bool:
    return one.id.endswith("-latest") or one.id in one.models.previews


def _floats(one: ModelId) -> bool:
    if one.id in one.models.shutdown or of_another_vendor(one):
        return False
    return _moves(one) or one.id in one.models.snapshots
