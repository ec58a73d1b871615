"""Cache markers that are set in what a call sends after it was made: `blocks[-1]["cache_control"] = …`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import nodes_in
from llmlint.index.values import Function, alternatives
from llmlint.sites.records import logs
from llmlint.sites.request.ingredients import ingredients
from llmlint.sites.request.prompts import CACHE_KEYS

if TYPE_CHECKING:
    from llmlint.sites.callsite import CallSite


def marked_later(site: CallSite) -> bool:
    """Whether a marker is set in something that goes into what a call sends, or by a function that makes some of it."""
    parts = list(ingredients(site))
    names = {name for part in parts if isinstance(part, ast.expr) for name in logs.names_in(part)}
    around = [site.module.tree, *([site.function] if site.function is not None else [])]
    if any(logs.names_in(holder) & names for where in around for holder in _marked(where)):
        return True
    calls = (part for part in parts if isinstance(part, ast.Call))
    made = (option for call in calls for option in alternatives(site.project.evaluator.evaluate(call.func)))
    return any(True for option in made if isinstance(option, Function) for _ in _marked(option.node))


def _marked(where: ast.AST) -> Iterator[ast.expr]:
    """What a function, or the top level of a module, sets a marker in."""
    for node in nodes_in(where):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            if isinstance(node.slice, ast.Constant) and node.slice.value in CACHE_KEYS:
                yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("update", "setdefault") and any(map(_names_marker, (*node.args, *node.keywords))):
                yield node.func.value


def _names_marker(given: ast.AST) -> bool:
    if isinstance(given, ast.keyword):
        return given.arg in CACHE_KEYS
    keys = given.keys if isinstance(given, ast.Dict) else [given]
    return any(isinstance(key, ast.Constant) and key.value in CACHE_KEYS for key in keys)
