from __future__ import annotations

import ast

import pytest
from fix_samples import done, reasons

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import Plan, plan
from llmlint.source.lines import LineIndex


def decorating(source: str, decorator: str = "lru_cache(maxsize=1024)") -> Plan:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    function = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))
    lines = LineIndex(source)
    target = Location(
        "app.py",
        function.lineno,
        lines.column(function.lineno, function.col_offset),
        function.end_lineno or 0,
        lines.column(function.end_lineno or 0, function.end_col_offset or 0),
    )
    operation = Operation("add-decorator", target, (("decorator", decorator),))
    return plan(source.encode(), [Fix(Applicability.UNSAFE, "Decorate it", (operation,))])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(): ...\n", "@lru_cache(maxsize=1024)\ndef f(): ...\n"),
        ("x = 1\n\n\ndef f():\n    pass\n", "x = 1\n\n\n@lru_cache(maxsize=1024)\ndef f():\n    pass\n"),
        ("# what\ndef f():\n    pass", "# what\n@lru_cache(maxsize=1024)\ndef f():\n    pass"),
        ("async def f():\n    pass\n", "@lru_cache(maxsize=1024)\nasync def f():\n    pass\n"),
        (
            "if x:\r\n    def f():\r\n        pass\r\n",
            "if x:\r\n    @lru_cache(maxsize=1024)\r\n    def f():\r\n        pass\r\n",
        ),
    ],
)
def test_the_decorator_stands_above_the_function(before: str, after: str) -> None:
    assert done(decorating(before)).new.decode() == after


def test_a_function_with_others_is_left_alone() -> None:
    source = "@app.get('/')\ndef f(): ...\n"
    assert reasons(decorating(source)) == ["the edit would change more than is intended"]
