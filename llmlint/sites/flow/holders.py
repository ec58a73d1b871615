"""Holders: lists, mappings and objects that a traced value is put into, and how it is taken out of them again."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.index.names import read
from llmlint.index.scopes import Binding, Scope
from llmlint.index.tree import (
    ancestors,
    block_of,
    class_of,
    last_name,
    named_function_of,
    parent,
    scope_of,
    statement_of,
)
from llmlint.index.values import alternatives
from llmlint.sites.flow import given_back, places
from llmlint.sites.flow.endings import Endings
from llmlint.sites.flow.positions import GATHERING, all_loads, gathers
from llmlint.sites.flow.survived import survived
from llmlint.sites.flow.tags import of_another_kind
from llmlint.sites.flow.trace import Trace, replace

MAX_WRAPS = 7
MAX_CALLS = 9  # functions passed through on the way; deeper chains of helpers have not been met
ANY = "[]"  # the step to what stands under a key that is not known
KEYS = "#key"  # the step to the keys of a mapping: futures that are mapped to what they were started for
TAKING = frozenset({"get", "pop", "setdefault"})
DRAINING = frozenset({"pop", "popleft", "get", "get_nowait", "getvalue", "read"})
VIEWS = {"values": ("*",), "items": ("*", "#1"), "popitem": ("#1",)}
BUILDERS = frozenset({"dict", "list", "defaultdict", "OrderedDict", "deque"})
LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(eq=False)
class Holders(Endings):
    """The part of the flow that leads through containers and objects."""

    def _placed(self, target: ast.expr, trace: Trace) -> None:
        """A value put at a place: follow the name, or the attribute of `self`, from which the place is reached."""
        steps: list[str] = []
        place = target
        while len(trace.wraps) + len(steps) <= MAX_WRAPS:
            if isinstance(place, ast.Subscript) and not isinstance(place.slice, ast.Slice):
                steps.append(self._step_to(place.slice))
                place = place.value
            elif isinstance(place, ast.Attribute):
                if isinstance(place.value, ast.Name) and place.value.id in ("self", "cls"):
                    self._on_self(place, _within(steps, trace))
                steps.append(f".{place.attr}")
                place = place.value
            elif isinstance(place, ast.Call) and isinstance(place.func, ast.Attribute) and place.args:
                if place.func.attr not in TAKING:
                    return
                steps.append(self._step_to(place.args[0]))
                place = place.func.value
            else:
                break
        if isinstance(place, ast.Name) and len(trace.wraps) + len(steps) <= MAX_WRAPS:
            self._held(place, target, _within(steps, trace))

    def _on_self(self, place: ast.Attribute, trace: Trace) -> None:
        raise NotImplementedError

    def _held(self, name: ast.Name, target: ast.expr, trace: Trace) -> None:
        """The later uses of what a name holds, and of what it was taken from."""
        _, owner, _, holding = read(name)
        if owner is None:
            return
        if any(one.kind in ("import", "from") for one in holding):
            return
        if trace.wraps[0] == ANY:
            if not all(_of_one_kind(one) for one in holding):
                return
            if all(isinstance(one.value, (ast.List, ast.ListComp)) for one in holding):
                trace = replace(trace, wraps=("*", *trace.wraps[1:]))
        for load in self.ev.searched("seeing", target, lambda: _seeing(owner, name, target, holding)):
            self._follow(load, trace)
        for binding in holding:
            if binding.kind == "value" and isinstance(binding.value, (ast.Subscript, ast.Call)):
                self._placed(binding.value, trace)
            elif binding.kind == "item" and binding.value is not None:
                self._in_items(binding.value, binding.index, trace)
            elif binding.kind == "parameter" and trace.calls < MAX_CALLS:
                for place, outer in given_back.to_callers(self.site.project, binding, trace):
                    self._placed(place, outer)

    def _in_items(self, iterated: ast.expr, index: tuple[int, ...], trace: Trace) -> None:
        """A value put into what a loop takes from a holder, one by one: it stands in the holder, too."""
        step, place = "*", iterated
        if isinstance(iterated, ast.Call) and index == (1,):
            if last_name(iterated.func) == "enumerate" and iterated.args:
                place, index = iterated.args[0], ()
            elif last_name(iterated.func) == "items" and isinstance(iterated.func, ast.Attribute):
                step, place, index = ANY, iterated.func.value, ()
        elif isinstance(iterated, ast.Call) and last_name(iterated.func) == "tqdm" and iterated.args:
            place = iterated.args[0]
        if not index and isinstance(place, (ast.Name, ast.Attribute, ast.Subscript)):
            self._placed(place, replace(trace, wraps=(step, *trace.wraps)))

    def _taken(self, call: ast.Call, func: ast.Attribute, trace: Trace) -> bool:
        """Whether a method of a holder gives what it holds."""
        step, rest = trace.wraps[0], trace.wraps[1:]
        if func.attr in TAKING and call.args and step in (ANY, self._step_to(call.args[0])):
            self._unwrapped(call, func.value, trace)
        elif func.attr in VIEWS and step == ANY:
            self._follow(call, replace(trace, wraps=(*VIEWS[func.attr], *rest)))
        elif func.attr in DRAINING and step == "*":
            self._follow(call, replace(trace, wraps=rest))
        else:
            return False
        return True

    def _gathered(self, call: ast.Call, method: str, trace: Trace) -> bool:
        """Whether a method call puts it into what it is called on, whose later uses are followed then."""
        assert isinstance(call.func, ast.Attribute)
        if method == "extend":
            inner = trace if trace.wraps[:1] == ("*",) else None
        elif method == "update":
            inner = trace if trace.wraps[:1] not in ((), ("*",)) else None
        elif method in GATHERING or (method == "insert" and len(call.args) == 2):
            inner = replace(trace, wraps=("*", *trace.wraps))
        else:
            return False
        if inner is not None and inner.wraps[:1] == ("*",) and not trace.derived:
            tags = places.added(self.site.project, call, self.visited, len(inner.wraps))
            inner = replace(inner, tags=(*tags, *places.within(inner)))
        if inner is not None:
            self._placed(call.func.value, inner)
        return isinstance(call.func.value, ast.Name)

    def _unwrapped(self, taken: ast.expr, holder: ast.expr, trace: Trace) -> None:
        """What is taken out of a holder, unless a test lets only objects of another kind come here."""
        depth = len(trace.wraps)
        if trace.tags:
            here = {name: value for level, name, value in trace.tags if level == depth}
            if here and of_another_kind(holder, taken, here):
                return
            trace = replace(trace, tags=tuple(tag for tag in trace.tags if tag[0] < depth))
        self._follow(taken, replace(trace, wraps=trace.wraps[1:]))

    def _step_to(self, key: ast.expr) -> str:
        """The step to what stands under a key: `.name` for a known text, else `ANY`."""
        options = [key] if isinstance(key, ast.Constant) else list(alternatives(self.ev.evaluate(key)))
        known = getattr(options[0], "value", None) if len(options) == 1 else None
        return f".{known}" if isinstance(known, str) else ANY

    def _loads(self, owner: Scope, binding: Binding, trace: Trace) -> None:
        bare = trace.optional and not trace.wraps
        for load in self._reached(owner, binding):
            known = bare and binding.kind == "value" and survived(binding.node, load)
            self._follow(load, replace(trace, optional=False) if known else trace)

    def _reached(self, owner: Scope, binding: Binding) -> list[ast.Name]:
        return self.ev.searched(f"reached {binding.name}", binding.node, lambda: _reached(owner, binding))

    def _attribute_loads(self, target: ast.Attribute, trace: Trace) -> None:
        """What is kept on `self` is read by the other methods of the class."""
        function = named_function_of(target)
        owner = class_of(function) if function is not None else None
        if owner is None or not isinstance(target.value, ast.Name) or trace.calls >= MAX_CALLS:
            return
        for load in scope_of(target).module.attribute_loads.get(target.attr, ()):
            reader = named_function_of(load)
            if reader is not None and class_of(reader) is owner and isinstance(load.value, ast.Name):
                self._follow(load, trace if reader is function else trace.apart())


def _of_one_kind(binding: Binding) -> bool:
    """Whether a name is bound to a list or mapping that is built here: what stands under its keys is alike."""
    value = binding.value
    if isinstance(value, ast.Call):
        return last_name(value.func) in BUILDERS
    return binding.kind == "value" and isinstance(value, (ast.Dict, ast.List, ast.ListComp, ast.DictComp, ast.BinOp))


def _within(steps: list[str], trace: Trace) -> Trace:
    return replace(trace, wraps=(*reversed(steps), *trace.wraps))


def _reached(owner: Scope, binding: Binding) -> list[ast.Name]:
    """The uses that see this value of the name."""
    return [load for load in all_loads(owner, binding.name) if any(one is binding for one in read(load).bindings)]


def _seeing(owner: Scope, name: ast.Name, target: ast.expr, holding: list[Binding]) -> list[ast.Name]:
    """The uses of a name that see what was put at `target` into what it holds."""
    return [
        load
        for load in all_loads(owner, name.id)
        if load is not name
        and not gathers(load)
        and sees(load, target)
        and any(one is other for one in holding for other in read(load).bindings)
    ]


def sees(load: ast.Name, target: ast.expr) -> bool:
    """Whether a use of a holder sees what was put into it at `target`.

    It does after it and in a common loop; before it only where the use makes another name, or another holder, of it.
    """
    if named_function_of(load) is not named_function_of(target):
        return True
    place = _spelled(load)
    if (load.lineno, load.col_offset) > (target.end_lineno or 0, target.end_col_offset or 0):
        return not _replaced(load, place, target)
    if any(isinstance(above, LOOPS) and above in list(ancestors(load)) for above in ancestors(target)):
        return True
    above = parent(load)
    if isinstance(above, ast.Call):
        return isinstance(above.func, ast.Attribute) and above.func.attr in GATHERING
    return isinstance(above, (ast.Assign, ast.Dict, ast.Tuple, ast.List))


def _spelled(load: ast.Name) -> ast.expr:
    """The longest chain of attributes and items that begins with the name."""
    place: ast.expr = load
    above = parent(place)
    while isinstance(above, (ast.Attribute, ast.Subscript)) and above.value is place:
        place, above = above, parent(above)
    return place


def _replaced(load: ast.Name, place: ast.expr, target: ast.expr) -> bool:
    """Whether the same place was given another value between `target` and the use."""
    owner = scope_of(load)
    names = owner.changes.get(load.id, [])
    others = [*names, *owner.module.attribute_stores.get(getattr(place, "attr", ""), ())]
    spelled = ast.unparse(place)
    for other in others:
        statement = statement_of(other)
        if other is target or not isinstance(statement, ast.Assign) or not isinstance(other, ast.expr):
            continue
        between = (target.lineno, target.col_offset) < (other.lineno, other.col_offset) < (load.lineno, load.col_offset)
        if between and statement_of(load) is not statement and ast.unparse(other) == spelled:
            if block_of(load).within(block_of(other)):
                return True
    return False
