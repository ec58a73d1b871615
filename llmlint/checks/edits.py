"""Fixes that checks offer, as operations on the tree."""

from __future__ import annotations

import ast

from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module


def add_keyword(module: Module, call: ast.Call, keyword: str, value: str) -> Fix | None:
    """Give a call one more keyword: unsafe, because the call behaves differently afterwards."""
    if any(given.arg == keyword for given in call.keywords):
        return None
    operation = Operation("add-keyword", module.location(call), (("keyword", keyword), ("value", value)))
    return Fix(Applicability.UNSAFE, f"Add {keyword}={value}", (operation,))


def replace_none(module: Module, call: ast.Call, keyword: str, value: str) -> Fix | None:
    """Give a keyword that is spelled None a value: unsafe, because the call behaves differently afterwards."""
    given = next((k.value for k in call.keywords if k.arg == keyword), None)
    if not isinstance(given, ast.Constant) or given.value is not None:
        return None
    arguments = (("keyword", keyword), ("old", "None"), ("value", value))
    operation = Operation("replace-value", module.location(call), arguments)
    return Fix(Applicability.UNSAFE, f"Set {keyword}={value}", (operation,))


def rename_keyword(module: Module, call: ast.Call, keyword: str, to: str) -> Fix | None:
    """Spell a keyword differently: safe where the present spelling is certain to fail."""
    names = {given.arg for given in call.keywords}
    if keyword not in names or to in names:
        return None
    operation = Operation("rename-keyword", module.location(call), (("keyword", keyword), ("to", to)))
    return Fix(Applicability.SAFE, f"Rename {keyword} to {to}", (operation,))


def remove_keyword(module: Module, call: ast.Call, keyword: str, applicability: Applicability) -> Fix | None:
    """Take a keyword out of a call; none where its value may do something when it is worked out."""
    value = next((given.value for given in call.keywords if given.arg == keyword), None)
    if value is None or any(isinstance(node, (ast.Call, ast.Await, ast.NamedExpr)) for node in ast.walk(value)):
        return None
    operation = Operation("remove-keyword", module.location(call), (("keyword", keyword),))
    return Fix(applicability, f"Remove {keyword}", (operation,))
