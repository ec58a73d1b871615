"""Ruled out: texts that a name cannot be where it is read, by tests around or before: `if name not in NEW: return`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index import conditions
from llmlint.index.departing import LEAVING
from llmlint.index.scopes import Binding
from llmlint.index.tree import FUNCTIONS, earlier, last_name, nodes_in, parent, position_of
from llmlint.index.values import Const, Frame, Sequence, Unknown, Value, alternatives, text_of, union
from llmlint.records import record
from llmlint.rulebook.handling import load_handling

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

ENDS = {"startswith": str.startswith, "endswith": str.endswith}


def remaining(ev: Evaluator, value: Value, use: ast.Name, bindings: list[Binding], frame: Frame | None) -> Value:
    """Of the values of a name those that the tests on the way to this use let through."""
    options = alternatives(value)
    texts = any(text_of(option) for option in options)
    tests = [one for one in _asked(use) if not _rebound(one, use, bindings)] if texts else []
    if not tests:
        return value
    left = list(options)
    for passed in tests:
        spelled = _spelled_out(passed.test, use.id)
        if spelled is None:
            left = [option for option in left if not _stopped(ev, option, use.id, passed, frame)]
        elif spelled.equal is passed.outcome:
            kept = {spelled.text, passed.instead.value if passed.instead is not None else spelled.text}
            left = [option for option in left if not _is_text(option) or text_of(option) in kept]
        elif passed.instead is None or passed.instead.value != spelled.text:
            left = [option for option in left if not _is_text(option) or text_of(option) != spelled.text]
    return union(left) if left else Unknown(f"no value known of `{use.id}` comes here")


@record
class SpelledOut:
    """A comparison of a name with a text that is written out: most tests are one, and a long chain has hundreds."""

    text: str
    equal: bool


def _spelled_out(test: ast.expr, name: str) -> SpelledOut | None:
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], (ast.Eq, ast.NotEq)) or len(test.ops) > 1:
        return None
    sides = (test.left, test.comparators[0])
    other = sides[1] if _is(sides[0], name) else sides[0] if _is(sides[1], name) else None
    if not isinstance(other, ast.Constant) or not isinstance(other.value, str):
        return None
    return SpelledOut(other.value, isinstance(test.ops[0], ast.Eq))


def _is_text(value: Value) -> bool:
    return isinstance(value, Const) and isinstance(value.value, str)


@record
class Passed:
    """A test that control has passed, and how it came out, unless the name was given the text `instead`."""

    test: ast.expr
    outcome: bool
    instead: ast.Constant | None = None


def _stopped(ev: Evaluator, value: Value, name: str, passed: Passed, frame: Frame | None) -> bool:
    """Whether a text does not get past a test."""
    if passed.instead is not None and passed.instead.value == text_of(value):
        return False
    return _comes_out(ev, passed.test, name, value, frame) is (not passed.outcome)


def _asked(use: ast.Name) -> list[Passed]:
    """The tests of the name itself that control has passed when it comes to a use, found once."""
    found: list[Passed] | None = use.__dict__.get("asked")
    if found is None:
        found = use.__dict__["asked"] = [
            passed for passed in _passed(use) if any(_is(part, use.id) for part in nodes_in(passed.test))
        ]
    return found


def _passed(use: ast.Name) -> Iterator[Passed]:
    """The tests that control has passed when it comes to a place in its function."""
    below: ast.AST = use
    above = parent(use)
    while above is not None and not isinstance(below, FUNCTIONS):
        if isinstance(above, ast.If) and below is not above.test:
            yield Passed(above.test, any(below is statement for statement in above.body))
        elif isinstance(above, ast.IfExp) and below is not above.test:
            yield Passed(above.test, below is above.body)
        elif isinstance(above, ast.BoolOp) and below in above.values:
            for operand in above.values[: above.values.index(below)]:
                yield Passed(operand, isinstance(above.op, ast.And))
        for statement in earlier(below):
            yield from _left_at(statement, use.id)
        below, above = above, parent(above)


def _left_at(statement: ast.stmt, name: str) -> Iterator[Passed]:
    """The test of a statement that ends the way of some values, or puts a text in their place."""
    if isinstance(statement, ast.Assert):
        yield Passed(statement.test, True)
    if not isinstance(statement, ast.If):
        return
    last = statement.body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    never_back = isinstance(call, ast.Call) and last_name(call.func) in load_handling().leaves
    if isinstance(last, LEAVING) or never_back:
        yield Passed(statement.test, False)
    elif isinstance(last, ast.Assign) and any(_is(target, name) for target in last.targets):
        if isinstance(last.value, ast.Constant) and not statement.orelse:
            yield Passed(statement.test, False, last.value)


def _rebound(passed: Passed, use: ast.Name, bindings: list[Binding]) -> bool:
    """Whether the name is given another value between a test and a use."""
    start, end = position_of(passed.test), position_of(use)
    return any(start < one.position < end for one in bindings if one.value is not passed.instead or not one.value)


def _comes_out(ev: Evaluator, test: ast.expr, name: str, value: Value, frame: Frame | None) -> bool | None:
    """How a test comes out where the name is this text; None where that cannot be told, or it is no text."""
    text = text_of(value)
    if text is None:
        return None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _comes_out(ev, test.operand, name, value, frame)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        parts = [_comes_out(ev, part, name, value, frame) for part in test.values]
        stops = isinstance(test.op, ast.Or)
        return stops if stops in parts else None if None in parts else not stops
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(ev, test, name, value, frame)
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and len(test.args) == 1:
        known = ENDS.get(test.func.attr)
        ends = _texts(ev.evaluate(test.args[0], frame)) if known is not None and _is(test.func.value, name) else None
        return None if ends is None or known is None else any(known(text, end) for end in ends)
    return bool(text) if _is(test, name) else None


def _compared(ev: Evaluator, test: ast.Compare, name: str, value: Value, frame: Frame | None) -> bool | None:
    operator, right = test.ops[0], test.comparators[0]
    if _is(test.left, name):
        return conditions.compared(operator, [value], alternatives(ev.evaluate(right, frame)))
    if _is(right, name):
        return conditions.compared(operator, alternatives(ev.evaluate(test.left, frame)), [value])
    return None


def _texts(value: Value) -> list[str] | None:
    """The text, or the texts of a tuple, that a value is; None for anything else."""
    if isinstance(value, Sequence) and not value.open:
        texts = [text_of(item) for item in value.items]
        return None if None in texts else [text for text in texts if text is not None]
    text = text_of(value) if isinstance(value, Const) else None
    return [text] if text is not None else None


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
