"""Ingredients of a prompt: the expressions of the calling function that go into what it sends."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import nodes_in, scope_of
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.sites.callsite import CallSite

ROUNDS = 4
GROWING = ("append", "extend", "insert")


def ingredients(site: CallSite) -> Iterator[ast.AST]:
    """Every node of the expressions that the prompt, the system message and the tools of a call are made of.

    Names are followed through the assignments and appends of the function (or module) around the call, no further.
    """
    table = site.match.operation.settings
    keywords = {path.partition(".")[0] for name in ("prompt", "system", "tools") for path in table.paths(name)}
    given = arguments(site, {None, *keywords})
    around: ast.AST = site.function if site.function is not None else scope_of(site.node).module.tree
    seen: set[int] = set()
    names: set[str] = set()
    for _ in range(ROUNDS):
        fresh = [expression for expression in given if id(expression) not in seen]
        for expression in fresh:
            seen.add(id(expression))
            names |= logs.names_in(expression)
            yield from nodes_in(expression)
        if not fresh:
            return
        given = list(_values(around, names, site.node))


def arguments(site: CallSite, keywords: Collection[str | None]) -> list[ast.expr]:
    """What the call gives for these keywords, by keyword or by position; None among them stands for `**`."""
    positional = site.match.operation.positional
    given = [keyword.value for keyword in site.node.keywords if keyword.arg in keywords]
    return given + [argument for argument, name in zip(site.node.args, positional, strict=False) if name in keywords]


def _values(around: ast.AST, names: set[str], call: ast.Call) -> Iterator[ast.expr]:
    parts = logs.parts_of(around)
    for node in parts.assignments:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None and call not in nodes_in(node.value):
            if any(isinstance(target, ast.Name) and target.id in names for target in targets):
                yield node.value
    for grown in parts.calls:
        func = grown.func
        if isinstance(func, ast.Attribute) and func.attr in GROWING and getattr(func.value, "id", "") in names:
            yield from grown.args
