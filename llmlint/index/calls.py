"""Calls: binding arguments to parameters and evaluating what a call returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import conditions, fallbacks, known, methods, sessions, textfiles, typehints
from llmlint.index.activations import later
from llmlint.index.patched import holder_of
from llmlint.index.tree import FUNCTIONS, FunctionNode, decorated, default_of, exits, last_name, parameters
from llmlint.index.values import (
    NONE,
    RAISES,
    Class,
    Frame,
    Function,
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

WRAPPING = ("wrap", "patch", "instrument", "trace", "from_")
MAX_FRAMES = 8  # nested activations; deeper chains of factories have not been met


def call(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value:
    """The value of a call, for each thing that its callee can be."""
    read = textfiles.read(ev, node)
    if read is not None:
        return read
    callees = alternatives(ev.evaluate(node.func, frame))
    return union([*(apply(ev, option, node, frame) for option in callees), *fallbacks.usual(ev, callees, node, frame)])


def apply(ev: Evaluator, callee: Value, node: ast.Call, frame: Frame | None) -> Value:
    """What calling `callee` with the arguments of `node` returns."""
    module = ev.module_of(node)
    if isinstance(callee, Function):
        return activate(ev, activation(ev, callee, node, frame))
    if isinstance(callee, Symbol):
        special = known.function(ev, callee.path, node, frame) or sessions.method(ev, callee, node, frame)
        return special if special is not None else Result(callee, node, module, frame)
    if isinstance(callee, Member):
        special = methods.method(ev, callee, node, frame) or sessions.method(ev, callee, node, frame)
        return special if special is not None else Result(callee, node, module, frame)
    if isinstance(callee, Partial):
        return Result(callee, node, module, frame)
    if isinstance(callee, Result) and isinstance(callee.callee, Class):
        found = ev.project.method(callee.callee, "__call__")
        if found is not None:
            return activate(ev, activation(ev, Function(found.module, found.node, callee), node, frame))
    if isinstance(callee, (Class, Result)):
        return Result(callee, node, module, frame)
    if is_none(callee) and isinstance(node.func, ast.Attribute):
        return RAISES
    return callee if isinstance(callee, Unknown) else Unknown("what is called here is computed at run time")


def result(ev: Evaluator, callee: Value) -> Value:
    """What a dependency provider returns: the framework gives it what it declares."""
    if isinstance(callee, Function):
        handed = callee.frame is None and any(
            default_of(callee.node, one.arg) is None for one in parameters(callee.node)
        )
        if handed:
            return activate(ev, ev.activations.on(callee.node, callee.receiver))
        return activate(ev, ev.activations.without_arguments(callee.node, callee.receiver, outer=callee.frame))
    if isinstance(callee, (Class, Symbol)):
        return Result(callee, None)
    return Unknown("the provider is computed at run time")


def activation(ev: Evaluator, function: Function, node: ast.Call, frame: Frame | None) -> Frame:
    """The activation that calling the function with the arguments of `node` makes."""
    receiver = function.receiver
    bound = receiver is not None
    return ev.activations.calling(function.node, node, frame, bound=bound, receiver=receiver, outer=function.frame)


def activate(ev: Evaluator, frame: Frame) -> Value:
    """The union of what the function returns in this activation."""
    function = frame.function
    assert isinstance(function, FUNCTIONS)
    if frame.depth > MAX_FRAMES or not ev.enter(function):
        return Unknown("the calls are nested too deeply to follow")
    try:
        return ev.guarded(function, frame, lambda: returned(ev, function, frame), "returns")
    finally:
        ev.leave(function)


def returned(ev: Evaluator, function: FunctionNode, frame: Frame | None) -> Value:
    """The union of a function's return values; a generator is the sequence of what it yields."""
    if isinstance(function, ast.Lambda):
        return ev.evaluate(function.body, frame)
    returns, yields = exits(function)
    if frame is not None and frame.complete and len(returns) > 1 and not yields:
        returns = conditions.live_returns(ev, function.body, frame)[0] or returns
    if yields:
        items = [later(ev, y.value, frame) for y in yields if isinstance(y, ast.Yield) and y.value is not None]
        return Sequence(tuple(items), "it is a generator")
    values = {id(r): ev.evaluate(r.value, frame) if r.value is not None else NONE for r in returns}
    found = union(list(values.values())) if values else NONE
    if frame is not None and frame.complete and _differ(found):
        reached = conditions.live_returns(ev, function.body, frame, rebound=True)[0]
        live = [values[id(r)] for r in reached if id(r) in values]
        found = union(live) if live else found
    declared = _declared(ev, function) if all(_says_nothing(ev, option) for option in alternatives(found)) else None
    return declared if declared is not None else found


def _differ(value: Value) -> bool:
    """Whether a value is one of several objects of libraries, as from a factory that is told which one to make."""
    made = [
        option for option in alternatives(value) if isinstance(option, Result) and isinstance(option.callee, Symbol)
    ]
    return len(made) > 1


def _declared(ev: Evaluator, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Value | None:
    """An object of the annotated return type, where that is a class of the project or of an SDK."""
    typed = typehints.instance(ev, function.returns) if function.returns is not None else None
    options = [option for option in alternatives(typed) if isinstance(option, Result)] if typed is not None else []
    known = [o for o in options if isinstance(o.callee, Class) or ev.project.is_sdk(dotted(o.callee))]
    return union(list(known)) if known else None


def _says_nothing(ev: Evaluator, value: Value) -> bool:
    """Whether a returned value tells less than the annotation: unknown, None, from a foreign function.

    What wraps an object of an SDK tells more: `return wrap_openai(OpenAI())`.
    """
    if isinstance(value, (Result, Member)):
        path = dotted(value)
        return bool(path) and not ev.project.is_sdk(path) and not _wraps(ev, value, path)
    return isinstance(value, Unknown) or is_none(value)


def _wraps(ev: Evaluator, value: Value, path: str) -> bool:
    call = value.call if isinstance(value, Result) else None
    if call is None or not call.args or not path.removesuffix("()").rpartition(".")[2].startswith(WRAPPING):
        return False
    inner = alternatives(ev.evaluate(call.args[0], value.frame if isinstance(value, Result) else None))
    return any(ev.project.is_sdk(dotted(option)) for option in inner)


def entered(ev: Evaluator, value: Value) -> Value:
    """What `with value as x` binds to x."""
    if isinstance(value, Sequence) and value.open == "it is a generator":
        return union(list(value.items)) if value.parts else NONE
    if isinstance(value, Result) and isinstance(value.callee, Class):
        for name in ("__enter__", "__aenter__"):
            found = ev.project.method(value.callee, name)
            if found is not None:
                return activate(ev, ev.activations.without_arguments(found.node, value))
    return value


def parameter_of(callee: Function, call: ast.Call, argument: ast.expr) -> str | None:
    """The parameter that an argument of a call goes to, None where it goes into `*args` or `**kwargs`."""
    keyword = next((k.arg for k in call.keywords if k.value is argument), None)
    if keyword is not None:
        return keyword
    names = _positional(callee.node, bound=callee.receiver is not None)
    index = call.args.index(argument) if argument in call.args else len(names)
    return names[index] if index < len(names) else None


def fits(function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, *, bound: bool) -> bool:
    """Whether a call gives a function arguments that it takes; one that does not raises before anything is run.

    True as well where that cannot be told: a decorator may give others, and a `*` or `**` holds what it holds.
    """
    args = function.args
    if any(last_name(decorator) not in ("staticmethod", "classmethod") for decorator in function.decorator_list):
        return True
    if any(isinstance(given, ast.Starred) for given in call.args) or any(k.arg is None for k in call.keywords):
        return True
    positional = _positional(function, bound=bound)
    if len(call.args) > len(positional) and args.vararg is None:
        return False
    given = {*positional[: len(call.args)], *(keyword.arg for keyword in call.keywords)}
    needed = {*positional[: len(positional) - len(args.defaults)]}
    needed |= {arg.arg for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default is None}
    known = {*positional, *(arg.arg for arg in args.kwonlyargs)}
    return needed <= given and (args.kwarg is not None or given <= known)


def _positional(function: FunctionNode, *, bound: bool) -> list[str]:
    """The parameters that arguments by position fill; where the receiver is bound, those behind it."""
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if bound and holder_of(function) is not None and not decorated(function, "staticmethod") else names
