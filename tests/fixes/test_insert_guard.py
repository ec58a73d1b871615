from __future__ import annotations

import ast

import pytest
from fix_samples import done, reasons

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import Plan, plan
from llmlint.source.lines import LineIndex


def guarding(source: str, before: int = 0, test: str = "not c.choices") -> Plan:
    loop = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.For, ast.AsyncFor)))
    lines = LineIndex(source)
    target = Location(
        "app.py",
        loop.lineno,
        lines.column(loop.lineno, loop.col_offset),
        loop.end_lineno or 0,
        lines.column(loop.end_lineno or 0, loop.end_col_offset or 0),
    )
    operation = Operation("insert-guard", target, (("before", str(before)), ("test", test)))
    return plan(source.encode(), [Fix(Applicability.SAFE, "Guard it", (operation,))])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for c in s:\n    f(c)\n", "for c in s:\n    if not c.choices:\n        continue\n    f(c)\n"),
        ("for c in s:\n\tf(c)", "for c in s:\n\tif not c.choices:\n\t\tcontinue\n\tf(c)"),
        ("for c in s:\n  f(c)\n", "for c in s:\n  if not c.choices:\n    continue\n  f(c)\n"),
        (
            "async def a():\n    async for c in s:  # all\n        # one\n        f(c)\n",
            "async def a():\n    async for c in s:  # all\n        if not c.choices:\n            continue\n"
            "        # one\n        f(c)\n",
        ),
        (
            "if x:\n    for c in s:\n        '''\ntext\n'''\n",
            "if x:\n    for c in s:\n        if not c.choices:\n            continue\n        '''\ntext\n'''\n",
        ),
        ("for c in s:\r\n    f(c)\r\n", "for c in s:\r\n    if not c.choices:\r\n        continue\r\n    f(c)\r\n"),
    ],
)
def test_the_guard_is_laid_out_like_the_loop(before: str, after: str) -> None:
    assert done(guarding(before)).new.decode() == after


def test_it_goes_before_the_statement_that_needs_it() -> None:
    source = "for c in s:\n    n += 1\n    f(c)\n"
    expected = "for c in s:\n    n += 1\n    if not c.choices:\n        continue\n    f(c)\n"
    assert done(guarding(source, before=1)).new.decode() == expected


def test_a_guard_that_is_there_is_not_added_again() -> None:
    source = "for c in s:\n    if not c.choices:\n        continue\n    f(c)\n"
    result = done(guarding(source))
    assert (result.new.decode(), len(result.unchanged)) == (source, 1)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("for c in s: f(c)\n", "the body of the loop is on the same line as the loop"),
        ("x = 1; \\\nfor_ = 2\nfor c in s:\n    f(c)\n", None),
    ],
)
def test_a_body_without_lines_of_its_own_is_refused(source: str, reason: str | None) -> None:
    assert reasons(guarding(source)) == ([reason] if reason else [])
