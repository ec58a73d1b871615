from __future__ import annotations

from llmlint.diagnostics import Location, Severity
from llmlint.report.frame import WIDTH, code_frame
from llmlint.report.palette import Palette


def frame(source: str, line: int, column: int, end_line: int, end_column: int) -> list[str]:
    return code_frame(source, Location("a.py", line, column, end_line, end_column), Severity.ERROR, Palette())


def test_carets_stand_under_the_range() -> None:
    assert frame("x = 1\ny = ask(x)\n", 2, 5, 2, 11) == [
        "  2 | y = ask(x)",
        "    |     ^^^^^^",
    ]


def test_a_call_over_several_lines_shows_its_first_three() -> None:
    source = "y = ask(\n    a,\n    b,\n    c,\n)\n"
    assert frame(source, 1, 5, 5, 2) == [
        "  1 | y = ask(",
        "    |     ^^^^",
        "  2 |     a,",
        "  3 |     b,",
        "    | ...",
    ]


def test_numbers_are_aligned() -> None:
    source = "\n" * 8 + "ask(\n    a,\n)\n"
    assert frame(source, 9, 1, 11, 2) == [
        "   9 | ask(",
        "     | ^^^^",
        "  10 |     a,",
        "  11 | )",
    ]


def test_tabs_are_widened_and_carets_follow() -> None:
    assert frame("\tx = ask()\n", 1, 6, 1, 11) == [
        "  1 |     x = ask()",
        "    |         ^^^^^",
    ]


def test_wide_and_combining_characters_are_measured() -> None:
    assert frame('f("質問", ask())\n', 1, 9, 1, 14)[1] == "    |" + " " * 11 + "^^^^^"
    assert frame('f("e\u0301", ask())\n', 1, 9, 1, 14)[1] == "    |" + " " * 8 + "^^^^^"


def test_control_characters_are_shown_and_not_sent() -> None:
    lines = frame("x = '\x1b[31m' + ask()\n", 1, 15, 1, 20)
    assert lines == [
        "  1 | x = '\\x1b[31m' + ask()",
        "    |                  ^^^^^",
    ]


def test_a_long_line_is_cut_around_the_range() -> None:
    source = "x = '" + "a" * 500 + "' + ask() + '" + "b" * 500 + "'\n"
    start = source.index("ask()") + 1
    code, carets = frame(source, 1, start, 1, start + 5)
    assert code.startswith("  1 | ... a")
    assert code.endswith("b ...")
    assert len(code) <= WIDTH + 20
    assert code[carets.index("^") : carets.rindex("^") + 1] == "ask()"


def test_a_range_longer_than_the_window_is_cut_too() -> None:
    code, carets = frame("ask(" + "a" * 500 + ")\n", 1, 1, 1, 506)
    assert code.endswith(" ...")
    assert carets.count("^") == WIDTH


def test_an_empty_range_has_one_caret() -> None:
    assert frame("x\n", 1, 2, 1, 2)[1] == "    |  ^"


def test_a_form_feed_ends_no_line() -> None:
    assert frame("a\x0c\r\nask()\r\n", 2, 1, 2, 6)[0] == "  2 | ask()"


def test_a_place_outside_the_source_has_no_frame() -> None:
    assert frame("x\n", 5, 1, 5, 2) == []
