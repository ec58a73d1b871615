"""Stacked ways: whether what is tried again comes to a client that tries again, whichever implementation is run."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmlint.index.tree import FunctionNode, named_function_of, nodes_in
from llmlint.sites.flow.dispatch import surely
from llmlint.sites.outward import ways_out

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.errors.retry import Retry

Trying = Callable[["CallSite"], bool]


def whichever_is_run(sites: Sites, site: CallSite, retry: Retry, trying: Trying) -> bool:
    """Whether each call between a retry and the call of the model runs what tries again by itself.

    Of the providers that a setting chooses from, one may not: its calls are tried as often as the retry says.
    """
    outer = retry.outer if retry.outer is not None else retry.place
    inside = {id(node) for node in nodes_in(outer)}
    for place, path in ways_out(sites.project, site.node):
        if id(place) in inside:
            places: list[ast.AST] = [site.node, *(caller.call for caller in path)]
            return all(
                caller.reference is not None or _surely(sites, caller.call, below, trying)
                for caller, below in zip(path, places, strict=False)
            )
    return True


def _surely(sites: Sites, call: ast.Call, below: ast.AST, trying: Trying) -> bool:
    function = named_function_of(below)

    def tries_again(one: FunctionNode) -> bool:
        asked = f"tries again {id(one)}"
        if asked not in sites.facts:
            sites.facts[asked] = _tries_again(sites, one, trying)
        return sites.facts[asked]

    return function is None or surely(sites.project, call, function, tries_again)


def _tries_again(sites: Sites, function: FunctionNode, trying: Trying) -> bool:
    """Whether a function leads to a call of a model whose client tries again."""
    for other in sites.outside_tests:
        if trying(other):
            for place, _ in ways_out(sites.project, other.node):
                if named_function_of(place) is function:
                    return True
    return False
