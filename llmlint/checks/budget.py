"""Budget the tokens: output caps and the size of prompts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase

from llmlint.checks.both_spellings import tried_both_ways
from llmlint.checks.finding import Finding, Places, Settings, Sites, site_notes
from llmlint.checks.fixing.capping import limited
from llmlint.checks.fixing.edits import rename_keyword
from llmlint.checks.modalities import wordless
from llmlint.config.pins import held_below
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import scope_of
from llmlint.index.values import Result, Symbol, Unknown, alternatives, text_of
from llmlint.rulebook.sdk_model import SettingTable, TokenLimit
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.errors.deadlines import has_deadline
from llmlint.sites.recognition.built_agents import built_agent, keyword_of
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.arguments import EACH, given
from llmlint.sites.request.decorators import put_in_by_decorator
from llmlint.sites.request.host_caps import capped_by_host
from llmlint.sites.request.prompts import StaticPrompt, is_marked, static_prompt
from llmlint.sites.request.settings import of_client, of_match
from llmlint.sites.request.timeouts import as_held

CAPS = ("max_tokens", "max_new_tokens", "max_output_tokens", "max_completion_tokens", "num_predict")


def missing_max_tokens(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Calls that return text and carry no cap, at the call or at the constructor where the framework takes it there."""
    built: Places[tuple[Result, str]] = Places()
    for site in sites.outside_tests:
        if not site.answers or all("cap" in as_held(site, match).gives for match in site.matches):
            continue
        cap, stored = site.setting("max-tokens").state, site.setting("stored-prompt").state
        if cap is State.PRESENT or stored is not State.ABSENT or wordless(site) or _meant(site):
            continue
        if put_in_by_decorator(site, (*CAPS, *site.match.operation.settings.paths("max-tokens"))):
            continue
        if capped_by_host(site):
            continue
        there = [(match, place) for match in site.matches if (place := _takes_it_there(site, match)) is not None]
        for match, (root, keyword) in there:
            assert root.call is not None
            if match is not site.match and _left_to_callers(root.call):
                continue  # one of many that a factory builds of what it is given
            if "cap" not in as_held(site, match).gives and of_match(site, match, "max-tokens").state is State.ABSENT:
                built.add(root.call, site, (root, keyword))
        if there or cap is not State.ABSENT:
            continue
        paths = site.match.operation.settings.paths("max-tokens")
        if not paths:  # the call has no such parameter: a cap could only stand in a body that is not looked into
            continue
        if site.match.operation.vectors and not sites.flow(site).reads_text:  # the model decides what comes
            continue
        agent = built_agent(site, site.match)
        if agent is not None and agent.call is not None:
            built.add(agent.call, site, (agent, keyword_of(site.match, "max-tokens") or paths[0]))
            continue
        keyword = _spelling(site, paths)
        positional = site.match.operation.positional
        refused = any(keyword in limit.refuses for _, limit in _refusals(site))
        proof = Note("neither the call nor its client sets a limit", site.location)
        yield Finding(
            site.module,
            site.node,
            "timed" if has_deadline(sites, site) else "default",
            fields={"call": site.spelled, "keyword": keyword},
            evidence=(proof,),
            fix=limited([site], site.module, site.node, keyword, positional, settings.config.fix.max_tokens)
            if not refused
            else None,
            confidence=site.confidence,
        )
    for (root, keyword), group in built:
        assert root.call is not None
        assert root.module is not None
        name = ast.unparse(root.call.func)
        surface = group[0].match.surface
        positional = surface.client.positional if surface.client is not None else ()
        fix = limited(group, root.module, root.call, keyword, positional, settings.config.fix.max_tokens)
        proof = Note("built here without a limit", root.module.location(root.call))
        fields = {"client": name, "keyword": keyword, "call": group[0].spelled}
        message = "timed-constructor" if all(has_deadline(sites, site) for site in group) else "constructor"
        yield Finding(root.module, root.call, message, fields, (proof,), site_notes(group), fix=fix)


def _meant(site: CallSite) -> bool:
    """Whether a call is given a cap by another SDK's name for it: that is a wrong parameter, and no missing one."""
    own = site.match.operation.settings.paths("max-tokens")
    return any(keyword.arg in CAPS and keyword.arg not in own for keyword in site.node.keywords)


def _left_to_callers(call: ast.Call) -> bool:
    """Whether a construction hands on the keywords that its function is given."""
    spread = [keyword.value for keyword in call.keywords if keyword.arg is None]
    owners = [(one.id, scope_of(one).lookup(one.id)) for one in spread if isinstance(one, ast.Name)]
    return any(b.kind == "kwargs" for name, owner in owners if owner is not None for b in owner.bindings[name])


def _takes_it_there(site: CallSite, match: Match) -> tuple[Result, str] | None:
    """The construction that takes the cap, and its keyword, for frameworks whose constructor takes it.

    That is the client's, or that of the model object which an agent is given.
    """
    client, root = match.surface.client, match.surface.root
    paths = client.settings.paths("max-tokens") if client is not None else ()
    if not paths or EACH in paths[0] or not isinstance(root, Result) or root.call is None:
        return None
    model = of_match(site, match, "model").value
    if paths[0].startswith("model.") and isinstance(model, Result) and model.call is not None and model.module:
        return model, paths[0].partition(".")[2]
    return root, paths[0]


def _spelling(site: CallSite, paths: tuple[str, ...]) -> str:
    """How this endpoint spells the cap: other hosts and translating layers know the older spelling, some that alone."""
    other_host = any(
        of_client(site.project.evaluator, m.surface, "base-url").state is not State.ABSENT for m in site.matches
    )
    if (other_host or site.match.surface.sdk.name != "openai") and "max_tokens" in paths:
        return "max_tokens"
    return next((path for path in paths if _has(site, path)), paths[0])


def _has(site: CallSite, parameter: str) -> bool:
    """Whether the SDK takes a parameter in the version that the project is held at."""
    sdk, api = site.match.surface.sdk, site.match.api
    return not any(
        parameter in new.parameters and api in new.paths and held_below(site.module.path, new.since, sdk.distribution)
        for new in sdk.new_parameters
    )


def wrong_token_limit(site: CallSite) -> Iterator[Finding]:
    """A spelling of the cap that the endpoint or the model is certain to refuse."""
    for model, limit in _refusals(site):
        keyword = _refused_keyword(site, limit)
        if keyword is None or tried_both_ways(site.node, limit.use):
            continue
        fields = {"call": site.spelled, "keyword": keyword, "model": model, "use": limit.use}
        certain = site.reference is None and _has(site, limit.use)
        fix = rename_keyword(site.module, site.node, keyword, limit.use) if certain else None
        where = site.setting("model").where
        proof = (Note(f"the model is {model}", where),) if limit.models else ()
        yield Finding(site.module, site.node, "default", fields, proof, fix=fix, confidence=site.confidence)
        return


def _refusals(site: CallSite) -> Iterator[tuple[str, TokenLimit]]:
    """Which spellings of the cap a call is certain to be refused with, each with the model that does."""
    for match in site.matches:
        surface = match.surface
        provider = surface.client.provider if surface.client else ""
        base_url = of_client(site.project.evaluator, surface, "base-url")
        for limit in surface.sdk.token_limits:
            if match.api not in limit.paths or (
                limit.models and (provider == "azure" or base_url.state is not State.ABSENT)
            ):
                continue
            model = _refusing_model(site, limit)
            if model is not None:
                yield model, limit


def _refusing_model(site: CallSite, limit: TokenLimit) -> str | None:
    """The model that refuses: every id that can reach the call must."""
    if not limit.models:
        return "any model"
    setting = site.setting("model")
    if setting.state is not State.PRESENT or setting.value is None:
        return None
    ids = [text_of(option) for option in alternatives(setting.value)]
    for name in ids:
        if name is None or not any(fnmatchcase(name, pattern) for pattern in limit.models):
            return None
        if any(fnmatchcase(name, pattern) for pattern in limit.except_models):
            return None
    return " or ".join(name for name in ids if name)


def _refused_keyword(site: CallSite, limit: TokenLimit) -> str | None:
    for keyword in limit.refuses:
        table = SettingTable("", {"max-tokens": (keyword,)})
        found = given(site.project.evaluator, site.module, site.node, None, table, (), "max-tokens")
        if found.state is State.PRESENT and not isinstance(found.value, (Unknown, Symbol)):
            return keyword
    return None


def oversized_prompt(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Prompts whose static text exceeds the budget, reported where the prompt is written."""
    from llmlint.tokens import exceeds

    budget = int(settings.number("budget"))
    sizes: dict[str, int | None] = {}
    found: Places[tuple[StaticPrompt, int]] = Places()
    for site in sites.outside_tests:
        for prompt in static_prompt(site):
            if prompt.text not in sizes:
                sizes[prompt.text] = exceeds(prompt.text, budget)
            tokens = sizes[prompt.text]
            if tokens is not None:
                found.add(prompt.origin.node, site, (prompt, tokens))
    for (prompt, tokens), origins in found:
        origin = prompt.origin
        fields = {"tokens": f"{tokens:,}", "budget": f"{budget:,}", "call": origins[0].spelled}
        proof = Note("the longest part of it is written here", origin.module.location(origin.node))
        severity, message = (Severity.INFO, "cached") if all(map(is_marked, origins)) else (None, "default")
        yield Finding(origin.module, origin.node, message, fields, (proof,), site_notes(origins), severity)
