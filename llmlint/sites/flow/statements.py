"""Statements that bind a traced value to a name, or hand it back to the callers."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from llmlint.index import conditions, handed_to
from llmlint.index.tree import named_function_of, parent, up_to
from llmlint.index.values import Function
from llmlint.sites.callsite import State
from llmlint.sites.flow import by_request, graph_state, places, sinks
from llmlint.sites.flow.calls import Calls
from llmlint.sites.flow.committed import column_of
from llmlint.sites.flow.holders import MAX_CALLS
from llmlint.sites.flow.positions import (
    owner_of,
)
from llmlint.sites.flow.tags import picks_a_kind
from llmlint.sites.flow.trace import Trace, replace
from llmlint.sites.request.reached import let_in

if TYPE_CHECKING:
    from llmlint.index.callers import Caller


MAX_CALLERS = 60


@dataclass(eq=False)
class Statements(Calls):
    """The part of the flow that leads through statements."""

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
        if node is above.iter and not self._walked(node, trace):
            self._assigned(above.target, above, self._iterated(trace))

    _in_asyncfor = _in_for

    def _in_comprehension(self, above: ast.comprehension, node: ast.expr, trace: Trace) -> None:
        if node is not above.iter or self._walked(node, trace):
            return
        if not (trace.hops and picks_a_kind(above)):  # others have filled the list, too
            self._assigned(above.target, above.target, self._iterated(trace))

    def _in_withitem(self, above: ast.withitem, node: ast.expr, trace: Trace) -> None:
        if above.optional_vars is not None:
            opened = self.site.match.operation.call == "manager" and not trace.kind and not trace.path
            self._assigned(above.optional_vars, above.optional_vars, replace(trace, stream=trace.stream or opened))

    def _in_return(self, above: ast.Return, node: ast.expr, trace: Trace) -> None:
        self._returned(above, trace)

    def _in_lambda(self, above: ast.Lambda, node: ast.expr, trace: Trace) -> None:
        by = trace.entered[-1] if trace.entered else None
        if isinstance(by, ast.Call) and self._runs(by, above, trace):
            self._follow(by, replace(trace, entered=trace.entered[:-1]))
            return
        holder = parent(above)
        call = parent(holder) if isinstance(holder, ast.keyword) else holder
        if isinstance(call, ast.Call):
            self._run_within(call, above, trace)
            if call is holder:
                self._follow(call, trace)  # to_thread(lambda: …) returns what the lambda does

    def _runs(self, call: ast.Call, function: ast.Lambda, trace: Trace) -> bool:
        callees = self._callees(call, trace) if isinstance(call.func, ast.Name) else []
        return any(isinstance(option, Function) and option.node is function for option in callees)

    def _run_within(self, call: ast.Call, function: ast.expr, trace: Trace) -> None:
        """Into the function of the project that is handed another which returns the value, and calls that itself."""
        for place, handed in handed_to.handed_on(self.site.project, call, function):
            if handed is None:
                self._follow(place, replace(trace, entered=(*trace.entered, call)))

    def _in_yield(self, above: ast.Yield, node: ast.expr, trace: Trace) -> None:
        self._returned(above, replace(trace, wraps=("*", *trace.wraps)))

    def _in_yieldfrom(self, above: ast.YieldFrom, node: ast.expr, trace: Trace) -> None:
        if not self._walked(node, trace):
            self._returned(above, trace)

    def _assigned(self, target: ast.expr, at: ast.AST, trace: Trace) -> None:
        if isinstance(target, ast.Name):
            owner = owner_of(target)
            if owner is None:
                return
            self._bound.setdefault((id(owner), target.id, trace.kind), []).append(at)
            for binding in owner.bindings[target.id]:
                if binding.node is at or binding.node is target:
                    self._loads(owner, binding, trace)
        elif isinstance(target, (ast.Tuple, ast.List)):
            place = places.unpacked(trace, len(target.elts))
            for number, part in enumerate(target.elts):
                if place is not None and number != place:
                    continue
                if trace.wraps and trace.wraps[0] in (f"#{number}", "*"):
                    self._assigned(part, at, replace(trace, wraps=trace.wraps[1:]))
                elif trace.derived and not trace.wraps:
                    self._assigned(part, at, trace)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            if trace.text and (sinks.kept_by_key(target) if isinstance(target, ast.Subscript) else column_of(target)):
                self._note("store", target, trace)
            self._placed(target, trace)
            if not self._in_sight(target, trace):
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
                if self._sent_for(caller, trace) and by_request.comes_to(function, caller, self._bound_for(at, trace)):
                    outer = trace.out(caller.call)
                    if caller.reference is not None:
                        self._run_within(caller.call, caller.reference, outer)
                    self._follow(caller.call, outer)

    @cached_property
    def _bound(self) -> dict[tuple[int, str, str], list[ast.AST]]:
        """The statements that gave a name something of the answer, by its scope, the name and what that is."""
        return {}

    def _bound_for(self, at: ast.expr | ast.stmt, trace: Trace) -> list[ast.AST]:
        """The statements that bound the name that a function returns."""
        name = at.value if isinstance(at, ast.Return) else None
        owner = owner_of(name) if isinstance(name, ast.Name) else None
        known = self._bound.get((id(owner), name.id, trace.kind)) if isinstance(name, ast.Name) else None
        return known or []

    @cached_property
    def _chosen(self) -> bool:
        """Whether a test around the model's call asks for what its function is given."""
        function = self.site.function
        tests = (
            (above.test for above in up_to(self.site.node, function) if isinstance(above, ast.If)) if function else ()
        )
        scope = function.__dict__["inner"] if function is not None else None
        kinds = ("parameter", "kwargs", "value")
        return scope is not None and any(conditions.of_variables(test, scope, kinds) for test in tests)

    def _sent_for(self, caller: Caller, trace: Trace) -> bool:
        """Whether what the callers on the way pass lets control come to the model's call: `if stream:` around it."""
        if trace.hops or not self._chosen:
            return True
        return let_in(self.site, (*trace.outward, caller.call))

    def _put_into_state(self, callers: list[Caller], key: str, trace: Trace) -> None:
        """An answer that a node of a graph adds to the messages: another one acts on the tools that it asks for."""
        if self.site.setting("tools").state is not State.ABSENT:
            for message in graph_state.acted_on(self.site.project, callers, key):
                self._follow(message, replace(trace.apart(), wraps=()))
