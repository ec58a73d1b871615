"""Wrappers: project functions whose arguments go into a call of a model, and the calls of these functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_test
from llmlint.index.tree import FUNCTIONS, FunctionNode, class_of, decorated, named_function_of
from llmlint.records import entity
from llmlint.sites.flow.dispatch import surely
from llmlint.sites.records.logs import input_names

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite

MAX_DEPTH = 6
MAX_CALLS = 200


@entity
class WrapperCall:
    """A call of a wrapper: `calls` lead from the model call's function outward, this one is the last."""

    site: CallSite
    module: Module
    calls: tuple[ast.Call, ...]

    @property
    def node(self) -> ast.Call:
        """The call expression."""
        return self.calls[-1]


def wrapped(sites: Iterable[CallSite]) -> list[WrapperCall]:
    """The calls of wrappers, each once: where it leads to several models, by the shortest way."""
    every = list(sites)
    leading = {id(function) for site in every for function in _leading(site)}
    nearest: dict[int, WrapperCall] = {}
    for site in every:
        for call in wrapper_calls(site, lambda function: id(function) in leading):
            known = nearest.get(id(call.node))
            if known is None or len(call.calls) < len(known.calls):
                nearest[id(call.node)] = call
    return list(nearest.values())


def _leading(site: CallSite) -> Iterator[FunctionNode]:
    """The functions from which control may come to the site's call."""
    queue: list[tuple[ast.Call, int]] = [(site.node, 0)]
    seen = {id(site.node)}
    while queue and len(seen) <= MAX_CALLS:
        node, depth = queue.pop(0)
        function = named_function_of(node)
        if function is None:
            continue
        yield function
        for caller in site.project.callers(function) if depth < MAX_DEPTH else ():
            if id(caller.call) not in seen and not is_test(caller.module):
                seen.add(id(caller.call))
                queue.append((caller.call, depth + 1))


def wrapper_calls(
    site: CallSite, leads: Callable[[FunctionNode], bool] = lambda function: True
) -> Iterator[WrapperCall]:
    """The calls that end in the site's call and whose arguments go into it, the nearest first.

    `leads` tells whether a function comes to a call of a model: a call that may run another one is no wrapper's.
    """
    seen = {id(site.node)}
    queue: list[tuple[ast.Call, tuple[ast.Call, ...]]] = [(site.node, ())]
    while queue and len(seen) <= MAX_CALLS:
        node, calls = queue.pop(0)
        function = named_function_of(node)
        if function is None or len(calls) >= MAX_DEPTH or not _passes_on(function, node):
            continue
        for caller in site.project.callers(function):
            if id(caller.call) in seen or caller.reference is not None or is_test(caller.module):
                continue
            if not surely(site.project, caller.call, function, leads):
                continue
            seen.add(id(caller.call))
            yield WrapperCall(site, caller.module, (*calls, caller.call))
            queue.append((caller.call, (*calls, caller.call)))


def _passes_on(function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call) -> bool:
    """Whether a parameter of the function goes into the call, through its local variables too."""
    assert isinstance(function, FUNCTIONS)
    args = function.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    if class_of(function) is not None and not decorated(function, "staticmethod"):
        names = names[1:]
    names += [arg.arg for arg in args.kwonlyargs] + [rest.arg for rest in (args.vararg, args.kwarg) if rest is not None]
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return not input_names(function, given).isdisjoint(names)
