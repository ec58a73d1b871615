"""Ids that the program itself asks the platform for, so that one which is gone comes to no call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Sites
from llmlint.index.module import Module
from llmlint.index.tree import last_name, nodes_in, nodes_of, scope_of
from llmlint.index.values import Const, Function, Sequence, Value, alternatives
from llmlint.patterns import regex
from llmlint.sites.records import logs
from llmlint.sites.request.platform import ModelId

LISTING = regex(r"\bmodels\.list\(|\blist_models\(|\.get_models\(|/v1/models\b")
MAX_STEPS = 3


def asked_first(sites: Sites, modules: tuple[Module, ...], one: ModelId) -> bool:
    """Whether an id is compared with what the platform lists, or tried by itself and kept if that went well."""
    for module in dict.fromkeys(modules):
        for asked in _compared(module):
            if _holds(module.evaluator.evaluate(asked), one):
                return True
        for loop in _trying(sites, module):
            if _holds(module.evaluator.evaluate(loop.iter), one):
                return True
    return False


def _holds(value: Value, one: ModelId) -> bool:
    """Whether the id, as it is written, is a value or one of its parts."""
    for option in alternatives(value):
        if isinstance(option, Sequence):
            if any(_holds(item, one) for item in option.items):
                return True
        elif isinstance(option, Const) and option.value == one.id:
            return True
    return False


def _compared(module: Module) -> Iterator[ast.expr]:
    """What is looked up in the list of the platform's models, or cut down to those in it."""
    if LISTING.search(module.text) is None:
        return
    for node in nodes_in(module.tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            if _lists(module, node.comparators[0]):
                yield node.left
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
            sides = (node.left, node.right)
            yield from (side for side, other in (sides, sides[::-1]) if _lists(module, other))
        elif (
            isinstance(node, ast.Call)
            and last_name(node.func) == "intersection"
            and isinstance(node.func, ast.Attribute)
        ):
            if any(_lists(module, argument) for argument in node.args):
                yield node.func.value


def _lists(module: Module, value: ast.expr, depth: int = 0) -> bool:
    """Whether a value comes from the platform's list of models."""
    if LISTING.search(ast.unparse(value)) is not None:
        return True
    for node in nodes_in(value) if depth < MAX_STEPS else ():
        if isinstance(node, ast.Name):
            scope = scope_of(node).lookup(node.id)
            bound = scope.bindings.get(node.id, ()) if scope is not None else ()
            if any(one.value is not None and _lists(module, one.value, depth + 1) for one in bound):
                return True
        elif isinstance(node, ast.Call):
            for option in alternatives(module.evaluator.evaluate(node.func)):
                if isinstance(option, Function) and LISTING.search(ast.unparse(option.node)) is not None:
                    return True
    return False


def _trying(sites: Sites, module: Module) -> Iterator[ast.For]:
    """The loops that try each id by a call, and keep those of which the call does not fail."""
    for node in nodes_of(module.tree, ast.For):
        if not isinstance(node.target, ast.Name):
            continue
        name = node.target.id
        for attempt in nodes_of(node, ast.Try):
            kept = [part for part in (*attempt.body, *attempt.orelse) if _keeps(part, name)]
            lost = any(_keeps(part, name) for handler in attempt.handlers for part in handler.body)
            if (
                kept
                and not lost
                and any(_tries(sites, module, part, name) for part in attempt.body if part not in kept)
            ):
                yield node


def _keeps(statement: ast.stmt, name: str) -> bool:
    """Whether a statement keeps an id: puts it into a list, returns it, gives it a lasting name."""
    if isinstance(statement, (ast.Return, ast.Assign)):
        return isinstance(statement.value, ast.Name) and statement.value.id == name
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or last_name(call.func) not in ("append", "add"):
        return False
    return any(isinstance(argument, ast.Name) and argument.id == name for argument in call.args)


def _tries(sites: Sites, module: Module, statement: ast.stmt, name: str) -> bool:
    """Whether a statement makes a call of a model with an id, itself or through a function."""
    for call in logs.parts_of(statement).calls:
        given = {part.id for part in nodes_in(call) if isinstance(part, ast.Name)}
        if name not in given:
            continue
        if id(call) in sites.calls:
            return True
        for option in alternatives(module.evaluator.evaluate(call.func)):
            if isinstance(option, Function) and id(option.node) in sites.asking:
                return True
    return False
