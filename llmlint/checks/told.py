"""Told: the names under which a function, and those that call it, hold a prompt or a whole message of one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import class_of, named_function_of, parameters
from llmlint.sites.callsite import CallSite
from llmlint.sites.flow.carried import TEXTS
from llmlint.sites.request.ingredients import arguments, ingredients

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
MESSAGES = ("HumanMessage", "UserMessage", "ChatMessage")
MAX_CALLERS = 3  # from the call to where the message came in


def holders(site: CallSite) -> Iterator[tuple[FunctionDef, set[str], ast.Call]]:
    """The function of a call with the names of the prompt and of whole messages in it, then its callers with theirs.

    The last part is where each sends them on: the call itself, or that of the function before.
    """
    function = site.function
    names = _prompts(site) | _messages(site)
    seen: set[int] = set()
    ways = [(function, names, site.node, 0)] if function is not None and names else []
    while ways:
        function, names, sending, passed = ways.pop()
        seen.add(id(function))
        yield function, names, sending
        taken = names & {argument.arg for argument in parameters(function)} - _set_anew(function)
        followed = taken and site.kind != "embedding" and passed < MAX_CALLERS
        for caller in site.project.callers(function) if followed else ():
            around = named_function_of(caller.call)
            bound = class_of(function) is not None and caller.bound
            given = {_given(function, caller.call, name, bound) for name in taken} - {""}
            if around is not None and given and caller.reference is None and id(around) not in seen:
                ways.append((around, given, caller.call, passed + 1))


def _given(function: FunctionDef, call: ast.Call, parameter: str, bound: bool) -> str:
    """The name, or attribute of one, that a call passes for a parameter; empty for any other expression."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)][1 if bound else 0 :]
    place = names.index(parameter) if parameter in names else len(call.args)
    value = next((keyword.value for keyword in call.keywords if keyword.arg == parameter), None)
    if value is None and place < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args):
        value = call.args[place]
    return spelling(value)


def spelling(node: ast.expr | None) -> str:
    """How a name, or an attribute of one, is spelled; empty for any other expression."""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return ast.unparse(node) if isinstance(inner, ast.Name) and node is not None else ""


def _prompts(site: CallSite) -> set[str]:
    """Names in the function that hold the prompt, or the payload with it."""
    table = site.match.operation.settings
    keywords = {path.partition(".")[0] for name in ("prompt", "system") for path in table.paths(name)}
    return _varying(site, {name for part in arguments(site, {None, *keywords}) if (name := _holder(part))})


def _holder(node: ast.expr) -> str:
    """The name of what is sent, or of the messages of which one is: `messages[-1]["content"]`; empty for all else."""
    keys: list[object] = []
    while isinstance(node, ast.Subscript):
        keys.append(node.slice.value if isinstance(node.slice, ast.Constant) else None)
        node = node.value
    named = isinstance(node, ast.Name) and (not keys or keys[0] in TEXTS)
    return node.id if named and isinstance(node, ast.Name) else ""


def _messages(site: CallSite) -> set[str]:
    """Names that are all that a message of the prompt says: `{"role": "user", "content": question}`."""
    found: set[str] = set()
    for node in ingredients(site):
        told: ast.expr | None = None
        if isinstance(node, ast.Dict):
            pairs = {getattr(key, "value", None): value for key, value in zip(node.keys, node.values, strict=True)}
            role = pairs.get("role")
            if isinstance(role, ast.Constant) and role.value == "user":
                told = pairs.get("content")
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MESSAGES:
            told = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "content"), None)
        if spelling(told):
            found.add(spelling(told))
    return _varying(site, found)


def _varying(site: CallSite, names: set[str]) -> set[str]:
    """Those of the names that no constant is bound to in the function."""
    scope = site.function.__dict__["inner"] if site.function is not None else None
    bound = {name: scope.bindings.get(name, ()) if scope is not None else () for name in names}
    return {name for name in names if not any(isinstance(binding.value, ast.Constant) for binding in bound[name])}


def _set_anew(function: FunctionDef) -> set[str]:
    """Parameters that the function gives another value."""
    bindings = function.__dict__["inner"].bindings
    return {name for name, bound in bindings.items() if len(bound) > 1}
