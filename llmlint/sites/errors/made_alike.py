"""Made alike: expressions that give the same in each turn of a loop, as far as their names stand for the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import class_of, last_name, named_function_of, nodes_in, parameters, scope_of
from llmlint.patterns import regex

CLIENT = regex(r"^(Async)?[A-Z]\w*$")
WRITING_OUT = regex(r"^(to|as|get|build|format|render)_(\w+_)?(prompt|messages|text|string)$")
BUILT = (ast.List, ast.Tuple, ast.Dict, ast.JoinedStr)
COPYING = frozenset({"dumps", "deepcopy", "dict", "list", "str"})
STEADY = frozenset(
    {*COPYING, "bool", "enumerate", "float", "int", "isinstance", "len", "range", "sorted", "tuple", "zip"}
)
"""Functions that give the same for the same, and change nothing."""
READING = frozenset({"copy", "format", "get", "items", "join", "keys", "lower", "replace", "strip", "upper", "values"})
GROWING = frozenset({"append", "extend", "insert", "setdefault", "update"})
EFFECTS = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, ast.Delete)
DEPTH = 2
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def made_alike(value: ast.expr) -> bool:
    """Whether it makes the same thing: a client, what an object is written out as, a list, a text, a request."""
    if isinstance(value, (ast.Name, ast.Constant)):
        return True
    if _built(value):
        return all(made_alike(part) for part in _parts(value))
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.Attribute) and made_alike(value.value)
    name = last_name(value.func)
    if CLIENT.search(name) or (WRITING_OUT.search(name) and not value.args and not value.keywords):
        return True
    return _builder(value) is not None and all(made_alike(part) for part in _parts(value))


def made_here(value: ast.expr) -> bool:
    """Whether it is put together from other values on the spot: `[{"role": "user", "content": question}]`."""
    return _built(value) or (isinstance(value, ast.Call) and _builder(value) is not None)


def reads(value: ast.expr) -> set[str]:
    """The attributes that go into it."""
    nodes = list(ast.walk(value))
    for call in [node for node in nodes if isinstance(node, ast.Call)]:
        function = _builder(call)
        nodes += list(ast.walk(function)) if function is not None else []
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _built(value: ast.expr) -> bool:
    return isinstance(value, BUILT) or (isinstance(value, ast.Call) and last_name(value.func) in COPYING)


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """What it is put together from."""
    if isinstance(value, ast.Call):
        yield from value.args
        yield from (keyword.value for keyword in value.keywords)
        return
    for part in ast.iter_child_nodes(value):
        if isinstance(part, (ast.Starred, ast.FormattedValue)):
            yield part.value
        elif isinstance(part, ast.expr):
            yield part


def _builder(call: ast.Call, depth: int = DEPTH) -> FunctionDef | None:
    """The function of the module, or method of the same object, that a call puts something together with."""
    around, body = named_function_of(call), scope_of(call).module.tree.body
    if isinstance(call.func, ast.Attribute):
        owner = class_of(around) if around is not None else None
        first = parameters(around)[:1] if around is not None else []
        if owner is None or getattr(call.func.value, "id", "") not in {arg.arg for arg in first}:
            return None
        body = owner.body
    name = last_name(call.func)
    found = [one for one in body if isinstance(one, ast.FunctionDef) and one.name == name]
    return found[0] if len(found) == 1 and not found[0].decorator_list and _steady(found[0], depth) else None


def _steady(function: FunctionDef, depth: int) -> bool:
    """Whether a function gives the same for the same, and changes nothing but what it makes."""
    for statement in function.body:
        for node in nodes_in(statement):
            if isinstance(node, EFFECTS):
                return False
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                return False
            if isinstance(node, ast.Call) and not _without_effect(node, depth):
                return False
    return True


def _without_effect(call: ast.Call, depth: int) -> bool:
    func = call.func
    if isinstance(func, ast.Name) and func.id in STEADY:
        return scope_of(call).lookup(func.id) is None
    if isinstance(func, ast.Attribute) and func.attr in READING:
        return True
    if isinstance(func, ast.Attribute) and func.attr in GROWING:
        return isinstance(func.value, ast.Name) and func.value.id not in _given(call)
    return depth > 0 and _builder(call, depth - 1) is not None


def _given(call: ast.Call) -> set[str]:
    """The parameters of the function around a call: what grows one of them changes what it was given."""
    function = named_function_of(call)
    return {arg.arg for arg in parameters(function)} if function is not None else set()
