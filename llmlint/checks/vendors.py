"""Vendors: whose model an id names, and whether a client that it is seen with is one for it."""

from __future__ import annotations

from functools import cache

from llmlint.index.tree import class_of
from llmlint.index.values import Function, alternatives
from llmlint.rulebook.models import Models, load_models
from llmlint.sites.callsite import CallSite
from llmlint.sites.request.platform import ModelId, written_ids

VENDORS = ("openai", "anthropic", "google", "mistral", "cohere", "deepseek")
"""Platforms whose models are their own."""
OFFERED_BY = {"vertex": "google"}


def of_another_vendor(one: ModelId) -> bool:
    """Whether an id is another vendor's: it is not seen what keeps it away from this one's client."""
    if is_own(one):
        return False
    own = _vendor(one)
    others = [models for name in VENDORS if name != own and (models := load_models(name)) is not None]
    if any(_is_listed(models, one.id) for models in others):
        return True
    # Of an id that nobody lists the first word tells whose it is, where a platform has nobody else's.
    return own in VENDORS and any(_family(one.id) in _families(models) for models in others)


def is_own(one: ModelId) -> bool:
    """Whether the platform lists an id, or is a vendor of whose ids others begin as this one does."""
    return _is_listed(one.models, one.id) or (_vendor(one) in VENDORS and _family(one.id) in _families(one.models))


def picked_apart(site: CallSite) -> bool:
    """Whether a caller picks one of several ids, and one of several classes whose method makes the call with it."""
    function = site.function
    if function is None or class_of(function) is None or len({id_ for _, id_ in written_ids(site)}) < 2:
        return False
    ev = site.project.evaluator
    for caller in site.project.callers(function):
        callee = caller.reference if caller.reference is not None else caller.call.func
        picked = {class_of(option.node) for option in alternatives(ev.evaluate(callee)) if isinstance(option, Function)}
        if len(picked) > 1:
            return True
    return False


def _vendor(one: ModelId) -> str:
    return OFFERED_BY.get(one.models.platform, one.models.platform)


def _is_listed(models: Models, id_: str) -> bool:
    return id_ in models.shutdown or id_ in models.snapshots or id_ in models.previews


@cache
def _families(models: Models) -> frozenset[str]:
    return frozenset(map(_family, (*models.shutdown, *models.snapshots, *models.previews)))


def _family(id_: str) -> str:
    return id_.partition("-")[0]
