"""The evaluator: turns an expression into an abstract value, on demand, with memo, cycle guard and fuel."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from llmlint.index import attributes, calls, conditions, containers, names, text
from llmlint.index.activations import Activations
from llmlint.index.tree import scope_of
from llmlint.index.values import (
    DEPENDS_ON_ITSELF,
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
    union,
)

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project

T = TypeVar("T")

FUEL = 3000  # steps for one question from outside; the longest real chain seen took a few hundred
MAX_DEPTH = 60


class Evaluator:
    """Answers what expressions of a project can be. Values are memoised for the life of the project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.activations = Activations()
        self._memo: dict[tuple[int, int, str], Value] = {}
        self._provisional: dict[tuple[int, int, str], Value] = {}  # cut short by a cycle: good for this question only
        self._searches: dict[tuple[str, int], list[Any]] = {}
        self._provisional_searches: dict[tuple[str, int], list[Any]] = {}
        self._searching: set[tuple[str, int]] = set()
        self._active: set[tuple[int, int, str]] = set()
        self.adapting: set[int] = set()  # calls whose argument is being looked at for the client that they wrap
        self._running: dict[int, int] = {}
        self._cycles = 0
        self._fuel = FUEL
        self._depth = 0

    def evaluate(self, node: ast.expr, frame: Frame | None = None) -> Value:
        """The value of an expression, in the given activation of its function or for all of them."""
        key = (id(node), id(frame), "")
        known = self._memo.get(key)
        if known is not None:
            return known
        return self._asked(key, _HANDLERS.get(node.__class__, _computed), self, node, frame)

    def guarded(self, node: ast.AST, frame: Frame | None, compute: Callable[[], Value], aspect: str = "") -> Value:
        """Compute once per node, frame and aspect; a question that leads back to itself is unknown."""
        key = (id(node), id(frame), aspect)
        known = self._memo.get(key)
        return known if known is not None else self._asked(key, compute)

    def _asked(self, key: tuple[int, int, str], compute: Callable[..., Value], *given: object) -> Value:
        known = self._provisional.get(key)
        if known is not None:
            if isinstance(known, Unknown):
                self._cycles += 1  # what is made of it is good for this question only, too
            return known
        if key in self._active:
            self._cycles += 1
            return Unknown(DEPENDS_ON_ITSELF)
        if self._depth == 0:
            self._fuel = FUEL
        if self._depth > MAX_DEPTH or self._fuel <= 0:
            self._cycles += 1
            return Unknown("the chain of assignments is too long to follow")
        self._fuel -= 1
        self._depth += 1
        self._active.add(key)
        cycles = self._cycles
        try:
            value = compute(*given)
        finally:
            self._active.discard(key)
            self._depth -= 1
        if self._depth == 0 and not self._searching:
            self._memo[key] = value
            self._settle()
        elif self._cycles == cycles:
            self._memo[key] = value
        else:  # what a cycle cut short holds only until the outermost question is answered
            self._provisional[key] = value
        return value

    def searched(self, search: str, node: ast.AST, compute: Callable[[], list[T]]) -> list[T]:
        """Search the project once per node; a search that leads back to itself sees nothing of its own result."""
        key = (search, id(node))
        found = self._searches.get(key)
        if found is None:
            found = self._provisional_searches.get(key)
        if found is not None:
            return cast("list[T]", found)
        if key in self._searching:
            self._cycles += 1
            return []
        self._searching.add(key)
        cycles = self._cycles
        try:
            found = compute()
        finally:
            self._searching.discard(key)
        tainted = self._cycles != cycles and not self._idle()
        (self._provisional_searches if tainted else self._searches)[key] = found
        self._settle()
        return found

    def _idle(self) -> bool:
        return self._depth == 0 and not self._searching

    def _settle(self) -> None:
        if self._idle() and (self._provisional or self._provisional_searches):
            self._provisional.clear()
            self._provisional_searches.clear()

    def enter(self, function: ast.AST) -> bool:
        """Note an activation; False where the function is already being evaluated twice: recursion ends there."""
        running = self._running.get(id(function), 0)
        if running >= 2:
            self._cycles += 1
            return False
        self._running[id(function)] = running + 1
        return True

    def leave(self, function: ast.AST) -> None:
        """End an activation that `enter` admitted."""
        self._running[id(function)] -= 1

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
