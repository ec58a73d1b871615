"""What kind of code a module is: application, script or test."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project

TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
TEST_FOLDER = re.compile(r"(^|/)(tests?|testing)/")


def is_test(module: Module) -> bool:
    """Whether the module lies under a tests folder or is a test module by its name and content."""
    if TEST_FOLDER.search(module.key):
        return True
    if not TEST_FILE.search(module.key):
        return False
    if posixpath.basename(module.key) == "conftest.py":
        return True
    return any(name.startswith(("test_", "Test")) for name in (*module.functions, *module.classes))


def is_script(project: Project, module: Module) -> bool:
    """Whether the module is started by hand: it runs something at top level and only scripts import it."""
    return _script(project, module, frozenset())


def _script(project: Project, module: Module, seen: frozenset[str]) -> bool:
    importers = project.files.importers(module.key)
    others = [project.module(path) for path in importers if path != module.key and path not in seen]
    if others:
        return all(m is not None and (is_test(m) or _script(project, m, seen | {module.key})) for m in others)
    return _runs(module)


def _runs(module: Module) -> bool:
    """Whether the module has a `__main__` guard or calls something for its effect at top level."""
    for statement in module.tree.body:
        if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
            return True
        if isinstance(statement, (ast.For, ast.While, ast.With)):
            return True
        if isinstance(statement, ast.Expr) and isinstance(statement.value, (ast.Call, ast.Await)):
            return True
    return False
