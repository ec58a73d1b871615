"""Environment: tracers that a variable or a command switches on, in the code or in the files that deploy it."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_test
from llmlint.index.tree import last_name, nodes_in, parent
from llmlint.source import deployment

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project
    from llmlint.rulebook.evidence_model import Evidence

READING = ("getenv", "get")
SETTING = ("setdefault", "putenv", "setenv")


def switched_on(project: Project, entry: Evidence, module: Module) -> bool:
    """Whether what an entry names is switched on for the program that a module is part of.

    A deployment file counts for what lies beside or below it, up to the project's root; a notebook's own setting holds
    there and in what it imports.
    """
    variables, commands = entry.names.get("environment", ()), entry.names.get("commands", ())
    if not variables and not commands:
        return False
    folders = _folders(module)
    if entry.served_by:
        if not deployment.lies(folders, entry.served_by):
            return False
        if any(_read(project, name) for name in variables):
            return True
    if any(deployment.sets(folders, name) for name in variables) or any(deployment.runs(folders, c) for c in commands):
        return True
    return any(_set_for(project, name, module) for name in variables)


def _folders(module: Module) -> tuple[str, ...]:
    """The folders from that of a module up to the project's root."""
    folder = os.path.dirname(os.path.abspath(module.path))
    found = [folder]
    for _ in range(module.key.count("/")):
        folder = os.path.dirname(folder)
        found.append(folder)
    return tuple(found)


def _set_for(project: Project, variable: str, module: Module) -> bool:
    for path in project.files.mentioning(variable):
        setter = project.module(path)
        if setter is None or is_test(setter) or not any(_sets(node, variable) for node in nodes_in(setter.tree)):
            continue
        if setter.source.cells is None or path in project.files.reaching(module.key):
            return True
    return False


def _read(project: Project, variable: str) -> bool:
    """Whether a module of the program asks for an environment variable: `os.getenv("NAME")`, `os.environ["NAME"]`."""
    for reader in map(project.module, project.files.mentioning(variable)):
        for node in nodes_in(reader.tree) if reader is not None and not is_test(reader) else ():
            if isinstance(node, ast.Subscript) and _is(node.slice, variable) and last_name(node.value) == "environ":
                return True
            if isinstance(node, ast.Call) and last_name(node.func) in READING and node.args[:1]:
                if _is(node.args[0], variable):
                    return True
    return False


def _sets(node: ast.AST, variable: str) -> bool:
    """`os.environ["NAME"] = "true"`, `os.environ.setdefault("NAME", "true")`."""
    value: ast.expr | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is(node.slice, variable):
        statement = parent(node)
        value = statement.value if isinstance(statement, ast.Assign) else None
    elif isinstance(node, ast.Call) and last_name(node.func) in SETTING and len(node.args) > 1:
        value = node.args[1] if _is(node.args[0], variable) else None
    off = isinstance(value, ast.Constant) and str(value.value).lower() in ("", *deployment.OFF)
    return value is not None and not off


def _is(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text
