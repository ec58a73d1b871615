"""Vetting: tests, questions to a human and membership checks that stand before a use of model text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.narrowing import COMPREHENSIONS, spelled, told_where
from llmlint.index.tree import last_name, named_function_of, nodes_in, scope_of, up_to
from llmlint.index.values import Function, Value, alternatives
from llmlint.patterns import regex
from llmlint.sites.flow.trace import Use
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.project import Project

CHECKING = regex(
    r"(?i)valid|safe|allow|permit|approv|confirm|verif|check|is_select|forbid|den(y|ied)|block(?!s?$)|sandbox|read_?only|match"
)
ASKING = regex(r"(?i)^(input|confirm|ask|prompt_user|get_user_confirmation|ask_yes_no|approve|Confirm|questionary)$")


def vetted(project: Project, use: Use) -> bool:
    """Whether the text was tested, or a human asked, before the use, in its function or one the text came through."""
    functions = [named_function_of(use.node), *(named_function_of(call) for call in (*use.entered, *use.outward))]
    places: list[ast.AST] = [use.node, *use.entered, *use.outward]
    for function, place in zip(functions, places, strict=True):
        around: ast.AST = function if function is not None else scope_of(place).module.tree
        names = _names(place, around)
        if _checked(around, place, names) or _asked(project, around, place) or _refused(project, around, place):
            return True
    return False


def _refused(project: Project, around: ast.AST, place: ast.AST) -> bool:
    """Whether a function of the project that raises, and is named for checking, has seen the text before."""
    if not isinstance(place, ast.Call):
        return False
    given = logs.input_names(around, [*place.args, *(keyword.value for keyword in place.keywords)])
    for call in logs.parts_of(around).calls:
        if call.lineno < place.lineno and CHECKING.search(last_name(call.func)) and logs.names_in(call) & given:
            if any(_raises(option) for option in alternatives(project.evaluator.evaluate(call.func))):
                return True
    return False


def _raises(value: Value) -> bool:
    return isinstance(value, Function) and any(isinstance(node, ast.Raise) for node in nodes_in(value.node))


def _names(place: ast.AST, around: ast.AST) -> set[str]:
    if not isinstance(place, ast.Call):
        return set()
    given = [*place.args, *(keyword.value for keyword in place.keywords)]
    names = logs.input_names(around, given[:1]) if given else set()
    return {name for name in names if not name.startswith("__")}


def _checked(around: ast.AST, place: ast.AST, names: set[str]) -> bool:
    for test in _tests(around, place):
        for part in ast.walk(test):
            if isinstance(part, ast.Call) and CHECKING.search(ast.unparse(part.func)):
                if logs.names_in(part) & names or not names:
                    return True
            if isinstance(part, ast.Compare) and any(isinstance(op, (ast.In, ast.NotIn)) for op in part.ops):
                if isinstance(place, ast.Call) and _looks_up(place.func, part):
                    continue  # `name in TOOLS` before `TOOLS[name](…)` vets which tool runs, not what it is given
                if logs.names_in(part.left) & names or any(logs.names_in(c) & names for c in part.comparators):
                    return True
            if isinstance(part, ast.Name) and CHECKING.search(part.id) and not _cuts_out(around, part.id):
                return True
    return False


def _tests(around: ast.AST, place: ast.AST) -> Iterator[ast.expr]:
    """The tests that stand before a place, and those that pick what a comprehension around it runs through."""
    for node in nodes_in(around):
        if isinstance(node, (ast.If, ast.IfExp, ast.While, ast.Assert)) and node.lineno <= getattr(place, "lineno", 0):
            yield node.test
    for above in up_to(place, around):
        for part in above.generators if isinstance(above, COMPREHENSIONS) else ():
            yield from part.ifs


def _cuts_out(around: ast.AST, name: str) -> bool:
    """Whether text is taken out of a match under this name: it was looked for there, not vetted."""
    return any(
        isinstance(node, (ast.Attribute, ast.Subscript))
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        and _of_match(node)
        for node in nodes_in(around)
    )


def _of_match(node: ast.Attribute | ast.Subscript) -> bool:
    """`match.group(1)`, `match[1]`."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("group", "groups", "groupdict")
    return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)


def _looks_up(func: ast.expr, test: ast.Compare) -> bool:
    """Whether a membership test is of the table that the called function is taken from."""
    if isinstance(func, ast.Call) and isinstance(func.func, ast.Attribute):
        func = func.func  # TOOLS.get(name)(…)
    table = func.value if isinstance(func, (ast.Subscript, ast.Attribute)) else None
    return table is not None and any(ast.unparse(table) == ast.unparse(right) for right in test.comparators)


def _asked(project: Project, around: ast.AST, place: ast.AST) -> bool:
    """Whether a question to a human comes before; what the project calls `ask` may ask the model."""
    for call in logs.parts_of(around).calls:
        if call.lineno > getattr(place, "lineno", 0) or call is place:
            continue
        name = last_name(call.func)
        if ASKING.match(name) and not (name == "ask" and _asks_nobody(project, call)):
            return True
    return False


def _asks_nobody(project: Project, call: ast.Call) -> bool:
    """Whether a call runs functions of the project that ask no human."""
    options = list(alternatives(project.evaluator.evaluate(call.func)))
    return bool(options) and all(
        isinstance(option, Function)
        and not any(ASKING.match(last_name(inner.func)) for inner in logs.parts_of(option.node).calls)
        for option in options
    )


def named(node: ast.AST, key: str) -> bool:
    """Whether a test before the node asks if the key is among something: `if name in TOOLS`, `hasattr(tools, name)`."""
    function = named_function_of(node)
    around: ast.AST = function if function is not None else scope_of(node).module.tree
    for part in nodes_in(around):
        if getattr(part, "lineno", 0) > getattr(node, "lineno", 0):
            continue
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.In, ast.NotIn)):
            if not key or ast.unparse(part.left) == key:
                return True
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "hasattr":
            return True
    if key and told_where(node, key, _is_member):
        return True
    return isinstance(node, ast.Call) and len(node.args) > 2


def _is_member(test: ast.expr, name: str, outcome: bool) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or spelled(test.left) != name:
        return False
    return isinstance(test.ops[0], (ast.In, ast.Eq) if outcome else (ast.NotIn, ast.NotEq))
