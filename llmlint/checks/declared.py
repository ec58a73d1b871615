"""Rules that only compare facts of a call: `[match]` in the rule's file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from llmlint.checks.finding import Finding, Settings
from llmlint.diagnostics import Note
from llmlint.index.values import Const, alternatives
from llmlint.rulebook.match import FACTS
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.outward import function_name
from llmlint.sites.request.platform import provider

if TYPE_CHECKING:
    from llmlint.rulebook.match import Condition


def declared(site: CallSite, settings: Settings) -> Iterator[Finding]:
    """The call, where every condition of the rule is proven to hold for it."""
    fields = {"call": site.spelled, "sdk": site.match.surface.sdk.name, "model": ", ".join(site.models) or "unknown"}
    proof: list[Note] = []
    for name, condition in settings.match.items():
        holds = _fact(site, name, condition) if name in FACTS else _setting(site, name, condition, proof)
        if not holds:
            return
    yield Finding(site.module, site.node, "default", fields, tuple(proof), confidence=site.confidence)


def _fact(site: CallSite, name: str, condition: Condition) -> bool:
    texts = _texts(site, name)
    if condition.is_none and not any(_none_of(text, condition.is_none) for text in texts):
        return False
    return not condition.is_any or any(_one_of(text, condition.is_any) for text in texts)


def _texts(site: CallSite, name: str) -> list[str]:
    """What is known of a fact; empty where nothing is."""
    match = site.match
    if name == "model":
        return site.models
    found = {
        "sdk": match.surface.sdk.name,
        "provider": provider(site, match),
        "kind": site.kind,
        "api": match.api,
        "via": site.via,
        "function": function_name(site.node),
        "path": posixpath.normpath(site.module.key),
        "context": site.context,
    }[name]
    return [found] if found or name == "function" else []


def _setting(site: CallSite, name: str, condition: Condition, proof: list[Note]) -> bool:
    setting = site.setting(name)
    if setting.state is State.UNKNOWN:
        return False
    if setting.where is not None:
        proof.append(Note(f"`{setting.parameter or name}` is given here", setting.where))
    values = [o.value for o in alternatives(setting.value) if isinstance(o, Const)] if setting.value is not None else []
    texts = [setting.state.value, *(str(value) for value in values)]
    if condition.is_none and not all(_none_of(text, condition.is_none) for text in texts):
        return False
    if condition.is_any and not any(_one_of(text, condition.is_any) for text in texts):
        return False
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    below = condition.below is None or any(number < condition.below for number in numbers)
    above = condition.above is None or any(number > condition.above for number in numbers)
    return below and above


def _one_of(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _none_of(text: str, patterns: tuple[str, ...]) -> bool:
    return not _one_of(text, patterns)
