"""Commands: what is done only because the user of a conversation asks for it by a word of the program."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.project import Project
from llmlint.index.tree import FUNCTIONS, ancestors, class_of, named_function_of
from llmlint.index.values import Const, Sequence, Value, alternatives
from llmlint.patterns import regex

COMMAND = regex(r"(?i)^[/:!.#]\w|clear|reset|forget|erase|wipe")
MAX_DEPTH = 3


def by_command(project: Project, node: ast.AST, depth: int = 0) -> bool:
    """Whether a place runs only where the user's words are a command, and the turn ends with it."""
    if _in_branch(project, node):
        return True
    function = named_function_of(node)
    if function is None or class_of(function) is None or function.name == "__init__" or depth >= MAX_DEPTH:
        return False
    callers = project.callers(function)
    return bool(callers) and all(
        caller.reference is None and by_command(project, caller.call, depth + 1) for caller in callers
    )


def _in_branch(project: Project, node: ast.AST) -> bool:
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.If) and below in above.body and _commands(project, above.test):
            return isinstance(above.body[-1], (ast.Return, ast.Continue))
        below = above
    return False


def _commands(project: Project, test: ast.expr) -> bool:
    """Whether a test holds for commands alone: `text == "/clear"`, `text.startswith("/reset")`."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return all(_commands(project, part) for part in test.values)
    words: ast.expr | None = None
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.In)):
        words = test.comparators[0]
    elif isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr == "startswith":
        words = test.args[0] if len(test.args) == 1 else None
    found = list(_words(project.evaluator.evaluate(words))) if words is not None else []
    return bool(found) and all(isinstance(word, str) and COMMAND.search(word) for word in found)


def _words(value: Value) -> Iterator[object]:
    for option in alternatives(value):
        if isinstance(option, Sequence) and not option.open:
            for item in option.items:
                yield from _words(item)
        else:
            yield option.value if isinstance(option, Const) else None
