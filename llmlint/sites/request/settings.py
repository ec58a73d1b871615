"""Settings: what a call is given for a canonical setting, searched from the call outward."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, named_function_of
from llmlint.index.values import (
    Frame,
    Member,
    Partial,
    Result,
    Symbol,
    Unknown,
    alternatives,
    dotted,
    is_none,
)
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.request import module_settings
from llmlint.sites.request.arguments import ABSENT, given, join
from llmlint.sites.request.surplus import positional_arguments

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import Sdk, SettingTable
    from llmlint.sites.recognition.surface import Match, Surface

CONNECTING = ("base-url", "http-client", "api-key")
OF_CLIENT = ("timeout", "retries", *CONNECTING)
SET_LATER = ("timeout", "retries", "max-tokens")


def combined(site: CallSite, name: str) -> Setting:
    """The setting over all clients the call can go to."""
    found = [of_match(site, match, name) for match in site.matches]
    return join(found)


def of_match(site: CallSite, match: Match, name: str) -> Setting:
    """The setting for one possible client: the call, then its derivations, then the constructor or module."""
    ev = site.project.evaluator
    for setting in _layers(ev, site, match, name):
        if setting.state is not State.ABSENT:
            return setting
    return ABSENT


def on_path(site: CallSite, name: str, outward: tuple[ast.Call, ...]) -> Setting:
    """The setting when the site is reached through these callers, innermost first."""
    frame = frame_along(site, outward)
    if frame is None:
        return site.setting(name)
    return in_frame(site, name, frame)


def in_frame(site: CallSite, name: str, frame: Frame | None) -> Setting:
    """The setting with the values of one activation of the site's function."""
    found: list[Setting] = []
    for match in site.matches:
        setting = of_call(site, match, name, frame)
        if setting.state is State.ABSENT:
            setting = of_client(site.project.evaluator, match.surface, name, site.module, _given_anew(site, match))
        found.append(setting)
    return join(found)


def frame_along(site: CallSite, outward: tuple[ast.Call, ...]) -> Frame | None:
    """The activation of the site's function that the chain of calls makes."""
    frame: Frame | None = None
    places: list[ast.Call] = [site.node, *outward]
    for call, inner in reversed(list(zip(outward, places, strict=False))):
        function = named_function_of(inner)
        if function is None:
            return None
        bound = class_of(function) is not None and isinstance(call.func, ast.Attribute)
        # A nested function sees its surroundings' variables.
        frame = site.project.evaluator.activations.calling(function, call, frame, bound=bound, outer=frame)
    return frame


def of_call(site: CallSite, match: Match, name: str, frame: Frame | None = None) -> Setting:
    """The setting as far as the call itself and presets of `partial` give it."""
    ev = site.project.evaluator
    table, positional = match.operation.settings, match.operation.positional
    if site.reference is None:
        found = given(ev, site.module, site.node, frame, table, positional, name)
        if found.state is not State.ABSENT:
            return found
    elif site.via == "by-reference":
        found = _by_reference(ev, site, table, positional, name)
        if found.state is not State.ABSENT:
            return found
    for preset in match.surface.preset:
        found = given(ev, preset.module, preset.call, preset.frame, table, _order(preset), name)
        if found.state is not State.ABSENT:
            return found
    return ABSENT


def _order(preset: Partial) -> tuple[str, ...]:
    """The parameters that a Request takes by position; those of a `partial` come after its function."""
    return ("url", "data") if isinstance(preset.function, Symbol) else ()


def _by_reference(
    ev: Evaluator, site: CallSite, table: SettingTable, positional: tuple[str, ...], name: str
) -> Setting:
    """Keywords given to the call that takes the reference (`to_thread(create, model=…)`) reach the operation.

    What makes another function of it is called like the operation itself: `sync_to_async(create)(…)`.
    """
    if isinstance(site.node.func, ast.Call) and site.reference not in site.node.args:
        return given(ev, site.module, site.node, None, table, positional, name)
    if not table.paths(name) and (name in CONNECTING or not _taken_by_project(ev, site.node)):
        return ABSENT  # the operation has no parameter for it, and nothing that runs it adds what a parameter would
    found = given(ev, site.module, site.node, None, table, (), name)
    if found.state is State.ABSENT and not site.node.keywords and name not in ("timeout", "retries"):
        return Setting(State.UNKNOWN, None, "the call is handed on by reference")
    return found


def _taken_by_project(ev: Evaluator, taker: ast.Call) -> bool:
    """Whether what takes the reference may be a function of the project, which does with it what it likes."""
    options = alternatives(ev.evaluate(taker.func))
    return any(not isinstance(option, (Symbol, Member)) or not dotted(option) for option in options)


def of_client(
    ev: Evaluator, surface: Surface, name: str, near: Module | None = None, anew: frozenset[str] = frozenset()
) -> Setting:
    """The setting as the client carries it: derivations, constructor, assignments to the SDK module.

    Of several assignments to the SDK module, one in the module `near` counts; what stood in a parameter that the call
    is given `anew` does not.
    """
    for derivation, result in reversed(surface.derived):
        if anew and {path.partition(".")[0] for path in derivation.settings.paths(name)} <= anew:
            continue
        if result.call is not None and result.module is not None:
            positional = derivation.positional
            found = given(ev, result.module, result.call, result.frame, derivation.settings, positional, name)
            if found.state is not State.ABSENT:
                return found
    client, root = surface.client, surface.root
    if isinstance(root, Unknown):
        taken = client is not None or any(each.settings.paths(name) for each in surface.sdk.clients)
        return Setting(State.UNKNOWN, None, root.why) if taken else ABSENT
    if isinstance(root, Symbol):
        assigned = module_settings.assigned(ev, surface.sdk, name, near)
        return assigned if assigned.state is not State.ABSENT else _of_own_client(ev, surface.sdk, name)
    if client is None or not client.settings.paths(name):
        return ABSENT
    if isinstance(root, Result):
        if root.call is None or root.module is None:
            return Setting(State.UNKNOWN, None, "where the client is constructed is not known")
        if client.abstract:
            return Setting(State.UNKNOWN, None, "the class of the client is the project's own")
        positional = client.positional
        if not positional and surface.sdk.canonical(dotted(root.callee)) in client.factories:
            positional = ("model",)  # by which the factory has told what to build
        found = given(ev, root.module, root.call, root.frame, client.settings, positional, name)
        if found.state is State.ABSENT and len(positional_arguments(ev, root.call)) > len(positional):
            return Setting(State.UNKNOWN, None, "the constructor takes no such positional argument")
        later = _set_later(ev, client.settings, root, name) if found.state is State.ABSENT else None
        return later if later is not None else found
    return ABSENT


def _set_later(ev: Evaluator, table: SettingTable, root: Result, name: str) -> Setting | None:
    """What is not known because a module sets an attribute of the client that it builds: `client.timeout = 20`."""
    module = root.module
    for parameter in table.paths(name) if module is not None and name in SET_LATER else ():
        for store in module.attribute_stores.get(parameter, ()) if module is not None else ():
            holders = alternatives(ev.evaluate(store.value))
            if any(isinstance(holder, Result) and holder.call is root.call for holder in holders):
                return Setting(State.UNKNOWN, None, "it is set on the client later")
    return None


def _of_own_client(ev: Evaluator, sdk: Sdk, name: str) -> Setting:
    """What is not known because the program may make the SDK's calls go through a client that it built itself."""
    if name in OF_CLIENT:
        for function in sdk.own_client:
            if any(function.encode() in ev.project.files.by_path[path].data for path in ev.project.files.named):
                return Setting(State.UNKNOWN, None, f"`{function}` may bring a client with its own")
    return ABSENT


def _layers(ev: Evaluator, site: CallSite, match: Match, name: str) -> Iterator[Setting]:
    yield of_call(site, match, name)
    yield of_client(ev, match.surface, name, site.module, _given_anew(site, match))


def _given_anew(site: CallSite, match: Match) -> frozenset[str]:
    """The parameters of the client's derivations that the call is certain to be given itself."""
    found = set()
    for derivation, _ in match.surface.derived:
        given = next((one.value for one in site.node.keywords if derivation.anew and one.arg == derivation.anew), None)
        if given is not None and site.reference is None:
            if not any(is_none(option) for option in alternatives(site.project.evaluator.evaluate(given))):
                found.add(derivation.anew)
    return frozenset(found)
