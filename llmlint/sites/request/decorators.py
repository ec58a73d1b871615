"""Decorators of the project that put a parameter into the keywords with which they run a function."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import nodes_in
from llmlint.sites.own_decorators import run_by_decorators

if TYPE_CHECKING:
    from llmlint.sites.callsite import CallSite


def put_in_by_decorator(site: CallSite, parameters: Iterable[str]) -> bool:
    """Whether a decorator of the function of a call gives it one of these: `kwargs["max_tokens"] = 300`."""
    wanted = set(parameters)
    runs = run_by_decorators(site.project, site.function) if site.function is not None else ()
    return any(wanted & set(_given(decorator.node, run)) for _, decorator, run in runs)


def _given(decorator: ast.AST, run: ast.Call) -> Iterator[str]:
    """The names under which a decorator gives something to what it runs, as keywords or in the mapping of them."""
    yield from (keyword.arg for keyword in run.keywords if keyword.arg)
    spread = {ast.unparse(keyword.value) for keyword in run.keywords if not keyword.arg}
    for node in nodes_in(decorator) if spread else ():
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) in spread:
            yield from _text(node.slice)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("setdefault", "update") and ast.unparse(node.func.value) in spread:
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)
                for argument in node.args[:1]:
                    yield from _text(argument)
        elif isinstance(node, ast.Dict) and any(key is not None for key in node.keys):
            yield from (text for key in node.keys if key is not None for text in _text(key))


def _text(key: ast.expr) -> Iterator[str]:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield key.value
