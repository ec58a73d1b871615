"""What kind of code a module is: an application or a script."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.failing_imports import imported_in_vain
from llmlint.index.sessions import takes_turns
from llmlint.index.testcode import is_test
from llmlint.index.tree import last_name, scope_of
from llmlint.rulebook.handling import load_handling
from llmlint.sites.records.logs import names_in, parts_of

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project


def is_script(project: Project, module: Module) -> bool:
    """Whether the module is a notebook, or runs something at top level and is imported by scripts alone."""
    return _script(project, module, frozenset())


def _script(project: Project, module: Module, seen: frozenset[str]) -> bool:
    """The same, on a way from the modules `seen`; found once for all ways that differ in none of its importers."""
    known: dict[frozenset[str], bool] = module.tree.__dict__.setdefault("script", {})
    within = seen & project.files.reaching(module.key)
    if within not in known:
        known[within] = _runs_for_itself(project, module, within)
    return known[within]


def _runs_for_itself(project: Project, module: Module, seen: frozenset[str]) -> bool:
    if any(_makes_application(statement) for statement in module.tree.body) or takes_turns(project, module):
        return False
    others = project.files.importers(module.key) - seen - {module.key}
    able = False
    for path in sorted(others):  # the first that is no script settles it: the rest is not parsed
        importer = project.module(path)
        if importer is None:
            return False
        if not is_test(importer):
            if imported_in_vain(project, importer, module):
                continue  # it cannot be loaded for that: its program does not run
            if not _script(project, importer, seen | {module.key}):
                return False
        able = True
    return able or _runs(module)


def _runs(module: Module) -> bool:
    """Whether the module is a notebook, has a `__main__` guard or runs something for its effect at top level."""
    found: bool | None = module.tree.__dict__.get("runs")
    if found is None:
        found = module.tree.__dict__["runs"] = _has_effects(module)
    return found


def _has_effects(module: Module) -> bool:
    if module.source.cells is not None:
        return True
    for statement in module.tree.body:
        if isinstance(statement, ast.If) and "__name__" in names_in(statement.test):
            return True
        if isinstance(statement, (ast.For, ast.While, ast.With)):
            return True
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant):
            return True
        if isinstance(statement, ast.Assign) and _shows(module, statement):
            return True
    return False


def _shows(module: Module, statement: ast.Assign) -> bool:
    """`answer = ask("…")`: a function of the module that prints is run for that, if no other takes up its result."""
    called = statement.value.func if isinstance(statement.value, ast.Call) else None
    functions = module.functions.get(called.id, []) if isinstance(called, ast.Name) else []
    if not any(getattr(call.func, "id", "") == "print" for function in functions for call in parts_of(function).calls):
        return False
    loads = (load for t in statement.targets for name in names_in(t) for load in module.name_loads(name))
    return all(scope_of(load).kind == "module" for load in loads)


def _makes_application(statement: ast.stmt) -> bool:
    """`app = FastAPI()`: a server runs it, and its `__main__` guard only starts that."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    return isinstance(value, ast.Call) and last_name(value.func) in load_handling().applications
