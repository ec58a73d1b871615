"""Clients built for one call, calls nobody tries again, and sampling set twice."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.again import carried, perhaps_again
from llmlint.checks.finding import Finding, Settings, Sites
from llmlint.checks.fixing.removing import leaving, removal
from llmlint.checks.fixing.retrycount import set_retries
from llmlint.checks.kept_clients import is_closed, is_kept, is_route, shares_connections
from llmlint.diagnostics import Applicability, Note
from llmlint.index.tree import named_function_of, up_to
from llmlint.index.values import Const, Result
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.errors import retries
from llmlint.sites.errors.own_tries import own
from llmlint.sites.errors.recovery import answers_elsewhere
from llmlint.sites.request.reached import never_sent

ENTRY = ("main", "__main__", "cli", "run")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SAMPLING = ("temperature", "top-p", "top-k")


def missing_retry(site: CallSite, sites: Sites, settings: Settings) -> Iterator[Finding]:
    """A call whose SDK tries once and that nothing tries again."""
    if site.gives("retry") or answers_elsewhere(site) or site.setting("retries").state is State.UNKNOWN:
        return
    if any(own(sites, match) != 0 or never_sent(site, match) for match in site.matches):
        return
    if site.match.surface.sdk.exceptions.always_retried or carried(sites, site):
        return
    if next(iter(retries.around_call(sites, site)), None) is not None or perhaps_again(sites, site):
        return
    fields = {"call": site.spelled, "sdk": site.match.surface.sdk.name}
    number = settings.config.fix.max_retries
    chosen = site.setting("retries").state is State.PRESENT  # whoever wrote 0 meant it
    fix = set_retries(site, number) if number and not chosen else None
    yield Finding(site.module, site.node, fields=fields, fix=fix, confidence=site.confidence)


def client_per_call(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """A client that is built in the async function, handler or loop that calls it."""
    root, client = site.match.surface.root, site.match.surface.client
    function = site.function
    if client is None or site.kind == "agent" or not client.settings.paths("api-key"):
        return  # only what signs in to a provider holds connections
    if site.context == "script" or function is None or function.name in ENTRY or site.match.surface.sdk.chain:
        return
    if not isinstance(root, Result) or root.call is None or named_function_of(root.call) is not function:
        return
    around = list(up_to(root.call, function))
    looped = any(map(_turns, around, [root.call, *around]))
    if not (looped or isinstance(function, ast.AsyncFunctionDef) or is_route(sites.project, function)):
        return
    if is_closed(root.call, function) or is_kept(root.call, function):
        return
    if shares_connections(site.project.evaluator, root.call, function, client.settings):
        return
    if any(True for _ in sites.evidence.decorators(function, "cache")):
        return
    fields = {"client": ast.unparse(root.call.func), "call": site.spelled, "function": function.name}
    fields["when"] = "in every turn of the loop" if looped else f"in every call of `{function.name}`"
    yield Finding(site.module, root.call, fields=fields, related=(Note("the call", site.location),))


def _turns(above: ast.AST, below: ast.AST) -> bool:
    """Whether a node runs what stands in it at `below` again and again."""
    if isinstance(above, COMPREHENSIONS):
        return below is not above.generators[0]
    return isinstance(above, (ast.For, ast.AsyncFor, ast.While))


def redundant_sampling(site: CallSite) -> Iterator[Finding]:
    """Two or more of temperature, top_p and top_k at once."""
    if not site.answers or site.kind == "agent":
        return
    given = []
    for name in SAMPLING:
        setting = site.setting(name)
        value = setting.value if setting.state is State.PRESENT else None
        if isinstance(value, Const) and isinstance(value.value, (int, float)) and not _neutral(name, value.value):
            given.append(setting.parameter or name)
    if len(given) > 1:
        fields = {"call": site.spelled, "first": given[0], "second": given[1]}
        fields["leaving"] = leaving(site, given[1])
        fix = removal(site, given[1], Applicability.UNSAFE)
        yield Finding(site.module, site.node, fields=fields, fix=fix, confidence=site.confidence)


def _neutral(name: str, value: float) -> bool:
    """A value that leaves the model's distribution as it is, as most defaults do."""
    return (name in ("temperature", "top-p") and value == 1) or (name == "top-k" and value in (0, -1))
