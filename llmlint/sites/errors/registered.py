"""Registered handlers: exceptions that the project's web framework turns into a response, and what does so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import parent
from llmlint.index.values import Function, alternatives
from llmlint.records import entity
from llmlint.rulebook.handling import load_handling
from llmlint.sites.errors.handlers import exception_names

if TYPE_CHECKING:
    from llmlint.index.project import Project


@entity
class Registration:
    """What is registered for an exception: its dotted names, and the functions of the project that answer."""

    types: frozenset[str]
    functions: tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]


def registering_calls(project: Project) -> Iterator[ast.Call]:
    """The calls that register a handler of exceptions, with the framework's application or as its decorator."""
    for name in load_handling().registers:
        for path in project.files.mentioning(name):
            module = project.module(path)
            yield from module.calls.get(name, ()) if module is not None else ()


def answering(project: Project, types: set[str]) -> list[Registration]:
    """The registrations for one of these exceptions of the project; `types` holds their base classes too."""
    own = {name for name in types if name.startswith("project.")}
    return [entry for entry in registrations(project) if entry.types & own] if own else []


def registrations(project: Project) -> list[Registration]:
    """What is registered with the project's frameworks, each for its exceptions."""
    first = next((module.tree for module in map(project.module, project.files.by_path) if module is not None), None)
    if first is None:
        return []
    return project.evaluator.searched("registered-exceptions", first, lambda: list(_found(project)))


def _found(project: Project) -> Iterator[Registration]:
    for call in registering_calls(project):
        types = exception_names(project, call.args[0])[0] if call.args else set()
        if types:
            yield Registration(frozenset(types), tuple(_functions(project, call)))


def _functions(project: Project, call: ast.Call) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """`add(Error, answer)`, `handler(Error)(answer)`, and the function under `@handler(Error)`."""
    above = parent(call)
    given = list(call.args[1:2])
    if isinstance(above, ast.Call) and above.func is call:
        given += above.args[:1]
    elif isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)) and call in above.decorator_list:
        yield above
    for node in given:
        for option in alternatives(project.evaluator.evaluate(node)):
            if isinstance(option, Function) and isinstance(option.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield option.node
