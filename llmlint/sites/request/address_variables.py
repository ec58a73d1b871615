"""Addresses that a program puts into its own environment, from which the SDK takes them: `OPENAI_BASE_URL`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_test
from llmlint.index.tree import last_name, nodes_in, parent
from llmlint.sites.request.module_settings import apart

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project

SETTING = ("setdefault", "putenv", "setenv")


def set_in_code(project: Project, variables: tuple[str, ...], near: Module) -> Iterator[tuple[Module, ast.expr]]:
    """What programs that can run a module set such variables to."""
    for path in sorted({path for name in variables for path in project.files.mentioning(name)}):
        module = project.module(path)
        if module is None or (is_test(module) and module is not near):
            continue
        if module is near or not apart(project.files, path, near.key):
            for node in nodes_in(module.tree):
                value = _set_to(node, variables)
                if value is not None:
                    yield module, value


def _set_to(node: ast.AST, variables: tuple[str, ...]) -> ast.expr | None:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and last_name(node.value) == "environ":
        statement = parent(node)
        return statement.value if isinstance(statement, ast.Assign) and _names(node.slice, variables) else None
    if not isinstance(node, ast.Call):
        return None
    if last_name(node.func) in SETTING and len(node.args) > 1 and _names(node.args[0], variables):
        return node.args[1]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "update" and last_name(node.func.value) == "environ":
        for given in (*node.args, *(one.value for one in node.keywords if one.arg is None)):
            for key, value in zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ():
                if key is not None and _names(key, variables):
                    return value
        return next((one.value for one in node.keywords if one.arg in variables), None)
    return None


def _names(node: ast.expr, variables: tuple[str, ...]) -> bool:
    return isinstance(node, ast.Constant) and node.value in variables
