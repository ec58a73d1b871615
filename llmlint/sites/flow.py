"""Flow of an answer: from the call through variables, helpers and returns to the places that use its text.

A traced value is a position in the answer (an attribute path from its root), text taken from it, or one of these
wrapped in what a function put around it: an iteration, a tuple position, a key.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from llmlint.index.names import flow_scope
from llmlint.index.reach import reaching
from llmlint.index.scopes import Binding, Scope
from llmlint.index.tree import class_of, named_function_of, parameters, parent, scope_of
from llmlint.index.values import Class, Function, alternatives
from llmlint.records import entity, record
from llmlint.sites import parsers
from llmlint.sites.callsite import CallSite, State

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import Response

MAX_STEPS = 1500
MAX_CALLS = 7  # functions passed through on the way; deeper chains of helpers have not been met
MAX_CALLERS = 24

SAME_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix", "removesuffix", "format", "title"}
    | {"casefold", "expandtabs", "encode", "decode", "translate", "join"}
)
SAME_ANSWER = frozenset({"model_dump", "to_dict", "dict", "json", "parse", "copy", "model_copy"})
GATHERING = frozenset({"append", "extend", "write", "add", "put", "appendleft"})


@record
class Trace:
    """What a traced expression holds: `path` within the answer, or text; `wraps` around it, outermost first.

    `entered` are the calls through which it came into the helper it is in, `outward` the callers it was returned to,
    innermost first: it leaves a helper by the way it came.
    """

    path: tuple[str, ...] = ()
    text: bool = False
    stream: bool = False
    wraps: tuple[str, ...] = ()
    entered: tuple[ast.Call, ...] = ()
    outward: tuple[ast.Call, ...] = ()

    @property
    def calls(self) -> int:
        """How many function boundaries were passed."""
        return len(self.entered) + len(self.outward)


@entity
class Use:
    """A place where text of the answer is parsed; `entered` and `outward` are the calls passed, as in `Trace`."""

    node: ast.expr
    module: Module
    parser: parsers.Parser
    outward: tuple[ast.Call, ...] = ()
    entered: tuple[ast.Call, ...] = ()


@dataclass(eq=False)
class Flow:
    """Follows one call site's answer. `uses` are found once, on construction."""

    site: CallSite
    uses: list[Use] = field(default_factory=list)
    _seen: set[tuple[int, Trace]] = field(default_factory=set)
    _steps: int = 0

    def __post_init__(self) -> None:
        operation = self.site.match.operation
        self.ev = self.site.project.evaluator
        streamed = operation.stream or _may_stream(self.site)
        self.response: Response = operation.response
        start = Trace(stream=streamed and operation.call != "manager")
        if self.site.reference is None or self.site.via == "by-reference":
            self._follow(self.site.node, start)

    def _follow(self, node: ast.expr, trace: Trace) -> None:
        """Continue from an expression that holds the traced value, outward through what surrounds it."""
        key = (id(node), trace)
        self._steps += 1
        if key in self._seen or self._steps > MAX_STEPS:
            return
        self._seen.add(key)
        above = parent(node)
        if isinstance(above, ast.keyword):
            call = parent(above)
            if isinstance(call, ast.Call):
                self._argument(call, node, above.arg, trace)
            return
        handler = getattr(self, f"_in_{type(above).__name__.lower()}", None)
        if handler is not None:
            handler(above, node, trace)

    # expressions that pass the value on

    def _in_await(self, above: ast.Await, node: ast.expr, trace: Trace) -> None:
        self._follow(above, trace)

    def _in_ifexp(self, above: ast.IfExp, node: ast.expr, trace: Trace) -> None:
        if node is not above.test:
            self._follow(above, trace)

    def _in_boolop(self, above: ast.BoolOp, node: ast.expr, trace: Trace) -> None:
        if isinstance(above.op, ast.Or) or node is above.values[-1]:
            self._follow(above, trace)

    def _in_namedexpr(self, above: ast.NamedExpr, node: ast.expr, trace: Trace) -> None:
        self._assigned(above.target, above, trace)
        self._follow(above, trace)

    def _in_binop(self, above: ast.BinOp, node: ast.expr, trace: Trace) -> None:
        if trace.text and isinstance(above.op, ast.Add):
            self._follow(above, trace)

    def _in_attribute(self, above: ast.Attribute, node: ast.expr, trace: Trace) -> None:
        call = parent(above)
        if isinstance(call, ast.Call) and call.func is above:
            self._method(call, above.attr, trace)
        else:
            self._descend(above, above.attr, trace)

    def _in_subscript(self, above: ast.Subscript, node: ast.expr, trace: Trace) -> None:
        if node is not above.value:
            return
        key = above.slice.value if isinstance(above.slice, ast.Constant) else None
        if trace.wraps:
            wanted = f"#{key}" if isinstance(key, int) else f".{key!s}"
            if trace.wraps[0] in (wanted, "*"):
                self._follow(above, replace(trace, wraps=trace.wraps[1:]))
        elif trace.text:
            self._follow(above, trace)
        else:
            self._descend(above, key if isinstance(key, str) else "*", trace)

    def _in_starred(self, above: ast.Starred, node: ast.expr, trace: Trace) -> None:
        self._follow(above, trace)

    def _in_tuple(self, above: ast.Tuple, node: ast.expr, trace: Trace) -> None:
        self._follow(above, replace(trace, wraps=(f"#{above.elts.index(node)}", *trace.wraps)))

    def _in_list(self, above: ast.List, node: ast.expr, trace: Trace) -> None:
        self._follow(above, replace(trace, wraps=("*", *trace.wraps)))

    def _in_dict(self, above: ast.Dict, node: ast.expr, trace: Trace) -> None:
        for key, value in zip(above.keys, above.values, strict=True):
            if value is node and isinstance(key, ast.Constant) and isinstance(key.value, str):
                self._follow(above, replace(trace, wraps=(f".{key.value}", *trace.wraps)))

    def _in_listcomp(self, above: ast.ListComp, node: ast.expr, trace: Trace) -> None:
        self._follow(above, replace(trace, wraps=("*", *trace.wraps)))

    _in_generatorexp = _in_listcomp
    _in_setcomp = _in_listcomp

    # statements that bind it

    def _in_assign(self, above: ast.Assign, node: ast.expr, trace: Trace) -> None:
        for target in above.targets:
            self._assigned(target, above, trace)

    def _in_annassign(self, above: ast.AnnAssign, node: ast.expr, trace: Trace) -> None:
        self._assigned(above.target, above, trace)

    def _in_augassign(self, above: ast.AugAssign, node: ast.expr, trace: Trace) -> None:
        if trace.text and isinstance(above.op, ast.Add):
            self._assigned(above.target, above, trace)

    def _in_for(self, above: ast.For | ast.AsyncFor, node: ast.expr, trace: Trace) -> None:
        if node is above.iter:
            self._assigned(above.target, above, self._iterated(trace))

    _in_asyncfor = _in_for

    def _in_comprehension(self, above: ast.comprehension, node: ast.expr, trace: Trace) -> None:
        if node is above.iter:
            self._assigned(above.target, above.target, self._iterated(trace))

    def _in_withitem(self, above: ast.withitem, node: ast.expr, trace: Trace) -> None:
        if above.optional_vars is not None:
            self._assigned(above.optional_vars, above.optional_vars, trace)

    def _in_return(self, above: ast.Return, node: ast.expr, trace: Trace) -> None:
        self._returned(above, trace)

    def _in_lambda(self, above: ast.Lambda, node: ast.expr, trace: Trace) -> None:
        call = parent(above)
        if isinstance(call, ast.Call):
            self._follow(call, trace)  # to_thread(lambda: …) returns what the lambda does

    def _in_yield(self, above: ast.Yield, node: ast.expr, trace: Trace) -> None:
        self._returned(above, replace(trace, wraps=("*", *trace.wraps)))

    def _in_yieldfrom(self, above: ast.YieldFrom, node: ast.expr, trace: Trace) -> None:
        self._returned(above, trace)

    # calls

    def _in_call(self, above: ast.Call, node: ast.expr, trace: Trace) -> None:
        if node is above.func:
            return
        self._argument(above, node, None, trace)

    def _method(self, call: ast.Call, name: str, trace: Trace) -> None:
        if trace.wraps:
            key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if name in ("get", "pop") and trace.wraps[0] == f".{key!s}":
                self._follow(call, replace(trace, wraps=trace.wraps[1:]))
            elif name in SAME_ANSWER:
                self._follow(call, trace)
            return
        if trace.text:
            found = parsers.of_method(name, call)
            if found is not None:
                self.uses.append(Use(call, scope_of(call).module, found, trace.outward, trace.entered))
            elif name in SAME_TEXT:
                self._follow(call, trace)
            elif name in ("split", "splitlines", "rsplit", "partition", "rpartition"):
                self._follow(call, replace(trace, wraps=("*",)))
            return
        if name in ("get", "pop") and call.args and isinstance(call.args[0], ast.Constant):
            self._descend(call, str(call.args[0].value), trace)
        elif not self._descend(call, f"{name}()", trace) and name in SAME_ANSWER:
            self._follow(call, trace)

    def _argument(self, call: ast.Call, node: ast.expr, keyword: str | None, trace: Trace) -> None:
        func = call.func
        name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        whole = trace.text and not trace.wraps
        if whole:
            found = parsers.of_call(self.ev, call, node)
            if found is not None:
                self.uses.append(Use(call, scope_of(call).module, found, trace.outward, trace.entered))
                return
        if isinstance(func, ast.Attribute) and name in GATHERING and isinstance(func.value, ast.Name):
            self._gathered(func.value, replace(trace, wraps=("*", *trace.wraps)), call)
            return
        if name == "join" and isinstance(func, ast.Attribute) and trace.wraps[:1] == ("*",):
            self._follow(call, replace(trace, wraps=trace.wraps[1:]))
            return
        if name in (
            "str",
            "list",
            "next",
            "anext",
            "wait_for",
            "shield",
            "run",
            "cast",
            "gather",
            "iter",
            "aiter",
            "sum",
        ):
            inner = trace
            if name in ("next", "anext"):
                inner = self._iterated(trace)
            elif name == "gather":
                inner = replace(trace, wraps=("*", *trace.wraps))
            self._follow(call, inner)
            return
        if name == "enumerate":
            self._follow(call, replace(trace, wraps=("*", "#1", *trace.wraps[1:])))
            return
        self._into(call, node, keyword, trace)

    def _into(self, call: ast.Call, node: ast.expr, keyword: str | None, trace: Trace) -> None:
        """Into a project function through its parameter, or into an object through its constructor's keyword."""
        if trace.calls >= MAX_CALLS:
            return
        for option in alternatives(self.ev.evaluate(call.func)):
            if isinstance(option, Class):
                filled = keyword if keyword is not None else _field_at(option, call, node)
                if filled is not None:
                    self._follow(call, replace(trace, wraps=(f".{filled}", *trace.wraps)))
                continue
            if not isinstance(option, Function):
                continue
            name = keyword if keyword is not None else _positional(option, call, node)
            if name is None:
                continue
            deeper = replace(trace, entered=(*trace.entered, call))
            inner = option.node.__dict__["inner"]
            for binding in inner.bindings.get(name, ()):
                if binding.kind == "parameter":
                    self._loads(inner, binding, deeper)

    def _gathered(self, target: ast.Name, trace: Trace, call: ast.Call) -> None:
        """A value put into a list: the list's later uses."""
        owner = scope_of(target).lookup(target.id)
        if owner is None:
            return
        for load in _all_loads(owner, target.id):
            if load is not target and not _gathers(load):
                self._follow(load, trace)

    # steps

    def _iterated(self, trace: Trace) -> Trace:
        if trace.wraps:
            return replace(trace, wraps=trace.wraps[1:]) if trace.wraps[0] == "*" else replace(trace, wraps=("?",))
        if trace.text:
            return trace
        if trace.stream and not trace.path:
            return replace(trace, path=("chunk",))
        path = (*trace.path, "*")
        if _position(path, self.response.text) == "whole":  # an iterator of pieces of text
            return replace(trace, path=(), text=True)
        return replace(trace, path=path)

    def _descend(self, node: ast.expr, step: str, trace: Trace) -> bool:
        if trace.wraps:
            if trace.wraps[0] == f".{step}":
                self._follow(node, replace(trace, wraps=trace.wraps[1:]))
                return True
            return False
        if trace.text:
            return False
        path = (*trace.path, step)
        if path[0] == "chunk":
            patterns, here = self.response.stream_text, path[1:]
        else:
            patterns, here = (*self.response.text, *self.response.stream_text), path
        position = _position(here, patterns)
        if position == "whole":
            self._follow(node, replace(trace, path=(), text=True))
        elif position == "part":
            self._follow(node, replace(trace, path=path))
        return position != "off"

    def _assigned(self, target: ast.expr, at: ast.AST, trace: Trace) -> None:
        if isinstance(target, ast.Name):
            owner = _owner(target)
            if owner is None:
                return
            for binding in owner.bindings[target.id]:
                if binding.node is at or binding.node is target:
                    self._loads(owner, binding, trace)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for number, part in enumerate(target.elts):
                if trace.wraps and trace.wraps[0] in (f"#{number}", "*"):
                    self._assigned(part, at, replace(trace, wraps=trace.wraps[1:]))
        elif isinstance(target, ast.Attribute):
            self._attribute_loads(target, trace)

    def _loads(self, owner: Scope, binding: Binding, trace: Trace) -> None:
        for load in _all_loads(owner, binding.name):
            local = flow_scope(scope_of(load)) is flow_scope(owner)
            if any(b is binding for b in reaching(owner, binding.name, load, local=local)):
                self._follow(load, trace)

    def _attribute_loads(self, target: ast.Attribute, trace: Trace) -> None:
        """What is kept on `self` is read by the other methods of the class."""
        function = named_function_of(target)
        owner = class_of(function) if function is not None else None
        if owner is None or not isinstance(target.value, ast.Name) or trace.calls >= MAX_CALLS:
            return
        for load in scope_of(target).module.attribute_loads.get(target.attr, ()):
            reader = named_function_of(load)
            if reader is not None and class_of(reader) is owner and isinstance(load.value, ast.Name):
                self._follow(load, trace)

    def _returned(self, at: ast.AST, trace: Trace) -> None:
        function = named_function_of(at)
        if function is None or trace.calls >= MAX_CALLS:
            return
        if trace.entered:
            self._follow(trace.entered[-1], replace(trace, entered=trace.entered[:-1]))
            return
        callers = self.site.project.callers(function)
        if len(callers) > MAX_CALLERS:
            return
        for caller in callers:
            if caller.call not in trace.outward:
                self._follow(caller.call, replace(trace, outward=(*trace.outward, caller.call)))


def _may_stream(site: CallSite) -> bool:
    setting = site.setting("stream")
    if setting.state is not State.PRESENT or setting.value is None:
        return False
    return any(getattr(option, "value", None) is True for option in alternatives(setting.value))


def _owner(target: ast.Name) -> Scope | None:
    scope: Scope | None = scope_of(target)
    while scope is not None and target.id not in scope.bindings:
        scope = scope.parent
    return scope


def _all_loads(owner: Scope, name: str) -> Iterator[ast.Name]:
    for scope in owner.module.scopes:
        if name in scope.loads and scope.lookup(name) is owner:
            yield from scope.loads[name]


def _gathers(load: ast.Name) -> bool:
    above = parent(load)
    return isinstance(above, ast.Attribute) and above.attr in GATHERING


def _field_at(owner: Class, call: ast.Call, node: ast.expr) -> str | None:
    """The declared field that an argument by position fills: of a dataclass or a named tuple."""
    if node not in call.args:
        return None
    fields = [s.target.id for s in owner.node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
    index = call.args.index(node)
    return fields[index] if index < len(fields) else None


def _positional(option: Function, call: ast.Call, node: ast.expr) -> str | None:
    if node not in call.args:
        return None
    names = [arg.arg for arg in parameters(option.node)]
    if option.receiver is not None and class_of(option.node) is not None:
        names = names[1:]
    index = call.args.index(node)
    return names[index] if index < len(names) else None


def _position(path: tuple[str, ...], patterns: tuple[str, ...]) -> str:
    """Where a path stands to the text paths: "whole" at one, "part" on the way to one, else "off"."""
    best = "off"
    for pattern in patterns:
        steps = tuple(pattern.split(".")) if pattern else ()
        if path == steps:
            return "whole"
        if len(path) < len(steps) and steps[: len(path)] == path:
            best = "part"
    return best
