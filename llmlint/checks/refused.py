"""Parameters that an SDK's version refuses: of calls, and of the constructors of their clients."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.checks.fixing.edits import rename_keyword
from llmlint.checks.fixing.removing import leaving, removal
from llmlint.checks.versions import asks_for_older, tells_versions_apart
from llmlint.config import pins
from llmlint.diagnostics import Applicability, Note
from llmlint.index.module import Module
from llmlint.index.tree import FUNCTIONS, ancestors
from llmlint.index.values import Function, Mapping, Result, Symbol, alternatives
from llmlint.patterns import regex
from llmlint.rulebook.sdk_model import RetiredParameter, Sdk, SettingTable
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.arguments import given

SDK_ASKED = regex(r"(?i)version|signature|hasattr|getattr|inspect")


def of_operation(site: CallSite) -> Iterator[Finding]:
    """What a call sends that its SDK does not take."""
    match = site.match
    called = {*match.operation.paths, *match.operation.functions}
    for retired in _gone(match.surface.sdk, site.module):
        if retired.foreign and not _is_its_own(site):
            continue
        for parameter in retired.parameters if called & set(retired.paths) else ():
            setting = sent(site, match, parameter)
            if setting.state is not State.PRESENT or _asked_of_sdk(site, site.node, parameter):
                continue
            if _is_asked_for(site, retired, site.module):
                continue
            fields = _fields(retired, parameter, site.spelled, match.surface.sdk.distribution)
            fields["leaving"] = leaving(site, parameter) if not retired.replacement else ""
            applicability = _applicability(retired, match.surface.sdk, site.module)
            fix = None if retired.replacement or retired.instead else removal(site, parameter, applicability)
            if retired.replacement and site.reference is None:
                fix = rename_keyword(site.module, site.node, parameter, retired.replacement, applicability)
            proof = _proof(setting, retired, match.surface.sdk, site.module)
            message = "never" if retired.never else "sdk"
            yield Finding(site.module, site.node, message, fields, proof, fix=fix, confidence=site.confidence)


def _is_its_own(site: CallSite) -> bool:
    """Whether a call is certain to go through the SDK itself: others are called alike, and take other parameters."""
    alone = len({match.surface.sdk.name for match in site.matches}) == 1
    return alone and site.confidence == "resolved" and not any(match.surface.adapted for match in site.matches)


def of_constructor(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """What the clients of a call are built with that their constructors do not take; told at the first of its calls."""
    for match in site.matches:
        root, client, sdk = match.surface.root, match.surface.client, match.surface.sdk
        if not isinstance(root, Result) or root.call is None or root.module is None or client is None:
            continue
        if not isinstance(root.callee, Symbol) or root.callee.path.partition(".")[0] not in sdk.roots:
            continue  # a class of the project may take what it likes
        for retired in _gone(sdk, root.module):
            for parameter in retired.parameters if set(client.classes) & set(retired.clients) else ():
                setting = _given(site, root.module, root.call, parameter)
                if setting.state is not State.PRESENT or _asked_of_sdk(site, root.call, parameter):
                    continue
                if _is_asked_for(site, retired, root.module):
                    continue
                origins = [one for one in sites.sites if any(_built_by(each, root.call) for each in one.matches)]
                if origins[0] is not site:
                    return
                fields = _fields(retired, parameter, ast.unparse(root.call.func), sdk.distribution)
                fix = None
                if retired.replacement:
                    applicability = _applicability(retired, sdk, root.module)
                    fix = rename_keyword(root.module, root.call, parameter, retired.replacement, applicability)
                proof, message = _proof(setting, retired, sdk, root.module), "never" if retired.never else "sdk"
                yield Finding(root.module, root.call, message, fields, proof, site_notes(origins), fix=fix)
                return


def incomplete(site: CallSite) -> Iterator[Finding]:
    """What a call is certain not to be given, without which it fails."""
    match, resolved = site.match, site.confidence == "resolved" and site.reference is None
    known = site.via == "direct" and not (match.surface.adapted or match.surface.preset or match.operation.removed)
    if not known or not resolved or _may_get_more(site) or _asked_of_sdk(site, site.node, ""):
        return
    for name in sorted(match.operation.settings.required):
        paths = match.operation.settings.paths(name)
        heads = {path.partition(".")[0] for path in paths}
        if paths and not any(_is_given(site, each, head) for each in site.matches for head in heads):
            fields = {"call": site.spelled, "parameter": paths[0]}
            yield Finding(site.module, site.node, "missing", fields, confidence=site.confidence)
            return


def _may_get_more(site: CallSite) -> bool:
    """Whether a call gets arguments of which not all are known."""
    spread = [keyword.value for keyword in site.node.keywords if keyword.arg is None]
    values = [option for value in spread for option in alternatives(site.project.evaluator.evaluate(value))]
    starred = any(isinstance(argument, ast.Starred) for argument in site.node.args)
    return starred or any(not isinstance(value, Mapping) or value.open is not None for value in values)


def _is_given(site: CallSite, match: Match, parameter: str) -> bool:
    if any(keyword.arg == parameter for keyword in site.node.keywords):
        return True
    order = match.operation.positional
    if parameter in order and order.index(parameter) < len(site.node.args):
        return True
    return _given(site, site.module, site.node, parameter).state is not State.ABSENT


def _built_by(match: Match, call: ast.Call) -> bool:
    return isinstance(match.surface.root, Result) and match.surface.root.call is call


def _gone(sdk: Sdk, module: Module) -> Iterator[RetiredParameter]:
    """What the newest version that a module may run with does not take."""
    for retired in sdk.retired_parameters:
        if retired.removed and not tells_versions_apart(module, sdk):
            if not pins.held_below(module.path, retired.removed, sdk.distribution):
                yield retired


def _is_asked_for(site: CallSite, retired: RetiredParameter, module: Module) -> bool:
    """Whether the code itself asks for a version that takes a parameter."""
    package = site.match.surface.sdk.distribution
    return asks_for_older(site.project, module, package, retired.removed) is not None


def _fields(retired: RetiredParameter, parameter: str, call: str, package: str) -> dict[str, str]:
    fields = {"call": call, "parameter": parameter, "sdk": package, "version": retired.removed, "leaving": ""}
    use = f"; it is `{retired.replacement}` now" if retired.replacement else ""
    return fields | {"use": f"; {retired.instead}" if retired.instead else use}


def _applicability(retired: RetiredParameter, sdk: Sdk, module: Module) -> Applicability:
    """A change is safe where no version that the project allows takes the parameter."""
    oldest = pins.oldest_allowed(module.path, sdk.distribution)
    fails = retired.never or (oldest is not None and oldest >= pins.parse(retired.removed))
    return Applicability.SAFE if fails else Applicability.UNSAFE


def _proof(setting: Setting, retired: RetiredParameter, sdk: Sdk, module: Module) -> tuple[Note, ...]:
    limit = pins.newest_allowed(module.path, sdk.distribution)
    why = "nothing limits the version" if limit is None else "the project allows a later version"
    if setting.where is None:
        return ()
    return (Note("given here" if retired.never else f"given here; {why}", setting.where),)


def sent(site: CallSite, match: Match, parameter: str) -> Setting:
    """Whether a call sends a parameter, which is spelled as the SDK spells it."""
    if site.reference is not None:
        return Setting(State.ABSENT)
    return _given(site, site.module, site.node, parameter, match.operation.positional)


def _given(site: CallSite, module: Module, call: ast.Call, parameter: str, positional: tuple[str, ...] = ()) -> Setting:
    """Whether a call gets a parameter, whatever its value: None is refused as well."""
    ev = site.project.evaluator
    for keyword in call.keywords:
        if keyword.arg == parameter:
            return Setting(State.PRESENT, ev.evaluate(keyword.value), "", module.location(keyword.value), parameter)
    return given(ev, module, call, None, SettingTable("", {"parameter": (parameter,)}), positional, "parameter")


def askers(node: ast.AST, parameter: str) -> list[ast.expr]:
    """What the tests around a call run that has the parameter in its name: `if self.supports_temperature(): …`."""
    tests = [above.test for above in ancestors(node) if isinstance(above, (ast.If, ast.IfExp))]
    asked = [part.func for test in tests for part in ast.walk(test) if isinstance(part, ast.Call)]
    return [function for function in asked if parameter in ast.unparse(function).lower()]


def _asked_of_sdk(site: CallSite, node: ast.AST, parameter: str) -> bool:
    """Whether the SDK may be asked if it takes the parameter, by a test or by a try.

    A test that is seen to look at the model alone asks the model.
    """
    for asker in askers(node, parameter) if parameter else ():
        for option in alternatives(site.project.evaluator.evaluate(asker)):
            if not isinstance(option, Function) or SDK_ASKED.search(ast.unparse(option.node)):
                return True
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.Try) and below in above.body and any(map(_of_refusals, above.handlers)):
            return True
        below = above
    return False


def _of_refusals(handler: ast.ExceptHandler) -> bool:
    """Whether a handler is there for calls with wrong arguments."""
    return handler.type is not None and "TypeError" in ast.unparse(handler.type)
