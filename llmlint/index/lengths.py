"""Lengths: how long at most a text is where it is used, by a test of its length around or before."""

from __future__ import annotations

import ast

from llmlint.index.narrowing import spelled, told_where

LIMITS = ((ast.LtE, ast.Gt, 0), (ast.Lt, ast.GtE, -1))


def longest(use: ast.expr) -> int:
    """The number of characters that a name has at most where it is read: `if len(title) <= 50`; 0 if no test says."""
    known: int | None = use.__dict__.get("longest")
    if known is None:
        known = use.__dict__["longest"] = _longest(use)
    return known


def _longest(use: ast.expr) -> int:
    name, found = spelled(use), 0

    def limits(test: ast.expr, asked: str, outcome: bool) -> bool:
        nonlocal found
        limit = _limit(test, asked, outcome)
        found = found or limit
        return limit > 0

    if name is not None and isinstance(use, ast.Name):
        told_where(use, name, limits)
    return found


def _limit(test: ast.expr, name: str, outcome: bool) -> int:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return 0
    left, right = test.left, test.comparators[0]
    measured = isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and left.args
    if not measured or not isinstance(left, ast.Call) or spelled(left.args[0]) != name:
        return 0
    number = right.value if isinstance(right, ast.Constant) and type(right.value) is int else 0
    for below, above, less in LIMITS:
        if isinstance(test.ops[0], below if outcome else above):
            return max(number + less, 0) if number else 0
    return 0
