"""Dispatch: calls that run one of several functions kept in a table, so that what is handed in comes to one of them."""

from __future__ import annotations

import ast

from llmlint.index.values import Function, alternatives
from llmlint.sites.flow.trace import Use


def perhaps_elsewhere(use: Use) -> bool:
    """Whether the traced value comes to the place through a call that may as well run a function of another kind.

    The implementations of one method are of one kind: what holds for one of them is a fault of that one.
    """
    calls = (call for call in use.entered if isinstance(call, ast.Call))
    return any(len(_names(use, call)) > 1 for call in calls)


def _names(use: Use, call: ast.Call) -> set[str]:
    """The names of the functions that a call may run."""
    options = alternatives(use.module.evaluator.evaluate(call.func))
    return {getattr(option.node, "name", "") for option in options if isinstance(option, Function)}
