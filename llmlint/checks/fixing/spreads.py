"""What `**x` may bring into a call that is to get one more keyword."""

from __future__ import annotations

import ast
from collections.abc import Collection

from llmlint.index.module import Module
from llmlint.index.tree import scope_of
from llmlint.index.values import Mapping, alternatives, is_none

SYNONYMS = (
    ("timeout", "request_timeout", "timeout_seconds", "timeout_ms", "default_request_timeout"),
    ("max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "num_predict", "maxTokens"),
    ("max_retries", "num_retries", "retries"),
)
"""Spellings of one parameter, of which an SDK that takes several heeds one."""
MAX_DEPTH = 4


def synonyms(keyword: str) -> tuple[str, ...]:
    """The keyword and what else the same parameter is called."""
    return next((names for names in SYNONYMS if keyword in names), (keyword,))


def is_free(module: Module, node: ast.Call | ast.Dict, keyword: str) -> bool:
    """Whether a call or dict certainly gets neither the keyword nor a synonym: not by name, and by no `**x`.

    What is spread has to be written out in the module: a mapping that comes in as a parameter, from an attribute or
    from a configuration may hold the keyword tomorrow, even if none of today's callers puts it there.
    """
    names = synonyms(keyword)
    items = _items(node)
    if any(name in names for name, _ in items):
        return False
    return all(_is_without(module, value, names) for name, value in items if name is None)


def _items(node: ast.Call | ast.Dict) -> list[tuple[object, ast.expr]]:
    """What a call or dict is given by name, with None for what is spread."""
    if isinstance(node, ast.Call):
        return [(each.arg, each.value) for each in node.keywords]
    return [
        (None if key is None else getattr(key, "value", ""), value)
        for key, value in zip(node.keys, node.values, strict=True)
    ]


def _is_without(module: Module, spread: ast.expr, names: Collection[str]) -> bool:
    if not _is_written_out(spread):
        return False
    for value in alternatives(module.evaluator.evaluate(spread)):
        if is_none(value):
            continue
        if not isinstance(value, Mapping) or value.open or any(name in value.entries for name in names):
            return False
    return True


def _is_written_out(node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is a dict literal, or a name that holds such ones only."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(node, ast.Dict):
        spreads = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
        return all(_is_written_out(value, depth + 1) for value in spreads)
    if isinstance(node, ast.IfExp):
        return _is_written_out(node.body, depth + 1) and _is_written_out(node.orelse, depth + 1)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict" and not node.args:
        return all(_is_written_out(each.value, depth + 1) for each in node.keywords if each.arg is None)
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    if owner is None or not isinstance(node, ast.Name):
        return False
    return all(
        each.kind == "value" and each.value is not None and _is_written_out(each.value, depth + 1)
        for each in owner.bindings[node.id]
    )
