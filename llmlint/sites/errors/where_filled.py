"""Where filled: whether what a call gives is used only where a test has said that it is not empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_no_program
from llmlint.index.tree import ancestors, assigned_to, last_name, named_function_of, nodes_in, parent
from llmlint.sites.flow.positions import all_loads
from llmlint.sites.outward import FunctionDef, deciding

if TYPE_CHECKING:
    from llmlint.index.project import Project

MAX_READS = 20


def used_where_filled(project: Project, function: FunctionDef) -> bool:
    """Whether every caller leaves out what the function gives where that is empty.

    Where a caller puts it under a key, everything in the project that reads this key has to.
    """
    callers = deciding(project.callers(function))
    return bool(callers) and all(caller.reference is None and _asked(project, caller.call) for caller in callers)


def only_looked_up(project: Project, function: FunctionDef) -> bool:
    """Whether all that callers do with the table a function gives is to ask for what it holds under computed keys.

    A key that is not there gives None, as one of an empty table does: what is missing is told apart entry by entry.
    """
    callers = deciding(project.callers(function))
    return bool(callers) and all(caller.reference is None and _only_looked_up(caller.call) for caller in callers)


def _only_looked_up(call: ast.expr) -> bool:
    target, function = assigned_to(call), named_function_of(call)
    if target is None or function is None:
        return False
    loads = list(all_loads(function.__dict__["inner"], target.id))
    methods = [above for load in loads if isinstance(above := parent(load), ast.Attribute) and above.attr == "get"]
    plain = [asked for method in methods if isinstance(asked := parent(method), ast.Call) and len(asked.args) == 1]
    return 0 < len(plain) == len(loads) and not any(isinstance(asked.args[0], ast.Constant) for asked in plain)


def _asked(project: Project, call: ast.expr, keyed: bool = True) -> bool:
    """Whether what an expression gives gets a name, and that is tested and used nowhere else but where it holds."""
    target, function = assigned_to(call), named_function_of(call)
    if target is None or function is None:
        return False
    bindings = function.__dict__["inner"].bindings.get(target.id, ())
    loads = function.__dict__["inner"].loads.get(target.id, ())
    tests = [load for load in loads if _is_test(load)]
    others = [load for load in loads if load not in tests]
    if len(bindings) != 1 or not tests or any(map(_gives_otherwise, tests)):
        return False
    return all(_where_true(load) or (keyed and _read_so(project, load)) for load in others)


def _is_test(load: ast.Name) -> bool:
    above = parent(load)
    return isinstance(above, (ast.If, ast.IfExp)) and above.test is load


def _gives_otherwise(test: ast.Name) -> bool:
    """Whether the branch that is taken where a name holds nothing gives something in its place, a blank apart."""
    choice = parent(test)
    nodes = [node for statement in choice.orelse for node in nodes_in(statement)] if isinstance(choice, ast.If) else []
    given = [node.value for node in nodes if isinstance(node, (ast.Assign, ast.AugAssign, ast.Return))]
    texts = [value.value if isinstance(value, ast.Constant) else None for value in given]
    return any(not isinstance(text, str) or text.strip() for text in texts) or isinstance(choice, ast.IfExp)


def _where_true(load: ast.Name) -> bool:
    """Whether a name is read in the branch of a test of itself that is taken where it holds something."""
    below: ast.AST = load
    for above in ancestors(load):
        if isinstance(above, (ast.If, ast.IfExp)) and getattr(above.test, "id", "") == load.id:
            body = above.body if isinstance(above.body, list) else [above.body]
            if below in body:
                return True
        below = above
    return False


def _read_so(project: Project, load: ast.Name) -> bool:
    """Whether a name is put under a key that is read like that in the whole project, and is read at all."""
    key = _key(load)
    reads = list(reads_of(project, key)) if key is not None else []
    return 0 < len(reads) <= MAX_READS and all(_asked(project, read, keyed=False) for read in reads)


def _key(load: ast.Name) -> str | None:
    above = parent(load)
    key: ast.expr | None = None
    if isinstance(above, ast.Dict) and load in above.values:
        key = above.keys[above.values.index(load)]
    elif isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Subscript):
        key = above.targets[0].slice
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def reads_of(project: Project, key: str) -> Iterator[ast.expr]:
    """What reads a key anywhere in the program: `item[key]`, `item.get(key)`."""
    for path in project.files.mentioning(key):
        module = project.module(path)
        for node in nodes_in(module.tree) if module is not None and not is_no_program(module) else ():
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _names(node.slice, key):
                yield node
            elif isinstance(node, ast.Call) and last_name(node.func) in ("get", "pop") and node.args:
                if _names(node.args[0], key):
                    yield node


def _names(node: ast.expr, key: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == key
