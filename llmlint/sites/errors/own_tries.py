"""Own tries: how often the client of a call, or what it calls, tries again by itself."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from llmlint.index.values import Const, Env, Template, Value, alternatives, text_of
from llmlint.sites.callsite import State
from llmlint.sites.request.settings import of_call, of_client, of_match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmlint.checks.finding import Sites
    from llmlint.rulebook.sdk_model import Routed
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.recognition.surface import Match


def own(sites: Sites, match: Match) -> int | None:
    """How often the client itself tries again after the first try; None where that is not known."""
    client = match.surface.client
    if client is None:
        return match.operation.defaults.retries
    built = of_client(sites.project.evaluator, replace(match.surface, derived=()), "retries")
    within = tuple(pair for pair in match.surface.derived if "retry" not in pair[0].gives)
    derived = of_client(sites.project.evaluator, replace(match.surface, derived=within), "retries")
    for setting in (derived, built):
        number = _whole(setting.value)
        if number is not None:
            return max(number - (client.settings.retries_unit == "attempts"), 0)
    if derived.state is State.ABSENT and built.state is State.ABSENT:
        return match.operation.defaults.retries or client.defaults.retries
    return None


def of_function(site: CallSite, match: Match) -> tuple[int | None, str]:
    """How often a function without a client tries again, and for which model, where it does so for some alone."""
    sdk, functions = match.surface.sdk, set(match.operation.functions)
    routed = next((one for one in sdk.routed if functions & set(one.functions)), None)
    if routed is None or match.surface.client is not None:
        return None, ""
    said = of_call(site, match, "retries")
    number = _whole(said.value)
    if number is not None and said.parameter == routed.anywhere:
        return number, ""
    model = next((m for m in _models(of_match(site, match, "model").value) if _goes(m, routed)), "")
    if said.state is State.ABSENT:
        said = of_client(site.project.evaluator, match.surface, "retries", site.module)
        number = routed.retries if said.state is State.ABSENT else None
    return (number, model) if model else (None, "")


def _whole(value: Value | None) -> int | None:
    number = value.value if isinstance(value, Const) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _goes(model: str, routed: Routed) -> bool:
    names = [model, model.partition("/")[2] or model]
    return any(fnmatchcase(model, pattern) for pattern in routed.models) and not any(
        fnmatchcase(name, pattern) for pattern in routed.except_models for name in names
    )


def _models(value: Value | None) -> Iterator[str]:
    """The ids that a call can be given; of one that is put together, how it begins: `azure/…`."""
    for option in alternatives(value) if value is not None else ():
        for each in alternatives(option.default) if isinstance(option, Env) and option.default else (option,):
            first = each.parts[0] if isinstance(each, Template) and each.parts else None
            text = text_of(each)
            if text is not None:
                yield text
            elif isinstance(first, Const) and isinstance(first.value, str):
                yield f"{first.value}…"
