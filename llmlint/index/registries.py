"""Registries: functions that a decorator puts into a table, from which they are called by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.scopes import Scope
from llmlint.index.tree import named_function_of, parent, scope_of
from llmlint.index.values import Function, ModuleRef, alternatives

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module

MAX_IMPORTS = 3


def registered(ev: Evaluator, func: ast.expr) -> list[Function]:
    """The functions that decorators put into the table that a called expression looks up; empty where it looks up none.

    `TOOLS[name]`, `TOOLS.get(name)`, or a name that one of these was assigned to.
    """
    table = _table(func)
    if table is None and isinstance(func, ast.Name):
        scope = scope_of(func).lookup(func.id)
        values = [binding.value for binding in scope.bindings[func.id]] if scope is not None else []
        table = next((found for value in values if value is not None and (found := _table(value)) is not None), None)
    if table is None:
        return []
    return ev.searched("registered", func, lambda: list(_put_into(ev, table)))


def _table(node: ast.expr) -> ast.Name | None:
    inner: ast.expr | None = node.value if isinstance(node, ast.Subscript) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        inner = node.func.value
    return inner if isinstance(inner, ast.Name) else None


def _put_into(ev: Evaluator, table: ast.Name) -> Iterator[Function]:
    owner, name = _owner(ev, scope_of(table).lookup(table.id), table.id)
    for scope in owner.module.scopes if owner is not None else ():
        if owner is None or name not in scope.changes or scope.lookup(name) is not owner:
            continue
        for change in scope.changes[name]:
            decorator = _decorator(change)
            if decorator is not None:
                yield from _decorated(ev, owner.module, decorator)


def _owner(ev: Evaluator, scope: Scope | None, name: str) -> tuple[Scope | None, str]:
    """The scope in which a table is made, and its name there, imports followed."""
    for _ in range(MAX_IMPORTS):
        alias = scope.bindings[name][-1].node if scope is not None else None
        statement = parent(alias) if isinstance(alias, ast.alias) else None
        if scope is None or not isinstance(alias, ast.alias) or not isinstance(statement, ast.ImportFrom):
            break
        target = ev.project.import_target(scope.module, statement.module or "", statement.level)
        module = ev.project.module(target.path) if isinstance(target, ModuleRef) else None
        name = alias.name
        scope = module.scope if module is not None and name in module.scope.bindings else None
    return scope, name


def _decorator(change: ast.AST) -> ast.FunctionDef | None:
    """The function to decorate with, where `TABLE[…] = function` stands in it and `function` is what it is given."""
    statement = parent(change)
    if not isinstance(change, ast.Subscript) or not isinstance(statement, ast.Assign):
        return None
    taker = named_function_of(change)
    given = statement.value
    if not isinstance(taker, ast.FunctionDef) or not isinstance(given, ast.Name):
        return None
    if not taker.args.args or taker.args.args[0].arg != given.id:
        return None
    outer = named_function_of(taker)  # `@tool("name")` calls a function that returns the one that takes it
    return outer if isinstance(outer, ast.FunctionDef) else taker


def _decorated(ev: Evaluator, home: Module, decorator: ast.FunctionDef) -> Iterator[Function]:
    for path in ev.project.files.using(decorator.name, home.key):
        module = ev.project.module(path)
        for functions in module.functions.values() if module is not None else ():
            for function in functions:
                for used in function.decorator_list:
                    target = used.func if isinstance(used, ast.Call) else used
                    options = alternatives(ev.evaluate(target))
                    if module is not None and any(getattr(option, "node", None) is decorator for option in options):
                        yield Function(module, function)
