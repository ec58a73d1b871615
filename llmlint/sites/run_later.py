"""Run later: where the project runs functions that an object keeps under a name, `self.ask(…)`, `config["ask"](…)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.callers import Caller
from llmlint.index.calls import parameter_of
from llmlint.index.testcode import is_no_program
from llmlint.index.tree import last_name, named_function_of, nodes_in, parent, taker_of
from llmlint.index.values import Class, Function, Result, alternatives
from llmlint.rulebook.running import load_running

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project


class OutOfSightError(Exception):
    """What is kept goes where it cannot be followed."""


def run_later(project: Project, caller: Caller) -> list[Caller]:
    """The calls that may run what a caller hands to an object that keeps it; none where not all can be seen.

    They are told by the name alone, so that they are more than those that do.
    """
    names = kept_names(project, caller)
    if len(names) != 1:
        return []
    name = next(iter(names))
    return project.evaluator.searched("run-later", caller.call, lambda: _found(project, name, caller)) if name else []


def kept_names(project: Project, caller: Caller) -> set[str]:
    """The attributes under which objects of a class of the project keep what their constructor is given."""
    found: set[str] = set()
    for option in alternatives(project.evaluator.evaluate(caller.call.func)):
        made = project.method(option, "__init__") if isinstance(option, Class) else None
        if not isinstance(option, Class) or caller.reference is None:
            return set()
        if made is None:  # a dataclass, or the like
            found |= {keyword.arg or "" for keyword in caller.call.keywords if keyword.value is caller.reference}
            continue
        bound = Function(made.module, made.node, Result(option, None))
        taken = parameter_of(bound, caller.call, caller.reference)
        for node in nodes_in(made.node):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == taken:
                found |= {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
    return found


def _found(project: Project, name: str, caller: Caller) -> list[Caller]:
    found: list[Caller] = []
    try:
        for path in project.files.mentioning(name):
            module = project.module(path)
            if module is not None and not is_no_program(module):
                loads = (*module.attribute_loads.get(name, ()), *_by_key(module, name))
                handed = (load for load in loads if load is not caller.reference)  # a method of the same name
                found += [one for load in handed for one in _from(project, module, load, name)]
    except OutOfSightError:
        return []
    return found


def _by_key(module: Module, name: str) -> Iterator[ast.expr]:
    """What stands under the name as a key: `config["ask"]`, `config.get("ask")`."""
    for node in nodes_in(module.tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            if isinstance(node.slice, ast.Constant) and node.slice.value == name:
                yield node
    for call in module.calls.get("get", ()):
        if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == name:
            yield call


def _from(project: Project, module: Module, load: ast.expr, name: str) -> Iterator[Caller]:
    """The calls of what one expression reads: at once, or by the local name that it is given."""
    above = parent(load)
    if isinstance(above, ast.Call) and above.func is load:
        yield Caller(above, module, True)
    elif isinstance(above, (ast.Assign, ast.AnnAssign)):
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        function = named_function_of(load)
        if function is None or len(targets) != 1 or not isinstance(targets[0], ast.Name):
            raise OutOfSightError
        for use in _uses_of(function, targets[0].id):
            yield from _from(project, module, use, "")
    elif taker_of(load) is not None:
        yield from _handed(project, module, load, name)
    elif not _only_asked(above) and not _filed(load, name):
        raise OutOfSightError


def _only_asked(above: ast.AST | None) -> bool:
    """Whether something is only asked of what is read: a comparison, a field."""
    if isinstance(above, ast.Attribute):
        call = parent(above)
        return not (isinstance(call, ast.Call) and call.func is above)
    return isinstance(above, (ast.Compare, ast.Expr, ast.FormattedValue))


def _filed(load: ast.expr, name: str) -> bool:
    """Whether it is put under the same name into a mapping that is written out: `{"ask": self.ask}`."""
    above = parent(load)
    keys = zip(above.keys, above.values, strict=True) if isinstance(above, ast.Dict) else ()
    return any(value is load and isinstance(key, ast.Constant) and key.value == name for key, value in keys)


def _uses_of(function: ast.AST, name: str) -> list[ast.Name]:
    return [n for n in nodes_in(function) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]


def _handed(project: Project, module: Module, load: ast.expr, name: str) -> Iterator[Caller]:
    """The same where it is handed on: to what runs it, to an object that keeps it under the same name, or wrapped."""
    taker = taker_of(load)
    above = parent(load)
    assert taker is not None
    if last_name(taker.func) in load_running().calling and last_name(taker.func) not in load_running().fixing:
        yield Caller(taker, module, True, load)
    elif not (isinstance(above, ast.keyword) and above.arg == name) and not _wrapped(project, taker, name):
        raise OutOfSightError


def _wrapped(project: Project, taker: ast.Call, name: str) -> bool:
    """Whether what comes of a call is kept under the same name, and the errors come out of it as they are."""
    step: ast.AST | None = taker
    while isinstance(step, ast.Call):
        functions = [o for o in alternatives(project.evaluator.evaluate(step.func)) if isinstance(o, Function)]
        catching = (node for one in functions for node in nodes_in(_outermost(one)) if isinstance(node, ast.Try))
        if (not functions and last_name(step.func) not in load_running().fixing) or any(n.handlers for n in catching):
            return False
        step = parent(step)
    targets = step.targets if isinstance(step, ast.Assign) else []
    return any(last_name(target) == name for target in targets)


def _outermost(function: Function) -> ast.AST:
    """The function around all others that a function is defined in."""
    node: ast.AST = function.node
    while (above := named_function_of(node)) is not None and above is not node:
        node = above
    return node
