"""Direct answers: what an agent hands out where a tool's result takes the place of the model's answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.values import Const, Frame, Function, Result, Sequence, Value, alternatives
from llmlint.sites.callsite import CallSite


def from_tools(site: CallSite) -> bool:
    """Whether the answer of a call may be what a tool of its agent returned: one with `return_direct=True`."""
    if not site.by_agent or not isinstance(site.node.func, ast.Attribute):
        return False
    ev = site.project.evaluator
    for agent in alternatives(ev.evaluate(site.node.func.value)):
        if isinstance(agent, Result) and agent.call is not None:
            for keyword in agent.call.keywords:
                if keyword.arg == "tools":
                    return any(_direct(site, tool) for tool in _tools(ev.evaluate(keyword.value, agent.frame)))
    return False


def _tools(value: Value) -> Iterator[Value]:
    for option in alternatives(value):
        for item in option.items if isinstance(option, Sequence) else ():
            yield from alternatives(item)


def _direct(site: CallSite, tool: Value) -> bool:
    if isinstance(tool, Result) and tool.call is not None:
        return _says_so(site, tool.call, tool.frame)
    decorators = getattr(tool.node, "decorator_list", ()) if isinstance(tool, Function) else ()
    return any(isinstance(one, ast.Call) and _says_so(site, one, None) for one in decorators)


def _says_so(site: CallSite, call: ast.Call, frame: Frame | None) -> bool:
    given = (keyword.value for keyword in call.keywords if keyword.arg == "return_direct")
    found = [option for value in given for option in alternatives(site.project.evaluator.evaluate(value, frame))]
    return any(not (isinstance(option, Const) and not option.value) for option in found)
