"""Default answers: what a function answers when its call has failed and a handler has caught the error."""

from __future__ import annotations

import ast
import re
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, exits, last_name, nodes_in, parameters, parent, up_to
from llmlint.index.values import Const, Mapping, Sequence, Value, alternatives
from llmlint.patterns import regex
from llmlint.sites.errors.canned import blank_object, canned, filled_under_keys
from llmlint.sites.errors.fillers import ADDING, filled_in, in_place, is_empty_result, is_filler, stays_in_place
from llmlint.sites.errors.giving_up import following
from llmlint.sites.errors.handlers import Handler
from llmlint.sites.errors.rows import adds_rows, put_instead, row_of
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.While | ast.For | ast.AsyncFor
CONTINUED = "continue"  # in place of an answer: what failed is left out
EMPTY = ("", 0, 0.0, False)
NEGATIVE = regex(  # in a sentence that tells of the failure, or of nothing at all
    r"(?i)err|fail|avail|invalid|unknown|unable|timed? ?out|could|can(no|')t|n't\b|sorry|wrong|again|trouble|issue"
    r"|problem|exception|miss|empty|default|\b(no|not|none|nothing|without|n/a)\b|[^\x00-\u024f]"
)
ALTERNATIVES = (
    "attempt",
    "retr",
    "model",
    "provider",
    "client",
    "backend",
    "fallback",
    "key",
    "endpoint",
    "engine",
    "candidate",
)


def answer_of(sites: Sites, handler: Handler, function: FunctionDef | None) -> tuple[str, bool] | None:
    """What the handler answers with, and whether it is None: a sentinel that can be told from an answer."""
    if not isinstance(handler.node, ast.ExceptHandler):
        return _after(sites, handler.node, function, frozenset())
    last = handler.body[-1]
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for statement in handler.body for n in nodes_in(statement)):
        return None  # a generator answers by what it yields
    returned = _leaving(handler.body)
    if returned is not None:
        if _computes_another(handler.body, returned):
            return None
        return (
            _value(sites, returned, function)
            or _filler(returned)
            or in_place(handler.node)
            or _canned(sites, returned, function)
        )
    filled = filled_in(handler.node)
    if filled is not None:
        return filled, False
    if isinstance(last, ast.Continue):
        loop = _loop_around(handler.node)
        given_up = _after(sites, loop, function, frozenset()) if loop is not None and _gives_up(loop) else None
        return _continued(handler.node) or given_up
    if any(isinstance(n, ast.Raise) for s in handler.body for n in nodes_in(s)):
        return None
    assigned = {
        t.id
        for s in handler.body
        for n in nodes_in(s)
        if isinstance(n, ast.Assign)
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    left = _left(handler)
    if left is not None:
        return _after(sites, left, function, frozenset(assigned))
    if isinstance(last, ast.Break):
        return None
    if any(isinstance(n, (ast.Return, ast.Continue, ast.Break)) for s in handler.body for n in nodes_in(s)):
        return None
    placed = stays_in_place(handler.node)
    if placed is not None:
        return placed
    if _ends_turn(handler.node) and _only_prints(sites, handler.body):
        skipped = _continued(handler.node, counts=True)
        if skipped is not None:
            return skipped
    statement = parent(handler.node)
    after = _after(sites, statement, function, frozenset(assigned)) if isinstance(statement, ast.stmt) else None
    return after or (("", False) if _drops(handler, function) else None)


def always_answers(function: FunctionDef, value: str) -> bool:
    """Whether the function gives the same constant when it succeeds: its answer leaves by another way."""
    returns, yields = exits(function)
    given = {ast.unparse(node.value) if node.value is not None else "None" for node in returns}
    return not yields and value in given and given <= {value, "None"}


def _computes_another(body: list[ast.stmt], last: ast.Return) -> bool:
    """Whether the handler answers by another way in some cases, and with a constant only where that does not apply."""
    returns = (node for statement in body for node in nodes_in(statement) if isinstance(node, ast.Return))
    others = (node.value for node in returns if node is not last and node.value is not None)
    return any(isinstance(value, (ast.Await, ast.Call)) for value in others)


def _filler(statement: ast.Return) -> tuple[str, bool] | None:
    value = statement.value
    if value is not None and (is_filler(value) or is_empty_result(value)):
        return ast.unparse(value), False
    return None


def _canned(sites: Sites, statement: ast.Return, function: FunctionDef | None) -> tuple[str, bool] | None:
    """An object of constants that has the form of an answer."""
    if statement.value is None or function is None:
        return None
    plain = partial(_plain, sites)
    value = canned(sites.project, statement.value, function, plain) or blank_object(
        sites.project, statement.value, function, plain
    )
    return (value, False) if value is not None else None


def _plain(sites: Sites, node: ast.expr) -> bool:
    """Whether an expression is a constant that a reader takes for an answer, and not None."""
    if isinstance(node, ast.List):
        return not node.elts
    options = list(alternatives(sites.project.evaluator.evaluate(node)))
    found = options[0] if len(options) == 1 else None
    if not isinstance(found, Const) or found.value is None:
        return False
    return found.value is False or _constant(found, node, None) is not None


def _leaving(body: list[ast.stmt]) -> ast.Return | None:
    return body[-1] if body and isinstance(body[-1], ast.Return) else None


def _value(sites: Sites, statement: ast.Return, function: FunctionDef | None) -> tuple[str, bool] | None:
    if statement.value is None:
        return "None", True
    options = list(alternatives(sites.project.evaluator.evaluate(statement.value)))
    if len(options) != 1:
        return None
    return _constant(options[0], statement.value, function)


def _constant(value: Value, node: ast.expr, function: FunctionDef | None) -> tuple[str, bool] | None:
    """The spelling of an empty answer, None where the value is a real one or tells success from failure."""
    if isinstance(value, Const):
        if value.value is None:
            return "None", True
        if isinstance(value.value, bool):
            return (
                None if function is None or _returns_true(function) else ("False", False) if not value.value else None
            )
        if value.value in EMPTY or _plain_default(value.value):
            return repr(value.value), False
        return None
    if isinstance(value, Sequence) and not value.open:
        if not value.items:
            return ast.unparse(node), False
        if all(isinstance(item, Const) and item.value is None for item in value.items):
            return ast.unparse(node), True
        if all(_nothing(item) for item in value.items):
            return ast.unparse(node), False
    if isinstance(value, Mapping) and not value.entries and not value.open:
        return "{}", False
    return None


def _nothing(value: Value) -> bool:
    """Whether one of several results is empty: a blank text, a zero, no item; True and False say how it went."""
    if isinstance(value, Const):
        blank = isinstance(value.value, str) and not value.value.strip()
        return blank or (
            isinstance(value.value, (int, float)) and not isinstance(value.value, bool) and not value.value
        )
    if isinstance(value, Sequence):
        return not value.items and not value.open
    return isinstance(value, Mapping) and not value.entries and not value.open


def _plain_default(value: object) -> bool:
    """A constant that a reader takes for an ordinary answer: one word, a score or a canned text, and no status."""
    if isinstance(value, str):
        if " " in value.strip():
            return not NEGATIVE.search(value)
        return bool(re.fullmatch(r"[\w-]{1,24}", value)) and not re.search(
            r"(?i)err|fail|unavail|none|n/?a|unknown|timeout", value
        )
    return isinstance(value, float) and 0 < value <= 1


def _returns_true(function: FunctionDef) -> bool:
    """Whether the function answers True on success, so that False says that it failed."""
    return any(isinstance(r.value, ast.Constant) and r.value.value is True for r in exits(function)[0])


def _continued(handler: ast.ExceptHandler, *, counts: bool = False) -> tuple[str, bool] | None:
    """Going on is with the next alternative (a fallback), a further try, or the next piece of data.

    A loop that only counts, and that no success ends, is one over data where its turns add up to something, and with
    `counts` in any case.
    """
    above = parent(handler)
    while above is not None and not isinstance(above, (ast.For, ast.AsyncFor, ast.While)):
        above = parent(above)
    if not isinstance(above, (ast.For, ast.AsyncFor)):
        return None
    names = {node.id for node in ast.walk(above.target) if isinstance(node, ast.Name)}
    source = ast.unparse(above.iter)
    if any(w in f"{source} {' '.join(names)}".lower() for w in ALTERNATIVES):
        return None
    if source.startswith("range(") and (_ends_early(above) or not (counts or _adds_up(parent(handler), above))):
        return None
    return CONTINUED, False


def _ends_early(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether something in the loop ends it: a success, where its turns are tries."""
    return bool(_ends(loop))


def _ends(loop: Loop) -> list[ast.AST]:
    """What leaves the loop from its body; a `break` of a loop inside of it does not."""
    inside = [node for statement in loop.body for node in nodes_in(statement)]
    return [
        node
        for node in inside
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and _loop_around(node) is loop)
    ]


def _adds_up(tried: ast.AST | None, loop: Loop) -> bool:
    """Whether a turn in which the `try` succeeds adds to what nothing asks for its number or emptiness later."""
    body = [*tried.body, *tried.orelse, *following(tried, loop)] if isinstance(tried, ast.Try) else []
    kept: set[str] = set()
    for node in (node for statement in body for node in nodes_in(statement)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDING:
            kept |= logs.names_in(node.func.value)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            kept |= logs.names_in(node.value)
    tests = (node.test for statement in following(loop) for node in nodes_in(statement) if isinstance(node, ast.If))
    return bool(kept) and not any(logs.names_in(test) & kept for test in tests)


def _only_prints(sites: Sites, body: list[ast.stmt]) -> bool:
    """Whether a handler does nothing, or no more than to show something on the terminal."""
    return all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Call)
            and logs.is_print(sites.project, statement.value)
        )
        for statement in body
    )


def _drops(handler: Handler, function: FunctionDef | None) -> bool:
    """Whether a handler does nothing in a function that answers nothing: what it was to do has not been done."""
    if function is None or not all(isinstance(s, ast.Pass) or _is_constant(s) for s in handler.body):
        return False
    returns, yields = exits(function)
    return not yields and all(node.value is None for node in returns)


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _ends_turn(handler: ast.ExceptHandler) -> bool:
    """Whether nothing follows the handler in a turn of the loop around it."""
    loop, statement = _loop_around(handler), parent(handler)
    return loop is not None and isinstance(statement, ast.stmt) and not following(statement, loop)


def _after(
    sites: Sites, statement: ast.stmt, function: FunctionDef | None, assigned: frozenset[str]
) -> tuple[str, bool] | None:
    """What a function answers that goes on after its `try` although the call failed."""
    if function is None:
        return None
    rest = following(statement)
    if any(isinstance(node, (ast.Try, ast.Raise)) for later in rest for node in nodes_in(later)):
        return None
    loop = _loop_around(statement)
    if _retried(statement) and not (loop is not None and _gives_up(loop)):
        return None
    returns = [node for later in rest for node in nodes_in(later) if isinstance(node, ast.Return)]
    if not returns:
        if exits(function)[1] or any(r.value is not None for r in exits(function)[0]):
            return "None", True
        return None
    first = returns[0]
    if first.value is None or first not in rest:
        return None
    given = _kept(first.value)
    if isinstance(given, ast.Name) and _enriched(statement, given.id, function) and not assigned:
        return "", False
    if isinstance(given, ast.Name) and given.id in assigned:
        return None
    if isinstance(given, ast.Name) and loop is not None and adds_rows(statement, loop, given.id):
        blank = row_of(statement, loop, given.id)
        return (blank, False) if blank is not None else None
    instead = _put_instead(statement, given.id) if isinstance(given, ast.Name) else None
    if instead is not None:
        value = _constant_of(sites, instead, function)
        return value if value is not None and not value[1] else None
    if not isinstance(given, (ast.Name, ast.Constant, ast.List, ast.Dict, ast.Tuple)):
        return None
    return _default_of(sites, given, statement, function)


def _put_instead(statement: ast.stmt, name: str) -> ast.expr | None:
    """What the handlers of a `try` put into a list or table under the key of the answer, or after the others."""
    handlers = statement.handlers if isinstance(statement, ast.Try) else []
    return next((put for clause in handlers if (put := put_instead(clause, name)) is not None), None)


def _constant_of(sites: Sites, node: ast.expr, function: FunctionDef) -> tuple[str, bool] | None:
    options = list(alternatives(sites.project.evaluator.evaluate(node)))
    return _constant(options[0], node, function) if len(options) == 1 else None


def _kept(value: ast.expr) -> ast.expr:
    """The name in `answer if answer is not None else ""`, which only guards against None; any other value as it is."""
    if isinstance(value, ast.IfExp) and isinstance(value.orelse, ast.Constant) and isinstance(value.body, ast.Name):
        test = value.test.left if isinstance(value.test, ast.Compare) else value.test
        return value.body if isinstance(test, ast.Name) and test.id == value.body.id else value
    return value


def _enriched(statement: ast.stmt, name: str, function: FunctionDef) -> bool:
    """Whether the `try` only adds to a parameter that is returned either way."""
    block = isinstance(statement, (ast.Try, ast.With, ast.AsyncWith))
    if name not in {arg.arg for arg in parameters(function)} or not block:
        return False
    body: list[ast.stmt] = getattr(statement, "body", [])
    stores = [n for s in body for n in nodes_in(s) if isinstance(n, (ast.Subscript, ast.Attribute))]
    return any(isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name) and n.value.id == name for n in stores)


def _retried(statement: ast.stmt) -> bool:
    """Whether the `try` stands in a loop that tries again or tries another way."""
    loop = _loop_around(statement)
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        names = " ".join(logs.names_in(loop.target)) + ast.unparse(loop.iter)
        return "range(" in names or any(word in names.lower() for word in ALTERNATIVES)
    return loop is not None


def _loop_around(node: ast.AST) -> Loop | None:
    """The innermost loop of the function around a place."""
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return None
        if isinstance(above, (ast.While, ast.For, ast.AsyncFor)):
            return above
    return None


def _gives_up(loop: Loop) -> bool:
    """Whether a loop that tries again comes to its end when all tries have failed: a count of them decides."""
    answered = any(not any(isinstance(above, ast.ExceptHandler) for above in up_to(node, loop)) for node in _ends(loop))
    if loop.orelse or not answered or _loop_around(loop) is not None:
        return False
    if isinstance(loop, ast.While):
        counted = {
            n.target.id for n in nodes_in(loop) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
        }
        return isinstance(loop.test, ast.Compare) and not counted.isdisjoint(logs.names_in(loop.test))
    return isinstance(loop.iter, ast.Call) and last_name(loop.iter.func) == "range"


def _left(handler: Handler) -> Loop | None:
    """The loop of tries that a handler leaves by `break` at last, where an answer leaves the function."""
    loop = _loop_around(handler.node)
    body = {id(node) for statement in handler.body for node in nodes_in(statement)}
    inside = [node for node in nodes_in(loop) if isinstance(node, (ast.Break, ast.Return))] if loop is not None else []
    breaks = [node for node in inside if isinstance(node, ast.Break)]
    returns = [node for node in inside if isinstance(node, ast.Return)]
    if loop is None or loop.orelse or _loop_around(loop) is not None or not breaks or not returns:
        return None
    if any(id(node) not in body or _loop_around(node) is not loop for node in breaks):
        return None
    if any(id(node) in body for node in returns):
        return None
    endless = isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and bool(loop.test.value)
    return loop if endless or _gives_up(loop) else None


def _default_of(sites: Sites, node: ast.expr, statement: ast.stmt, function: FunctionDef) -> tuple[str, bool] | None:
    """The value a returned name had before the `try`."""
    if not isinstance(node, ast.Name):
        return _constant_of(sites, node, function)
    inner = function.__dict__["inner"]
    before = [
        b for b in inner.bindings.get(node.id, ()) if b.position < (statement.lineno, statement.col_offset) and b.value
    ]
    if not before:
        return None
    value = before[-1].value
    placed = filled_under_keys(sites.project, value, statement, node.id, partial(_plain, sites))
    if placed is not None:
        return placed, False
    return _constant_of(sites, value, function)
