"""Recursion as a retry: a handler that starts its function again with the same request, and how often it may."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, default_of, last_name, named_function_of, nodes_in, parameters
from llmlint.records import entity
from llmlint.sites.errors.counters import MAX_TURNS, compared, number
from llmlint.sites.errors.handlers import Handler

if TYPE_CHECKING:
    from llmlint.index.project import Project

LEAVING = (ast.Return, ast.Raise)
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


@entity
class Counter:
    """The parameter that counts the tries: what each adds, and where; `at` is None where that is the restart itself."""

    name: str
    step: int
    at: ast.stmt | None


def restart(handler: Handler) -> ast.Call | None:
    """The call in a handler that starts the function around it again."""
    function = named_function_of(handler.node)
    for statement in handler.body if function is not None else ():
        for node in nodes_in(statement):
            if isinstance(node, ast.Call) and function is not None and is_itself(node.func, function):
                return node
    return None


def is_itself(callee: ast.expr, function: FunctionDef) -> bool:
    """Whether a call in a function is one of the function itself, by its name, or of the same object."""
    if last_name(callee) != function.name:
        return False
    owner = class_of(function)
    if owner is None or isinstance(callee, ast.Name):
        return owner is None and isinstance(callee, ast.Name)
    first = parameters(function)[:1]
    names = {owner.name, *(arg.arg for arg in first)}
    return isinstance(callee, ast.Attribute) and isinstance(callee.value, ast.Name) and callee.value.id in names


def gives_up(handler: Handler) -> bool:
    """Whether a handler starts its function again until it raises: no way through it ends in an answer of its own."""
    again = restart(handler)
    if again is None:
        return False
    nodes = [node for statement in handler.body for node in nodes_in(statement)]
    leaving = [
        node for node in nodes if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom, ast.Break, ast.Continue))
    ]
    own = all(
        isinstance(node, ast.Return) and node.value is not None and again in nodes_in(node.value) for node in leaving
    )
    ends = isinstance(handler.body[-1], (ast.Return, ast.Raise))
    return own and ends and any(isinstance(node, ast.Raise) for node in nodes)


def tries(project: Project, handler: Handler, again: ast.Call) -> int | None:
    """How often a handler that starts its function again lets the request be sent; None where that is not plain."""
    function = named_function_of(handler.node)
    counter = _counter(function, handler, again) if function is not None else None
    start = _start(project, function, counter.name) if function is not None and counter is not None else None
    if function is None or counter is None or start is None:
        return None
    before = [
        test for s in function.body if (test := _ending(project, s, counter.name)) and s.lineno < handler.node.lineno
    ]
    events = list(_events(project, handler, again, counter))
    if None in events or not (before or any(callable(event) for event in events)):
        return None
    value = start
    for sent in range(MAX_TURNS):
        if any(test(value) for test in before):
            return sent or None
        for event in events:
            if isinstance(event, int):
                value += event
            elif event is not None and event(value):
                return sent + 1
        value += counter.step if counter.at is None else 0
    return None


def _counter(function: FunctionDef, handler: Handler, again: ast.Call) -> Counter | None:
    """The counter, where all else that the restart passes is what the function was given."""
    names = [arg.arg for arg in parameters(function)]
    found: list[Counter] = []
    for value in (*again.args, *(keyword.value for keyword in again.keywords)):
        if isinstance(value, ast.BinOp) and isinstance(value.left, ast.Name) and value.left.id in names:
            step = _step(value)
            found += [Counter(value.left.id, step, None)] if step else []
            if not step:
                return None
        elif not isinstance(value, ast.Name) or value.id not in names:
            return None
    passed = {value.id for value in again.args if isinstance(value, ast.Name)}
    passed |= {keyword.value.id for keyword in again.keywords if isinstance(keyword.value, ast.Name)}
    for statement in handler.body:
        for name in _set_by(statement):
            step = _step(statement) if name in passed else 0
            if name in passed and not step:
                return None
            found += [Counter(name, step, statement)] if step else []
    return found[0] if len(found) == 1 else None


def _step(node: ast.AST) -> int:
    """What `n + 1`, `n += 1` or `n = n + 1` adds to a name; 0 where that is not a constant."""
    if isinstance(node, ast.Assign):
        inner = node.value.left if isinstance(node.value, ast.BinOp) else None
        same = isinstance(inner, ast.Name) and [ast.unparse(target) for target in node.targets] == [inner.id]
        return _step(node.value) if same else 0
    if not isinstance(node, (ast.BinOp, ast.AugAssign)) or not isinstance(node.op, (ast.Add, ast.Sub)):
        return 0
    value = node.right if isinstance(node, ast.BinOp) else node.value
    step = value.value if isinstance(value, ast.Constant) else None
    if not isinstance(step, int) or isinstance(step, bool):
        return 0
    return step if isinstance(node.op, ast.Add) else -step


def _set_by(statement: ast.stmt) -> set[str]:
    return {n.id for n in nodes_in(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _start(project: Project, function: FunctionDef, name: str) -> int | None:
    """What the counter is at first: the same for all callers that are known."""
    order = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    found: set[int | None] = set()
    for caller in project.callers(function):
        if named_function_of(caller.call) is function:
            continue
        position = order.index(name) - caller.bound if name in order else len(caller.call.args)
        plain = caller.reference is None and not any(isinstance(arg, ast.Starred) for arg in caller.call.args)
        given = next((k.value for k in caller.call.keywords if k.arg == name), None)
        if given is None and plain and position < len(caller.call.args):
            given = caller.call.args[position]
        found.add(number(project.evaluator, given) if given is not None else _default(project, function, name))
    if not found:
        found.add(_default(project, function, name))
    return found.pop() if len(found) == 1 else None


def _default(project: Project, function: FunctionDef, name: str) -> int | None:
    value = default_of(function, name)
    return number(project.evaluator, value) if value is not None else None


def _ending(project: Project, statement: ast.stmt, name: str) -> Callable[[int], bool] | None:
    """The test of an `if` that leaves, as a function of the counter."""
    if not isinstance(statement, ast.If) or not isinstance(statement.body[-1], LEAVING):
        return None
    return compared(project.evaluator, statement.test, name)


def _events(
    project: Project, handler: Handler, again: ast.Call, counter: Counter
) -> Iterator[int | Callable[[int], bool] | None]:
    """What happens to the counter in the handler, in order: a step, or a test that ends the tries; None if unclear."""
    for statement in handler.body:
        if statement is counter.at:
            yield counter.step
        elif isinstance(statement, ast.If):
            test = compared(project.evaluator, _spelled_out(statement.test, handler), counter.name)
            if again in nodes_in(statement):
                inside = any(again in nodes_in(part) for part in statement.body)
                yield _negated(test) if test is not None and inside else None
            elif any(isinstance(node, LEAVING) for node in nodes_in(statement)):
                yield test if isinstance(statement.body[-1], LEAVING) else None


def _spelled_out(test: ast.expr, handler: Handler) -> ast.expr:
    """The comparison that a handler keeps under the name it asks for, where nothing else sets that but to False."""
    if not isinstance(test, ast.Name):
        return test
    inside = [node for statement in handler.body for node in nodes_in(statement) if isinstance(node, ast.Assign)]
    kept = [one.value for one in inside if [ast.unparse(target) for target in one.targets] == [test.id]]
    first = (
        kept[0] if kept and any(one.value is kept[0] for one in handler.body if isinstance(one, ast.Assign)) else None
    )
    cleared = all(isinstance(value, ast.Constant) and value.value is False for value in kept[1:])
    stores = sum(test.id in _set_by(one) for one in inside)
    return first if isinstance(first, ast.Compare) and cleared and stores == len(kept) else test


def _negated(test: Callable[[int], bool]) -> Callable[[int], bool]:
    return lambda value: not test(value)
