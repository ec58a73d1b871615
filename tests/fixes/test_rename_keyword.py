from __future__ import annotations

import pytest
from fix_samples import call_at, reasons, renamed, renaming

from llmlint.diagnostics import Edit, Location
from llmlint.fixes import plan


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(max_tokens=5)", "f(max_completion_tokens=5)"),
        ("f(m, max_tokens = 5 , **k)", "f(m, max_completion_tokens = 5 , **k)"),
        (
            "f(\n    m,  # model\n    max_tokens=(\n        5\n    ),  # cap\n)\n",
            "f(\n    m,  # model\n    max_completion_tokens=(\n        5\n    ),  # cap\n)\n",
        ),
        ("f(max_tokens=max_tokens)", "f(max_completion_tokens=max_tokens)"),
        ("f(g(max_tokens=1), max_tokens=5)", "f(g(max_tokens=1), max_completion_tokens=5)"),
    ],
)
def test_only_the_name_of_the_argument_changes(before: str, after: str) -> None:
    assert renamed(before) == after


def test_the_edit_replaces_the_whole_name() -> None:
    source = "x = f(max_tokens=5)"
    result = plan(source.encode(), [renaming(call_at(source))])
    assert result.edits == (Edit(Location("app.py", 1, 7, 1, 17), "max_completion_tokens"),)


def test_a_call_that_has_both_keywords_is_refused() -> None:
    source = "f(max_tokens=5, max_completion_tokens=6)"
    result = plan(source.encode(), [renaming(call_at(source))])
    assert result.new == source.encode()
    assert reasons(result) == ["the call has max_completion_tokens as well as max_tokens"]


def test_a_call_without_the_keyword_is_refused() -> None:
    source = "f(**max_tokens)"
    assert reasons(plan(source.encode(), [renaming(call_at(source))])) == ["the call has no keyword max_tokens"]


def test_a_call_renamed_already_is_left_as_it_is() -> None:
    source = "f(max_completion_tokens=5)"
    result = plan(source.encode(), [fix := renaming(call_at(source))])
    assert (result.new, result.unchanged) == (source.encode(), (fix,))
