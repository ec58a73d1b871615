"""Cache: requests that are the same each time and are sent each time."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.fixing.memoising import remembering
from llmlint.checks.parameters import refuses_sampling
from llmlint.checks.sameness import answered_alike
from llmlint.checks.written import places, spelled
from llmlint.diagnostics import Note
from llmlint.index.conditions import entered
from llmlint.index.tree import ancestors, block_of, class_of, later, nodes_in, parent
from llmlint.index.values import Class, Const, Mapping, Sequence, Unknown, Value, alternatives, is_none, text_of
from llmlint.sites import caching, embedding_stores
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.request.paths import decided
from llmlint.sites.request.platform import provider
from llmlint.sites.request.wrappers import WrapperCall

OWN = "ollama"  # a provider that is a server of one's own
STATUS = frozenset({"status_code", "status", "ok", "is_success", "raise_for_status"})


def uncached_deterministic_call(sites: Sites) -> Iterator[Finding]:
    """Requests that are deterministic by intent, with no cache at the call, its callers or the project."""
    for site in sites.outside_tests:
        yield from _direct(site, sites)
    handed: Places[tuple[WrapperCall, Setting]] = Places()
    for site in sites.outside_tests:
        found = list(_handing_zero(site)) if _open(site) else []
        cached = not found or caching.cached(sites, site) or not answered_alike(site)
        for call, setting in found if not cached else ():
            handed.add(call.node, site, (call, setting))
    for (call, setting), origins in handed:
        fields = {"call": ast.unparse(call.node.func), "value": "0", "cost": _cost(origins)}
        proof = (Note("it reaches the model here", setting.where),)
        yield Finding(call.module, call.node, "temperature", fields, proof, site_notes(origins))


def _open(site: CallSite) -> bool:
    """Whether nothing but the temperature, which callers hand down, is left to decide."""
    if not site.answers or site.by_agent or site.gives("cache"):
        return False
    return site.setting("cache").state is not State.PRESENT


def _handing_zero(site: CallSite) -> Iterator[tuple[WrapperCall, Setting]]:
    """The calls of wrappers from which the request has a temperature of 0, wherever it has one."""
    for call, seen in decided(site, "temperature", lambda value: value == 0, mixed=True):
        setting = seen.setting("temperature")
        given = [option for option in alternatives(setting.value) if not is_none(option)] if setting.value else []
        if given and all(_is(option, 0) for option in given) and not _several(seen):
            yield call, setting


def _direct(site: CallSite, sites: Sites) -> Iterator[Finding]:
    intent = _intent(site) if not site.unsent and not _passed_by(site) else None
    if (
        intent is None
        or (_runs_once(site) and _all_literal(site))
        or (intent == "literal" and _only_tried(sites, site))
    ):
        return
    if site.gives("cache") or site.setting("cache").state is not State.ABSENT:
        return
    if not embedding_stores.embedded_anew(sites, site) if intent == "embedding" else caching.cached(sites, site):
        return
    if not answered_alike(site):
        return
    setting = site.setting(intent) if intent in ("temperature", "seed") else None
    proof = places(setting, f"{intent} is") if setting is not None else ()
    value = spelled(setting) if setting is not None else ""
    fields, fix = {"call": site.spelled, "value": value, "cost": _cost([site])}, remembering(site)
    yield Finding(site.module, site.node, intent, fields, proof, fix=fix, confidence=site.confidence)


def _passed_by(site: CallSite) -> bool:
    """Whether control never comes to the call, by what the objects that are built hold: `if self.kind == "text"`."""
    owner = class_of(site.function) if site.function is not None else None
    made = site.project.method(Class(site.module, owner), "__init__") if owner is not None else None
    if site.function is None or made is None or site.project.library or not site.project.callers(made.node):
        return False
    return entered(site.project.evaluator, block_of(site.node), block_of(site.function.body[0]), None) is False


def _cost(sites: Iterable[CallSite]) -> str:
    """What an answer takes: a server of one's own sends no bill."""
    own = all(provider(site, match) == OWN for site in sites for match in site.matches)
    return "waits for" if own else "pays for"


def _runs_once(site: CallSite) -> bool:
    """Whether the call is a script's, or made while its module is loaded."""
    return site.context == "script" or (site.function is None and not any(_repeats(a) for a in ancestors(site.node)))


def _repeats(node: ast.AST) -> bool:
    return isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.Lambda))


def _intent(site: CallSite) -> str | None:
    """Why the answer should be the same each time: the message variant, or None."""
    if site.kind == "embedding":
        return None if _all_literal(site) else "embedding"  # a fixed text is embedded to warm up
    if not site.answers or site.by_agent or _discarded(site):
        return None
    if _several(site):
        return None
    temperature = site.setting("temperature")
    if temperature.state is State.PRESENT and temperature.value is not None and _is(temperature.value, 0):
        return None if refuses_sampling(site) else "temperature"
    if temperature.state is not State.ABSENT:
        return None
    seed = site.setting("seed")
    if seed.state is State.PRESENT and isinstance(seed.value, Const) and seed.value.value is not None:
        return "seed"
    if seed.state is State.ABSENT and _all_literal(site) and not _varies(site):
        return "literal"
    return None


def _several(site: CallSite) -> bool:
    """Whether the request may ask for several answers, which is sampling on purpose."""
    count = site.setting("n")
    return count.state is not State.ABSENT and not _is(count.value, 1)


def _varies(site: CallSite) -> bool:
    """Whether something of the request comes in from outside, beside the model and what sends it."""
    ev = site.project.evaluator
    models = {id(node) for keyword in site.node.keywords if keyword.arg == "model" for node in nodes_in(keyword.value)}
    given = (node for argument in [*site.node.args, *site.node.keywords] for node in nodes_in(argument))
    names = (node for node in given if isinstance(node, ast.Name) and id(node) not in models)
    return any(isinstance(option, Unknown) for name in names for option in alternatives(ev.evaluate(name)))


def _discarded(site: CallSite) -> bool:
    """Whether nobody looks at the answer: the call tries out whether the model can be reached."""
    above = parent(site.node)
    while isinstance(above, ast.Await):
        above = parent(above)
    return isinstance(above, ast.Expr) or (isinstance(above, ast.Assign) and _asks_for_status(site, above))


def _only_tried(sites: Sites, site: CallSite) -> bool:
    """Whether nobody reads what the model wrote: a fixed request only tries out whether there is an answer."""
    flow = sites.flow(site)
    return not (flow.reads_text or flow.cut or flow.uses("whole"))


def _asks_for_status(site: CallSite, statement: ast.Assign) -> bool:
    """Whether nothing but the status of what a function keeps of a response is read."""
    names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    if len(names) != len(statement.targets) or site.function is None:
        return False
    behind = [node for other in later(statement) for node in nodes_in(other)]
    # What other branches keep under the name is another response, unless this one is read further out.
    reads = list(_reads(behind, names)) or list(_reads(nodes_in(site.function), names))
    uses = (parent(node) for node in reads)
    return bool(reads) and all(isinstance(use, ast.Attribute) and use.attr in STATUS for use in uses)


def _reads(nodes: Iterable[ast.AST], names: set[str]) -> Iterator[ast.Name]:
    return (n for n in nodes if isinstance(n, ast.Name) and n.id in names and isinstance(n.ctx, ast.Load))


def _is(value: Value | None, number: float) -> bool:
    options = list(alternatives(value)) if value is not None else []
    return bool(options) and all(
        isinstance(o, Const)
        and isinstance(o.value, (int, float))
        and not isinstance(o.value, bool)
        and o.value == number
        for o in options
    )


def _all_literal(site: CallSite) -> bool:
    prompt, system = site.setting("prompt"), site.setting("system")
    if prompt.state is not State.PRESENT or prompt.value is None or not _literal(prompt.value, 0):
        return False
    return system.state is State.ABSENT or (system.value is not None and _literal(system.value, 0))


def _literal(value: Value, depth: int) -> bool:
    if depth > 6:
        return False
    options = list(alternatives(value))
    if len(options) > 1:
        return all(_literal(option, depth + 1) for option in options)
    if text_of(value) is not None:
        return True
    if isinstance(value, Sequence):
        return not value.open and bool(value.items) and all(_literal(item, depth + 1) for item in value.items)
    if isinstance(value, Mapping):
        return not value.open and all(e.certain and _literal(e.value, depth + 1) for e in value.entries.values())
    return False
