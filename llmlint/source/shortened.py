"""Shortened code: an expression as a message names it, where all of it would be too long."""

from __future__ import annotations

import ast

WIDTH = 60
CUT = "(… | "  # the beginning of a chain of which only the end is shown


def shortened(node: ast.expr) -> str:
    """The expression as written where that is short, else without what its calls are given, else what it ends in."""
    text = ast.unparse(node)
    if len(text) <= WIDTH:
        return text
    first, *rest = _parts(node)
    while first.count(" | ") > first.startswith(CUT) and len(first + "".join(rest)) > WIDTH:
        first = CUT + first.removeprefix(CUT).partition(" | ")[2]
    text = first + "".join(rest)
    if len(text) <= WIDTH:
        return text
    if not rest:
        return f"{text[: WIDTH - 1]}…"
    while len(rest) > 1 and len("…" + "".join(rest)) > WIDTH:
        rest = rest[1:]
    return "…" + "".join(rest)


def _without_arguments(node: ast.expr) -> str:
    return "".join(_parts(node))


def _parts(node: ast.expr) -> list[str]:
    """The pieces of a chain of attributes, calls and items, each but the first with the mark it begins with."""
    if isinstance(node, ast.Attribute):
        return [*_parts(node.value), f".{node.attr}"]
    if isinstance(node, ast.Call):
        *before, last = _parts(node.func)
        return [*before, f"{last}(…)" if node.args or node.keywords else f"{last}()"]
    if isinstance(node, ast.Subscript):
        *before, last = _parts(node.value)
        return [*before, f"{last}[{ast.unparse(node.slice)}]"]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [f"({_piped(node)})"]
    if isinstance(node, ast.Await):
        return [f"(await {_without_arguments(node.value)})"]
    return [ast.unparse(node)]


def _piped(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return f"{_piped(node.left)} | {_piped(node.right)}"
    return _without_arguments(node)
