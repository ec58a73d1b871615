"""Guards: functions of the project that test what they are given, and go on, answer or yield only where it holds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from llmlint.index.departing import departs
from llmlint.index.tree import last_name, scope_of
from llmlint.index.values import Function, alternatives

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
Holds = Callable[[FunctionDef, str], bool]  # for a function, and what it calls the thing asked about

MAX_DEPTH = 4  # functions that call one another
_entered: list[FunctionDef] = []


def all_hold(call: ast.expr, name: str, holds: Holds) -> bool:
    """Whether it holds for every function that a call may run, of which each is given the name or what it belongs to.

    `ensure_text(response)` for the name `response.choices[0].message.content`: the function asks for that of what it
    calls `response` itself.
    """
    if not isinstance(call, ast.Call) or not any(True for _ in _given(call, name)):
        return False
    options = list(alternatives(scope_of(call).module.evaluator.evaluate(call.func)))
    return bool(options) and all(_holds(option, call, name, holds) for option in options)


def within(function: FunctionDef, holds: Callable[[], bool]) -> bool:
    """Whether it holds in a function; not where the question leads back to it, or too deep."""
    if len(_entered) >= MAX_DEPTH or any(one is function for one in _entered):
        return False
    _entered.append(function)
    try:
        return holds()
    finally:
        _entered.pop()


def _holds(option: object, call: ast.Call, name: str, holds: Holds) -> bool:
    if not isinstance(option, Function) or isinstance(option.node, ast.Lambda):
        return False
    from llmlint.index.calls import parameter_of  # it evaluates names, and these ask for guards

    function = option.node
    asked = [(parameter_of(option, call, argument), rest) for argument, rest in _given(call, name)]
    names = [parameter + rest for parameter, rest in asked if parameter is not None]
    return within(function, lambda: any(holds(function, name) for name in names))


def _given(call: ast.Call, name: str) -> Iterator[tuple[ast.expr, str]]:
    """The arguments that are the name or what it begins with, each with what is left of it: `.content`."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        begins = ast.unparse(argument) if isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript)) else ""
        if begins and name.startswith(begins) and name[len(begins) :][:1] in ("", ".", "["):
            yield argument, name[len(begins) :]


def falls_off(function: FunctionDef) -> bool:
    """Whether control may come to the end of a function's body, and so to None."""
    return not departs(function.body)


def makers(call: ast.expr | None) -> list[FunctionDef]:
    """The functions of the project that an expression calls; none where it may call anything else."""
    inner = call.value if isinstance(call, ast.Await) else call
    if not isinstance(inner, ast.Call) or not last_name(inner.func):
        return []
    options = list(alternatives(scope_of(inner).module.evaluator.evaluate(inner.func)))
    functions = [one.node for one in options if isinstance(one, Function) and not isinstance(one.node, ast.Lambda)]
    return functions if len(functions) == len(options) else []
