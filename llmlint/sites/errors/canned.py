"""Canned answers: objects of constants in the form of an answer, with nothing that tells the two apart."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import exits, named_function_of, nodes_of
from llmlint.index.values import Class, alternatives
from llmlint.patterns import regex
from llmlint.sites.errors.fillers import TELLING
from llmlint.sites.errors.taken_results import tests
from llmlint.sites.errors.where_filled import reads_of
from llmlint.sites.outward import FunctionDef, deciding

if TYPE_CHECKING:
    from llmlint.index.project import Project

INSTEAD = regex(r"(?i)fallback|default|heuristic|rule|manual|error|fail|skip|unknown|none|pending")
Plain = Callable[[ast.expr], bool]


def canned(project: Project, given: ast.expr, function: FunctionDef, plain: Plain) -> str | None:
    """A mapping with the keys of one that the function gives for an answer, and a plain constant under each."""
    entries = _entries(given)
    if not entries or _says_so(entries) or not all(map(plain, entries.values())):
        return None
    others = [_entries(answer) for answer in _answers(function) if answer is not given]
    alike = [other for other in others if other.keys() == entries.keys()]
    if not any(_computed(other) for other in alike) or any(_tells(other, entries) for other in alike):
        return None
    return None if _asked(project, set(entries)) else ast.unparse(given)


def filled_under_keys(project: Project, default: ast.expr, block: ast.stmt, name: str, plain: Plain) -> str | None:
    """The same of what a name held before a `try` that puts the answer under a key of it, or makes it anew."""
    entries = _entries(default)
    if not entries or _says_so(entries) or not all(map(plain, entries.values())):
        return None
    filled: set[str] = set()
    for assign in (node for part in getattr(block, "body", ()) for node in nodes_of(part, ast.Assign)):
        for target in assign.targets:
            if isinstance(target, ast.Subscript) and getattr(target.value, "id", "") == name:
                if isinstance(assign.value, ast.Constant):
                    return None  # what only an answer sets
                filled.add(str(getattr(target.slice, "value", "")))
            elif isinstance(target, ast.Name) and target.id == name and _computed(_entries(assign.value)):
                filled |= _entries(assign.value).keys()
    if not filled or not filled <= entries.keys() or _asked(project, filled):
        return None
    return ast.unparse(default)


def blank_object(project: Project, given: ast.expr, function: FunctionDef, plain: Plain) -> str | None:
    """An object of a class of the project, made of nothing, all of whose fields then hold plain constants."""
    if not isinstance(given, ast.Call) or given.args or given.keywords:
        return None
    options = alternatives(project.evaluator.evaluate(given.func))
    made = options[0] if len(options) == 1 else None
    if not isinstance(made, Class) or not made.node.bases:
        return None
    fields = [part for part in made.node.body if isinstance(part, ast.AnnAssign)]
    names = [field.target.id for field in fields if isinstance(field.target, ast.Name)]
    if not fields or any(TELLING.search(name) for name in names):
        return None
    values = [_default(field.value) for field in fields]
    if any(value is None or isinstance(getattr(value, "value", None), bool) or not plain(value) for value in values):
        return None  # True and False may say how it went
    return None if _decide_by(project, function, names) else ast.unparse(given)


def _says_so(entries: dict[str, ast.expr]) -> bool:
    """Whether a key, or a word under one, tells the object from an answer."""
    words = [value.value for value in entries.values() if isinstance(value, ast.Constant)]
    told = any(isinstance(word, str) and INSTEAD.search(word) for word in words)
    return told or any(TELLING.search(key) for key in entries)


def _default(value: ast.expr | None) -> ast.expr | None:
    """What a field holds by itself: `Field("")`, `Field(default_factory=list)`."""
    if not isinstance(value, ast.Call):
        return value
    said = {keyword.arg: keyword.value for keyword in value.keywords}
    if getattr(said.get("default_factory"), "id", "") == "list":
        return ast.List([], ast.Load())
    return said.get("default") or (value.args[0] if value.args else None)


def _entries(node: ast.expr | None) -> dict[str, ast.expr]:
    """What stands under the constant keys of a mapping; nothing where some are not."""
    if not isinstance(node, ast.Dict):
        return {}
    found = {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    return found if len(found) == len(node.keys) else {}


def _answers(function: FunctionDef) -> Iterator[ast.expr]:
    """What a function returns, as it stands or under a name that it got there."""
    for node in exits(function)[0]:
        if isinstance(node.value, ast.Name):
            bindings = function.__dict__["inner"].bindings.get(node.value.id, ())
            yield from (binding.value for binding in bindings if binding.value is not None)
        elif node.value is not None:
            yield node.value


def _computed(entries: dict[str, ast.expr]) -> bool:
    return any(not isinstance(value, ast.Constant) for value in entries.values())


def _tells(answer: dict[str, ast.expr], entries: dict[str, ast.expr]) -> bool:
    """Whether one of the keys always holds another constant for an answer: `"found": True`."""
    return any(
        isinstance(value, ast.Constant)
        and isinstance(value.value, (bool, str))
        and value.value != getattr(entries[key], "value", None)
        for key, value in answer.items()
    )


def _asked(project: Project, keys: set[str]) -> bool:
    """Whether anything in the program decides by what stands under one of the keys."""
    return any(tests(read) for key in sorted(keys) for read in reads_of(project, key))


def _decide_by(project: Project, function: FunctionDef, fields: list[str]) -> bool:
    """Whether a caller may decide by one of the attributes of what it gets."""
    callers = deciding(project.callers(function))
    around = [named_function_of(caller.call) for caller in callers]
    if any(caller.reference is not None for caller in callers):
        return True
    read = (node for one in around if one is not None for node in nodes_of(one, ast.Attribute) if node.attr in fields)
    return any(tests(node) for node in read)
