"""Constructors that many classes share: who runs one for an object of one of these classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import FunctionNode, class_of, named_function_of, scope_of
from llmlint.index.values import Class, Frame, Result, alternatives

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.evaluate import Evaluator

Callers = list[tuple["Caller", Frame | None]]


def callers(ev: Evaluator, function: FunctionNode, frame: Frame | None) -> Callers:
    """The callers of a function, each with the activation that it calls from as far as that is known.

    Those of a constructor that runs for an object of a known class are the ones that can be building such an object:
    what a class beside that one hands to the constructor of their base is nothing to it.
    """
    found = ev.project.callers(function)
    receiver = frame.receiver if frame is not None else None
    owner = receiver.callee if isinstance(receiver, Result) else None
    if getattr(function, "name", "") != "__init__" or not isinstance(owner, Class) or class_of(function) is owner.node:
        return [(caller, None) for caller in found]
    kept: Callers = []
    for caller in found:
        place = named_function_of(caller.call)
        holder = class_of(place) if place is not None else None
        up = isinstance(caller.call.func, ast.Attribute) and caller.call.func.attr == "__init__"
        if up and place is not None and holder is not None:
            if _is_above(ev, holder, owner):
                assert receiver is not None
                kept.append((caller, ev.activations.on(place, receiver) if place.name == "__init__" else None))
            elif _is_above(ev, owner.node, Class(scope_of(place).module, holder)):
                kept.append((caller, None))
        elif up or _may_make(ev, caller, owner):
            kept.append((caller, None))
    return kept


def _is_above(ev: Evaluator, above: ast.ClassDef, owner: Class) -> bool:
    """Whether a class is another, or one of its bases."""
    return any(isinstance(one, Class) and one.node is above for one in ev.project.mro(owner))


def _may_make(ev: Evaluator, caller: Caller, owner: Class) -> bool:
    """Whether a call may build an object of a class, or of one below it."""
    options = list(alternatives(ev.evaluate(caller.call.func)))
    return any(not isinstance(one, Class) or _is_above(ev, owner.node, one) for one in options)
