"""The evaluator: turns an expression into an abstract value, on demand, with memo, cycle guard and fuel."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from llmlint.index import attributes, calls, conditions, containers, names, text
from llmlint.index.activations import Activations
from llmlint.index.answers import Answers
from llmlint.index.fallbacks import set_otherwise
from llmlint.index.tree import reads_locals, scope_of
from llmlint.index.values import (
    CIRCULAR,
    NONE,
    Frame,
    Function,
    Pipe,
    Result,
    Unknown,
    Value,
    alternatives,
    const,
    is_none,
    text_of,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project

T = TypeVar("T")


class Evaluator:
    """Answers what expressions of a project can be. Values are memoised for the life of the project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.activations = Activations()
        self._answers = Answers()
        self._kept = self._answers.kept
        self._running: dict[int, list[int]] = {}

    def evaluate(self, node: ast.expr, frame: Frame | None = None) -> Value:
        """The value of an expression, in the given activation of its function or for all of them."""
        if frame is not None and not reads_locals(node):
            frame = None
        key = (id(node), id(frame), "")
        known: Value | None = self._kept.get(key)
        if known is not None:
            return known
        return self._asked(key, _HANDLERS.get(node.__class__, _computed), self, node, frame)

    def guarded(self, node: ast.AST, frame: Frame | None, compute: Callable[[], Value], aspect: str = "") -> Value:
        """Compute once per node, frame and aspect; a question that leads back to itself is unknown."""
        return self._asked((id(node), id(frame), aspect), compute)

    def _asked(self, key: tuple[int, int, str], compute: Callable[..., Value], *given: object) -> Value:
        if self._answers.exhausted:
            self._answers.lean(-1)
            return Unknown("the chain of assignments is too long to follow")
        value: Value = self._answers.ask(key, CIRCULAR, compute, *given)
        return value

    def searched(self, search: str, node: ast.AST, compute: Callable[[], list[T]]) -> list[T]:
        """Search the project once per node; a search that leads back to itself sees nothing of its own result."""
        return cast("list[T]", self._answers.ask((search, id(node)), [], compute))

    def enter(self, function: ast.AST) -> bool:
        """Note an activation; False where the function is already being evaluated twice: recursion ends there."""
        running = self._running.setdefault(id(function), [])
        if len(running) == 2:
            self._answers.lean(running[0])
            return False
        running.append(self._answers.place)
        return True

    def leave(self, function: ast.AST) -> None:
        """End an activation that `enter` admitted."""
        self._running[id(function)].pop()

    def module_of(self, node: ast.AST) -> Module:
        """The module a node belongs to."""
        return scope_of(node).module


def _computed(ev: Evaluator, node: ast.expr, frame: Frame | None) -> Value:
    return Unknown("it is computed at run time")


def _constant(ev: Evaluator, node: ast.Constant, frame: Frame | None) -> Value:
    return const(node.value, ev.module_of(node), node)


def _await(ev: Evaluator, node: ast.Await, frame: Frame | None) -> Value:
    return ev.evaluate(node.value, frame)


def _walrus(ev: Evaluator, node: ast.NamedExpr, frame: Frame | None) -> Value:
    return ev.evaluate(node.value, frame)


def _either(ev: Evaluator, node: ast.IfExp, frame: Frame | None) -> Value:
    taken = conditions.decide(ev, node.test, frame) if frame is not None else None
    branches = [node.body] if taken else [node.orelse] if taken is False else [node.body, node.orelse]
    return union([ev.evaluate(branch, frame) for branch in branches])


def _bool(ev: Evaluator, node: ast.BoolOp, frame: Frame | None) -> Value:
    """`a or b` is b where a is certainly None, a where it certainly is not, else either."""
    kept: list[Value] = []
    last = len(node.values) - 1
    for number, operand in enumerate(node.values):
        for option in alternatives(ev.evaluate(operand, frame)):
            if isinstance(node.op, ast.Or) and number < last and is_none(option):
                continue
            if isinstance(node.op, ast.And) and number < last:
                continue
            if isinstance(node.op, ast.Or) and number and set_otherwise(ev, node.values[number - 1], text_of(option)):
                continue
            kept.append(option)
        if kept and isinstance(node.op, ast.Or) and all(isinstance(v, Result) for v in kept):
            break
    return union(kept) if kept else NONE


def _binary(ev: Evaluator, node: ast.BinOp, frame: Frame | None) -> Value:
    left, right = ev.evaluate(node.left, frame), ev.evaluate(node.right, frame)
    if isinstance(node.op, ast.BitOr):
        merged = containers.merge(left, right)
        return merged if merged is not None else Pipe(left, right, node)
    return text.arithmetic(ev, node, left, right)


def _unary(ev: Evaluator, node: ast.UnaryOp, frame: Frame | None) -> Value:
    operand = ev.evaluate(node.operand, frame)
    value = getattr(operand, "value", None)
    if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
        return const(-value, ev.module_of(node), node)
    return Unknown("it is computed at run time")


def _lambda(ev: Evaluator, node: ast.Lambda, frame: Frame | None) -> Value:
    return Function(ev.module_of(node), node, None, frame)


_HANDLERS: dict[type, Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: names.name,
    ast.Attribute: attributes.attribute,
    ast.Call: calls.call,
    ast.Await: _await,
    ast.NamedExpr: _walrus,
    ast.IfExp: _either,
    ast.BoolOp: _bool,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Lambda: _lambda,
    ast.JoinedStr: text.joined,
    ast.Dict: containers.dict_literal,
    ast.List: containers.sequence_literal,
    ast.Tuple: containers.sequence_literal,
    ast.Set: containers.sequence_literal,
    ast.DictComp: containers.dict_comprehension,
    ast.ListComp: containers.list_comprehension,
    ast.GeneratorExp: containers.list_comprehension,
    ast.Subscript: containers.subscript,
}
