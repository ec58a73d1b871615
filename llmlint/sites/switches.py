"""Switches: branches that a call turns off by what it passes for a parameter, or by leaving it at its default."""

from __future__ import annotations

import ast

from llmlint.index.calls import parameter_of
from llmlint.index.tree import FUNCTIONS, ancestors, class_of, default_of, scope_of
from llmlint.index.values import Function, Unknown


def switched_off(place: ast.AST, function: ast.AST, call: ast.Call) -> bool:
    """Whether a place of a function is in an `if flag:` whose parameter `flag` is False, or None, in this call."""
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.If) and below in above.body and isinstance(above.test, ast.Name):
            value = _passed(function, call, above.test.id)
            if isinstance(value, ast.Constant) and not value.value:
                return True
        below = above
    return False


def _passed(function: ast.AST, call: ast.Call, name: str) -> ast.expr | None:
    """What a call passes for a parameter, or the default where it passes nothing; None where that cannot be told."""
    if not isinstance(function, FUNCTIONS) or name not in function.__dict__["inner"].bindings:
        return None
    bindings = function.__dict__["inner"].bindings[name]
    if len(bindings) != 1 or bindings[0].kind != "parameter":
        return None
    if any(isinstance(given, ast.Starred) for given in call.args) or any(k.arg is None for k in call.keywords):
        return None
    method = class_of(function) is not None
    if method and not isinstance(call.func, ast.Attribute) and getattr(function, "name", "") != "__init__":
        return None
    callee = Function(scope_of(function).module, function, Unknown("its own object") if method else None)
    for given in (*call.args, *(keyword.value for keyword in call.keywords)):
        if parameter_of(callee, call, given) == name:
            return given
    return default_of(function, name)
