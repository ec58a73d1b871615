from __future__ import annotations

import ast

import pytest
from fix_samples import done, reasons

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import Plan, plan
from llmlint.source.lines import LineIndex


def adding(source: str, key: str = '"k"', value: str = "False") -> Plan:
    """The key and the value, or the value alone, added to the first dict or list."""
    node = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.Dict, ast.List)))
    lines = LineIndex(source)
    target = Location(
        "app.py",
        node.lineno,
        lines.column(node.lineno, node.col_offset),
        node.end_lineno or 0,
        lines.column(node.end_lineno or 0, node.end_col_offset or 0),
    )
    operation = Operation("add-item", target, (("key", key), ("value", value)))
    return plan(source.encode(), [Fix(Applicability.SAFE, "Add it", (operation,))])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{"k": False}'),
        ("{'a': 1}", "{'a': 1, \"k\": False}"),
        ("{'a':1,'b':2}", "{'a':1,'b':2,\"k\":False}"),
        ("{'a': 1, }", "{'a': 1, \"k\": False, }"),
        ("{ 'a': 1 }", "{ 'a': 1, \"k\": False }"),
        ("{**a}", '{**a, "k": False}'),
        ("f({'a': [1,\n 2]})", "f({'a': [1,\n 2], \"k\": False})"),
    ],
)
def test_on_one_line_it_follows_the_last_item(before: str, after: str) -> None:
    assert done(adding(before)).new.decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = {\n}", 'x = {\n    "k": False,\n}'),
        ("x = {\n    'a': 1,\n}", "x = {\n    'a': 1,\n    \"k\": False,\n}"),
        ("x = {\n    'a': 1\n}", "x = {\n    'a': 1,\n    \"k\": False\n}"),
        ("x = {'a': 1,\n     'b': 2}", "x = {'a': 1,\n     'b': 2,\n     \"k\": False}"),
        ("x = {\n\t'a': 1,  # one\n\t# more\n}", "x = {\n\t'a': 1,  # one\n\t# more\n\t\"k\": False,\n}"),
        ("x = {\n  'a': 1  # one\n}", "x = {\n  'a': 1,  # one\n  \"k\": False\n}"),
        ("x = {\n  # none\n}", 'x = {\n  # none\n  "k": False,\n}'),
        ("x = {\r\n    'a': 1,\r\n}", "x = {\r\n    'a': 1,\r\n    \"k\": False,\r\n}"),
    ],
)
def test_lines_commas_and_comments_are_those_of_the_dict(before: str, after: str) -> None:
    assert done(adding(before)).new.decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = []", "x = ['b']"),
        ("x = ['a']", "x = ['a', 'b']"),
        ("x = ['a',]", "x = ['a', 'b',]"),
        ("x = [\n    'a',\n]", "x = [\n    'a',\n    'b',\n]"),
        ("x = [\n    'a'  # first\n]", "x = [\n    'a',  # first\n    'b'\n]"),
    ],
)
def test_a_list_gets_an_element(before: str, after: str) -> None:
    assert done(adding(before, key="", value="'b'")).new.decode() == after


@pytest.mark.parametrize(("source", "key"), [("{'k': 1}", '"k"'), ("['b']", "")])
def test_what_is_there_is_left_alone(source: str, key: str) -> None:
    result = done(adding(source, key=key, value='"b"'))
    assert (result.new.decode(), len(result.unchanged)) == (source, 1)


def test_a_value_that_is_no_expression_is_refused() -> None:
    assert reasons(adding("{}", value="30 s")) == ["'30 s' is not an expression"]


def test_a_comprehension_has_no_place_for_an_item() -> None:
    target = Location("app.py", 1, 1, 1, 21)
    operation = Operation("add-item", target, (("key", '"k"'), ("value", "1")))
    result = plan(b"{a: 1 for a in items}", [Fix(Applicability.SAFE, "Add it", (operation,))])
    assert reasons(result) == ["the code to change is not where it was"]
