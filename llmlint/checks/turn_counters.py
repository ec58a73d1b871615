"""Turns that are counted by what a loop calls: a method that steps a counter of its object and says when it is full."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.checks.turn_bounds import lengths, outlives
from llmlint.index.calls import parameter_of
from llmlint.index.tree import nodes_in, parent, statement_of
from llmlint.index.values import Function, alternatives
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

TESTS = (ast.If, ast.IfExp, ast.While)


def counted_by_calls(ev: Evaluator, loop: ast.For | ast.While, exits: list[ast.AST]) -> bool:
    """Whether something that the loop calls counts, and what it gives back, or raises, ends the loop."""
    tested = {name for test in _tests_around(exits, loop) for name in logs.names_in(test)}
    for call in logs.parts_of(loop).calls:
        for option in alternatives(ev.evaluate(call.func)):
            if isinstance(option, Function) and not isinstance(option.node, ast.Lambda):
                if any(told is None or told & tested for told in _told(option, call, loop)):
                    return True
    return False


def _tests_around(exits: list[ast.AST], loop: ast.For | ast.While) -> Iterator[ast.expr]:
    if isinstance(loop, ast.While):
        yield loop.test
    for leaving in exits:
        above: ast.AST | None = leaving
        while above is not None and above is not loop:
            if isinstance(above, ast.If):
                yield above.test
            above = parent(above)


def _told(called: Function, call: ast.Call, loop: ast.For | ast.While) -> Iterator[set[str] | None]:
    """The names under which the caller learns that a counter or a list is full; None where the function raises."""
    function = called.node
    if isinstance(function, ast.Lambda):
        return
    steps = {
        ast.unparse(node.target)
        for node in nodes_in(function)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute) and _is_number(node.value)
    }
    for node in nodes_in(function) if steps else ():
        if isinstance(node, ast.Compare) and not isinstance(node.ops[0], (ast.In, ast.NotIn, ast.Is, ast.IsNot)):
            if any(ast.unparse(part) in steps for part in (node.left, *node.comparators)):
                yield from _of_full(function, node, call)
    kept = _kept(called, call, loop)
    for node in nodes_in(function) if kept else ():
        if isinstance(node, ast.Compare) and any(ast.unparse(holder) in kept for holder in lengths(node)):
            yield from _of_full(function, node, call)


def _kept(called: Function, call: ast.Call, loop: ast.For | ast.While) -> set[str]:
    """The parameters of a function that hold what outlives a turn of the loop in which it is called."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return {parameter_of(called, call, value) or "" for value in given if outlives(value, loop)} - {""}


def _is_number(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, int)


def _of_full(
    function: ast.FunctionDef | ast.AsyncFunctionDef, full: ast.Compare, call: ast.Call
) -> Iterator[set[str] | None]:
    """What a comparison of the counter leads to."""
    statement = statement_of(full)
    if isinstance(statement, TESTS):
        leaving = [node for node in nodes_in(statement) if isinstance(node, (ast.Raise, ast.Return))]
        if any(isinstance(node, ast.Raise) for node in leaving):
            yield None
        if any(isinstance(node, ast.Return) for node in leaving):
            yield _names_of(call, None)
    elif isinstance(statement, ast.Return):
        yield _names_of(call, _place_of(statement.value, {id(part) for part in ast.walk(full)}))
    elif isinstance(statement, ast.Assign):
        kept = logs.targets(statement)
        for node in nodes_in(function):
            if isinstance(node, ast.Return) and node.value is not None and logs.names_in(node.value) & kept:
                parts = {id(part) for part in ast.walk(node.value) if getattr(part, "id", "") in kept}
                yield _names_of(call, _place_of(node.value, parts))


def _place_of(value: ast.expr | None, parts: set[int]) -> int | None:
    """Where in a returned tuple one of these nodes stands; None for the value as a whole."""
    for number, element in enumerate(value.elts if isinstance(value, ast.Tuple) else ()):
        if any(id(part) in parts for part in ast.walk(element)):
            return number
    return None


def _names_of(call: ast.Call, place: int | None) -> set[str]:
    """The names that get what a call returns, or the part of it at a place."""
    above = parent(call)
    statement = parent(above) if isinstance(above, ast.Await) else above
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        asked = statement_of(call)
        return set(logs.names_in(call.func)) if isinstance(asked, (ast.If, ast.While)) else set()
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    if place is not None and isinstance(target, (ast.Tuple, ast.List)) and place < len(target.elts):
        return set(logs.names_in(target.elts[place]))
    return set(logs.names_in(target))
