"""Imports that cannot succeed: the module of the project that they seem to mean lacks a name that they bring."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors
from llmlint.index.values import ModuleRef

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.index.project import Project


def lacks_some(ev: Evaluator, found: Module, statement: ast.ImportFrom) -> bool:
    """Whether a module of the project lacks a name that is imported from it: then another one of its name is meant.

    Relative imports say which module they mean, and what stands in a `try` may fail.
    """
    if statement.level or not statement.module:
        return False
    known = found.scope.bindings
    if found.stars or "__getattr__" in known:
        return False
    if not ev.project.is_sdk(statement.module):
        tried = any(isinstance(above, ast.Try) for above in ancestors(statement))
        if tried or found.calls.keys() & {"globals", "exec", "setattr"}:
            return False
    wanted = (alias.name for alias in statement.names if alias.name != "*" and not alias.name.startswith("__"))
    return any(name not in known and ev.project.submodule(found, name) is None for name in wanted)


def imported_in_vain(project: Project, importer: Module, target: Module) -> bool:
    """Whether all imports of a module in another one bring a name that it does not have."""
    meant: list[ast.ImportFrom] = []
    for statement in importer.imports:
        if isinstance(statement, ast.ImportFrom):
            source = project.import_target(importer, statement.module or "", statement.level)
            if isinstance(source, ModuleRef) and source.path == target.key:
                meant.append(statement)
    return bool(meant) and all(lacks_some(project.evaluator, target, statement) for statement in meant)
