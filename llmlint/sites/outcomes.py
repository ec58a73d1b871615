"""Outcomes: what a handler around a call, or around a caller of it, makes of a failure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.calls import exits
from llmlint.index.tree import named_function_of, nodes_in, parameters, parent
from llmlint.index.values import Const, Mapping, Sequence, Value, alternatives
from llmlint.records import entity
from llmlint.sites import logs
from llmlint.sites.context import is_script
from llmlint.sites.fillers import filled_in, is_empty_result, is_filler
from llmlint.sites.giving_up import following, passes_on
from llmlint.sites.handlers import Cover, Handler, around, sdk_grade
from llmlint.sites.neutral import always_answers, in_place, seen_through
from llmlint.sites.outward import deciding, ways_out

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.diagnostics import Location
    from llmlint.index.callers import Caller
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
EMPTY_TEXTS = ("''", "[]", "{}")
EMPTY = ("", 0, 0.0, False)


@entity
class Swallowed:
    """A failure turned into an ordinary answer: `value` is what the handler gives instead, empty for nothing."""

    module: Module
    node: ast.Call
    caller: Caller | None
    where: Location
    spelled: str
    value: str
    logged: bool


def swallows(sites: Sites, site: CallSite) -> Iterator[Swallowed]:
    """Handlers that catch everything a call raises and answer as if nothing had happened, nearest first on each way."""
    grade = sdk_grade(site.sdks)
    stopped: set[int] = set()
    reported: set[int] = set()
    for place, path in ways_out(site.project, site.node):
        if any(id(caller.call) in stopped for caller in path[:-1]):
            continue
        module = path[-1].module if path else site.module
        for handler in around(site.project, place, grade):
            if handler.cover is Cover.UNKNOWN or handler.cover is Cover.ALL:
                if handler.cover is Cover.ALL and passes_on(handler):
                    continue
                stopped.add(id(place))
                if handler.cover is Cover.ALL and id(handler.node) not in reported:
                    reported.add(id(handler.node))
                    yield from _judge(sites, site, module, place, path[-1] if path else None, handler)
                break
        else:
            if isinstance(place, ast.Call) and _gathered_untested(sites, place):
                stopped.add(id(place))
                spelled = "asyncio.gather(return_exceptions=True)"
                yield Swallowed(module, place, path[-1] if path else None, module.location(place), spelled, "", False)


def _judge(
    sites: Sites, site: CallSite, module: Module, place: ast.AST, caller: Caller | None, handler: Handler
) -> Iterator[Swallowed]:
    assert isinstance(place, ast.Call)
    function = named_function_of(place)
    answer = None if _counted(handler) else _answer(sites, handler, function)
    if answer is None:
        return
    calls = [call for statement in handler.body for call in logs.parts_of(statement).calls]
    logged = any(logs.is_log_call(sites.project, call) for call in calls)
    if site.context == "script" or is_script(sites.project, module):
        logged = logged or any(logs.is_print(sites.project, call) for call in calls)
    value, sentinel = answer
    spelled = "contextlib.suppress"
    if isinstance(handler.node, ast.ExceptHandler):
        spelled = f"except {ast.unparse(handler.node.type)}" if handler.node.type is not None else "except"
    where = module.location(handler.node)
    if sentinel and function is not None:
        replaced = [c for c in sites.project.callers(function) if _replaces(c.call)]
        for other in replaced:
            yield Swallowed(other.module, other.call, other, where, spelled, value, logged)
        if replaced or logged or _tested(sites, function, 0):
            return
    if logged and function is not None:
        if value in EMPTY_TEXTS and seen_through(sites.project, function):
            return
        if value and always_answers(function, value):
            return
    yield Swallowed(module, place, caller, where, spelled, value, logged)


FAILURES = re.compile(r"(?i)fail|error|skip|miss|unprocessed|bad_|broken|rejected")


def _counted(handler: Handler) -> bool:
    """Whether the handler counts or collects the failure apart from the answers: `failed += 1`, `errors.append(e)`."""
    for statement in handler.body:
        for node in nodes_in(statement):
            kept: ast.expr | None = None
            if isinstance(node, ast.AugAssign):
                kept = node.target
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                kept = node.func.value if node.func.attr in ("append", "add", "extend", "put", "put_nowait") else None
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                kept = node
            if kept is not None and FAILURES.search(ast.unparse(kept)):
                return True
            if isinstance(node, ast.Call) and kept is not None and _tells(node, handler):
                return True
    return False


def _tells(call: ast.Call, handler: Handler) -> bool:
    """Whether what is kept names the error: `steps.append({"step": "failed", "content": str(error)})`."""
    name = handler.node.name if isinstance(handler.node, ast.ExceptHandler) else None
    return any(isinstance(part, ast.Name) and part.id == name for given in call.args for part in ast.walk(given))


def _replaces(call: ast.Call) -> bool:
    """Whether a caller turns the sentinel into an ordinary answer on the spot: `ask(…) or "nothing found"`."""
    node: ast.AST = call
    above = parent(node)
    while isinstance(above, ast.Await):
        node, above = above, parent(above)
    if not isinstance(above, ast.BoolOp) or not isinstance(above.op, ast.Or) or above.values[0] is not node:
        return False
    other = above.values[1]
    return isinstance(other, (ast.Constant, ast.JoinedStr)) and getattr(other, "value", True) is not None


def _gathered_untested(sites: Sites, call: ast.Call) -> bool:
    """Whether the call's failure becomes an element of `gather(return_exceptions=True)` that nobody tests."""
    above = parent(call)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.Call) and any(
            k.arg == "return_exceptions" and isinstance(k.value, ast.Constant) and k.value.value is True
            for k in above.keywords
        ):
            function = named_function_of(call)
            return function is not None and not any(
                getattr(c.func, "id", "") == "isinstance" for c in logs.parts_of(function).calls
            )
        above = parent(above)
    return False


def _answer(sites: Sites, handler: Handler, function: FunctionDef | None) -> tuple[str, bool] | None:
    """What the handler answers with, and whether it is None: a sentinel that can be told from an answer."""
    if not isinstance(handler.node, ast.ExceptHandler):
        return _after(sites, handler.node, function, frozenset())
    last = handler.body[-1]
    returned = _leaving(handler.body)
    if returned is not None:
        if _computes_another(handler.body, returned):
            return None
        return _value(sites, returned, function) or _filler(returned) or in_place(handler.node)
    filled = filled_in(handler.node)
    if filled is not None:
        return filled, False
    if isinstance(last, ast.Continue):
        return _continued(sites, handler.node)
    if isinstance(last, ast.Break) or any(
        isinstance(n, (ast.Raise, ast.Yield)) for s in handler.body for n in ast.walk(s)
    ):
        return None
    assigned = {
        t.id
        for s in handler.body
        for n in ast.walk(s)
        if isinstance(n, ast.Assign)
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    if any(isinstance(n, (ast.Return, ast.Continue, ast.Break)) for s in handler.body for n in ast.walk(s)):
        return None
    statement = parent(handler.node)
    return _after(sites, statement, function, frozenset(assigned)) if isinstance(statement, ast.stmt) else None


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
    if isinstance(value, Mapping) and not value.entries and not value.open:
        return "{}", False
    return None


def _plain_default(value: object) -> bool:
    """A constant that a reader takes for an ordinary answer: one word or a score, no sentence and no status."""
    if isinstance(value, str):
        return bool(re.fullmatch(r"[\w-]{1,24}", value)) and not re.search(
            r"(?i)err|fail|unavail|none|n/?a|unknown|timeout", value
        )
    return isinstance(value, float) and 0 < value <= 1


def _returns_true(function: FunctionDef) -> bool:
    """Whether the function answers True on success, so that False says that it failed."""
    return any(isinstance(r.value, ast.Constant) and r.value.value is True for r in exits(function)[0])


def _continued(sites: Sites, handler: ast.ExceptHandler) -> tuple[str, bool] | None:
    """`continue` goes on with the next alternative (a fallback), a further try, or the next piece of data."""
    above = parent(handler)
    while above is not None and not isinstance(above, (ast.For, ast.AsyncFor, ast.While)):
        above = parent(above)
    if not isinstance(above, (ast.For, ast.AsyncFor)):
        return None
    names = {node.id for node in ast.walk(above.target) if isinstance(node, ast.Name)}
    source = ast.unparse(above.iter)
    if source.startswith("range(") or any(w in f"{source} {' '.join(names)}".lower() for w in ALTERNATIVES):
        return None
    return "continue", False


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


def _after(
    sites: Sites, statement: ast.stmt, function: FunctionDef | None, assigned: frozenset[str]
) -> tuple[str, bool] | None:
    """What a function answers that goes on after its `try` although the call failed."""
    if function is None:
        return None
    rest = following(statement)
    if any(isinstance(node, (ast.Try, ast.Raise)) for later in rest for node in ast.walk(later)):
        return None
    if _retried(statement):
        return None
    returns = [node for later in rest for node in ast.walk(later) if isinstance(node, ast.Return)]
    if not returns:
        if exits(function)[1] or any(r.value is not None for r in exits(function)[0]):
            return "None", True
        return None
    first = returns[0]
    if first.value is None or first not in rest:
        return None
    if isinstance(first.value, ast.Name) and _enriched(statement, first.value.id, function) and not assigned:
        return "", False
    if isinstance(first.value, ast.Name) and first.value.id in assigned:
        return None
    if not isinstance(first.value, (ast.Name, ast.Constant, ast.List, ast.Dict)):
        return None
    return _default_of(sites, first.value, statement, function)


def _enriched(statement: ast.stmt, name: str, function: FunctionDef) -> bool:
    """Whether the `try` only adds to a parameter that is returned either way."""
    if name not in {arg.arg for arg in parameters(function)} or not isinstance(statement, ast.Try):
        return False
    stores = [n for s in statement.body for n in ast.walk(s) if isinstance(n, (ast.Subscript, ast.Attribute))]
    return any(isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name) and n.value.id == name for n in stores)


def _retried(statement: ast.stmt) -> bool:
    """Whether the `try` stands in a loop that tries again or tries another way."""
    above = parent(statement)
    while above is not None and not isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if isinstance(above, ast.While):
            return True
        if isinstance(above, (ast.For, ast.AsyncFor)):
            names = " ".join(logs.names_in(above.target)) + ast.unparse(above.iter)
            return "range(" in names or any(word in names.lower() for word in ALTERNATIVES)
        above = parent(above)
    return False


def _default_of(sites: Sites, node: ast.expr, statement: ast.stmt, function: FunctionDef) -> tuple[str, bool] | None:
    """The value a returned name had before the `try`."""
    if not isinstance(node, ast.Name):
        options = list(alternatives(sites.project.evaluator.evaluate(node)))
        return _constant(options[0], node, function) if len(options) == 1 else None
    inner = function.__dict__["inner"]
    before = [
        b for b in inner.bindings.get(node.id, ()) if b.position < (statement.lineno, statement.col_offset) and b.value
    ]
    if not before:
        return None
    value = before[-1].value
    options = list(alternatives(sites.project.evaluator.evaluate(value)))
    return _constant(options[0], value, function) if len(options) == 1 else None


def _tested(sites: Sites, function: FunctionDef, depth: int) -> bool:
    """Whether every caller tests what it gets, or hands it on to callers that do."""
    callers = deciding(sites.project.callers(function))
    return bool(callers) and all(_tests(caller.call) or _hands_on(sites, caller.call, depth) for caller in callers)


def _hands_on(sites: Sites, call: ast.Call, depth: int) -> bool:
    above = parent(call)
    while isinstance(above, ast.Await):
        above = parent(above)
    function = named_function_of(call)
    return isinstance(above, ast.Return) and function is not None and depth < 4 and _tested(sites, function, depth + 1)


def _tests(call: ast.Call) -> bool:
    node: ast.AST = call
    above = parent(node)
    while isinstance(above, (ast.Await, ast.NamedExpr)):
        node, above = above, parent(above)
    if isinstance(above, (ast.If, ast.While, ast.BoolOp, ast.IfExp, ast.Compare, ast.UnaryOp)):
        return True
    if not isinstance(above, ast.Assign):
        return False
    names = {target.id for target in above.targets if isinstance(target, ast.Name)}
    names |= {
        e.id
        for target in above.targets
        if isinstance(target, ast.Tuple)
        for e in target.elts
        if isinstance(e, ast.Name)
    }
    function = named_function_of(call)
    if function is None:
        return False
    for test in nodes_in(function):
        if isinstance(test, (ast.If, ast.While, ast.IfExp)) and logs.names_in(test.test) & names:
            return True
        if isinstance(test, ast.BoolOp) and logs.names_in(test) & names:
            return True
    return False
