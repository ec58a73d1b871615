"""Calls seen from their callers: what a call gets, client included, when a wrapper is called from one place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmlint.index.calls import activation
from llmlint.index.tree import named_function_of
from llmlint.index.values import Const, Frame, Function, alternatives
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.recognition.match import matches
from llmlint.sites.request.settings import in_frame
from llmlint.sites.request.wrappers import WrapperCall, wrapper_calls

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


MAX_WAYS = 40
MAX_DEPTH = 3


@dataclass(eq=False)
class PathSite(CallSite):
    """A call site as one chain of callers reaches it."""

    frame: Frame | None = None
    _own: dict[str, Setting] = field(default_factory=dict)

    def setting(self, name: str) -> Setting:
        """A setting, searched with the values that come along the chain."""
        known = self._own.get(name)
        if known is None:
            known = self._own[name] = in_frame(self, name, self.frame)
        return known


def decided(
    site: CallSite, name: str, wanted: Callable[[object], bool], *, mixed: bool = False
) -> Iterator[tuple[WrapperCall, PathSite]]:
    """The nearest calls of wrappers that give a setting which the call itself leaves open, and the site from there.

    `wanted` tells which constants among the arguments are of interest; with `mixed`, defaults that it takes count, too.
    With `mixed`, a setting that gets different values from different callers is open, too.
    """
    setting = site.setting(name)
    several = mixed and setting.value is not None and len(list(alternatives(setting.value))) > 1
    if site.via != "direct" or (setting.state is not State.UNKNOWN and not several):
        return
    ev = site.project.evaluator
    done: set[int] = set()
    for count, call in enumerate(wrapper_calls(site)):
        if count >= MAX_WAYS or len(call.calls) > MAX_DEPTH:
            return
        given = [] if any(id(passed) in done for passed in call.calls[:-1]) else _given(ev, call, wanted, mixed)
        seen = along(site, call.calls) if given else None
        value = seen.setting(name).value if seen is not None else None
        if seen is not None and value is not None:
            if any(isinstance(option, Const) and option.value in given for option in alternatives(value)):
                done.add(id(call.node))
                yield call, seen


def _given(ev: Evaluator, call: WrapperCall, wanted: Callable[[object], bool], mixed: bool) -> list[object]:
    """The wanted constants among the arguments of a call; with `mixed`, among the wrapper's defaults, too."""
    arguments = [argument for argument in call.node.args if not isinstance(argument, ast.Starred)]
    arguments += [keyword.value for keyword in call.node.keywords if keyword.arg is not None]
    arguments += _defaults(call) if mixed else []
    plain = [argument for argument in arguments if isinstance(argument, (ast.Constant, ast.Name, ast.Attribute))]
    values = [option.value for a in plain for option in alternatives(ev.evaluate(a)) if isinstance(option, Const)]
    return [value for value in values if not isinstance(value, bool) and wanted(value)]


def _defaults(call: WrapperCall) -> list[ast.expr]:
    """The defaults of the wrapper that a call runs."""
    function = named_function_of(call.calls[-2] if len(call.calls) > 1 else call.site.node)
    args = function.args if function is not None else None
    return [default for default in (*args.defaults, *args.kw_defaults) if default is not None] if args else []


def along(site: CallSite, calls: tuple[ast.Call, ...]) -> PathSite | None:
    """The site as reached through these calls, innermost first; None where a call or the client is not resolved."""
    ev = site.project.evaluator
    frame = _frame(ev, site.node, calls)
    if frame is None:
        return None
    found = [m for option in alternatives(ev.evaluate(site.node.func, frame)) for m in matches(ev, option)]
    alike = tuple(m for m in found if m.operation.kind == site.match.operation.kind)
    if not alike:
        return None
    return PathSite(site.project, site.module, site.node, alike, context=site.context, frame=frame)


def _frame(ev: Evaluator, node: ast.Call, calls: tuple[ast.Call, ...]) -> Frame | None:
    """The activation of the function around the node that the chain of calls makes."""
    frame: Frame | None = None
    places = [node, *calls]
    for call, inner in reversed(list(zip(calls, places, strict=False))):
        function = named_function_of(inner)
        options = [o for o in alternatives(ev.evaluate(call.func, frame)) if isinstance(o, Function)]
        target = next((option for option in options if option.node is function), None)
        if target is None:
            return None
        frame = activation(ev, target, call, frame)
    return frame
