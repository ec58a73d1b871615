"""Calls: binding arguments to parameters and evaluating what a call returns."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index import known, methods, typehints
from llmlint.index.parameters import decorated
from llmlint.index.tree import FunctionNode, class_of, parameters
from llmlint.index.values import (
    NONE,
    Class,
    Entry,
    Frame,
    Function,
    Mapping,
    Member,
    Partial,
    Result,
    Sequence,
    Symbol,
    Unknown,
    Value,
    alternatives,
    dotted,
    is_none,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MAX_FRAMES = 8  # nested activations; deeper chains of factories have not been met


def call(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value:
    """The value of a call, for each thing that its callee can be."""
    return union([apply(ev, option, node, frame) for option in alternatives(ev.evaluate(node.func, frame))])


def apply(ev: Evaluator, callee: Value, node: ast.Call, frame: Frame | None) -> Value:
    """What calling `callee` with the arguments of `node` returns."""
    module = ev.module_of(node)
    if isinstance(callee, Function):
        return activate(
            ev, callee, bind(ev, callee.node, node, frame, receiver_bound=callee.receiver is not None), node
        )
    if isinstance(callee, Symbol):
        special = known.function(ev, callee.path, node, frame)
        return special if special is not None else Result(callee, node, module, frame)
    if isinstance(callee, Member):
        special = methods.method(ev, callee, node, frame)
        return special if special is not None else Result(callee, node, module, frame)
    if isinstance(callee, Partial):
        return Result(callee, node, module, frame)
    if isinstance(callee, Result) and isinstance(callee.callee, Class):
        found = ev.project.method(callee.callee, "__call__")
        if found is not None:
            bound = Function(found.module, found.node, callee)
            return activate(ev, bound, bind(ev, found.node, node, frame, receiver_bound=True), node)
    if isinstance(callee, (Class, Result)):
        return Result(callee, node, module, frame)
    return callee if isinstance(callee, Unknown) else Unknown("what is called here is computed at run time")


def result(ev: Evaluator, callee: Value) -> Value:
    """What calling without arguments returns (a dependency provider)."""
    if isinstance(callee, Function):
        return activate(ev, callee, Frame(callee.node, {}, callee.receiver, outer=callee.frame), callee.node)
    if isinstance(callee, (Class, Symbol)):
        return Result(callee, None)
    return Unknown("the provider is computed at run time")


def activate(ev: Evaluator, function: Function, frame: Frame, at: ast.AST) -> Value:
    """The union of what the function returns in this activation."""
    if frame.depth > MAX_FRAMES or not ev.enter(function.node):
        return Unknown("the calls are nested too deeply to follow")
    full = replace(frame, receiver=function.receiver or frame.receiver, outer=function.frame)
    try:
        return ev.guarded(at, frame, lambda: returned(ev, function.node, full), f"returns {id(function.node)}")
    finally:
        ev.leave(function.node)


def returned(ev: Evaluator, function: FunctionNode, frame: Frame | None) -> Value:
    """The union of a function's return values; a generator is the sequence of what it yields."""
    if isinstance(function, ast.Lambda):
        return ev.evaluate(function.body, frame)
    returns, yields = exits(function)
    if yields:
        items = [ev.evaluate(y.value, frame) for y in yields if isinstance(y, ast.Yield) and y.value is not None]
        return Sequence(tuple(items), "it is a generator")
    values = [ev.evaluate(r.value, frame) if r.value is not None else NONE for r in returns]
    found = union(values) if values else NONE
    declared = _declared(ev, function) if all(_says_nothing(ev, option) for option in alternatives(found)) else None
    return declared if declared is not None else found


def _declared(ev: Evaluator, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Value | None:
    """An object of the annotated return type, where that is a class of the project or of an SDK."""
    typed = typehints.instance(ev, function.returns) if function.returns is not None else None
    options = [option for option in alternatives(typed) if isinstance(option, Result)] if typed is not None else []
    known = [o for o in options if isinstance(o.callee, Class) or ev.project.is_sdk(dotted(o.callee))]
    return union(list(known)) if known else None


def _says_nothing(ev: Evaluator, value: Value) -> bool:
    """Whether a returned value tells less than the annotation: unknown, None, from a foreign function."""
    if isinstance(value, (Result, Member)):
        path = dotted(value)
        return bool(path) and not ev.project.is_sdk(path)
    return isinstance(value, Unknown) or is_none(value)


def exits(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[list[ast.Return], list[ast.expr]]:
    """The `return` statements and the yields of a function's own body."""
    found: tuple[list[ast.Return], list[ast.expr]] | None = function.__dict__.get("exits")
    if found is None:
        found = ([], [])
        stack: list[ast.AST] = list(reversed(function.body))
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Return):
                found[0].append(node)
            elif isinstance(node, (ast.Yield, ast.YieldFrom)):
                found[1].append(node)
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                stack.extend(reversed(list(ast.iter_child_nodes(node))))
        function.__dict__["exits"] = found
    return found


def entered(ev: Evaluator, value: Value) -> Value:
    """What `with value as x` binds to x."""
    if isinstance(value, Sequence) and value.open == "it is a generator":
        return union(list(value.items)) if value.items else NONE
    if isinstance(value, Result) and isinstance(value.callee, Class):
        for name in ("__enter__", "__aenter__"):
            found = ev.project.method(value.callee, name)
            if found is not None:
                return activate(ev, Function(found.module, found.node, value), Frame(found.node, {}, value), found.node)
    return value


def bind(ev: Evaluator, function: FunctionNode, node: ast.Call, frame: Frame | None, *, receiver_bound: bool) -> Frame:
    """The activation that calling `function` with the arguments of `node` makes."""
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    keyword_only = {arg.arg for arg in function.args.kwonlyargs}
    if receiver_bound and names and class_of(function) is not None and not decorated(function, "staticmethod"):
        names = names[1:]
    arguments: dict[str, Value] = {}
    rest: list[Value] = []
    opened: str | None = None
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            spread = ev.evaluate(argument.value, frame)
            rest += spread.items if isinstance(spread, Sequence) else ()
            if not isinstance(spread, Sequence) or spread.open:
                opened = "positional arguments are spread from a value that cannot be resolved"
        else:
            rest.append(ev.evaluate(argument, frame))
    for name, value in zip(names, rest, strict=False):
        arguments[name] = value
    extra: dict[str, Entry] = {}
    for keyword in node.keywords:
        given = ev.evaluate(keyword.value, frame)
        if keyword.arg is None:
            opened = _spread(given, arguments, extra, {*names, *keyword_only}) or opened
        elif keyword.arg in names or keyword.arg in keyword_only:
            arguments[keyword.arg] = given
        else:
            extra[keyword.arg] = Entry(given)
    if opened:
        for arg in parameters(function):
            if arg.arg in names or arg.arg in keyword_only:
                arguments.setdefault(arg.arg, Unknown(opened))
    varargs = Sequence(tuple(rest[len(names) :]), opened)
    depth = frame.depth + 1 if frame is not None else 1
    return Frame(function, arguments, None, True, varargs, Mapping(extra, opened), depth=depth)


def parameter_of(callee: Function, call: ast.Call, argument: ast.expr) -> str | None:
    """The parameter that an argument of a call goes to, None where it goes into `*args` or `**kwargs`."""
    keyword = next((k.arg for k in call.keywords if k.value is argument), None)
    if keyword is not None:
        return keyword
    names = [arg.arg for arg in (*callee.node.args.posonlyargs, *callee.node.args.args)]
    if callee.receiver is not None and class_of(callee.node) is not None and not decorated(callee.node, "staticmethod"):
        names = names[1:]
    index = call.args.index(argument) if argument in call.args else len(names)
    return names[index] if index < len(names) else None


def _spread(given: Value, arguments: dict[str, Value], extra: dict[str, Entry], names: set[str]) -> str | None:
    """Fill parameters from `**given`; the answer says why more may have come, None where nothing more can."""
    if not isinstance(given, Mapping):
        return given.why if isinstance(given, Unknown) else "keyword arguments are spread from a computed value"
    for key, entry in given.entries.items():
        if key in names:
            value = entry.value if entry.certain else union([entry.value, Unknown(f"`{key}` is passed on some paths")])
            arguments[key] = value
        else:
            extra[key] = entry
    return given.open
