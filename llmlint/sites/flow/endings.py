"""Endings: what becomes of a traced value where it is used for good, and what was seen of the answer on the way."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, last_name, named_function_of, parent, scope_of
from llmlint.index.values import text_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.flow import parsers, sinks
from llmlint.sites.flow.positions import position
from llmlint.sites.flow.trace import Trace, Use, replace
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.rulebook.sdk_model import Response


@dataclass(eq=False)
class Endings:
    """The uses of one call site's answer; `llmlint.sites.flow.follow` leads to them.

    `reads_finish`, `reads_text` and `reads_usage` say that the stop state, generated text, or the usage is looked at
    somewhere; `cut` that the answer goes further than it was followed. `visited` has the ids of what holds any of it.
    """

    site: CallSite
    reads_finish: bool = False
    reads_text: bool = False
    reads_usage: bool = False
    cut: bool = False
    visited: set[int] = field(default_factory=set)
    _found: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def ev(self) -> Evaluator:
        """The project's evaluator."""
        return self.site.project.evaluator

    @cached_property
    def response(self) -> Response:
        """Where things stand in the answer."""
        return self.site.match.operation.response

    def _follow(self, node: ast.expr, trace: Trace) -> None:
        raise NotImplementedError

    def _descend(self, node: ast.expr, step: str, trace: Trace) -> bool:
        raise NotImplementedError

    def uses(self, what: str) -> list[Use]:
        """The places where the answer is used in this way; see `Use`."""
        return self._found.get(what, [])

    def _note(self, what: str, node: ast.expr | ast.stmt, trace: Trace, how: str = "", **more: object) -> None:
        way = {
            "outward": trace.outward,
            "entered": trace.entered,
            "wraps": trace.wraps,
            "hops": trace.hops,
            "brief": trace.brief,
        }
        module = scope_of(node).module
        place = Use(what, node, module, trace.kind, trace.derived, how, **way, **more)  # type: ignore[arg-type]
        self._found[what].append(place)

    def _attribute_by_name(self, call: ast.Call, node: ast.expr, trace: Trace) -> bool:
        """`getattr(answer, "text")` is an attribute of it; `getattr(tools, name)` looks up what the model named."""
        if node is call.args[1]:
            if trace.kind == "name" and not trace.wraps:
                self._note("dispatch", call, trace, "an attribute")
            return True
        key = self._key(call.args[1], trace) if node is call.args[0] else None
        if key is None or (trace.text and not trace.wraps):
            return False
        self._descend(call, key, trace)
        return True

    def _key(self, node: ast.expr, trace: Trace) -> str | None:
        """The text that a key is, also as a parameter of the helper that the call before gave a text for."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        call = trace.entered[-1] if trace.entered else None
        function = named_function_of(node)
        if not isinstance(node, ast.Name) or not isinstance(call, ast.Call) or function is None:
            return None
        bound = class_of(function) is not None and isinstance(call.func, ast.Attribute)
        return text_of(self.ev.evaluate(node, self.ev.activations.calling(function, call, None, bound=bound)))

    def _used(self, call: ast.Call, node: ast.expr, name: str, trace: Trace) -> bool:
        """Whether the call reads text for good: it parses it, runs it, measures it or writes it to a log."""
        if name == "len":
            self._deref(call, trace, "len()")
            return True
        found = parsers.of_call(self.ev, call, node)
        if found is not None and (not trace.derived or (found.error and (found.structured or trace.loose))):
            self._deref(call, trace, f"{found.name}()", found)
            self._note("parse", call, trace, parser=found)
            kind = trace.kind if found.structured or trace.kind != "text" else "number"
            self._follow(call, replace(trace, kind=kind, derived=True, optional=False, loose=False))
            return True
        if found is not None and not found.error:  # what a regular expression cuts out of a part is a part, too
            self._follow(call, replace(trace, optional=False, loose=False))
            return True
        if self._sunk(call, node, trace):
            return True
        if name == "compile" and isinstance(call.func, ast.Name) and not trace.wraps:  # run by the `eval` around it
            self._follow(call, replace(trace, optional=False))
            return True
        if name == "split" and ast.unparse(call.func) == "shlex.split":
            self._follow(call, trace if trace.derived else replace(trace, optional=False, wraps=("*",)))
            return True
        if trace.kind == "text" and name in ("sub", "subn", "split") and len(call.args) >= 2 and node in call.args:
            self._deref(call, trace, f"{name}()")
            self._follow(call, replace(trace, optional=False, wraps=("*",) if name == "split" else ()))
            return True
        return False

    def _logged(self, call: ast.Call, node: ast.expr, trace: Trace) -> bool:
        """Whether the call writes it to a log; a piece of a text, or what was parsed, is not the answer as it was."""
        func = call.func
        if (
            not isinstance(func, ast.Attribute)
            or func.attr not in logs.LEVELS
            or not logs.is_log_call(self.ev.project, call)
        ):
            return False
        if node in call.args and node not in logs.written(call):
            return True
        if trace.kind == "text" and not trace.derived and not trace.piece:
            self._note("log", call, trace, func.attr)
        elif not trace.kind and not trace.path and not trace.raw and not trace.piece:
            self._note("log", call, trace, func.attr)
            self._whole(call, replace(trace, derived=False))
        return True

    def _logged_in(self, call: ast.Call, node: ast.Dict, trace: Trace) -> bool:
        """Whether the call writes a mapping to a log that holds it: `logger.info("done", extra={"answer": text})`."""
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr not in logs.LEVELS or node not in logs.written(call):
            return False
        if trace.kind != "text" or trace.derived or trace.piece or not logs.is_log_call(self.ev.project, call):
            return False
        self._note("log", call, trace, func.attr)
        return True

    def _sunk(self, call: ast.Call, node: ast.expr, trace: Trace) -> bool:
        found = sinks.of_call(self.ev, call, node)
        if trace.kind == "number":
            return False  # or one of the members of an Enum: no text of the model is left
        if trace.kind == "name" and found not in ("eval", "exec"):
            return False  # an executor of tools is told the name
        if found is not None:
            self._note("sink", call, trace, found)
        return found is not None

    def _deref(self, node: ast.expr, trace: Trace, how: str, parser: parsers.Parser | None = None) -> None:
        if trace.optional and not trace.wraps and not trace.derived:
            self._note("deref", node, trace, how, parser=parser)

    def _within_text(self, trace: Trace) -> Trace:
        """What is made of a text, or of something that holds one, by writing it into another."""
        return replace(trace, derived=True, optional=False, wraps=())

    def _lose(self, trace: Trace) -> None:
        """The value goes on from here, but is not followed any further."""
        self.cut = self.cut or not (trace.kind or trace.derived)

    def _whole(self, node: ast.expr | ast.stmt, trace: Trace) -> None:
        """The answer, with its stop state still ahead, goes where it cannot be followed."""
        if trace.kind or trace.derived:
            return
        here = trace.path[1:] if trace.path[:1] == ("chunk",) else trace.path
        if not self.response.finish or position(here, self.response.finish[:1]) != "off":
            self._note("whole", node, trace)


def compared(node: ast.AST) -> bool:
    """Whether a value is compared where it is read: token usage with the cap tells that the answer was cut off."""
    above = parent(node)
    while isinstance(above, (ast.Attribute, ast.BoolOp, ast.Subscript)):
        above = parent(above)
    return isinstance(above, ast.Compare)


def names_stop(test: ast.AST | None) -> bool:
    """Whether a test of an event's type asks for the one that says that the answer was cut off."""
    asking = (ast.Compare, ast.Call, ast.Match)
    return isinstance(test, asking) and any("incomplete" in name.lower() for name in _words(test))


def _words(test: ast.AST) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, (ast.Name, ast.Attribute)):
            yield last_name(node)
