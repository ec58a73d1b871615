"""Switches: branches that a call turns off by what it passes for a parameter, or by leaving it at its default."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.calls import parameter_of
from llmlint.index.tree import FUNCTIONS, ancestors, default_of
from llmlint.index.values import Function


def switched_off(place: ast.AST, callee: Function, call: ast.Call) -> bool:
    """Whether a place of a function is in an `if flag:` whose parameter `flag` is False, or None, in this call."""
    flags: tuple[str, ...] | None = place.__dict__.get("flags")
    if flags is None:
        flags = place.__dict__["flags"] = tuple(_flags(place))
    for flag in flags:
        value = _passed(callee, call, flag)
        if isinstance(value, ast.Constant) and not value.value:
            return True
    return False


def _flags(place: ast.AST) -> Iterator[str]:
    """The names that the function of a place tests, alone, before it gets there."""
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS):
            return
        if isinstance(above, ast.If) and below in above.body and isinstance(above.test, ast.Name):
            yield above.test.id
        below = above


def _passed(callee: Function, call: ast.Call, name: str) -> ast.expr | None:
    """What a call passes for a parameter, or the default where it passes nothing; None where that cannot be told."""
    bindings = callee.node.__dict__["inner"].bindings.get(name, [])
    if len(bindings) != 1 or bindings[0].kind != "parameter":
        return None
    if any(isinstance(given, ast.Starred) for given in call.args) or any(k.arg is None for k in call.keywords):
        return None
    for given in (*call.args, *(keyword.value for keyword in call.keywords)):
        if parameter_of(callee, call, given) == name:
            return given
    return default_of(callee.node, name) if not _given_more(callee.node) else None


def _given_more(function: ast.AST) -> bool:
    """Whether a decorator may give the function more than the call does."""
    decorators = getattr(function, "decorator_list", ())
    return any(getattr(decorator, "id", "") not in ("staticmethod", "classmethod") for decorator in decorators)
