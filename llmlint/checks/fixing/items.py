"""Operations on dict and list literals, for the fixes of checks."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import source_of
from llmlint.diagnostics import Operation
from llmlint.index.module import Module


def add_entry(module: Module, node: ast.Dict, key: str, value: str) -> Operation:
    """Give a dict literal one more entry; `key` is the text itself, `value` source with double quotes."""
    quote = quote_of(module, node.keys)
    return _item(module, node, respelled(f'"{key}"', quote), respelled(value, quote))


def add_element(module: Module, node: ast.List, value: str) -> Operation:
    """Give a list literal one more element, given as source with double quotes."""
    return _item(module, node, "", respelled(value, quote_of(module, node.elts)))


def quote_of(module: Module, nodes: list[ast.expr] | list[ast.expr | None]) -> str:
    """The quote that the first string among some expressions is spelled with."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return "'" if source_of(module, node).lstrip("rRbBuU").startswith("'") else '"'
    return '"'


def respelled(source: str, quote: str) -> str:
    """Source with double quotes around strings without quotes in them, spelled with the other quote if need be."""
    return source if quote == '"' or "'" in source else source.replace('"', quote)


def _item(module: Module, node: ast.expr, key: str, value: str) -> Operation:
    return Operation("add-item", module.location(node), (("key", key), ("value", value)))
