"""Conditions: which way a test goes, where the values in it are known."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.scopes import Block, Scope
from llmlint.index.tree import FunctionNode, nodes_in, nodes_of, statement_of
from llmlint.index.values import (
    Class,
    Const,
    Frame,
    Function,
    Mapping,
    Result,
    Sequence,
    Value,
    alternatives,
    is_none,
    text_of,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def decide(ev: Evaluator, test: ast.expr, frame: Frame | None) -> bool | None:
    """True or False where the test comes out the same for every possible value, else None."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = decide(ev, test.operand, frame)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        parts = [decide(ev, value, frame) for value in test.values]
        stops = isinstance(test.op, ast.Or)
        if stops in parts:
            return stops
        return None if None in parts else not stops
    if isinstance(test, ast.Compare):
        return _compare(ev, test, frame) if len(test.ops) == 1 else None
    return _agreed(map(_truth, alternatives(ev.evaluate(test, frame))))


def _compare(ev: Evaluator, test: ast.Compare, frame: Frame | None) -> bool | None:
    operator, right = test.ops[0], test.comparators[0]
    if isinstance(right, ast.Constant) and right.value is None and isinstance(operator, (ast.Is, ast.IsNot)):
        none = _agreed(map(_is_none, alternatives(ev.evaluate(test.left, frame))))
        return none if none is None or isinstance(operator, ast.Is) else not none
    left = alternatives(ev.evaluate(test.left, frame))
    return compared(operator, left, alternatives(ev.evaluate(right, frame)))


def compared(operator: ast.cmpop, left: Iterable[Value], right: Iterable[Value]) -> bool | None:
    """How `==`, `!=`, `in` or `not in` comes out, if it does the same for all of the values on either side."""
    if not isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
        return None
    others = list(right)
    answer = _agreed(_equal(one, other, operator) for one in left for other in others)
    return answer if answer is None or isinstance(operator, (ast.Eq, ast.In)) else not answer


def _equal(left: Value, right: Value, operator: ast.cmpop) -> bool | None:
    if isinstance(left, (Sequence, Mapping)) and isinstance(right, (Sequence, Mapping)):
        return _same_size(left, right) if isinstance(operator, (ast.Eq, ast.NotEq)) else None
    if not isinstance(left, Const):
        return None
    if isinstance(operator, (ast.In, ast.NotIn)):
        if isinstance(right, Mapping) and isinstance(left.value, str) and not right.open:
            entry = right.entries.get(left.value)
            return None if entry is not None and not entry.certain else entry is not None
        if isinstance(right, Sequence) and not right.open and all(isinstance(item, Const) for item in right.items):
            return any(isinstance(item, Const) and item.value == left.value for item in right.items)
        texts = (text_of(left), text_of(right))
        return texts[0] in texts[1] if texts[0] is not None and texts[1] is not None else None
    return left.value == right.value if isinstance(right, Const) else None


def _same_size(left: Sequence | Mapping, right: Sequence | Mapping) -> bool | None:
    """Whether two containers are both empty; None where that does not tell: `functions != []`."""
    filled = (_truth(left), _truth(right))
    if None in filled or filled == (True, True) or left.__class__ is not right.__class__:
        return None
    return filled[0] is filled[1]


def _truth(value: Value) -> bool | None:
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Mapping):
        return (
            True
            if any(entry.certain for entry in value.entries.values())
            else None
            if value.open or value.entries
            else False
        )
    if isinstance(value, Sequence):
        return True if value.parts and not value.open else None if value.open else False
    return True if isinstance(value, (Function, Class)) else None


def _is_none(value: Value) -> bool | None:
    if is_none(value):
        return True
    return False if isinstance(value, (Const, Mapping, Sequence, Function, Class, Result)) else None


def _agreed(answers: Iterable[bool | None]) -> bool | None:
    """The answer that all give; the first that differs ends the asking."""
    rest = iter(answers)
    first = next(rest, None)
    return first if first is not None and all(answer is first for answer in rest) else None


def entered(ev: Evaluator, block: Block, within: Block, frame: Frame | None) -> bool | None:
    """Whether control enters a block on its way: decided by the `if`s between it and the block `within`."""
    certain = True
    step: Block | None = block
    while step is not None and not within.within(step):
        if not isinstance(step.owner, ast.If):
            certain = False
        else:
            taken = decide(ev, step.owner.test, frame)
            if taken is None:
                certain = False
            elif taken is not (step.field == "body"):
                return False
        step = step.parent
    return True if certain else None


def of_variables(test: ast.expr, scope: Scope, kinds: tuple[str, ...] = ("parameter",), rebound: bool = False) -> bool:
    """Whether a test asks for nothing but names bound in the scope in one of these ways, once unless `rebound`."""
    known: dict[tuple[object, ...], bool] = test.__dict__.setdefault("of_variables", {})
    asked = id(scope), kinds, rebound
    if asked not in known:
        known[asked] = _names_only(test, scope, kinds, rebound)
    return known[asked]


def _names_only(test: ast.expr, scope: Scope, kinds: tuple[str, ...], rebound: bool) -> bool:
    for node in nodes_in(test):
        if isinstance(node, (ast.Attribute, ast.Call, ast.Subscript, ast.NamedExpr)):
            return False
        if isinstance(node, ast.Name):
            bound = [binding.kind for binding in scope.bindings.get(node.id, ())]
            if not bound or (len(bound) > 1 and not rebound) or not set(bound).issubset(kinds):
                return False
    return True


def live_returns(
    ev: Evaluator, body: list[ast.stmt], frame: Frame, rebound: bool = False
) -> tuple[list[ast.Return], bool]:
    """The `return` statements that the arguments of this activation let control reach.

    Also whether it always leaves the body by them or a raise. `rebound`: with what the function makes of the arguments.
    """
    scope: Scope = frame.function.__dict__["inner"]
    kinds = ("parameter", "value") if rebound else ("parameter",)
    found: list[ast.Return] = []
    for statement in body:
        if not _leads_out(statement):
            continue
        if isinstance(statement, ast.Return):
            return [*found, statement], True
        if isinstance(statement, ast.Raise):
            return found, True
        if isinstance(statement, ast.If):
            taken = decide(ev, statement.test, frame) if of_variables(statement.test, scope, kinds, rebound) else None
            branches = [statement.body, statement.orelse]
            if taken is not None:
                branches = branches[:1] if taken else branches[1:]
            results = [live_returns(ev, branch, frame, rebound) for branch in branches]
            found += [r for returns, _ in results for r in returns]
            if all(leaves for _, leaves in results):
                return found, True
        else:
            for inner in _bodies(statement):
                found += live_returns(ev, inner, frame, rebound)[0]
            if isinstance(statement, (ast.With, ast.AsyncWith)) and live_returns(ev, statement.body, frame, rebound)[1]:
                return found, True
    return found, False


def _leads_out(statement: ast.stmt) -> bool:
    """Whether control may leave the function from within a statement by a `return` or a `raise`, found once."""
    known: bool | None = statement.__dict__.get("leads out")
    if known is None:
        known = isinstance(statement, (ast.Return, ast.Raise))
        known = known or any(_leads_out(inner) for body in _bodies(statement) for inner in body)
        statement.__dict__["leads out"] = known
    return known


def reaches(ev: Evaluator, function: FunctionNode, at: ast.AST, frame: Frame | None) -> bool:
    """Whether the arguments of an activation let control reach a `return`; True for anything else."""
    statement = statement_of(at)
    if frame is None or not frame.complete or not isinstance(statement, ast.Return) or not _decided(function):
        return True
    assert not isinstance(function, ast.Lambda)
    body = function.body
    live = ev.searched(f"returns in {id(frame)}", function, lambda: live_returns(ev, body, frame)[0])
    return any(found is statement for found in live)


def _decided(function: FunctionNode) -> bool:
    """Whether a function has a test that its arguments alone decide."""
    known: bool | None = function.__dict__.get("decided")
    if known is None:
        scope: Scope = function.__dict__["inner"]
        known = function.__dict__["decided"] = any(of_variables(one.test, scope) for one in nodes_of(function, ast.If))
    return known


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        body = getattr(statement, name, None)
        if isinstance(body, list) and not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield body
    for part in [*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]:
        yield part.body
