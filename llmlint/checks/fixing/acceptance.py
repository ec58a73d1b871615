"""Whether a request goes through with another model in the place of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from llmlint.config.pins import held_below
from llmlint.index.values import Const, Result, alternatives, dotted
from llmlint.patterns import regex
from llmlint.rulebook.models import Models
from llmlint.rulebook.sdk_model import SentDefault
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.recognition.surface import Match

REASONING = regex(r"^(o\d|gpt-5(?!-chat)|gpt-[6-9])")
"""OpenAI's models that refuse parameters which the older ones take."""
SAMPLING = ("temperature", "top-p")
REFUSED = frozenset({"presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs", "stop"})
THOUGHTS = "reasoning"


def accepts(sites: Iterable[CallSite], models: Models, other: str) -> bool:
    """Whether calls give, and frameworks add, nothing that the other model of a platform is known to refuse."""
    reasons = models.platform == "openai" and REASONING.match(other) is not None
    if not reasons and other not in models.no_sampling:
        return True
    refused = SAMPLING if reasons else (*SAMPLING, THOUGHTS)
    for site in sites:
        if any(_goes_along(site, name) for name in refused):
            return False
        for match in site.matches if reasons else ():
            if _names_refused(site, match) or _caps_as_of_old(site, match, other):
                return False
    return True


def _goes_along(site: CallSite, name: str) -> bool:
    """Whether a setting may be part of the request with a value other than the one that all models take."""
    setting = site.setting(name)
    if setting.state is State.ABSENT:
        return any(name in one.settings for match in site.matches for one in _sent_by_itself(site, match))
    return not _is_one(setting)


def _is_one(setting: Setting) -> bool:
    if setting.state is not State.PRESENT or setting.value is None:
        return False
    return all(isinstance(option, Const) and option.value == 1 for option in alternatives(setting.value))


def _sent_by_itself(site: CallSite, match: Match) -> Iterator[SentDefault]:
    """What a framework adds in the version that the project is held at."""
    surface = match.surface
    root = dotted(surface.root).partition(".")[0]
    for one in surface.sdk.sent_defaults:
        ours = surface.client is not None and not set(one.clients).isdisjoint(surface.client.classes)
        if ours and (not one.roots or root in one.roots):
            if not one.before or held_below(site.module.path, one.before, one.package):
                yield one


def _names_refused(site: CallSite, match: Match) -> bool:
    """Whether the call, or the constructor of its client, names what reasoning models refuse, whatever its value."""
    root = match.surface.root
    calls = [site.node] + ([root.call] if isinstance(root, Result) and root.call is not None else [])
    return any(keyword.arg in REFUSED for call in calls for keyword in call.keywords)


def _caps_as_of_old(site: CallSite, match: Match, other: str) -> bool:
    """Whether the cap is spelled in a way that the other model refuses."""
    for limit in match.surface.sdk.token_limits:
        if match.api in limit.paths and any(fnmatchcase(other, pattern) for pattern in limit.models):
            if site.setting("max-tokens").parameter in limit.refuses:
                return True
    return False
