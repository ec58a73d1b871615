"""Methods of a traced value: those of an answer, of a text, and of what holds one of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.sites.flow import parsers
from llmlint.sites.flow.descent import Descent
from llmlint.sites.flow.trace import Trace, replace

SAME_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix", "removesuffix", "format", "title"}
    | {"casefold", "expandtabs", "encode", "decode", "translate", "join"}
)
SAME_ANSWER = frozenset({"model_dump", "to_dict", "dict", "json", "parse", "copy", "model_copy", "result"})
PARTS = frozenset({"get", "pop", "group", "groups", "groupdict", "items", "values", "copy", "setdefault"})
CUTTING = frozenset({"split", "splitlines", "rsplit", "partition", "rpartition"})


@dataclass(eq=False)
class Methods(Descent):
    """The part of the flow that leads through methods."""

    def _method(self, call: ast.Call, name: str, trace: Trace) -> None:
        if name == "result" and (trace.kind or trace.wraps) and not call.args:
            self._follow(call, trace)  # a future's
        elif trace.wraps:
            self._of_holder(call, name, trace)
        elif trace.derived:
            if name in SAME_TEXT or name in PARTS or name in ("split", "splitlines"):
                self._follow(call, trace)
        elif trace.text:
            self._of_text(call, name, trace)
        elif not self._in_body(call, name, trace):
            self._of_answer(call, name, trace)

    def _of_holder(self, call: ast.Call, name: str, trace: Trace) -> None:
        assert isinstance(call.func, ast.Attribute)
        taken = self._taken(call, call.func, trace) or self._inside(call, name, trace)
        if not taken and name in SAME_ANSWER:
            self._follow(call, trace)

    def _of_text(self, call: ast.Call, name: str, trace: Trace) -> None:
        if trace.kind == "text" and name != "decode" and not hasattr(str, name):
            return  # neither text nor its bytes: what took the text has wrapped it up
        self._deref(call, trace, f".{name}()")
        trace = replace(trace, optional=False)
        found = parsers.of_method(name, call, piece=trace.piece) if trace.kind == "text" else None
        if found is not None:
            self._note("parse", call, trace, parser=found)
            self._follow(call, replace(trace, derived=True, loose=True))
        elif name in SAME_TEXT:
            self._follow(call, replace(trace, piece=trace.piece or parsers.cuts_label(name, call)))
        elif name in CUTTING:
            listed = parsers.of_numbers(call) if trace.kind == "text" else None
            if listed is not None:
                self._note("parse", call, trace, parser=listed)
            self._follow(call, replace(trace, wraps=("*",), piece=True))
        elif trace.kind == "arguments" and name in PARTS:  # an SDK that hands them out decoded
            self._follow(call, replace(trace, piece=True))

    def _of_answer(self, call: ast.Call, name: str, trace: Trace) -> None:
        key = self._key(call.args[0], trace) if name in ("get", "pop") and call.args else None
        if key is not None:
            self._descend(call, key, trace)
        elif not self._descend(call, f"{name}()", trace):
            if name in SAME_ANSWER:
                self._follow(call, trace)
            elif name in ("model_dump_json", "to_json"):
                self._whole(call, trace)
