"""Whatever the file is like, the bytes outside the edit stay."""

from __future__ import annotations

import codecs

import pytest
from fix_samples import adding, call_at, done, reasons, renaming

from llmlint.diagnostics import Edit, Location
from llmlint.fixes import plan


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x = 1\r\nf(\r\n\ta,\r\n)\r\n", b"x = 1\r\nf(\r\n\ta,\r\n\ttimeout=30.0,\r\n)\r\n"),
        (b"x = 1\rf(\r  a,\r)\r", b"x = 1\rf(\r  a,\r  timeout=30.0,\r)\r"),
        (b"x = 1\nf(\r\n  a\r\n)\rg = 2\r\n", b"x = 1\nf(\r\n  a,\r\n  timeout=30.0\r\n)\rg = 2\r\n"),
        (b"s = '''a\r\nb\rc\n'''\nf(1)", b"s = '''a\r\nb\rc\n'''\nf(1, timeout=30.0)"),
        (b"\x0c\nx = 1 \t\n\x0cf(1) \x0c # end \t", b"\x0c\nx = 1 \t\n\x0cf(1, timeout=30.0) \x0c # end \t"),
        (b"\xef\xbb\xbff(1)", b"\xef\xbb\xbff(1, timeout=30.0)"),
        (b"# coding: latin-1\ns = '\xe9'; f('\xe9')\n", b"# coding: latin-1\ns = '\xe9'; f('\xe9', timeout=30.0)\n"),
        ("é = 'ü𝄞'; f('𝄞')\n".encode(), "é = 'ü𝄞'; f('𝄞', timeout=30.0)\n".encode()),
        (
            "s = '\u2028\x0b\x1c'; f('\x85',\n  2)".encode(),
            "s = '\u2028\x0b\x1c'; f('\x85',\n  2,\n  timeout=30.0)".encode(),
        ),
        (b"# coding: cp932\nf('\x83\x5c')\n", b"# coding: cp932\nf('\x83\x5c', timeout=30.0)\n"),
        (b"f(1)\\\n\n", b"f(1, timeout=30.0)\\\n\n"),
    ],
    ids=[
        "crlf",
        "cr",
        "mixed",
        "newlines-in-string",
        "form-feed",
        "bom",
        "latin-1",
        "astral",
        "odd-breaks",
        "cp932",
        "end",
    ],
)
def test_every_other_byte_is_kept(before: bytes, after: bytes) -> None:
    encoding = "latin-1" if b"latin-1" in before else "cp932" if b"cp932" in before else "utf-8-sig"
    fix = adding(call_at(before.decode(encoding)))
    result = done(plan(before, [fix]))
    assert result.new == after
    again = plan(after, [adding(call_at(after.decode(encoding)))])
    assert (again.new, again.edits) == (after, ())


def test_edits_count_code_points_from_one() -> None:
    source = "é = '𝄞'; f('𝄞', max_tokens=1)"
    result = plan(codecs.BOM_UTF8 + source.encode(), [renaming(call_at(source))])
    assert result.edits == (Edit(Location("app.py", 1, 17, 1, 27), "max_completion_tokens"),)
    assert source[16:26] == "max_tokens"


def test_text_that_the_encoding_lacks_is_refused() -> None:
    source = b"# coding: latin-1\nf(1)\n"
    result = plan(source, [adding(call_at(source.decode()), value="'\u20ac'")])
    assert result.new == source
    assert reasons(result) == ["the edit cannot be written in the file's encoding, iso-8859-1"]


def test_a_file_that_does_not_decode_is_left_alone() -> None:
    source = b"f('\xff')"
    result = plan(source, [adding(Location("app.py", 1, 1, 1, 7))])
    assert result.new == source
    assert len(result.withdrawn) == 1
    assert "not UTF-8" in result.withdrawn[0].reason


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("f(1)", (1, 1, 1, 4)),
        ("f(1)", (1, 1, 1, 9)),
        ("f(1)", (7, 1, 7, 4)),
        ("f(1)", (1, 4, 1, 1)),
        ("g.f(1)", (1, 3, 1, 7)),
        ("'f(1)'", (1, 2, 1, 6)),
        ("# f(1)", (1, 3, 1, 7)),
        ("x = [1]", (1, 5, 1, 8)),
        ("match x:\n    case A(b=1): ...", (2, 10, 2, 16)),
        ("def f(a): ...", (1, 5, 1, 9)),
    ],
)
def test_a_place_where_no_call_stands_is_refused(source: str, target: tuple[int, int, int, int]) -> None:
    result = plan(source.encode(), [adding(Location("app.py", *target))])
    assert result.new == source.encode()
    assert len(result.withdrawn) == 1


def test_an_unknown_codemod_is_refused() -> None:
    source = "f(1)"
    fix = adding(call_at(source))
    operation = type(fix.operations[0])("drop-call", call_at(source))
    result = plan(source.encode(), [type(fix)(fix.applicability, "", (operation,))])
    assert reasons(result) == ["there is no codemod 'drop-call'"]
