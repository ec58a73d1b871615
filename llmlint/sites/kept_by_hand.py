"""Kept by hand: an answer that is looked for in a file, a table or a field first, and put there once it has come."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, last_name, nodes_in, position_of
from llmlint.index.values import alternatives, text_of
from llmlint.patterns import regex
from llmlint.sites.records.logs import names_in, related_names

if TYPE_CHECKING:
    from llmlint.index.project import Project

EXISTS = frozenset({"exists", "isfile", "is_file"})
WRITING = regex(r"^(write_text|write_bytes|open|dump|save\w*|to_\w+|write\w*|atomic_\w+)$")
SELECTING = regex(r"(?is)\bselect\b.+\bfrom\b")
INSERTING = regex(r"(?is)\b(insert|replace)\s+(or \w+\s+)?into\b|\bupdate\b.+\bset\b|\bmerge\b")
RUNNING = regex(r"(?i)exec|quer|fetch|sql")
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def kept_by_hand(project: Project, function: FunctionDef, place: ast.AST) -> bool:
    """Whether a function looks for what a call gives where it keeps it afterwards, and does without the call then."""
    choices = [node for node in nodes_in(function) if isinstance(node, ast.If) and _decides(node, place)]
    if not choices:
        return False
    made = related_names(function, place) if isinstance(place, ast.Call) else set()
    return (
        any(_in_file(function, choice, place) for choice in choices)
        or any(_in_field(function, choice, place, made) for choice in choices)
        or (any(_leaves(choice) for choice in choices) and _in_table(project, function, place, made))
    )


def _decides(choice: ast.If, place: ast.AST) -> bool:
    """Whether the call is not made where a test comes out one way: it is around it, or leaves before it."""
    if position_of(choice) >= position_of(place):
        return False
    return choice in ancestors(place) or _leaves(choice)


def _leaves(choice: ast.If) -> bool:
    return isinstance(_last(choice.body), (ast.Return, ast.Continue))


def _last(body: list[ast.stmt]) -> ast.stmt:
    """The last statement of a body, that of a `with` or `try` where it ends in one."""
    last = body[-1]
    return _last(last.body) if isinstance(last, (ast.With, ast.AsyncWith, ast.Try)) else last


def _in_file(function: FunctionDef, choice: ast.If, place: ast.AST) -> bool:
    """`if path.exists(): return path.read_text()`, and `path.write_text(answer)` behind the call."""
    paths = set()
    for node in nodes_in(choice.test):
        if isinstance(node, ast.Call) and last_name(node.func) in EXISTS:
            asked = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
            paths |= {ast.unparse(asked)} if asked is not None else set()
    for node in nodes_in(function) if paths else ():
        if (
            isinstance(node, ast.Call)
            and position_of(node) > position_of(place)
            and WRITING.match(last_name(node.func))
        ):
            holder = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            if any(ast.unparse(part) in paths for part in (*holder, *node.args)):
                return True
    return False


def _in_field(function: FunctionDef, choice: ast.If, place: ast.AST, made: set[str]) -> bool:
    """`if record.summary: return record.summary`, and `record.summary = answer` behind the call."""
    fields = {ast.unparse(node) for node in _asked_for(choice, place)}
    for node in nodes_in(function) if fields else ():
        if isinstance(node, ast.Assign) and any(ast.unparse(target) in fields for target in node.targets):
            if place in nodes_in(node.value) or names_in(node.value) & made:
                return True
    return False


def _asked_for(choice: ast.If, place: ast.AST) -> Iterator[ast.expr]:
    """The fields that a test asks for, where what they hold is given back, or the call is made for want of it."""
    wanting = choice in ancestors(place)
    parts = [choice.test] if not isinstance(choice.test, ast.BoolOp) else choice.test.values
    for part in parts:
        compared = part.ops[0] if isinstance(part, ast.Compare) else None
        absent = isinstance(part, ast.UnaryOp) or isinstance(compared, (ast.Is, ast.Eq))
        field = part.operand if isinstance(part, ast.UnaryOp) else part.left if isinstance(part, ast.Compare) else part
        if not isinstance(field, (ast.Attribute, ast.Subscript)) or absent is not wanting:
            continue
        last = _last(choice.body)
        given = ast.unparse(last.value) if isinstance(last, ast.Return) and last.value is not None else ""
        if wanting or isinstance(last, ast.Continue) or ast.unparse(field) in given:
            yield field


def _in_table(project: Project, function: FunctionDef, place: ast.AST, made: set[str]) -> bool:
    """Whether a table is asked by SQL before the call, and what the call gives is inserted behind it."""
    asked = kept = False
    for node in nodes_in(function):
        if isinstance(node, ast.Call) and node.args and RUNNING.search(last_name(node.func)):
            texts = [text_of(option) or "" for option in alternatives(project.evaluator.evaluate(node.args[0]))]
            before = position_of(node) < position_of(place)
            asked = asked or (before and any(SELECTING.search(text) for text in texts))
            given = {name for argument in (*node.args[1:], *node.keywords) for name in names_in(argument)}
            kept = kept or (not before and any(INSERTING.search(text) for text in texts) and bool(given & made))
    return asked and kept
