"""Passable ways: whether constants that a chain of calls hands down keep control from coming to a place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from llmlint.index.tree import FUNCTIONS, ancestors, class_of, decorated, default_of, named_function_of, parameters
from llmlint.sites.recognition.led_elsewhere import led_elsewhere

if TYPE_CHECKING:
    from llmlint.index.callers import Caller

Passed = dict[str, object]  # parameters that are given a constant


def passable(node: ast.AST, callers: tuple[Caller, ...]) -> bool:
    """Whether control can come to a call of a model through these callers, innermost first.

    Only constants forbid it: they decide an `if`, or the address that a request goes to.
    """
    places: list[ast.AST] = [node, *(caller.call for caller in callers)]
    if callers and led_elsewhere(node, callers[0]):
        return False
    known: Passed = {}
    for caller, place in reversed(list(zip(callers, places, strict=False))):
        function = named_function_of(place)
        if function is None or caller.reference is not None:
            known = {}
        else:
            known = _passed(function, caller, known)
        if known and _kept_out(place, known):
            return False
    return True


def _passed(function: ast.FunctionDef | ast.AsyncFunctionDef, caller: Caller, outer: Passed) -> Passed:
    """The function's parameters, as far as the call or a default gives a constant.

    Where a `**mapping` may bring more, the default stands: that something else comes is not proven.
    """
    call = caller.call
    spread = any(isinstance(a, ast.Starred) for a in call.args)
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    if caller.bound and class_of(function) is not None and not decorated(function, "staticmethod"):
        names = names[1:]
    given = dict(zip(names, () if spread else call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    known: Passed = {}
    for parameter in parameters(function):
        if len(function.__dict__["inner"].bindings.get(parameter.arg, ())) > 1:
            continue
        value = given.get(parameter.arg, default_of(function, parameter.arg))
        if isinstance(value, ast.Constant):
            known[parameter.arg] = value.value
        elif isinstance(value, ast.Name) and value.id in outer:
            known[parameter.arg] = outer[value.id]
    return known


def _kept_out(place: ast.AST, known: Passed) -> bool:
    """Whether an `if` or a `match` around the place, within its function, goes another way."""
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.If) and below is not above.test:
            taken = _truth(above.test, known)
            if taken is not None and taken is not (below in above.body):
                return True
        if isinstance(above, ast.Match) and isinstance(below, ast.match_case) and _unlike(below, above, known):
            return True
        below = above
    return False


def _truth(test: ast.expr, known: Passed) -> bool | None:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _truth(test.operand, known)
        return None if inner is None else not inner
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.NotEq)):
        left, right = test.left, test.comparators[0]
        if not isinstance(left, ast.Name) or left.id not in known or not isinstance(right, ast.Constant):
            return None
        return (known[left.id] == right.value) is isinstance(test.ops[0], ast.Eq)
    return bool(known[test.id]) if isinstance(test, ast.Name) and test.id in known else None


def _unlike(case: ast.match_case, matching: ast.Match, known: Passed) -> bool:
    """Whether a parameter that is matched is given another constant than the case names."""
    subject = matching.subject
    if not isinstance(subject, ast.Name) or subject.id not in known:
        return False
    patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
    values = [one.value.value for one in patterns if isinstance(one, ast.MatchValue) and _is_constant(one.value)]
    return len(values) == len(patterns) and known[subject.id] not in values


def _is_constant(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant)
