from __future__ import annotations

import pytest
from fix_samples import added, adding, call_at, reasons

from llmlint.fixes import plan


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(timeout=30.0)"),
        ("f( )", "f( timeout=30.0)"),
        ("f(a)", "f(a, timeout=30.0)"),
        ("f( a )", "f( a, timeout=30.0 )"),
        ("f(a, b=1)", "f(a, b=1, timeout=30.0)"),
        ("f(a,b)", "f(a,b,timeout=30.0)"),
        ("f(a = 1)", "f(a = 1, timeout = 30.0)"),
        ("f(*a)", "f(*a, timeout=30.0)"),
        ("f((x for x in y))", "f((x for x in y), timeout=30.0)"),
        ("f(lambda: 0)", "f(lambda: 0, timeout=30.0)"),
        ("f(a := 1)", "f(a := 1, timeout=30.0)"),
        ("f ( a )", "f ( a, timeout=30.0 )"),
        ("f(a, \\\n  b)", "f(a, \\\n  b, timeout=30.0)"),
    ],
)
def test_on_one_line_it_follows_the_last_argument(before: str, after: str) -> None:
    assert added(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a,)", "f(a, timeout=30.0,)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    timeout=30.0,\n)"),
        ("f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    timeout=30.0\n)"),
        ("f(\n    a,\n)", "f(\n    a,\n    timeout=30.0,\n)"),
        ("f(\n\ta,\n)", "f(\n\ta,\n\ttimeout=30.0,\n)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  timeout=30.0)"),
        ("f(a,\n  b,)", "f(a,\n  b,\n  timeout=30.0,)"),
        ("f(\n    a, b\n)", "f(\n    a, b, timeout=30.0\n)"),
        ("f({\n    1: 2,\n})", "f({\n    1: 2,\n}, timeout=30.0)"),
        ("f(\n)", "f(\n    timeout=30.0,\n)"),
        ("class A:\n\tb = f(\n\t)\n", "class A:\n\tb = f(\n\t\ttimeout=30.0,\n\t)\n"),
        ("if a:\n    f(\n        b,\n    )\n", "if a:\n    f(\n        b,\n        timeout=30.0,\n    )\n"),
    ],
)
def test_lines_indentation_and_trailing_comma_are_those_of_the_call(before: str, after: str) -> None:
    assert added(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "f(\n    a,  # about a\n    # more\n)",
            "f(\n    a,  # about a\n    # more\n    timeout=30.0,\n)",
        ),
        ("f(\n    a  # about a\n)", "f(\n    a,  # about a\n    timeout=30.0\n)"),
        ("f(a, b  # both\n)", "f(a, b, timeout=30.0  # both\n)"),
        ("f(  # why\n)", "f(  # why\n    timeout=30.0,\n)"),
        ("f(\n  # none\n)", "f(\n  # none\n  timeout=30.0,\n)"),
        (
            "f(\n    a,  # about a\n    # the rest\n    **k,\n)",
            "f(\n    a,  # about a\n    timeout=30.0,\n    # the rest\n    **k,\n)",
        ),
    ],
)
def test_comments_stay_with_what_they_are_about(before: str, after: str) -> None:
    assert added(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(**k)", "f(timeout=30.0, **k)"),
        ("f(a, **k)", "f(a, timeout=30.0, **k)"),
        ("f(a,**k)", "f(a,timeout=30.0,**k)"),
        ("f(**j, b=1, **k)", "f(timeout=30.0, **j, b=1, **k)"),
        ("f(\n    **k\n)", "f(\n    timeout=30.0,\n    **k\n)"),
        ("f(\n    a,\n    **k,\n)", "f(\n    a,\n    timeout=30.0,\n    **k,\n)"),
        ("f(b=1, *a, **k)", "f(b=1, *a, timeout=30.0, **k)"),
    ],
)
def test_it_goes_before_the_first_double_star(before: str, after: str) -> None:
    assert added(before) == after


def test_only_the_intended_one_of_nested_and_chained_calls_changes() -> None:
    source = "a(b(1)).c(2)"
    assert added(source, nth=0) == "a(b(1)).c(2, timeout=30.0)"
    assert added(source, nth=1) == "a(b(1), timeout=30.0).c(2)"
    assert added(source, nth=2) == "a(b(1, timeout=30.0)).c(2)"


def test_a_chain_over_several_lines_in_outer_brackets() -> None:
    source = "x = (\n    client  # the client\n    .chat.create(m)\n)\n"
    assert added(source) == "x = (\n    client  # the client\n    .chat.create(m, timeout=30.0)\n)\n"


@pytest.mark.parametrize(
    "source", ["@f(1)\ndef g(): ...\n", "class A(f(1)): ...\n", "async def g():\n    await f(1)\n"]
)
def test_calls_in_any_place(source: str) -> None:
    assert added(source) == source.replace("f(1)", "f(1, timeout=30.0)")


def test_a_keyword_that_is_there_already_is_left_as_it_is() -> None:
    source = "f(timeout=None)"
    result = plan(source.encode(), [fix := adding(call_at(source))])
    assert result.new == source.encode()
    assert result.unchanged == (fix,)
    assert (result.edits, result.applied, result.withdrawn) == ((), (), ())


def test_a_bare_generator_argument_is_not_touched() -> None:
    source = "f(x for x in y)"
    result = plan(source.encode(), [adding(call_at(source))])
    assert result.new == source.encode()
    assert reasons(result) == ["its argument is a generator expression without parentheses of its own"]


def test_a_value_that_is_no_expression_is_refused() -> None:
    source = "f(1)"
    assert reasons(plan(source.encode(), [adding(call_at(source), value="30 s")])) == ["'30 s' is not an expression"]


@pytest.mark.parametrize("value", ["1, 2", "1) + g(2"])
def test_a_value_that_would_be_more_than_one_argument_is_refused(value: str) -> None:
    source = "f(1)"
    result = plan(source.encode(), [adding(call_at(source), value=value)])
    assert result.new == source.encode()
    assert len(result.withdrawn) == 1


def test_a_call_in_an_f_string_is_edited_where_every_python_can_read_the_result() -> None:
    assert added('s = f"é {f(1)}"') == 's = f"é {f(1, timeout=30.0)}"'
    source = 's = f"{f(1)}"'
    result = plan(source.encode(), [adding(call_at(source), value="'long'")])
    assert reasons(result) == ["the code to change is inside an f-string"]


def test_an_f_string_that_shows_its_own_source_is_not_changed() -> None:
    source = 's = f"{f(1)=}"'
    result = plan(source.encode(), [adding(call_at(source))])
    assert result.new == source.encode()
    assert reasons(result) == ["the edit would change more than is intended"]
