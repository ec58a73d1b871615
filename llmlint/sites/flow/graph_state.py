"""The state of a graph: what a node of LangGraph adds to its messages, and where the next nodes act on the last one."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.narrowing import taken_by_key
from llmlint.index.tree import last_name, named_function_of, parameters, scope_of
from llmlint.index.values import Function, alternatives
from llmlint.sites.errors.graphs import ADDING, fellows

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project

ASKED_FOR = "tool_calls"  # only an answer of a model has them
ANSWERS = ((), ("*",))  # a message, or a list of messages


def added_to(wraps: tuple[str, ...]) -> str | None:
    """The key of the state under which a node returns an answer; None where it does not return the answer itself."""
    step = wraps[0] if wraps and wraps[1:] in ANSWERS else ""
    return step[1:] if step.startswith(".") else None


def acted_on(project: Project, callers: list[Caller], key: str) -> list[ast.expr]:
    """Where nodes of the graphs that these calls make a node for read the last message under a key for its tools."""
    found: dict[int, ast.expr] = {}
    for adding in (caller.call for caller in callers if last_name(caller.call.func) == ADDING):
        for node in project.evaluator.searched("graph-fellows", adding, partial(_nodes, project, adding)):
            for read in _asked(node):
                if _is_last_of(read, key, node):
                    found[id(read)] = read
    return list(found.values())


def _nodes(project: Project, adding: ast.Call) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions that are nodes of the same graph as a call adds one to."""
    found: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
    for call in fellows(project, adding):
        for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
            for option in alternatives(project.evaluator.evaluate(given)):
                if isinstance(option, Function) and not isinstance(option.node, ast.Lambda):
                    found.append(option.node)
    return found


def _asked(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """The messages that a function asks for their tool calls."""
    loads = scope_of(function).module.attribute_loads.get(ASKED_FOR, ())
    return [load.value for load in loads if named_function_of(load) is function]


def _is_last_of(message: ast.expr, key: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a message is the last of a list in the state, which the function is given first."""
    item = _bound(message)
    if not isinstance(item, ast.Subscript) or ast.unparse(item.slice) != "-1":
        return False
    listed = _bound(item.value)
    taken = taken_by_key(listed)
    if taken is not None:
        state, name = taken[0], taken[1].value
    elif isinstance(listed, ast.Subscript) and isinstance(listed.slice, ast.Constant):
        state, name = listed.value, listed.slice.value
    elif isinstance(listed, ast.Attribute):
        state, name = listed.value, listed.attr
    else:
        return False
    given = [one.arg for one in parameters(function) if one.arg not in ("self", "cls")]
    return name == key and isinstance(state, ast.Name) and given[:1] == [state.id]


def _bound(node: ast.expr) -> ast.expr:
    """What a name was given, where that is one thing; else the expression itself."""
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    bindings = owner.bindings[node.id] if owner is not None and isinstance(node, ast.Name) else []
    only = bindings[0] if len(bindings) == 1 else None
    return only.value if only is not None and only.kind == "value" and only.value is not None else node
