"""Tests of form: what a parse is given was looked at before, and only what has the form comes through."""

from __future__ import annotations

import ast

from llmlint.index import guards
from llmlint.index.narrowing import spelled, told_where
from llmlint.index.tree import last_name, nodes_in, nodes_of
from llmlint.patterns import regex

DIGITS = frozenset({"isdigit", "isdecimal", "isnumeric"})
OTHER_QUESTIONS = frozenset({"len", "isinstance", "hasattr", "bool", "str", "type", "any", "all", "print"})
CHECKING = regex(r"(?i)valid|check|verif|is_?json|parsable|well_?formed")


def number_fits(place: ast.AST, text: ast.expr) -> bool:
    """Whether control comes to a place only where a text was tested to be a number, or one of some choices.

    `if text.isdigit()`, `if re.fullmatch(r"[1-5]", text)`, `if text in SCORES`, `while not is_number(text)`.
    """
    name = _tested(text)
    return name is not None and told_where(place, name, _has_form)


def data_fits(place: ast.AST, text: ast.expr) -> bool:
    """Whether control comes to a place only where a text was checked: by the name of a function, or by trying."""
    name = _tested(text)
    return name is not None and told_where(place, name, _was_checked)


def _tested(text: ast.expr) -> str | None:
    """How what a text is made of is spelled: `text` in `text.strip().lower()`."""
    while isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        text = text.func.value
    return spelled(text)


def _has_form(test: ast.expr, name: str, outcome: bool) -> bool:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        right = test.comparators[0]
        empty = isinstance(right, ast.Constant) and not right.value
        same = isinstance(test.ops[0], (ast.In, ast.Eq) if outcome else (ast.NotIn, ast.NotEq))
        return same and not empty and _tested(test.left) == name
    if not isinstance(test, ast.Call) or not outcome:
        return False
    if isinstance(test.func, ast.Attribute) and test.func.attr in DIGITS and _tested(test.func.value) == name:
        return True
    return last_name(test.func) not in OTHER_QUESTIONS and _is_given(test, name)


def _was_checked(test: ast.expr, name: str, outcome: bool) -> bool:
    if not outcome or not isinstance(test, ast.Call) or not _is_given(test, name):
        return False
    return bool(CHECKING.search(last_name(test.func))) or guards.all_hold(test, name, _tries)


def _tries(function: guards.FunctionDef, text: str) -> bool:
    """Whether a function tries something out with a text: `try: json.loads(text)`, and tells how it went."""
    tried = (part for one in nodes_of(function, ast.Try) for part in one.body)
    return any(isinstance(node, ast.Name) and node.id == text for part in tried for node in nodes_in(part))


def _is_given(call: ast.Call, name: str) -> bool:
    return any(_tested(argument) == name for argument in call.args)
