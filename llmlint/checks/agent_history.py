"""Conversations that an agent's result hands out and the next turn sends again, whole."""

from __future__ import annotations

import ast

from llmlint.index.tree import nodes_in
from llmlint.index.values import Result
from llmlint.sites.callsite import CallSite
from llmlint.sites.records import logs

WHOLE = frozenset({"all_messages", "to_input_list"})  # of pydantic-ai's result, and of that of OpenAI's agents
SHORTENING = frozenset({"history_processors", "call_model_input_filter"})


def carried(site: CallSite, loop: ast.While) -> tuple[str, ast.expr] | None:
    """The list that each turn of a loop sends and the agent makes longer, and the place where it does."""
    grown = {name: value for value in _values(loop) if _hands_out(value) for name in _given_to(loop, value)}
    for argument in [*site.node.args, *(keyword.value for keyword in site.node.keywords)]:
        names = logs.names_in(argument)
        if _hands_out(argument):  # the same turn goes on: what the first call was given is in its result
            before = [
                value for value in _values(loop) if isinstance(value, ast.Call) and _given_to(loop, value) & names
            ]
            names = frozenset().union(*(logs.names_in(value) for value in before))
        found = next((name for name in sorted(names & grown.keys())), None)
        if found is not None and not _sliced(loop, found) and not _shortens(site):
            return found, grown[found]
    return None


def _values(loop: ast.While) -> list[ast.expr]:
    return [node.value for node in logs.parts_of(loop).assignments if node.value is not None]


def _given_to(loop: ast.While, value: ast.expr) -> set[str]:
    """The names that a value is assigned to."""
    return {name for node in logs.parts_of(loop).assignments if node.value is value for name in logs.targets(node)}


def _hands_out(value: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WHOLE
        for node in nodes_in(value)
    )


def _sliced(loop: ast.While, name: str) -> bool:
    return any(
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and name in logs.names_in(node.value)
        for node in nodes_in(loop)
    )


def _shortens(site: CallSite) -> bool:
    """Whether the agent or its run is given what makes the list shorter before it is sent."""
    root = site.match.surface.root
    built = root.call.keywords if isinstance(root, Result) and root.call is not None else []
    return any(keyword.arg in SHORTENING or keyword.arg is None for keyword in (*built, *site.node.keywords))
