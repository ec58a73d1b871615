"""Opted in: log lines behind a switch that whoever debugs turns on, `if verbose:`; they are as quiet as debug level."""

from __future__ import annotations

import ast

from llmlint.index.conditions import decide
from llmlint.index.project import Project
from llmlint.index.tree import FUNCTIONS, default_of, earlier, parent, scope_of
from llmlint.index.values import Const, alternatives
from llmlint.patterns import regex

SWITCH = regex(
    r"(?i)(^|_)(debug(ging)?|verbos(e|ity)|(log|dump|show)_(llm_)?(prompt|message|request|response|content)s?)(_|$)"
)
LEAVING = (ast.Return, ast.Continue, ast.Raise, ast.Break)


def opted_in(project: Project, line: ast.Call) -> bool:
    """Whether control comes to a log line only where somebody has turned on a switch that is off by itself."""
    below: ast.AST = line
    above = parent(line)
    while above is not None and not isinstance(below, FUNCTIONS):
        if isinstance(above, ast.If) and below in above.body and _asks(project, above.test):
            return True
        if isinstance(above, ast.If) and below in above.orelse and _asks_for_off(project, above.test):
            return True
        for statement in earlier(below):
            if isinstance(statement, ast.If) and isinstance(statement.body[-1], LEAVING):
                if _asks_for_off(project, statement.test):
                    return True
        below, above = above, parent(above)
    return False


def _asks_for_off(project: Project, test: ast.expr) -> bool:
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _asks(project, test.operand)


def _asks(project: Project, test: ast.expr) -> bool:
    """Whether a test comes out true only where the switch is on."""
    if isinstance(test, ast.BoolOp):
        asked = [_asks(project, part) for part in test.values]
        return any(asked) if isinstance(test.op, ast.And) else all(asked)
    if isinstance(test, ast.Compare):
        if len(test.ops) != 1 or not isinstance(test.ops[0], (ast.Gt, ast.GtE, ast.Eq, ast.Is, ast.In)):
            return False
        side = test.comparators[0]
        if isinstance(side, ast.Constant) and not side.value and not isinstance(test.ops[0], ast.Gt):
            return False
    elif not isinstance(test, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
        return False
    return any(SWITCH.search(word) for word in _words(test)) and not _on_by_itself(project, test)


def _words(test: ast.expr) -> list[str]:
    found = [node.id for node in ast.walk(test) if isinstance(node, ast.Name)]
    found += [node.attr for node in ast.walk(test) if isinstance(node, ast.Attribute)]
    return found + [n.value for n in ast.walk(test) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _on_by_itself(project: Project, test: ast.expr) -> bool:
    """Whether the program turns the switch on, or has it on where nobody says otherwise."""
    if decide(project.evaluator, test, None) is True:
        return True
    if any(
        isinstance(option, Const) and option.value is True for option in alternatives(project.evaluator.evaluate(test))
    ):
        return True
    owner = scope_of(test).lookup(test.id) if isinstance(test, ast.Name) else None
    function = owner.node if owner is not None else None
    if isinstance(function, FUNCTIONS) and isinstance(test, ast.Name):
        default = default_of(function, test.id)
        return isinstance(default, ast.Constant) and bool(default.value)
    return False
