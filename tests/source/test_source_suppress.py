from __future__ import annotations

import ast

import pytest

from llmlint.source.read import SourceText, decode_source
from llmlint.source.suppress import (
    MalformedSuppression,
    Suppression,
    SuppressionKind,
    Suppressions,
    read_suppressions,
    statement_lines,
)

TIMEOUT = ("LLM301", "missing-timeout")


def read(text: str) -> Suppressions:
    source = decode_source("a.py", text.encode())
    assert isinstance(source, SourceText)
    return read_suppressions(source)


def covered(text: str, first: int, last: int | None = None) -> bool:
    return read(text).covers(*TIMEOUT, first, last or first) is not None


def test_a_suppression_says_which_rules_why_and_where() -> None:
    assert read("é = f()  # llmlint: ignore[missing-timeout, LLM202] batch job, #12\n").found == (
        Suppression(SuppressionKind.IGNORE, ("missing-timeout", "LLM202"), "batch job, #12", 1, 10, 67),
    )


def test_a_directive_ends_where_the_next_begins() -> None:
    first, second = read("f()  # llmlint: ignore[a] why  # noqa: E501, LLM301\n").found
    assert (first.names, first.reason, first.column, first.end_column) == (("a",), "why", 6, 30)
    assert (second.kind, second.names, second.column, second.end_column) == (SuppressionKind.NOQA, ("LLM301",), 32, 52)


@pytest.mark.parametrize(
    "comment",
    [
        "# llmlint: ignore[missing-timeout]",
        "#llmlint:ignore [ missing-timeout ]why",
        "# type: ignore # llmlint: ignore[other, LLM301]",
        "# llmlint: ignore[llm3]",
        "# llmlint: file-ignore[missing-timeout]",
        "# noqa: LLM301",
        "# NOQA:E501,llm3 W605 and a reason",
    ],
)
def test_comments_that_suppress(comment: str) -> None:
    assert covered(f"f()  {comment}\n", 1)


@pytest.mark.parametrize(
    "line",
    [
        "f()  # noqa",
        "f()  # noqa: E501",
        "f()  # noqa: LLM",
        "f()  # noqa: LLM2",
        "f()  # noqa LLM301",
        "f()  # llmlint: ignore",
        "f()  # llmlint: ignore[]",
        "f()  # llmlint: ignore[missing]",
        "f()  # llmlint: ignore[LLM]",
        "f()  # see llmlint: ignore[missing-timeout]",
        "f('# llmlint: ignore[missing-timeout]')",
        'f("""\n# llmlint: ignore[missing-timeout]\n""")',
        'f(f"""{x}\n# noqa: LLM301\n""")',
    ],
)
def test_lines_that_do_not(line: str) -> None:
    assert not covered(line, 1, 3)


def test_a_comment_in_a_field_of_an_f_string_of_newer_syntax_counts() -> None:
    assert covered('f(f"{x["a"]}")  # llmlint: ignore[missing-timeout]\n', 1)


def test_a_comment_counts_on_every_line_of_the_statement_and_on_no_other() -> None:
    text = "a()\nf(\n  1,  # llmlint: ignore[missing-timeout]\n  2,\n)\nb()\n"
    assert covered(text, 2, 5)
    assert not covered(text, 1)
    assert not covered(text, 6)


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("# llmlint: ignore[LLM301]\n", True),
        ("# llmlint: ignore[LLM301]\n# and more\n", True),
        ("# before\n    # llmlint: ignore[LLM301]\n", True),
        ("# llmlint: ignore[LLM301]\n\n", False),
        ("a()  # llmlint: ignore[LLM301]\n", False),
        ("a()  # llmlint: ignore[LLM301]\n# and more\n", False),
    ],
)
def test_a_comment_alone_counts_for_the_statement_directly_below(above: str, expected: bool) -> None:
    line = above.count("\n") + 1
    assert covered(f"{above}f()\n", line) is expected


def test_a_comment_for_the_file_counts_everywhere_in_it() -> None:
    assert covered("a()\n\n\nb()\n# llmlint: file-ignore[missing-timeout] a demonstration\n", 1)


def test_unused_names_are_told() -> None:
    suppressions = read(
        "f()  # llmlint: ignore[missing-timeout, other]\ng()  # noqa: LLM999\n# llmlint: file-ignore[x]\n"
    )
    used = suppressions.covers(*TIMEOUT, 1, 1)
    assert used is not None
    assert [(each.line, names) for each, names in suppressions.unused()] == [
        (1, ("other",)),
        (2, ("LLM999",)),
        (3, ("x",)),
    ]


def test_a_line_is_used_before_the_file() -> None:
    suppressions = read("# llmlint: file-ignore[LLM3]\n\nf()  # llmlint: ignore[LLM301]\n")
    first = suppressions.covers(*TIMEOUT, 3, 3)
    assert first is not None
    assert first.line == 3
    assert [each.line for each, _ in suppressions.unused()] == [1]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# llmlint: ignore", "name the rules: ignore[...]"),
        ("# llmlint: ignore missing-timeout", "name the rules: ignore[...]"),
        ("# llmlint: ignore[ , ]", "name the rules: ignore[...]"),
        ("# llmlint: ignore[missing-timeout", "name the rules: ignore[...]"),
        ("# llmlint: file-ignore", "name the rules: file-ignore[...]"),
        ("# llmlint: disable=LLM301", "unknown directive 'disable': write ignore[...] or file-ignore[...]"),
    ],
)
def test_a_suppression_without_rules_is_malformed(comment: str, message: str) -> None:
    suppressions = read(f"f()  {comment}\n")
    assert suppressions.found == ()
    assert suppressions.malformed == (MalformedSuppression(1, 6, 6 + len(comment), message),)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_the_parser_counts_them(newline: str) -> None:
    text = newline.join(["x = '\u2028'", "\x0c", "", "f()  # llmlint: ignore[missing-timeout]"])
    assert [each.line for each in read(text).found] == [4]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("f(\n1)\n", (1, 2)),
        ("@a\n@b(\n1)\ndef f(\n  x,\n): \n  pass\n  pass\n", (1, 6)),
        ("with f(\n  x\n) as y:\n  @a\n  def g(): pass\n", (1, 3)),
        ("if x: pass\n", (1, 1)),
        ("match x:\n  case 1:\n    pass\n", (1, 1)),
        ("try:\n  pass\nfinally:\n  pass\n", (1, 1)),
    ],
)
def test_the_lines_of_a_statement_are_its_own_not_those_of_its_block(text: str, lines: tuple[int, int]) -> None:
    assert statement_lines(ast.parse(text).body[0]) == lines
