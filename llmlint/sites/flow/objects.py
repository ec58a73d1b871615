"""Objects of the project that a traced value is kept in: what constructors store, and methods and properties read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from llmlint.index.attributes import PROPERTIES
from llmlint.index.registries import registered
from llmlint.index.tree import class_of, decorated, last_name, named_function_of, parameters, parent
from llmlint.index.values import Class, Function, Result, Value, alternatives
from llmlint.sites.flow.holders import MAX_CALLS, Holders, sees
from llmlint.sites.flow.positions import all_loads, parameter_at
from llmlint.sites.flow.receivers import meant, within
from llmlint.sites.flow.switches import switched_off
from llmlint.sites.flow.trace import Trace, replace

ITERATING = ("__iter__", "__aiter__", "__next__", "__anext__")


@dataclass(eq=False)
class Objects(Holders):
    """The part of the flow that leads into objects and through their methods."""

    def _callees(self, call: ast.Call, trace: Trace) -> list[Value]:
        """What can be called here; where that is looked up by name, also what decorators have registered."""
        options = [self._called(option) for option in alternatives(self.ev.evaluate(call.func))]
        if any(isinstance(option, (Class, Function)) for option in options):
            return options if trace.hops else self._of_this(call, trace, options)
        return [*options, *registered(self.ev, call.func)]

    def _of_this(self, call: ast.Call, trace: Trace, options: list[Value]) -> list[Value]:
        """Of what a call can run, what the object does whose method the value came from, if that is known here."""
        same = within(trace.entered)
        return meant(self.site.project, call, self.site.function, trace.outward, options) if same else options

    def _called(self, option: Value) -> Value:
        """What runs when something is called: of an object of the project, its `__call__`."""
        owner = option.callee if isinstance(option, Result) else None
        method = self.site.project.method(owner, "__call__") if isinstance(owner, Class) else None
        return Function(method.module, method.node, option) if method is not None else option

    def _constructed(self, owner: Class, call: ast.Call, node: ast.expr, keyword: str | None, trace: Trace) -> bool:
        """Into the constructor that a class of the project has, through the parameter that the argument fills."""
        if isinstance(parent(call), ast.Raise):
            return True  # what goes into an error is not read as the answer any more
        built = self.site.project.method(owner, "__init__")
        if built is None:
            return False
        bound = Function(built.module, built.node, owner)
        name = keyword if keyword is not None else parameter_at(bound, call, node)
        return name is not None and self._through(bound, name, call, trace)

    def _through(self, callee: Function, name: str, by: ast.Call, trace: Trace) -> bool:
        """Into a function through one of its parameters; whether it has it."""
        entered = False
        inner = callee.node.__dict__["inner"]
        for binding in inner.bindings.get(name, ()):
            if binding.kind == "parameter":
                entered = True
                deeper = replace(trace, entered=(*trace.entered, by))
                for load in self._reached(inner, binding):
                    if not switched_off(load, callee, by):
                        self._follow(load, deeper)
        return entered

    def _inside(self, node: ast.Call | ast.Attribute, name: str, trace: Trace) -> bool:
        """Into a method or property of an object that holds the value in a field: it may read it from `self`."""
        if trace.calls >= MAX_CALLS or not trace.wraps[0].startswith("."):
            return False
        entered = False
        field, inner = trace.wraps[0][1:], replace(trace, entered=(*trace.entered, node))
        if not self.site.project.files.may_read(name, field, prop=isinstance(node, ast.Attribute)):
            return False  # what the object is need not be known
        for method in self._members(node, name, trace):
            if parameters(method.node) and field in method.module.attribute_loads:
                entered = True
                for load in self.ev.searched(f"reading .{field}", method.node, partial(self._reading, method, field)):
                    self._follow(load, inner)
        return entered

    def _walked(self, node: ast.expr, trace: Trace) -> bool:
        """Into what runs where an object that holds the value in a field is iterated over: `__iter__` of its class."""
        if trace.calls >= MAX_CALLS or not trace.wraps or not trace.wraps[0].startswith("."):
            return False
        found, inner = False, replace(trace, entered=(*trace.entered, node))
        owners = [o.callee for o in alternatives(self.ev.evaluate(node)) if isinstance(o, Result)]
        for owner in owners:
            for name in ITERATING if isinstance(owner, Class) else ():
                method = self.site.project.method(owner, name) if isinstance(owner, Class) else None
                if method is not None:
                    found = True
                    for load in self._reading(Function(method.module, method.node), trace.wraps[0][1:]):
                        self._follow(load, inner)
        return found

    def _reading(self, method: Function, field: str) -> list[ast.Name]:
        """The uses of `self` in a method that read the field, or go to something else that may."""
        loads = method.node.__dict__["inner"].loads.get(parameters(method.node)[0].arg, ())
        return [load for load in loads if self._may_read(load, field, method)]

    def _may_read(self, load: ast.Name, field: str, method: Function) -> bool:
        above, owner = parent(load), class_of(method.node)
        if not isinstance(above, ast.Attribute) or above.attr == field or owner is None:
            return True
        return self.site.project.method(Class(method.module, owner), above.attr) is not None

    def _members(self, node: ast.Call | ast.Attribute, name: str, trace: Trace) -> Iterator[Function]:
        """The methods of the project that a call can mean, or the properties that an attribute can be."""
        if isinstance(node, ast.Call):
            options = list(alternatives(self.ev.evaluate(node.func)))
            for option in self._of_this(node, trace, options):
                if isinstance(option, Function) and isinstance(option.receiver, Result) and class_of(option.node):
                    yield option
            return
        for option in alternatives(self.ev.evaluate(node.value)):
            if isinstance(option, Result) and isinstance(option.callee, Class):
                found = self.site.project.method(option.callee, name)
                if found is not None and decorated(found.node, *PROPERTIES):
                    yield found

    def _on_self(self, place: ast.Attribute, trace: Trace) -> None:
        """A value put on `self`: in a constructor it stands in the object that is built, else in all of the class."""
        function = named_function_of(place)
        if function is not None and function.name == "__init__" and trace.entered:
            self._built(replace(trace, wraps=(f".{place.attr}", *trace.wraps)))
        else:
            self._attribute_loads(place, trace)

    def _in_sight(self, place: ast.expr, trace: Trace) -> bool:
        """Whether a place is an attribute of an object that is being built, which is followed from there."""
        function = named_function_of(place) if trace.entered else None
        on_self = isinstance(place, ast.Attribute) and getattr(place.value, "id", "") == "self"
        return on_self and function is not None and function.name == "__init__"

    def _built(self, trace: Trace) -> None:
        """Out of a constructor, with what `self` holds there."""
        call, outer = trace.entered[-1], replace(trace, entered=trace.entered[:-1])
        if not isinstance(call, ast.Call) or last_name(call.func) != "__init__":
            self._follow(call, outer)
            return
        function = named_function_of(call)  # super().__init__(…): the object is that of the constructor around it
        first = parameters(function)[:1] if function is not None else []
        if function is None or not first or function.name != "__init__":
            return
        for load in all_loads(function.__dict__["inner"], first[0].arg):
            if sees(load, call):
                self._follow(load, outer)
        if outer.entered:
            self._built(outer)
