"""Kept functions: what is handed on to something that merely keeps it, and where that is run, if it can be seen."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.handed_to import handed_on, only_looks
from llmlint.index.tree import FunctionNode, last_name, nodes_in, parameters
from llmlint.index.values import Class, Function, Symbol, Value, alternatives, dotted
from llmlint.rulebook.running import load_running
from llmlint.sites.out_of_sight import is_plain

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project

FILLING = frozenset({"append", "extend", "insert", "setdefault"})  # what a list or a mapping is filled by


def only_kept(project: Project, caller: Caller) -> bool:
    """Whether a caller hands the function on to something that keeps it: who runs it then is out of sight.

    That is an object of a class of the project whose constructor does not call it, a function of the project that does
    not, a list, or a tool that a library makes of it for an agent. What else a library does with a function is its own
    affair: it runs it as if here.
    """
    call, reference = caller.call, caller.reference
    if reference is None or last_name(call.func) in load_running().handed | load_running().calling:
        return False
    options = alternatives(project.evaluator.evaluate(call.func))
    if isinstance(call.func, ast.Attribute) and call.func.attr in FILLING:
        return not any(isinstance(option, (Class, Function)) for option in options)
    return bool(options) and all(_keeps(project, option, call, reference) for option in options)


def _keeps(project: Project, taker: Value, call: ast.Call, reference: ast.expr) -> bool:
    if dotted(taker) in load_running().tools:
        return True
    if isinstance(taker, Function):
        return only_looks(project, call, reference) and not list(handed_on(project, call, reference))
    if not isinstance(taker, Class):
        return False
    if any(isinstance(base, Symbol) and not is_plain(base.path) for base in project.mro(taker)):
        return False
    made = project.method(taker, "__init__")
    return made is None or not _calls_given(made.node)


def _calls_given(constructor: FunctionNode) -> bool:
    names = {argument.arg for argument in parameters(constructor)[1:]}
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
        for node in nodes_in(constructor)
    )
