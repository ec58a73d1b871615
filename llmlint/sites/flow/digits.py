"""Digits: texts that a regular expression has cut out and that hold a number, whatever the model answered."""

from __future__ import annotations

import ast

from llmlint.index.evaluate import Evaluator
from llmlint.index.scopes import Binding
from llmlint.index.tree import last_name, scope_of
from llmlint.patterns import regex
from llmlint.sites.flow.parsers import REGEX_METHODS, patterns

MAX_DEPTH = 3
GROUPS = regex(r"\((?!\?)([^()]*)\)")
NUMERIC = regex(r"(?:(?:\\d|\\\.|\\-|[-0-9]|\[[-0-9\\d.]+\])(?:[+*?]|\{\d+(?:,\d*)?\})?)+")


def only_digits(ev: Evaluator, node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is a group of a match, `found.group(1)` or `found.groups()[0]`, that has digits alone."""
    while isinstance(node, (ast.Call, ast.Subscript, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    if owner is None or not isinstance(node, ast.Name) or depth > MAX_DEPTH:
        return False
    bindings = [binding for binding in owner.bindings[node.id] if binding.kind != "augmented"]
    return bool(bindings) and all(_of(ev, binding, depth + 1) for binding in bindings)


def _of(ev: Evaluator, binding: Binding, depth: int) -> bool:
    if binding.kind == "item":  # `for group in found.groups()`
        return binding.value is not None and only_digits(ev, binding.value, depth)
    return _numeric(ev, binding.value)


def _numeric(ev: Evaluator, search: ast.expr | None) -> bool:
    """Whether all that a search captures are digits."""
    if not isinstance(search, ast.Call) or last_name(search.func) not in REGEX_METHODS or not search.args:
        return False
    compiled = list(patterns(ev, search.func.value)) if isinstance(search.func, ast.Attribute) else []
    found = compiled if any(compiled) else list(patterns(ev, search.args[0]))
    captured = [group for pattern in found if pattern is not None for group in GROUPS.findall(pattern)]
    return None not in found and bool(captured) and all(NUMERIC.fullmatch(group) for group in captured)
