from __future__ import annotations

import ast

import pytest

from llmlint.source.lines import LineIndex, split_lines


def test_only_newline_and_carriage_return_end_a_line() -> None:
    assert split_lines("a\nb\r\nc\rd\x0be\x0cf\u2028g\x85h") == ["a", "b", "c", "d\x0be\x0cf\u2028g\x85h"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("before", "column"), [("", 1), ("x = 1; ", 8), ("'é'; ", 6), ("'😀'; ", 6), ("'\u2028'; ", 6), ("\x0c", 2)]
)
def test_columns_count_code_points_from_one(before: str, column: int, newline: str) -> None:
    text = f"'first é'{newline}{before}name{newline}"
    node = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id == "name")
    assert LineIndex(text).column(node.lineno, node.col_offset) == column


def test_an_ascii_text_needs_no_lines() -> None:
    assert LineIndex("x = 1\n").column(1, 4) == 5


def test_the_place_behind_the_last_line_has_a_column() -> None:
    assert LineIndex("é").column(2, 0) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_segment_is_the_text_between_two_positions(newline: str) -> None:
    text = newline.join(["first = 'é'", "second = f('é', (", "    1,", "    'ü\x0c'), x)", "third"])
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.expr) and node.end_lineno is not None and node.end_col_offset is not None:
            segment = LineIndex(text).segment((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
            assert segment == ast.get_source_segment(text, node)
