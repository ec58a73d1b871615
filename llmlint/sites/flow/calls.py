"""Calls that a traced value is an argument of, and the functions of the project that it enters by them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.index.tree import last_name, parent
from llmlint.index.values import Class, Function, Template, alternatives, dotted, text_of
from llmlint.rulebook.screens import load_screens
from llmlint.sites.flow import places, scratch, sinks
from llmlint.sites.flow.committed import row_of
from llmlint.sites.flow.endings import names_stop
from llmlint.sites.flow.holders import MAX_CALLS
from llmlint.sites.flow.methods import Methods
from llmlint.sites.flow.positions import (
    field_at,
    parameter_at,
    spread_over,
)
from llmlint.sites.flow.tags import tags_of
from llmlint.sites.flow.trace import Trace, replace
from llmlint.sites.flow.validated import is_text

SAME_VALUE = frozenset(
    {"str", "list", "next", "anext", "wait_for", "shield", "run", "cast", "gather", "iter", "aiter", "sum", "reversed"}
    | {"sorted", "tuple", "set", "dedent", "fill", "escape", "unescape"}
    | {"create_task", "ensure_future", "run_coroutine_threadsafe", "as_completed", "wrap_future", "tqdm"}
)
PLACING = frozenset({"join", "abspath", "normpath", "realpath", "expanduser", "Path"})  # text as a path of files
FILLING = frozenset({"format", "substitute", "safe_substitute"})  # the holes of a template
PIECES = ((), ("chunk",))  # a list of what a stream brings
PEEKING = frozenset({"print", "len", "isinstance", "type", "bool", "id", "hasattr", "callable", "repr", "warn"})


@dataclass(eq=False)
class Calls(Methods):
    """The part of the flow that leads through calls."""

    def _in_call(self, above: ast.Call, node: ast.expr, trace: Trace) -> None:
        if node is not above.func:
            self._argument(above, node, None, trace)

    def _argument(self, call: ast.Call, node: ast.expr, keyword: str | None, trace: Trace) -> None:
        name = last_name(call.func)
        if self._consumed(call, node, name, trace):
            return
        if keyword == "update" and name == "Command" and trace.wraps:  # what a node of LangGraph returns
            self._follow(call, trace)
            return
        self._stored(call, node, trace)
        if trace.kind == "text" and not trace.derived and self._put_before_user(call):
            self._note("show", call, trace)
        if isinstance(call.func, ast.Attribute) and self._gathered(call, name, trace):
            return
        passed = self._passed_on(call, node, name, trace)
        if passed is not None:
            self._follow(call, passed)
            return
        if name == "isinstance" and trace.path == ("chunk",) and not trace.wraps and names_stop(call):
            self.reads_finish = True
        if self._printed(call, node, trace):
            return
        if not self._into(call, node, keyword, trace) and name not in PEEKING and not self._asks(call, trace):
            if not (trace.raw and isinstance(parent(call), ast.Raise)):
                self._whole(call, trace)

    def _asks(self, call: ast.Call, trace: Trace) -> bool:
        """Whether the answer is one of the messages of another request: a model is no reader of stop states."""
        if trace.wraps[:1] != ("*",) or last_name(call.func) != last_name(self.site.node.func):
            return False
        paths = [dotted(option) for option in alternatives(self.ev.evaluate(call.func))]
        return call is self.site.node or any(path and self.site.project.is_sdk(path) for path in paths)

    def _consumed(self, call: ast.Call, node: ast.expr, name: str, trace: Trace) -> bool:
        """Whether the call uses the value for good, or decodes it."""
        if name == "getattr" and len(call.args) > 1 and self._attribute_by_name(call, node, trace):
            return True
        if self._decoded(call, trace):
            return True
        if not trace.wraps:
            return self._logged(call, node, trace) or (trace.text and self._used(call, node, name, trace))
        if isinstance(node, ast.Dict) and self._logged_in(call, node, trace):
            return True
        if trace.text and trace.wraps == ("*",) and sinks.is_command(self.ev, call, node):
            self._note("sink", call, trace, ast.unparse(call.func))
            return True
        return False

    def _put_before_user(self, call: ast.Call) -> bool:
        """Whether what the call is given comes before a user as it is: on a screen, or as the response of a handler."""
        return any(load_screens().puts_before(dotted(option)) for option in alternatives(self.ev.evaluate(call.func)))

    def _stored(self, call: ast.Call, node: ast.expr, trace: Trace) -> None:
        if trace.text and trace.kind != "path" and (sinks.keeps(self.ev, call, node) or row_of(call)):
            if not sinks.passes(self.ev, call):
                self._note("store", call, trace)
            run = scratch.runner(self.ev, call) if trace.kind != "name" else None
            if run is not None:
                self._note("sink", run, trace, ast.unparse(run.func))

    def _passed_on(self, call: ast.Call, node: ast.expr, name: str, trace: Trace) -> Trace | None:
        """What the call makes of the value, where it gives back that; None where it does not."""
        if name in PLACING and trace.text and not trace.wraps and self._is_path(call):
            return replace(trace, kind="path", derived=True, optional=False)
        if name == "join" and isinstance(call.func, ast.Attribute) and trace.wraps[:1] == ("*",):
            inner = replace(trace, wraps=trace.wraps[1:])
            if inner.text and not inner.wraps:
                self._deref(call, inner, "join()")
                inner = replace(inner, optional=False)
            return inner
        if name in ("dumps", "safe_dump") and trace.text:
            return replace(trace, kind="json", derived=True, wraps=(), optional=False)
        if name in SAME_VALUE and not self._own(call):
            if name == "str":  # it makes a text of an answer's object, and nobody looks for the stop state there
                derived = trace.derived or not (trace.kind or trace.wraps or trace.raw)
                return replace(trace, optional=False, derived=derived)
            if name in ("next", "anext"):
                return self._iterated(trace)
            if name == "gather" and not isinstance(node, ast.Starred):
                tags = places.written_out(call.args, node, len(trace.wraps) + 1)
                return replace(trace, wraps=("*", *trace.wraps), tags=(*tags, *trace.tags))
            return places.moved(trace) if name in ("reversed", "sorted") else trace
        if name in ("enumerate", "zip") and isinstance(call.func, ast.Name) and node in call.args:
            place = 1 if name == "enumerate" else call.args.index(node)
            inner = self._iterated(trace)
            return replace(inner, wraps=("*", f"#{place}", *inner.wraps))
        if name in FILLING and trace.text and self._fills_text(call):
            return self._within_text(trace)
        if trace.wraps == ("*",) and trace.path in PIECES and not trace.kind and self._puts_together(call):
            return replace(trace, path=(), wraps=(), stream=False)
        return None

    def _fills_text(self, call: ast.Call) -> bool:
        """Whether a method is that of a text known here, or of a template: `REPORT.format(summary=text)`."""
        if not isinstance(call.func, ast.Attribute):
            return False
        options = alternatives(self.ev.evaluate(call.func.value))
        written = any(isinstance(option, Template) or text_of(option) is not None for option in options)
        return written or any("Template" in dotted(option) for option in options)

    def _puts_together(self, call: ast.Call) -> bool:
        """Whether a function of the SDK makes one answer of the pieces of a stream."""
        known = {name for sdk in self.site.sdks for name in sdk.rejoining}
        return any(dotted(option) in known for option in alternatives(self.ev.evaluate(call.func))) if known else False

    def _is_path(self, call: ast.Call) -> bool:
        """Whether a call makes a path of files of what it is given."""
        paths = (dotted(option) for option in alternatives(self.ev.evaluate(call.func)))
        return any(path.startswith(("os.path.", "pathlib.")) for path in paths)

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
