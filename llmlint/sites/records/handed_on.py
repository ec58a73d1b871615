"""What a function of the project writes to a log of the things that are handed to it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmlint.index import calls
from llmlint.index.tree import FUNCTIONS, last_name, named_function_of, nodes_in, parameters
from llmlint.index.values import Function, alternatives
from llmlint.patterns import regex
from llmlint.sites.records import log_functions, logs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites

LOG_FUNCTION = regex(
    r"(?i)^_*(?:add_log|write_log|append_log|log_(?:debug|info|warning|warn|error|message|msg|event|llm\w*|prompt|answer"
    r"|request|response|completion|interaction|conversation|chat|call|tokens|token_usage|usage|costs?))$"
)
READING = frozenset({"getattr", "str", "repr", "dict", "list", "len", "int", "float", "round", "dumps", "asdict"})
BUILTIN = frozenset(dir(builtins)) | {"append", "extend", "get", "items", "join", "split", "strip", "replace", "lower"}
MAX_DEPTH = 2


def written(
    sites: Sites,
    call: ast.Call,
    names: set[str],
    writes: Callable[[ast.Call], bool],
    depth: int = 0,
    of: ast.expr | None = None,
) -> bool:
    """Whether a call hands something named so, or the answer `of` one, to a function that writes it, or is named a log.

    A function that asks a model itself writes about its own call.
    """
    if last_name(call.func) in BUILTIN:
        return False
    every = [*call.args, *(k.value for k in call.keywords)]
    given = [a for a in every if logs.names_in(a, content=True) & names or (of is not None and of in nodes_in(a))]
    if not given:
        return False
    if LOG_FUNCTION.match(last_name(call.func)):
        return True
    if isinstance(call.func, ast.Name) and _is_parameter(call, call.func.id):
        return False  # a callback: whether one is given depends on the caller
    for option in alternatives(sites.project.evaluator.evaluate(call.func)):
        if (
            not isinstance(option, Function)
            or not isinstance(option.node, FUNCTIONS)
            or id(option.node) in sites.asking
        ):
            continue
        taken = {name for a in given if (name := calls.parameter_of(option, call, a)) is not None}
        taken = _read_from(option.node, taken)
        for inner in logs.parts_of(option.node).calls if taken else ():
            if writes(inner) and logs.says_something(inner, taken, set()):
                return True
            if depth < MAX_DEPTH and written(sites, inner, taken, writes, depth + 1):
                return True
    return False


def told(sites: Sites, call: ast.Call, names: set[str], writes: Callable[[ast.Call], bool]) -> bool:
    """Whether a call of a log function of the project writes something named so."""
    given = [a for a in [*call.args, *(k.value for k in call.keywords)] if logs.names_in(a, content=True) & names]
    return bool(given and log_functions.called(sites.project, call)) and written(sites, call, names, writes)


def _read_from(function: ast.AST, names: set[str]) -> set[str]:
    """The names, and those that hold a part of their values or its text; what another function makes of them is new."""
    found = set(names)
    for _ in range(3):
        for node in logs.parts_of(function).assignments:
            if node.value is not None and logs.names_in(node.value) & found and _reads(node.value, found):
                found |= logs.targets(node)
    return found


def _reads(value: ast.expr, names: set[str]) -> bool:
    calls_made = [part for part in nodes_in(value) if isinstance(part, ast.Call)]
    return all(last_name(c.func) in READING or logs.names_in(c.func) & names for c in calls_made)


def _is_parameter(node: ast.AST, name: str) -> bool:
    function = named_function_of(node)
    return function is not None and any(arg.arg == name for arg in parameters(function))
