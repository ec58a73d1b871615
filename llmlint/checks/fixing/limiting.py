"""The fix that ends a retry decorator after some tries."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import adding_keyword, import_name, replace_expression, source_of
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module
from llmlint.index.project import Project
from llmlint.index.tree import named_function_of
from llmlint.index.values import alternatives, dotted
from llmlint.sites.errors.retry import Retry

WAITS = {"tenacity": ("wait", "tenacity.wait_random_exponential", "max=30")}
"""What a library that tries again at once needs, too: keyword, function and its arguments."""


def limited(project: Project, retry: Retry, tries: int) -> Fix | None:
    """Give the decorator its limit, where it is the library's own and takes its arguments by keyword."""
    entry, decorator = retry.entry, retry.node
    if entry is None or entry.attempts is None or entry.attempts.constructor or not isinstance(decorator, ast.expr):
        return None
    function = named_function_of(retry.place)
    if function is None or decorator not in function.decorator_list:
        return None  # a decorator of the project applies it, to others as well
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    paths = {dotted(option) for option in alternatives(project.evaluator.evaluate(func))}
    if not paths or not paths <= set(entry.names.get("decorators", ())):
        return None
    given = {k.arg: k.value for k in decorator.keywords} if isinstance(decorator, ast.Call) else {}
    if None in given or (entry.library == "tenacity" and isinstance(decorator, ast.Call) and decorator.args):
        return None
    limit = _spelled(retry.module, func, entry.attempts.within, str(tries))
    if limit is None:
        return None
    keyword = entry.attempts.keyword
    wanted, imports = {keyword: limit[0]}, limit[1]
    wait = WAITS.get(entry.library)
    if wait is not None and wait[0] not in given:
        pause = _spelled(retry.module, func, wait[1], wait[2])
        if pause is not None:
            wanted[wait[0]] = pause[0]
            imports += pause[1]
    title = f"Try {tries} times in all"
    if not isinstance(decorator, ast.Call):
        new = ", ".join(f"{name}={value}" for name, value in wanted.items())
        new = f"{source_of(retry.module, decorator)}({new})"
        return replace_expression(retry.module, decorator, new, Applicability.UNSAFE, title, imports)
    if keyword in given:
        return replace_expression(retry.module, given[keyword], limit[0], Applicability.UNSAFE, title, limit[1])
    added = (adding_keyword(retry.module, decorator, name, value) for name, value in wanted.items())
    return Fix(Applicability.UNSAFE, title, (*imports, *added))


def _spelled(module: Module, func: ast.expr, function: str, argument: str) -> tuple[str, tuple[Operation, ...]] | None:
    """A call of a function of the decorator's library as it is written beside the decorator, and its import."""
    if not function:
        return argument, ()
    library, _, name = function.rpartition(".")
    if isinstance(func, ast.Attribute):
        return f"{ast.unparse(func.value)}.{name}({argument})", ()
    imported = import_name(module, library, name)
    return (f"{imported[0]}({argument})", imported[1]) if imported is not None else None
