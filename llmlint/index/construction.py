"""Construction: the activations of constructors and methods on an object."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, nodes_in
from llmlint.index.values import Class, Frame, Result

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def method_frame(ev: Evaluator, base: Result, owner: Class, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Frame:
    """The activation of a method on this object: the constructor's arguments are known where its call is."""
    if function.name == "__init__" and base.call is not None:
        frame = _construction(ev, base, owner)
        if frame is not None:
            return frame
    return ev.activations.on(function, base)


def _construction(ev: Evaluator, base: Result, owner: Class) -> Frame | None:
    """The activation of `owner.__init__` that building the object runs, through `super().__init__`."""
    assert isinstance(base.callee, Class)
    assert base.call is not None
    first = ev.project.method(base.callee, "__init__")
    if first is None:
        return None
    frame = ev.activations.calling(first.node, base.call, base.frame, bound=True, receiver=base)
    for _ in range(8):
        current = class_of(frame.function)
        if current is owner.node:
            return frame
        up = super_init(frame.function)
        above = ev.project.method_after(base.callee, current, "__init__") if current is not None else None
        if up is None or above is None:
            return None
        explicit = not (isinstance(up.func, ast.Attribute) and isinstance(up.func.value, ast.Call))
        frame = ev.activations.calling(above.node, up, frame, bound=not explicit, receiver=base)
    return None


def super_init(function: ast.AST) -> ast.Call | None:
    """The call of the base class's `__init__` in a constructor."""
    for node in nodes_in(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            return node
    return None
