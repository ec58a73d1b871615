"""Activations: what a project function's parameters are given, worked out one by one when they are asked for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.patched import holder_of
from llmlint.index.tree import FUNCTIONS, FunctionNode, decorated, reads_locals
from llmlint.index.values import (
    Entry,
    Frame,
    Mapping,
    Part,
    Sequence,
    Unknown,
    Value,
    alternatives,
    identity,
    is_none,
    union,
    widest,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

SPREAD = "positional arguments are spread from a value that cannot be resolved"


class Activations:
    """The activations met so far: the same one for the same call, so that what is known of it is known once."""

    def __init__(self) -> None:
        self._frames: dict[tuple[object, ...], Frame] = {}

    def calling(
        self,
        function: FunctionNode,
        call: ast.Call,
        caller: Frame | None,
        *,
        bound: bool,
        receiver: Value | None = None,
        outer: Frame | None = None,
    ) -> Frame:
        """The activation that a call makes: the same for calls that pass nothing, and whoever passes mere globals."""
        if not call.args and not call.keywords:
            return self._kept(Frame(function, None, None, bound, receiver, outer, depth=1))
        if caller is not None and not any(reads_locals(given) for given in (*call.args, *map(_value, call.keywords))):
            caller = None
        depth = caller.depth + 1 if caller is not None else 1
        return self._kept(Frame(function, call, caller, bound, receiver, outer, depth=depth))

    def by_caller(
        self, function: FunctionNode, call: ast.Call, *, bound: bool, skip: int = 0, complete: bool = True
    ) -> Frame:
        """The activation that a call of whatever activation makes with the arguments after the first `skip`."""
        return self._kept(Frame(function, call, None, bound, complete=complete, depth=1, skip=skip))

    def without_arguments(
        self,
        function: FunctionNode,
        receiver: Value | None,
        *,
        outer: Frame | None = None,
        fixed: tuple[tuple[str, Value], ...] = (),
    ) -> Frame:
        """The activation in which nothing is passed but what is `fixed`."""
        return self._kept(Frame(function, None, None, True, receiver, outer, fixed=fixed, depth=1))

    def on(self, function: FunctionNode, receiver: Value | None) -> Frame:
        """The activation of a function, of a method on an object, with whatever arguments."""
        return self._kept(Frame(function, None, None, True, receiver, complete=False))

    def _kept(self, frame: Frame) -> Frame:
        receiver = identity(frame.receiver) if frame.receiver is not None else None
        fixed = tuple((name, identity(value)) for name, value in frame.fixed)
        around = (id(frame.function), id(frame.call), id(frame.caller), id(frame.outer))
        return self._frames.setdefault((*around, frame.bound, frame.complete, receiver, fixed, frame.skip), frame)


def _value(keyword: ast.keyword) -> ast.expr:
    return keyword.value


def argument(ev: Evaluator, frame: Frame, name: str) -> Value | None:
    """What the activation passes for a parameter; None where it passes nothing."""
    for parameter, value in frame.fixed:
        if parameter == name:
            return value
    call = frame.call
    positional, keyword_only = _accepted(frame)
    if call is None or (name not in positional and name not in keyword_only):
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return ev.evaluate(keyword.value, frame.caller)
    if name in positional:
        given = _at(ev, call.args[frame.skip :], positional.index(name), frame.caller)
        if given is not None:
            return given
    return _spread(ev, frame, name)


def varargs(ev: Evaluator, frame: Frame) -> Sequence:
    """What a `*args` parameter holds."""
    taken = len(_accepted(frame)[0])
    items: list[Part] = []
    for given in frame.call.args[frame.skip :] if frame.call is not None else ():
        if not isinstance(given, ast.Starred):
            items.append(later(ev, given, frame.caller))
            continue
        spread = ev.evaluate(given.value, frame.caller)
        if isinstance(spread, Sequence) and spread.open and len(items) == taken:
            return Sequence(spread.parts, spread.open)
        if not isinstance(spread, Sequence) or spread.open:
            return Sequence(tuple(items[taken:]), SPREAD)
        items += spread.parts
    return Sequence(tuple(items[taken:]))


def keywords(ev: Evaluator, frame: Frame) -> Mapping:
    """What a `**kwargs` parameter holds."""
    positional, keyword_only = _accepted(frame)
    names = {*positional, *keyword_only}
    entries: dict[str, Entry] = {}
    opened: str | None = None
    for keyword in frame.call.keywords if frame.call is not None else ():
        if keyword.arg is None:
            given = ev.evaluate(keyword.value, frame.caller)
            if isinstance(given, Mapping):
                entries |= {key: entry for key, entry in given.entries.items() if key not in names}
            opened = widest(opened, _why_open(given))
        elif keyword.arg not in names:
            entries[keyword.arg] = Entry(later(ev, keyword.value, frame.caller))
    return Mapping(entries, opened)


class later:  # noqa: N801
    """An expression to be evaluated when its value is asked for."""

    __slots__ = ("_ev", "_frame", "_node")

    def __init__(self, ev: Evaluator, node: ast.expr, frame: Frame | None) -> None:
        self._ev = ev
        self._node = node
        self._frame = frame

    def __call__(self) -> Value:
        """The expression's value."""
        return self._ev.evaluate(self._node, self._frame)


def _accepted(frame: Frame) -> tuple[list[str], list[str]]:
    """The parameters that the call can fill by position, and those by keyword only."""
    function = frame.function
    known: dict[bool, tuple[list[str], list[str]]] = function.__dict__.setdefault("accepted", {})
    if frame.bound not in known:
        assert isinstance(function, FUNCTIONS)
        names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        if frame.bound and names and holder_of(function) is not None and not decorated(function, "staticmethod"):
            names = names[1:]
        known[frame.bound] = names, [arg.arg for arg in function.args.kwonlyargs]
    return known[frame.bound]


def _at(ev: Evaluator, arguments: list[ast.expr], wanted: int, caller: Frame | None) -> Value | None:
    position = 0
    for given in arguments:
        if isinstance(given, ast.Starred):
            spread = ev.evaluate(given.value, caller)
            count = len(spread.parts) if isinstance(spread, Sequence) else 0
            if isinstance(spread, Sequence) and wanted < position + count:
                return spread.item(wanted - position)
            if not isinstance(spread, Sequence) or spread.open:
                return Unknown(SPREAD)
            position += count
        elif position == wanted:
            return ev.evaluate(given, caller)
        else:
            position += 1
    return None


def _spread(ev: Evaluator, frame: Frame, name: str) -> Value | None:
    """What the call's `**mapping`s give for a parameter."""
    opened: str | None = None
    for keyword in frame.call.keywords if frame.call is not None else ():
        if keyword.arg is not None:
            continue
        given = ev.evaluate(keyword.value, frame.caller)
        entry = given.entries.get(name) if isinstance(given, Mapping) else None
        if entry is not None:
            return entry.value if entry.certain else union([entry.value, Unknown(f"`{name}` is passed on some paths")])
        opened = widest(opened, _why_open(given))
    return Unknown(opened) if opened else None


def _why_open(given: Value) -> str | None:
    """Why `**given` may bring further keywords, None where it cannot."""
    if isinstance(given, Mapping):
        return given.open
    if all(is_none(option) for option in alternatives(given)):
        return None
    return given.why if isinstance(given, Unknown) else "keyword arguments are spread from a computed value"
