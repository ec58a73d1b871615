"""Counters: how often a loop turns that counts its tries, when each of them fails."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import default_of, nodes_in, parameters, scope_of, up_to
from llmlint.index.values import Const, Frame, alternatives
from llmlint.sites.errors.handlers import always_raises

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MAX_TURNS = 60
LEAVING = (ast.Raise, ast.Break, ast.Return)
OPERATORS: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def turns(ev: Evaluator, loop: ast.While, place: ast.AST, frame: Frame | None = None) -> int | None:
    """How often a `while` loop runs the call at `place` before its counter ends it; None where that is not plain.

    The counter is one name that each turn steps by a constant, and that is compared with a known number by the
    loop's own test, or by an `if` that leaves. `frame` is the activation in which numbers are read.
    """
    steps = [node for node in _stepped(loop) if _step(node)]
    if len(steps) != 1 or not _each_turn(steps[0], loop):
        return None
    name = getattr(steps[0].target, "id", "")
    start = _start(ev, loop, name, frame)
    going = compared(ev, loop.test, name, frame)
    asking = [node for node in nodes_in(loop) if isinstance(node, ast.If) and _ends(node, name)]
    tests = [test for test in asking if not (going and _only_may_leave(ev, test, name, going, frame))]
    if start is None or len(tests) > 1 or not all(_each_turn(test, loop) and _leaves(test.body) for test in tests):
        return None
    ending = compared(ev, tests[0].test, name, frame) if tests else None
    if (tests and ending is None) or (ending is None and going is None):
        return None
    stored = [n for n in nodes_in(loop) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)]
    if stored != [steps[0].target] or _skipped(loop, place, [*steps, *tests]):
        return None
    order = sorted(
        [(steps[0].lineno, "step"), (getattr(place, "lineno", 0), "call"), *((t.lineno, "test") for t in tests)]
    )
    value, calls = start, 0
    for _ in range(MAX_TURNS):
        if going is not None and not going(value):
            return calls or None
        for _, what in order:
            if what == "step":
                value += _step(steps[0])
            elif what == "call":
                calls += 1
            elif ending is not None and ending(value):
                return calls or None
    return None


def limit(ev: Evaluator, loop: ast.While) -> str:
    """How the end of a loop that counts its tries up is spelled, where that is worked out; empty for any other loop."""
    test = loop.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], (ast.Lt, ast.LtE)):
        return ""
    counter, end = getattr(test.left, "id", ""), test.comparators[0]
    counted = any(_step(node) == 1 and getattr(node.target, "id", "") == counter for node in _stepped(loop))
    return ast.unparse(end) if counted and number(ev, end) is None else ""


def _skipped(loop: ast.While, place: ast.AST, nodes: list[ast.AST]) -> bool:
    """Whether a `continue` may jump over one of the nodes after the call has failed."""
    if not any(isinstance(node, ast.Continue) for node in nodes_in(loop)):
        return False
    later = [node for node in nodes if getattr(node, "lineno", 0) > getattr(place, "lineno", 0)]
    return any(not any(isinstance(above, ast.ExceptHandler) for above in up_to(node, loop)) for node in later)


def _stepped(loop: ast.While) -> Iterator[ast.AugAssign]:
    """What is added to variables in a loop; an attribute, `self.key += 1`, counts more than this loop's turns."""
    return (node for node in nodes_in(loop) if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name))


def _step(node: ast.AugAssign) -> int:
    """What it adds to a name, 0 where that is not a constant."""
    value = node.value.value if isinstance(node.value, ast.Constant) else None
    if not isinstance(value, int) or isinstance(value, bool) or not isinstance(node.op, (ast.Add, ast.Sub)):
        return 0
    return value if isinstance(node.op, ast.Add) else -value


def _each_turn(node: ast.AST, loop: ast.While) -> bool:
    """Whether it runs in each failing turn: on the loop's way to the call, or in the only handler that goes on."""
    for above in up_to(node, loop):
        if above is node:
            continue
        if isinstance(above, ast.ExceptHandler):
            tried = above.__dict__["up"]
            if not all(other is above or always_raises(other.body) for other in tried.handlers):
                return False
        elif not isinstance(above, (ast.Try, ast.With, ast.AsyncWith)):
            return False
    return True


def _only_may_leave(ev: Evaluator, test: ast.If, name: str, going: Callable[[int], bool], frame: Frame | None) -> bool:
    """Whether an `if` is met when the loop's own test ends it anyway, and says how: `if n >= most: if …: raise`."""
    met = compared(ev, test.test, name, frame)
    if met is None or any(isinstance(part, LEAVING) for statement in test.orelse for part in nodes_in(statement)):
        return False
    return not any(met(value) and going(value) for value in range(MAX_TURNS))


def _leaves(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], LEAVING)


def _ends(node: ast.If, name: str) -> bool:
    """Whether a test of the counter may end the loop, and does not only say something before the last turn."""
    asks = any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node.test))
    return asks and any(isinstance(part, LEAVING) for part in nodes_in(node))


def compared(ev: Evaluator, test: ast.expr, name: str, frame: Frame | None = None) -> Callable[[int], bool] | None:
    """A test of a counter against a known number, as a function of the counter's value."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and getattr(test.operand, "id", "") == name:
        return lambda value: not value
    if isinstance(test, ast.Name) and test.id == name:
        return bool
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or getattr(test.left, "id", "") != name:
        return None
    compare, limit = OPERATORS.get(type(test.ops[0])), number(ev, test.comparators[0], frame)
    if compare is None or limit is None:
        return None
    return lambda value: compare(value, limit)


def _start(ev: Evaluator, loop: ast.While, name: str, frame: Frame | None) -> int | None:
    """The only value that the counter has before the loop: an assignment's, or a parameter's default."""
    owner = scope_of(loop).lookup(name)
    if owner is None:
        return None
    before = [b for b in owner.bindings[name] if b.kind != "augmented"]
    if len(before) != 1:
        return None
    if before[0].kind == "parameter":
        return _default(ev, owner.node, name)
    return number(ev, before[0].value, frame) if before[0].value is not None and before[0].kind == "value" else None


def _default(ev: Evaluator, function: ast.AST, name: str) -> int | None:
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not any(
        arg.arg == name for arg in parameters(function)
    ):
        return None
    default = default_of(function, name)
    return number(ev, default) if default is not None else None


def number(ev: Evaluator, node: ast.expr, frame: Frame | None = None) -> int | None:
    """The whole number that an expression is; for a parameter of the function, what it is by default."""
    options = list(alternatives(ev.evaluate(node, frame)))
    if len(options) != 1 or not isinstance(options[0], Const):
        owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
        kinds = [binding.kind for binding in owner.bindings[node.id]] if owner and isinstance(node, ast.Name) else []
        return (
            _default(ev, owner.node, node.id)
            if owner and isinstance(node, ast.Name) and kinds == ["parameter"]
            else None
        )
    value = options[0].value
    return value if isinstance(value, int) and not isinstance(value, bool) else None
