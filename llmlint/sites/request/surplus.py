"""Surplus: what a `*args` takes up of the arguments of a call, which is mostly nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import named_function_of

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def positional_arguments(ev: Evaluator, call: ast.Call) -> list[ast.expr]:
    """The positional arguments of a call, a `*args` left out to which no caller passes anything."""
    return [argument for argument in call.args if not (isinstance(argument, ast.Starred) and _is_empty(ev, argument))]


def _is_empty(ev: Evaluator, argument: ast.Starred) -> bool:
    """Whether it spreads the `*args` of the function around it, and all known callers pass only what has a name."""
    function, given = named_function_of(argument), argument.value
    taking = function.args.vararg if function is not None else None
    if (
        ev.project.library
        or function is None
        or taking is None
        or not isinstance(given, ast.Name)
        or given.id != taking.arg
    ):
        return False
    named = len(function.args.posonlyargs) + len(function.args.args)
    callers = ev.project.callers(function)
    return bool(callers) and all(
        caller.reference is None
        and not any(isinstance(passed, ast.Starred) for passed in caller.call.args)
        and len(caller.call.args) + caller.bound <= named
        for caller in callers
    )
