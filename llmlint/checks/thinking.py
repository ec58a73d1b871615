"""Models that think before they answer."""

from __future__ import annotations

import ast
import re

from llmlint.index.tree import nodes_of
from llmlint.index.values import Const, Result, alternatives
from llmlint.patterns import regex
from llmlint.rulebook.families import load_family
from llmlint.sites.callsite import CallSite

NO_THOUGHT = ("none", "minimal", "disable", "disabled", 0, False)
WORDS = regex(r"reasoning|thinking|\bthink\b|thought")
BRANCH = regex(r"reason|think|\bo[134]\b|[\"']o[134](-|[\"'])", re.IGNORECASE)


def may_think(model: str) -> bool:
    """Whether a model of this id is known to think unless told not to."""
    return load_family("thinking").holds(model)


def thinks(site: CallSite) -> bool:
    """Whether the model is known to think before it answers, and nothing turns that off."""
    return any(map(may_think, site.models)) and not thinking_is_off(site)


def thinking_is_off(site: CallSite) -> bool:
    """Whether the call says that the model is not to think."""
    value = site.setting("reasoning").value
    for option in alternatives(value) if value is not None else ():
        if isinstance(option, Const) and option.value in NO_THOUGHT:
            return True
        if isinstance(option, Result) and option.call is not None and "thinking_budget=0" in ast.unparse(option.call):
            return True
    return False


def asks_for_thought(site: CallSite, spelled: str) -> bool:
    """Whether a call, whose settings are `spelled` so, may tell the model to think, or branches on such models."""
    if thinking_is_off(site):
        return False
    return site.setting("reasoning").value is not None or WORDS.search(spelled) is not None or _branches(site)


def _branches(site: CallSite) -> bool:
    """Whether the function around the call asks whether the model is one that thinks."""
    branches: list[ast.If | ast.IfExp] = nodes_of(site.function or site.node, (ast.If, ast.IfExp))
    return any(BRANCH.search(ast.unparse(branch.test)) for branch in branches)
