"""Dicts of new code, over several lines where one would be too long."""

from __future__ import annotations

import ast
import re

from llmlint.index.module import Module

NEWLINE = re.compile(r"\r\n?|\n")
WIDTH = 100
STEP = "    "


def fitted(module: Module, neighbour: ast.AST | None, lead: str, value: str) -> str:
    """A value that goes behind `lead` on a line like its neighbour's; as it is where that has no line of its own."""
    if neighbour is None:
        return value
    where = module.location(neighbour)
    line = NEWLINE.split(module.shown(where))[where.line - 1]
    indent = line[: where.column - 1]
    if indent.strip():
        return value
    return _spread(ast.parse(value, mode="eval").body, value, indent, lead)


def _spread(node: ast.expr, value: str, indent: str, lead: str) -> str:
    if len(indent.expandtabs(4)) + len(lead) + len(value) + 1 <= WIDTH or not isinstance(node, ast.Dict):
        return value
    deeper = indent + ("\t" if indent.endswith("\t") else STEP)
    lines: list[str] = []
    for key, entry in zip(node.keys, node.values, strict=True):
        spelled, inner = ast.get_source_segment(value, key) if key else "", ast.get_source_segment(value, entry) or ""
        lines.append(f"{deeper}{spelled}: " + _spread(_parsed(inner), inner, deeper, f"{spelled}: ") + ",\n")
    return "{\n" + "".join(lines) + indent + "}"


def _parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body
