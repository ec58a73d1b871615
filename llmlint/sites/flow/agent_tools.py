"""Agent tools: functions of the project that the framework of an agent calls with what the model wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop
from typing import TYPE_CHECKING

from llmlint.index.scopes import Binding, Scope
from llmlint.index.tree import class_of, decorated, last_name, parameters
from llmlint.index.values import Class, Function, Result, Sequence, Value, alternatives, dotted
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.flow.follow import Flow
from llmlint.sites.flow.trace import Trace, replace
from llmlint.sites.flow.validated import is_text

if TYPE_CHECKING:
    from llmlint.index.project import Project

MAKING = regex(r"(?i)tool")  # `function_tool(search)`, `StructuredTool.from_function(func=search)`
NAMED = ("func", "fn", "function", "coroutine")
AROUND = frozenset({"Optional", "Union", "list", "List", "Sequence"})
WRITTEN = Trace(kind="arguments", derived=True)


def of_agent(site: CallSite) -> Iterator[Function]:
    """The functions that an agent is given as its tools, bare or made into a tool."""
    setting = site.setting("tools")
    if site.kind != "agent" or setting.state is not State.PRESENT or setting.value is None:
        return
    for given in alternatives(setting.value):
        for tool in given.items if isinstance(given, Sequence) else ():
            for option in alternatives(tool):
                yield from _functions(option)


def _functions(tool: Value) -> Iterator[Function]:
    if isinstance(tool, Function):
        yield tool
    elif isinstance(tool, Result) and tool.call is not None and tool.module is not None:
        if MAKING.search(dotted(tool.callee)):
            named = [keyword.value for keyword in tool.call.keywords if keyword.arg in NAMED]
            for argument in (*tool.call.args[:1], *named):
                options = alternatives(tool.module.evaluator.evaluate(argument, tool.frame))
                yield from (option for option in options if isinstance(option, Function))


def written(project: Project, tool: Function) -> Iterator[tuple[Scope, Binding, Trace]]:
    """The parameters of a tool that hold text of the model: those declared as text, or as objects with texts in them.

    What is declared as anything else is checked by the framework, or comes from it.
    """
    inner: Scope = tool.node.__dict__["inner"]
    bound = class_of(tool.node) is not None and not decorated(tool.node, "staticmethod")
    for parameter in parameters(tool.node)[1 if bound else 0 :]:
        traces = list(_texts(project, parameter.annotation)) if parameter.annotation is not None else []
        for binding in inner.bindings.get(parameter.arg, ()) if traces else ():
            if binding.kind == "parameter":
                yield from ((inner, binding, trace) for trace in traces)


def _texts(project: Project, annotation: ast.expr) -> Iterator[Trace]:
    if isinstance(annotation, ast.BinOp):
        yield from (*_texts(project, annotation.left), *_texts(project, annotation.right))
    elif isinstance(annotation, ast.Subscript) and last_name(annotation.value) in AROUND:
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        several = last_name(annotation.value) not in ("Optional", "Union")
        for trace in (trace for part in inner for trace in _texts(project, part)):
            yield replace(trace, wraps=("*", *trace.wraps)) if several else trace
    elif isinstance(annotation, ast.Name) and annotation.id == "str":
        yield WRITTEN
    elif isinstance(annotation, (ast.Name, ast.Attribute)):
        for option in alternatives(project.evaluator.evaluate(annotation)):
            if isinstance(option, Class):
                yield from (replace(WRITTEN, wraps=(f".{field}",)) for field in _fields(project, option))


def _fields(project: Project, owner: Class) -> list[str]:
    order = [entry for entry in project.mro(owner) if isinstance(entry, Class)]
    body = (statement for entry in order for statement in entry.node.body)
    names = dict.fromkeys(getattr(one.target, "id", "") for one in body if isinstance(one, ast.AnnAssign))
    return [name for name in names if is_text(project, owner, name)]


@dataclass(eq=False)
class ToolFlow(Flow):
    """Follows what the model wrote for the tools of an agent, as `Flow` follows its answer."""

    def __post_init__(self) -> None:
        for tool in {id(tool.node): tool for tool in of_agent(self.site)}.values():
            for scope, binding, trace in written(self.site.project, tool):
                self._loads(scope, binding, replace(trace, entered=(self.site.node,)))
        while self._ahead:
            _, _, node, trace = heappop(self._ahead)
            self._step(node, trace)

    def _returned(self, at: ast.expr | ast.stmt, trace: Trace) -> None:
        if trace.entered != (self.site.node,):  # what the tool itself returns goes back to the model
            super()._returned(at, trace)

    def _note(self, what: str, node: ast.expr | ast.stmt, trace: Trace, how: str = "", **more: object) -> None:
        # Whoever runs the agent vets nothing of what the model writes later.
        super()._note(what, node, replace(trace, entered=trace.entered[1:]), how, **more)
