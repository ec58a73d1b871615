"""Positions: which names, parameters and fields a value goes to, and where a path stands in an answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.scopes import Scope
from llmlint.index.tree import FUNCTIONS, ancestors, class_of, parameters, parent, scope_of
from llmlint.index.values import Class, Function
from llmlint.patterns import regex

GATHERING = frozenset({"append", "extend", "write", "add", "put", "appendleft"})

OF_TEXT = regex(r"(?i)output_?text|content")
OF_ARGUMENTS = regex(r"(?i)argument|input_?json|tool_?call|function_?call")
OF_NO_TEXT = regex(r"(?i)reasoning|thinking|refusal|audio|transcript")


def owner_of(target: ast.Name) -> Scope | None:
    """The scope that binds an assigned name."""
    scope: Scope | None = scope_of(target)
    while scope is not None and target.id not in scope.bindings:
        scope = scope.parent
    return scope


def all_loads(owner: Scope, name: str) -> Iterator[ast.Name]:
    """The uses of a name that a scope binds, nested scopes included."""
    for scope in owner.module.scopes:
        if name in scope.loads and scope.lookup(name) is owner:
            yield from scope.loads[name]


def gathers(load: ast.expr) -> bool:
    """Whether a use of a list only adds to it."""
    above = parent(load)
    return isinstance(above, ast.Attribute) and above.attr in GATHERING


def field_at(owner: Class, call: ast.Call, node: ast.expr) -> str | None:
    """The declared field that an argument by position fills: of a dataclass or a named tuple."""
    if node not in call.args:
        return None
    fields = [s.target.id for s in owner.node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
    index = call.args.index(node)
    return fields[index] if index < len(fields) else None


def parameter_at(option: Function, call: ast.Call, node: ast.expr) -> str | None:
    """The parameter of a project function that an argument by position fills."""
    if node not in call.args:
        return None
    names = [arg.arg for arg in parameters(option.node)]
    if option.receiver is not None and class_of(option.node) is not None:
        names = names[1:]
    index = call.args.index(node)
    return names[index] if index < len(names) else None


def spread_over(option: Function, call: ast.Call, wraps: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parameters that `**mapping` in a call can fill, with what is then around the value: `.key` of one value.

    Its only entry where the traced value stands under a key, else all that the call gives no other value for; what the
    function takes as `**rest` gets the mapping.
    """
    names = [arg.arg for arg in parameters(option.node)]
    if option.receiver is not None and class_of(option.node) is not None:
        names = names[1:]
    given = {*names[: len(call.args)], *(keyword.arg for keyword in call.keywords)}
    wanted = wraps[0].removeprefix(".") if wraps and wraps[0].startswith(".") else ""
    for name in names:
        if name not in given and (not wraps or name == wanted):
            yield name, wraps[1:]
    rest = option.node.args.kwarg
    if rest is not None and (not wraps or (wanted and wanted not in names)):
        yield rest.arg, wraps


def position(path: tuple[str, ...], patterns: tuple[str, ...]) -> str:
    """Where a path stands to the text paths: "whole" at one, "part" on the way to one, else "off"."""
    best = "off"
    for pattern in patterns:
        steps = tuple(pattern.split(".")) if pattern else ()
        if path == steps:
            return "whole"
        if len(path) < len(steps) and steps[: len(path)] == path:
            best = "part"
    return best


def only_text(text: ast.JoinedStr) -> bool:
    """Whether an f-string is the text of its one hole, with at most blanks and newlines around it."""
    rest = [part for part in text.values if not isinstance(part, ast.FormattedValue)]
    blank = all(isinstance(part, ast.Constant) and str(part.value).isspace() for part in rest)
    return blank and len(text.values) - len(rest) == 1


def shared_delta(node: ast.expr) -> str:
    """What the `delta` of an event is where events of all types have one: the tests around it name the type.

    "arguments" of a tool call, "off" for what is no part of the answer's text, else "whole".
    """
    below: ast.AST = node
    for above in ancestors(node):
        test: ast.AST | None = None
        if isinstance(above, (ast.If, ast.IfExp)):
            taken = above.body if isinstance(above.body, list) else [above.body]
            test = above.test if any(below is part for part in taken) else None
        elif isinstance(above, ast.match_case) and below is not above.pattern:
            test = above.pattern
        spelled = ast.unparse(test) if test is not None else ""
        if OF_TEXT.search(spelled) or isinstance(above, FUNCTIONS):
            break
        if OF_ARGUMENTS.search(spelled):
            return "arguments"
        if OF_NO_TEXT.search(spelled):
            return "off"
        below = above
    return "whole"
