from __future__ import annotations

import ast

import pytest
from fix_samples import done, reasons

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import Plan, plan


def replacing(source: str, old: str, new: str, to_find: str | None = None) -> Plan:
    start = source.index(to_find or old)
    line, column = source.count("\n", 0, start) + 1, start - (source.rfind("\n", 0, start) + 1) + 1
    end = start + len(to_find or old)
    end_line, end_column = source.count("\n", 0, end) + 1, end - (source.rfind("\n", 0, end) + 1) + 1
    target = Location("app.py", line, column, end_line, end_column)
    operation = Operation("replace-expression", target, (("old", old), ("new", new)))
    return plan(source.encode(), [Fix(Applicability.UNSAFE, "Replace it", (operation,))])


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("x = f(a)\n", "f(a)", "await g(f, a)", "x = await g(f, a)\n"),
        ("x = (f(a))\n", "f(a)", "await g(f, a)", "x = (await g(f, a))\n"),
        ("@retry\ndef f(): ...\n", "retry", "retry(stop=3)", "@retry(stop=3)\ndef f(): ...\n"),
        ("MODEL = 'old'  # ours\n", "'old'", "'new'", "MODEL = 'new'  # ours\n"),
        ("f(\n    x,  # here\n    y,\n)\n", "x", "x or y", "f(\n    x or y,  # here\n    y,\n)\n"),
        (
            "x = f(\n    a,  # why\n    b,\n)\n",
            "f(\n    a,  # why\n    b,\n)",
            "g(\n    a,  # why\n    b,\n)",
            "x = g(\n    a,  # why\n    b,\n)\n",
        ),
    ],
)
def test_one_expression_stands_where_the_other_stood(before: str, old: str, new: str, after: str) -> None:
    assert done(replacing(before, old, new)).new.decode() == after


def test_one_that_stands_there_already_is_left_alone() -> None:
    result = done(replacing("x = g(a)\n", "f(a)", "g(a)", to_find="g(a)"))
    assert (result.new, len(result.unchanged)) == (b"x = g(a)\n", 1)


@pytest.mark.parametrize(
    ("before", "old", "new", "reason"),
    [
        ("x = f(b)\n", "f(a)", "g(a)", "the code there has changed in the meantime"),
        ("x = f(a)\n", "f(a)", "g(", "'g(' is not an expression"),
        ("x = f(a).b\n", "f(a)", "await f(a)", "the edit would change more than is intended"),
        ("x = f(a) ** 2\n", "f(a)", "a or b", "the edit would change more than is intended"),
    ],
)
def test_what_would_not_mean_the_same_is_refused(before: str, old: str, new: str, reason: str) -> None:
    result = replacing(before, old, new, to_find=before[4:8])
    assert (result.new.decode(), reasons(result)) == (before, [reason])


def test_the_tree_differs_in_that_expression_alone() -> None:
    source = "def f():\n    return [g(1), g(2), g(3)]\n"
    result = done(replacing(source, "g(2)", "h(2)"))
    assert ast.dump(ast.parse(result.new)) == ast.dump(ast.parse(source)).replace("'g'", "'h'", 2).replace(
        "'h'", "'g'", 1
    )
