"""Flow of an answer: from the call through variables, helpers and returns to the places that use it.

A traced value is a position in the answer (an attribute path from its root), something taken from there, or one of
these wrapped in what a function put around it: an iteration, a tuple position, a key. `llmlint.sites.trace` has both.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from llmlint.index import conditions, handed_to
from llmlint.index.narrowing import excludes_none, is_error, is_no_text
from llmlint.index.tree import last_name, named_function_of, parent
from llmlint.index.values import Class, Function, alternatives
from llmlint.sites import graph_state, parsers, scratch, sinks
from llmlint.sites.bodies import Bodies
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.endings import compared, names_stop
from llmlint.sites.holders import ANY, KEYS, MAX_CALLS
from llmlint.sites.positions import (
    field_at,
    only_text,
    owner_of,
    parameter_at,
    position,
    shared_delta,
    spread_over,
)
from llmlint.sites.tags import tags_of
from llmlint.sites.trace import Trace, replace
from llmlint.sites.validated import is_text

if TYPE_CHECKING:
    from llmlint.index.callers import Caller

MAX_STEPS = {"answer": 1500, "text": 1500, "held": 1500, "tool": 500, "derived": 500}
BUDGETS = {"": "answer", "text": "text", "json": "derived"}
MAX_CALLERS = 60

SAME_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix", "removesuffix", "format", "title"}
    | {"casefold", "expandtabs", "encode", "decode", "translate", "join"}
)
SAME_ANSWER = frozenset({"model_dump", "to_dict", "dict", "json", "parse", "copy", "model_copy", "result"})
SAME_VALUE = frozenset(
    {"str", "list", "next", "anext", "wait_for", "shield", "run", "cast", "gather", "iter", "aiter", "sum", "reversed"}
    | {"sorted", "tuple", "set", "dedent", "fill", "escape", "unescape"}
    | {"create_task", "ensure_future", "run_coroutine_threadsafe", "as_completed", "wrap_future", "tqdm"}
)
PEEKING = frozenset({"print", "len", "isinstance", "type", "bool", "id", "hasattr", "callable", "repr", "warn"})
PARTS = frozenset({"get", "pop", "group", "groups", "groupdict", "items", "values", "copy", "setdefault"})


@dataclass(eq=False)
class Flow(Bodies):
    """Follows one call site's answer, nearest uses first. The uses are found once, on construction."""

    visited: set[int] = field(default_factory=set)
    _seen: set[tuple[int, Trace]] = field(default_factory=set)
    _steps: Counter[str] = field(default_factory=Counter)
    _ahead: list[tuple[int, int, ast.expr, Trace]] = field(default_factory=list)

    def __post_init__(self) -> None:
        operation = self.site.match.operation
        streamed = operation.stream or _may_stream(self.site)
        start = Trace(stream=streamed and operation.call != "manager")
        if not streamed and "" in self.response.text:  # the answer is the text
            self.reads_text = True
            start = Trace(kind="text", optional=self.response.text_optional)
        if self.site.reference is None or self.site.via == "by-reference":
            self._follow(self.site.node, start)
        while self._ahead:
            _, _, node, trace = heappop(self._ahead)
            self._step(node, trace)

    def _follow(self, node: ast.expr, trace: Trace) -> None:
        """Continue later from an expression that holds the traced value: what is few calls away comes first."""
        if not trace.wraps:
            if is_error(node) or (trace.kind == "text" and is_no_text(node)):
                return
            if trace.optional and excludes_none(node):
                trace = replace(trace, optional=False)
        key = (id(node), trace)
        if key in self._seen:
            return
        self._seen.add(key)
        heappush(self._ahead, (trace.calls, len(self._seen), node, trace))

    def _step(self, node: ast.expr, trace: Trace) -> None:
        """Outward through what surrounds the expression."""
        what = "derived" if trace.derived else BUDGETS.get(trace.kind, "tool")
        if what == "text" and trace.wraps:
            what = "held"
        self._steps[what] += 1
        if self._steps[what] > MAX_STEPS[what]:
            self._lose(trace)
            return
        self.visited.add(id(node))
        above = parent(node)
        if isinstance(above, ast.keyword):
            call = parent(above)
            if isinstance(call, ast.Call) and above.arg is None:
                self._spread(call, trace)
            elif isinstance(call, ast.Call):
                self._argument(call, node, above.arg, trace)
            return
        handler = getattr(self, _handler(type(above).__name__), None)
        if handler is not None:
            handler(above, node, trace)

    # expressions that pass the value on

    def _in_await(self, above: ast.Await, node: ast.expr, trace: Trace) -> None:
        self._follow(above, trace)

    def _in_ifexp(self, above: ast.IfExp, node: ast.expr, trace: Trace) -> None:
        if node is not above.test:
            self._follow(above, trace)

    def _in_boolop(self, above: ast.BoolOp, node: ast.expr, trace: Trace) -> None:
        if isinstance(above.op, ast.Or):
            self._follow(above, replace(trace, optional=trace.optional and node is above.values[-1]))
        elif node is above.values[-1]:
            self._follow(above, trace)

    def _in_namedexpr(self, above: ast.NamedExpr, node: ast.expr, trace: Trace) -> None:
        self._assigned(above.target, above, trace)
        self._follow(above, trace)

    def _in_binop(self, above: ast.BinOp, node: ast.expr, trace: Trace) -> None:
        if trace.text and isinstance(above.op, ast.Add):
            self._deref(above, trace, "+")
            self._follow(above, replace(trace, optional=False))

    def _in_compare(self, above: ast.Compare, node: ast.expr, trace: Trace) -> None:
        if node in above.comparators and isinstance(above.ops[above.comparators.index(node)], (ast.In, ast.NotIn)):
            self._deref(above, trace, "in")
            self._looked_for(above.left, trace)

    def _looked_for(self, key: ast.expr, trace: Trace) -> None:
        """`"stop_reason" in event["delta"]`: a stop state is read by looking for it."""
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and not (trace.text or trace.wraps):
            here = trace.path[1:] if trace.path[:1] == ("chunk",) else trace.path
            if position((*here, key.value), self.response.finish) == "whole":
                self.reads_finish = True

    def _in_formattedvalue(self, above: ast.FormattedValue, node: ast.expr, trace: Trace) -> None:
        text = parent(above)
        if not isinstance(text, ast.JoinedStr) or (
            isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
        ):
            return
        call = parent(text)
        if isinstance(call, ast.Call) and not trace.wraps and self._logged(call, text, trace):
            return
        if isinstance(call, ast.Call) and self._printed(call, node, trace):
            return
        if trace.text:
            derived = trace.derived or bool(trace.wraps) or not only_text(text)
            self._follow(text, replace(trace, derived=derived, optional=False, wraps=()))

    def _in_attribute(self, above: ast.Attribute, node: ast.expr, trace: Trace) -> None:
        if not isinstance(above.ctx, ast.Load):
            return
        call = parent(above)
        if isinstance(call, ast.Call) and call.func is above:
            self._method(call, above.attr, trace)
        else:
            self._descend(above, above.attr, trace)

    def _in_subscript(self, above: ast.Subscript, node: ast.expr, trace: Trace) -> None:
        if not isinstance(above.ctx, ast.Load):
            return
        if node is not above.value:
            if trace.kind == "name" and not trace.wraps:
                self._note("dispatch", above, trace, "a key")
            return
        key = above.slice.value if isinstance(above.slice, ast.Constant) else None
        if trace.wraps[:1] == ("*",) and isinstance(above.slice, ast.Slice):
            self._follow(above, trace)
        elif trace.wraps:
            wanted = f"#{key}" if isinstance(key, int) else self._step_to(above.slice)
            if trace.wraps[0] in (wanted, ANY) or (trace.wraps[0] == "*" and not isinstance(key, str)):
                self._unwrapped(above, above.value, trace)
        elif trace.text:
            self._deref(above, trace, "[…]")
            self._follow(above, replace(trace, optional=False, piece=True))
        elif trace.raw:
            if isinstance(above.slice, ast.Slice):
                self._follow(above, trace)
        else:
            if isinstance(key, int) and trace.path[-1:] == ("choices",) and trace.path[0] == "chunk":
                self._note("index", above, trace)
            self._descend(above, key if isinstance(key, str) else "*", trace)

    def _in_starred(self, above: ast.Starred, node: ast.expr, trace: Trace) -> None:
        self._follow(above, trace)

    def _in_tuple(self, above: ast.Tuple, node: ast.expr, trace: Trace) -> None:
        self._follow(above, replace(trace, wraps=(f"#{above.elts.index(node)}", *trace.wraps)))

    def _in_list(self, above: ast.List, node: ast.expr, trace: Trace) -> None:
        call = parent(above)
        if trace.text and not trace.wraps and isinstance(call, ast.Call) and call.args and call.args[0] is above:
            self._sunk(call, node, trace)
        self._follow(above, replace(trace, wraps=("*", *trace.wraps)))

    def _in_dict(self, above: ast.Dict, node: ast.expr, trace: Trace) -> None:
        for key, value in zip(above.keys, above.values, strict=True):
            if value is node and isinstance(key, ast.Constant) and isinstance(key.value, str):
                wraps = (f".{key.value}", *trace.wraps)
                self._follow(above, replace(trace, wraps=wraps, tags=(*tags_of(above, len(wraps)), *trace.tags)))

    def _in_listcomp(self, above: ast.ListComp, node: ast.expr, trace: Trace) -> None:
        self._follow(above, replace(trace, wraps=("*", *trace.wraps)))

    def _in_dictcomp(self, above: ast.DictComp, node: ast.expr, trace: Trace) -> None:
        if node is above.value:
            self._follow(above, replace(trace, wraps=(ANY, *trace.wraps)))
        elif node is above.key:
            self._follow(above, replace(trace, wraps=(KEYS, *trace.wraps)))

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
            self._deref(node, trace, "+=")
            self._assigned(above.target, above, replace(trace, optional=False))

    def _in_for(self, above: ast.For | ast.AsyncFor, node: ast.expr, trace: Trace) -> None:
        if node is above.iter:
            self._assigned(above.target, above, self._iterated(trace))

    _in_asyncfor = _in_for

    def _in_comprehension(self, above: ast.comprehension, node: ast.expr, trace: Trace) -> None:
        if node is above.iter:
            self._assigned(above.target, above.target, self._iterated(trace))

    def _in_withitem(self, above: ast.withitem, node: ast.expr, trace: Trace) -> None:
        if above.optional_vars is not None:
            opened = self.site.match.operation.call == "manager" and not trace.kind and not trace.path
            self._assigned(above.optional_vars, above.optional_vars, replace(trace, stream=trace.stream or opened))

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
        if node is not above.func:
            self._argument(above, node, None, trace)

    def _method(self, call: ast.Call, name: str, trace: Trace) -> None:
        if name == "result" and (trace.kind or trace.wraps) and not call.args:
            self._follow(call, trace)  # a future's
            return
        if trace.wraps:
            assert isinstance(call.func, ast.Attribute)
            if self._taken(call, call.func, trace) or self._inside(call, name, trace):
                return
            if name in SAME_ANSWER:
                self._follow(call, trace)
            return
        if trace.derived:
            if name in SAME_TEXT or name in PARTS or name in ("split", "splitlines"):
                self._follow(call, trace)
            return
        if trace.kind == "text" and not hasattr(str, name):
            return  # something else than text: what took the text has wrapped it up
        if trace.text:
            self._deref(call, trace, f".{name}()")
            trace = replace(trace, optional=False)
            found = parsers.of_method(name, call, piece=trace.piece) if trace.kind == "text" else None
            if found is not None:
                self._note("parse", call, trace, parser=found)
                self._follow(call, replace(trace, derived=True))
            elif name in SAME_TEXT:
                self._follow(call, replace(trace, piece=trace.piece or parsers.cuts_label(name, call)))
            elif name in ("split", "splitlines", "rsplit", "partition", "rpartition"):
                listed = parsers.of_numbers(call) if trace.kind == "text" else None
                if listed is not None:
                    self._note("parse", call, trace, parser=listed)
                self._follow(call, replace(trace, wraps=("*",), piece=True))
            elif trace.kind == "arguments" and name in PARTS:  # an SDK that hands them out decoded
                self._follow(call, replace(trace, piece=True))
            return
        if self._in_body(call, name, trace):
            return
        key = self._key(call.args[0], trace) if name in ("get", "pop") and call.args else None
        if key is not None:
            self._descend(call, key, trace)
        elif not self._descend(call, f"{name}()", trace):
            if name in SAME_ANSWER:
                self._follow(call, trace)
            elif name in ("model_dump_json", "to_json"):
                self._whole(call, trace)

    def _argument(self, call: ast.Call, node: ast.expr, keyword: str | None, trace: Trace) -> None:
        func = call.func
        name = last_name(func)
        if name == "getattr" and len(call.args) > 1 and self._attribute_by_name(call, node, trace):
            return
        if self._decoded(call, trace):
            return
        if keyword == "update" and name == "Command" and trace.wraps:  # what a node of LangGraph returns
            self._follow(call, trace)
            return
        if not trace.wraps and (
            self._logged(call, node, trace) or (trace.text and self._used(call, node, name, trace))
        ):
            return
        if trace.text and trace.wraps == ("*",) and sinks.is_command(self.ev, call, node):
            self._note("sink", call, trace, ast.unparse(func))
            return
        if trace.text and sinks.keeps(self.ev, call, node):
            self._note("store", call, trace)
            run = scratch.runner(self.ev, call) if trace.kind != "name" else None
            if run is not None:
                self._note("sink", run, trace, ast.unparse(run.func))
        if isinstance(func, ast.Attribute) and self._gathered(call, name, trace):
            return
        if name == "join" and isinstance(func, ast.Attribute) and trace.wraps[:1] == ("*",):
            inner = replace(trace, wraps=trace.wraps[1:])
            if inner.text and not inner.wraps:
                self._deref(call, inner, "join()")
                inner = replace(inner, optional=False)
            self._follow(call, inner)
            return
        if name in ("dumps", "safe_dump") and trace.text:
            self._follow(call, replace(trace, kind="json", derived=True, wraps=(), optional=False))
            return
        if name in SAME_VALUE and not self._own(call):
            inner = trace
            if name == "str":  # it makes a text of an answer's object, and nobody looks for the stop state there
                inner = replace(
                    trace, optional=False, derived=trace.derived or not (trace.kind or trace.wraps or trace.raw)
                )
            if name in ("next", "anext"):
                inner = self._iterated(trace)
            elif name == "gather" and not isinstance(node, ast.Starred):
                inner = replace(trace, wraps=("*", *trace.wraps))
            self._follow(call, inner)
            return
        if name == "enumerate":
            self._follow(call, replace(trace, wraps=("*", "#1", *trace.wraps[1:])))
            return
        if name == "isinstance" and trace.path == ("chunk",) and not trace.wraps and names_stop(call):
            self.reads_finish = True
        if self._printed(call, node, trace):
            return
        if not self._into(call, node, keyword, trace) and name not in PEEKING:
            if not (trace.raw and isinstance(parent(call), ast.Raise)):
                self._whole(call, trace)

    def _into(self, call: ast.Call, node: ast.expr, keyword: str | None, trace: Trace) -> bool:
        """Into a project function through its parameter, or into an object through its constructor's keyword."""
        if trace.calls >= MAX_CALLS:
            self._lose(trace)
            return True
        entered = False
        for option in self._callees(call, trace):
            if isinstance(option, Class):
                if self._constructed(option, call, node, keyword, trace):
                    entered = True
                    continue
                filled = keyword if keyword is not None else field_at(option, call, node)
                if filled is not None:
                    entered = True
                    wraps, tags = (f".{filled}", *trace.wraps), tags_of(call, len(trace.wraps) + 1)
                    optional = trace.optional and bool(trace.wraps or not is_text(self.site.project, option, filled))
                    self._follow(call, replace(trace, optional=optional, wraps=wraps, tags=(*tags, *trace.tags)))
                continue
            if not isinstance(option, Function):
                continue
            name = keyword if keyword is not None else parameter_at(option, call, node)
            if name is not None:
                entered = self._through(option, name, call, trace) or entered
        return entered

    def _spread(self, call: ast.Call, trace: Trace) -> None:
        """`f(**arguments)`: what the model gave fills each parameter of the function that nothing else fills."""
        functions = [option for option in self._callees(call, trace) if isinstance(option, Function)]
        if not functions or not trace.text or trace.calls >= MAX_CALLS:
            self._whole(call, trace)
            return
        deeper = replace(trace, entered=(*trace.entered, call))
        for function in functions:
            inner = function.node.__dict__["inner"]
            for name, taken in spread_over(function, call, trace.wraps):
                for binding in inner.bindings.get(name, ()):
                    if binding.kind in ("parameter", "kwargs"):
                        self._loads(inner, binding, replace(deeper, wraps=taken))

    def _own(self, call: ast.Call) -> bool:
        return any(isinstance(option, Function) for option in alternatives(self.ev.evaluate(call.func)))

    # steps

    def _iterated(self, trace: Trace) -> Trace:
        if trace.wraps:
            taken = trace.wraps[0] in ("*", KEYS)
            return replace(trace, wraps=trace.wraps[1:]) if taken else replace(trace, wraps=("?",))
        if trace.text:
            return trace
        if trace.stream and not trace.path and self.response.stream_text == ("",):  # each piece is text
            self.reads_text = True
            return replace(trace, kind="text")
        if (trace.stream or trace.raw) and not trace.path:
            return replace(trace, path=("chunk",))
        path = (*trace.path, "*")
        if position(path, self.response.text) == "whole":  # an iterator of pieces of text
            self.reads_text = True
            return replace(trace, path=(), kind="text")
        return replace(trace, path=path)

    def _descend(self, node: ast.expr, step: str, trace: Trace) -> bool:
        if trace.wraps:
            if trace.wraps[0] == f".{step}":
                holder = node.value if isinstance(node, ast.Attribute) else node
                self._unwrapped(node, holder, trace)
                return True
            return isinstance(node, ast.Attribute) and self._inside(node, step, trace)
        if trace.derived:
            self._follow(node, trace)
            return True
        if trace.text or trace.raw:
            return False
        path = (*trace.path, step)
        if self._is_body(node, path):
            self._follow(node, replace(trace, path=(), raw=True))
            return True
        streamed = path[0] == "chunk"
        here = path[1:] if streamed else path
        response = self.response
        patterns = response.stream_text if streamed else (*response.text, *response.stream_text)
        where = position(here, patterns)
        if where == "whole" and path == ("chunk", "delta"):
            where = shared_delta(node)
        if where == "arguments":
            self._follow(node, replace(trace, path=(), kind=where))
            return True
        if where == "whole":
            self.reads_text = True
            optional = response.text_optional and not streamed
            self._follow(node, replace(trace, path=(), kind="text", optional=optional))
            return True
        if position(here, response.finish) == "whole" or (path == ("chunk", "type") and names_stop(parent(node))):
            self.reads_finish = True
            return True
        for kind, taken in (("arguments", response.tool_arguments), ("name", response.tool_names)):
            if position(here, taken) == "whole":
                self._follow(node, replace(trace, path=(), kind=kind))
                return True
        if position(here, response.usage) == "whole":
            self.reads_usage = True
            self.reads_finish = self.reads_finish or compared(node)
        others = (*response.finish, *response.tool_arguments, *response.tool_names, *response.body)
        if where == "part" or position(here, others) == "part":
            self._follow(node, replace(trace, path=path))
            return True
        return False

    def _assigned(self, target: ast.expr, at: ast.AST, trace: Trace) -> None:
        if isinstance(target, ast.Name):
            owner = owner_of(target)
            if owner is None:
                return
            for binding in owner.bindings[target.id]:
                if binding.node is at or binding.node is target:
                    self._loads(owner, binding, trace)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for number, part in enumerate(target.elts):
                if trace.wraps and trace.wraps[0] in (f"#{number}", "*"):
                    self._assigned(part, at, replace(trace, wraps=trace.wraps[1:]))
                elif trace.derived and not trace.wraps:
                    self._assigned(part, at, trace)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            if trace.text and isinstance(target, ast.Subscript) and sinks.kept_by_key(target):
                self._note("store", target, trace)
            self._placed(target, trace)
            self._whole(target, trace)

    def _returned(self, at: ast.expr | ast.stmt, trace: Trace) -> None:
        self._note("return", at, trace)
        function = named_function_of(at)
        if function is None or trace.calls >= MAX_CALLS:
            self._lose(trace)
            return
        if trace.entered:
            self._follow(trace.entered[-1], replace(trace, entered=trace.entered[:-1]))
            return
        callers = self.site.project.callers(function)
        if len(callers) > MAX_CALLERS:
            self._lose(trace)
            return
        if not callers:
            self._whole(at, trace)
        key = graph_state.added_to(trace.wraps)
        if key is not None and not trace.path and not trace.kind:
            self._put_into_state(callers, key, trace)
        for caller in callers:
            frame = handed_to.activation(self.ev, function, caller)
            if caller.call not in trace.outward and conditions.reaches(self.ev, function, at, frame):
                self._follow(caller.call, trace.out(caller.call))

    def _put_into_state(self, callers: list[Caller], key: str, trace: Trace) -> None:
        """An answer that a node of a graph adds to the messages: another one acts on the tools that it asks for."""
        if self.site.setting("tools").state is not State.ABSENT:
            for message in graph_state.acted_on(self.site.project, callers, key):
                self._follow(message, replace(trace.apart(), wraps=()))


@cache
def _handler(kind: str) -> str:
    return f"_in_{kind.lower()}"


def _may_stream(site: CallSite) -> bool:
    setting = site.setting("stream")
    if setting.state is not State.PRESENT or setting.value is None:
        return False
    return any(getattr(option, "value", None) is True for option in alternatives(setting.value))
