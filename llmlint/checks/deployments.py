"""Ids that stand for a deployment of Azure: what they are called there is up to whoever deployed them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.calls import parameter_of
from llmlint.index.module import Module
from llmlint.index.tree import FUNCTIONS, ancestors, named_function_of, nodes_in, parent, taker_of
from llmlint.index.values import Function, alternatives
from llmlint.patterns import regex
from llmlint.sites.request.platform import ModelId

AZURE = regex(r"(?i)azure|deployment")
DENIED = (ast.Not, ast.IsNot, ast.Is, ast.NotEq, ast.NotIn, ast.Or)


def names_deployment(one: ModelId) -> bool:
    """Whether an id is written for Azure: by the name of what takes it, or under a test for Azure."""
    node = one.origin.node if one.origin is not None else None
    if one.origin is None or not isinstance(node, ast.expr):
        return False
    if _under_azure(node) or any(AZURE.search(name) for name in _taken_as(node)):
        return True
    return any(
        AZURE.search(name) or all(map(_under_azure, uses)) for name, uses in _parameters(one.origin.module, node)
    )


def _under_azure(node: ast.AST) -> bool:
    """Whether control comes to a node only where a test says that Azure is asked."""
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.If) and below in above.body and _says_azure(above.test):
            return True
        if isinstance(above, ast.IfExp) and below is above.body and _says_azure(above.test):
            return True
        below = above
    return False


def _says_azure(test: ast.expr) -> bool:
    return AZURE.search(ast.unparse(test)) is not None and not any(isinstance(node, DENIED) for node in nodes_in(test))


def _taken_as(node: ast.expr) -> Iterator[str]:
    """The names that take a value right where it is written."""
    above = parent(node)
    if isinstance(above, ast.keyword):
        yield above.arg or ""
    elif isinstance(above, (ast.Assign, ast.AnnAssign)):
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        yield from map(ast.unparse, targets)
    elif isinstance(above, ast.Dict):
        keys = [key for key, value in zip(above.keys, above.values, strict=True) if value is node]
        yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def _parameters(module: Module, node: ast.expr) -> Iterator[tuple[str, list[ast.Name]]]:
    """The parameters of functions of the project that a value is passed for, each with what reads it there."""
    call = taker_of(node)
    if call is None:
        return
    for option in alternatives(module.evaluator.evaluate(call.func)):
        name = parameter_of(option, call, node) if isinstance(option, Function) else None
        if name is None or not isinstance(option, Function):
            continue
        loads = option.module.name_loads(name)
        inside = [load for load in loads if named_function_of(load) is option.node]
        if inside:
            yield name, inside
