"""Calls that a traced value goes through: its methods, and functions that it is an argument of."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.index.tree import last_name, parent
from llmlint.index.values import Class, Function, alternatives
from llmlint.sites.flow import parsers, scratch, sinks
from llmlint.sites.flow.descent import Descent
from llmlint.sites.flow.endings import names_stop
from llmlint.sites.flow.holders import MAX_CALLS
from llmlint.sites.flow.positions import (
    field_at,
    parameter_at,
    spread_over,
)
from llmlint.sites.flow.tags import tags_of
from llmlint.sites.flow.trace import Trace, replace
from llmlint.sites.flow.validated import is_text

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
class Calls(Descent):
    """The part of the flow that leads through calls."""

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
