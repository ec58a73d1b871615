"""Files in a syntax that the running interpreter does not know; `ast` is made to know less than it does."""

from __future__ import annotations

import ast

import pytest
from fix_samples import adding, call_at, done, reasons, renaming

from llmlint.diagnostics import Location
from llmlint.fixes import plan, tree

SOURCE = "class A:\n    def b(self):\n        return f(\n            g(1),\n            max_tokens=2,\n        )\n"


@pytest.fixture(autouse=True)
def old_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str) -> ast.Module:
        raise SyntaxError("new")

    tree.read.cache_clear()
    monkeypatch.setattr(tree, "parse", refuse)


def test_the_proof_is_made_by_libcst() -> None:
    fixes = [renaming(call_at(SOURCE)), adding(call_at(SOURCE)), adding(call_at(SOURCE, 1), value="1")]
    result = done(plan(SOURCE.encode(), fixes))
    assert result.new.decode() == (
        "class A:\n    def b(self):\n        return f(\n            g(1, timeout=1),\n"
        "            max_completion_tokens=2,\n            timeout=30.0,\n        )\n"
    )


def test_syntax_of_any_version_is_read() -> None:
    source = "type A[T] = list[T]\ndef f[T: int](x: T) -> T:\n    return g(x)\n"
    result = done(plan(source.encode(), [adding(Location("app.py", 3, 12, 3, 16))]))
    assert result.new.decode() == source.replace("g(x)", "g(x, timeout=30.0)")


@pytest.mark.parametrize("source", ["x.f(1)", "match y:\n  case f(1): ...", "x = 'f(1)'", "f(1"])
def test_a_place_where_no_call_stands_is_refused(source: str) -> None:
    start = source.index("f(1")
    line, column = source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start)
    result = plan(source.encode(), [adding(Location("app.py", line, column, line, column + 4))])
    assert result.new == source.encode()
    assert len(result.withdrawn) == 1


def test_a_file_that_libcst_does_not_reproduce_is_left_alone() -> None:
    source = "\x0cf(1)\n"
    result = plan(source.encode(), [adding(Location("app.py", 1, 2, 1, 6))])
    assert (result.new, reasons(result)) == (source.encode(), ["the source cannot be reproduced exactly"])
