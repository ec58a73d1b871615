"""Fixes that put a cache decorator on a function, or one that awaits in the place of one that does not."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import import_name, replace_expression
from llmlint.checks.purity import is_pure
from llmlint.config import pins
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module
from llmlint.index.project import Project
from llmlint.index.values import alternatives, dotted
from llmlint.sites.callsite import CallSite

ASYNC_LRU = ("async_lru", "alru_cache")
SIZE = 1024


def awaiting(project: Project, module: Module, decorator: ast.expr) -> Fix | None:
    """functools' cache becomes `alru_cache`, where the project asks for async-lru; an import left unused goes."""
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    paths = {dotted(option) for option in alternatives(project.evaluator.evaluate(func))}
    imported = import_name(module, *ASYNC_LRU)
    if len(paths) != 1 or imported is None or not pins.declares(module.path, "async-lru"):
        return None
    (path,) = paths
    if path not in ("functools.lru_cache", "functools.cache"):
        return None
    alru, imports = imported
    new = f"{alru}(maxsize=None)" if path.endswith(".cache") else alru
    fix = replace_expression(module, func, new, Applicability.UNSAFE, f"Use `{alru}`, which awaits", imports)
    return Fix(fix.applicability, fix.title, (*fix.operations, *_cleaning(module, func)))


def _cleaning(module: Module, func: ast.expr) -> tuple[Operation, ...]:
    """What takes the import of functools' cache away; it does nothing as long as something uses that."""
    if isinstance(func, ast.Name):
        arguments = (("module", "functools"), ("name", func.id))
    elif isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        arguments = (("module", func.value.id), ("name", ""))
    else:
        return ()
    return (Operation("remove-import", module.location(module.imports[0]), arguments),)


def remembering(site: CallSite) -> Fix | None:
    """Cache the function around a call, where what it returns depends on nothing but its arguments."""
    function, module = site.function, site.module
    if function is None or not is_pure(site, function):
        return None
    if isinstance(function, ast.AsyncFunctionDef):
        found = import_name(module, *ASYNC_LRU) if pins.declares(module.path, "async-lru") else None
    else:
        found = import_name(module, "functools")
        if found is not None and not found[1]:
            found = (f"{found[0]}.lru_cache", ())
        else:
            found = import_name(module, "functools", "lru_cache")
    if found is None:
        return None
    decorator = f"{found[0]}(maxsize={SIZE})"
    added = Operation("add-decorator", module.location(function), (("decorator", decorator),))
    return Fix(Applicability.UNSAFE, f"Add @{decorator}", (*found[1], added))
