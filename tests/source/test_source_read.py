from __future__ import annotations

import codecs

import pytest

from llmlint.source.errors import SourceError, from_os_error
from llmlint.source.read import MAX_BYTES, SourceText, decode_source


def decoded(data: bytes) -> SourceText:
    source = decode_source("a.py", data)
    assert isinstance(source, SourceText)
    return source


def refused(data: bytes) -> str:
    source = decode_source("a.py", data)
    assert isinstance(source, SourceError)
    assert source.path == "a.py"
    return source.message


def test_a_file_is_read_as_utf_8() -> None:
    data = "x = 'é'\n".encode()
    assert decode_source("a.py", data) == SourceText("a.py", data, "x = 'é'\n", "utf-8", False)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    source = decoded(codecs.BOM_UTF8 + b"x = 1\n")
    assert (source.text, source.encoding, source.bom) == ("x = 1\n", "utf-8", True)
    assert source.data.startswith(codecs.BOM_UTF8)


@pytest.mark.parametrize(
    "head", [b"# -*- coding: latin-1 -*-\n", b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\n"]
)
def test_a_declared_encoding_is_obeyed(head: bytes) -> None:
    source = decoded(head + b"x = '\xe9'\n")
    assert source.text.endswith("x = 'é'\n")
    assert source.encoding == "iso-8859-1"


def test_a_declaration_counts_in_the_first_two_lines_only() -> None:
    assert decoded(b"import a\nx = 'coding: latin-1'\n# coding: latin-1\n").encoding == "utf-8"
    assert refused(b"\n\n# coding: latin-1\nx = '\xe9'\n").startswith("is not UTF-8: byte 0xe9 at line 4; declare")


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb\n", "a\rb\r", "a"])
def test_line_ends_are_kept(text: str) -> None:
    assert decoded(text.encode()).text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"a\r\nb\rc\n\xe9",
            "is not UTF-8: byte 0xe9 at line 4; "
            "declare the encoding in a comment on line 1 or 2, or save the file as UTF-8",
        ),
        (codecs.BOM_UTF8 + b"\n\xff", "is not UTF-8: byte 0xff at line 2; declare"),
        (b"# \xe9 coding: latin-1\n", "is not UTF-8: byte 0xe9 at line 1; declare"),
        (b"# coding: ascii\n\xe9", "is not ascii, which it declares: byte 0xe9 at line 2; correct"),
        (b"# coding: klingon\n", "declares an encoding that is unknown or contradicts its byte order mark"),
        (
            codecs.BOM_UTF8 + b"# coding: latin-1\n",
            "declares an encoding that is unknown or contradicts its byte order",
        ),
        (b"# coding: rot13\n", "declares the encoding 'rot13', which is not a text encoding"),
        (b"a\nb\0\n", "contains a null byte at line 2, so it is not Python source"),
        ("x".encode("utf-16"), "is UTF-16; Python source must be"),
        (b"#" * (MAX_BYTES + 1), "is 5.0 MB; files over 5 MB are not read"),
    ],
)
def test_what_is_not_python_text_is_refused_in_one_sentence(data: bytes, message: str) -> None:
    assert refused(data).startswith(message)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileNotFoundError(2, "No such file or directory"), "does not exist"),
        (PermissionError(13, "Permission denied"), "cannot be read: permission denied"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_sentence(error: OSError, message: str) -> None:
    assert from_os_error("a.py", error).message == message
