"""Tool results: functions whose text goes to an agent as what a tool answers, where an error in words is in place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, last_name, named_function_of, nodes_of, parent, scope_of
from llmlint.patterns import regex
from llmlint.sites.outward import FunctionDef, deciding

if TYPE_CHECKING:
    from llmlint.index.project import Project

TOOLS = regex(r"(?i)tool|command|action")
RESULT = regex(r"(?i)tool_?(message|result|output|response|return)")
KEYS = frozenset({"tool_call_id", "tool_use_id", "toolUseId"})
WRAPPING = (ast.Await, ast.keyword, ast.Dict, ast.Tuple, ast.JoinedStr, ast.FormattedValue, ast.IfExp)
HANDING = ("create_task", "dumps", "ensure_future", "str")
MAX_DEPTH = 3


def answers_agent(project: Project, function: FunctionDef, depth: int = 0) -> bool:
    """Whether a function is a tool of an agent, or every caller makes the result of a tool of what it gives."""
    if is_tool(function):
        return True
    callers = deciding(project.callers(function)) if depth < MAX_DEPTH else []
    return bool(callers) and all(_to_agent(project, caller.call, depth) for caller in callers)


def is_tool(function: FunctionDef) -> bool:
    """Whether an agent calls the function: it lies among the tools, or is decorated as one."""
    if "tools" in scope_of(function).module.key.split("/")[:-1]:
        return True
    return any(TOOLS.search(ast.unparse(decorator)) for decorator in function.decorator_list)


def runs_chosen(block: ast.Try, visited: set[int]) -> bool:
    """Whether what is tried runs the function that an answer names: `tools[name](**arguments)`.

    `tool.run(**arguments)` does, too: what gets its arguments as a whole from an answer was chosen by the model.
    """
    calls = [call for statement in block.body for call in nodes_of(statement, ast.Call)]
    if any(id(name) in visited for call in calls for name in _looked_up_by(call.func)):
        return True
    methods = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr.islower()]
    return any(keyword.arg is None and id(keyword.value) in visited for call in methods for keyword in call.keywords)


def _looked_up_by(function: ast.expr) -> list[ast.expr]:
    """What a function is looked up by in a table or an object."""
    if isinstance(function, ast.Subscript):
        return [function.slice]
    if isinstance(function, ast.Call) and last_name(function.func) in ("get", "getattr"):
        return function.args
    return []


def _to_agent(project: Project, call: ast.Call, depth: int) -> bool:
    function = named_function_of(call)
    if function is None:
        return False
    if _in_result(call):
        return True
    seen: set[str] = set()
    held: list[ast.AST] = [call]
    while held:
        above = _holding(held.pop())
        if isinstance(above, ast.Return) and answers_agent(project, function, depth + 1):
            return True
        target = above.targets[0] if isinstance(above, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id not in seen:
            seen.add(target.id)
            loads = function.__dict__["inner"].loads.get(target.id, ())
            if any(map(_in_result, loads)):
                return True
            held += loads
    return False


def _holding(node: ast.AST) -> ast.AST | None:
    """What gets the value of an expression, alone, within a text or under a key: `return {"content": result}`."""
    above = parent(node)
    while isinstance(above, WRAPPING) or (isinstance(above, ast.Call) and last_name(above.func) in HANDING):
        above = parent(above)
    return above


def _in_result(node: ast.expr) -> bool:
    """Whether an expression is put into a message that says that it is what a tool answered."""
    for above in ancestors(node):
        if isinstance(above, ast.stmt):
            return False
        if isinstance(above, ast.Call) and RESULT.search(last_name(above.func)):
            return True
        if isinstance(above, ast.Dict):
            texts = {part.value for part in above.keys if isinstance(part, ast.Constant)}
            role = (v for k, v in zip(above.keys, above.values, strict=True) if getattr(k, "value", None) == "role")
            if not KEYS.isdisjoint(texts) or any(getattr(value, "value", None) == "tool" for value in role):
                return True
    return False
