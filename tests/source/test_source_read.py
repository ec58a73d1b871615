from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from llmlint.source.errors import SourceError
from llmlint.source.read import MAX_BYTES, SourceText, decode_source, read_source


def decoded(data: bytes) -> SourceText:
    source = decode_source("a.py", data)
    assert isinstance(source, SourceText)
    return source


def refused(data: bytes) -> str:
    source = decode_source("a.py", data)
    assert isinstance(source, SourceError)
    assert source.path == "a.py"
    return source.message


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("x = 'é'\n".encode())
    assert read_source(str(path)) == SourceText(str(path), b"x = '\xc3\xa9'\n", "x = 'é'\n", "utf-8", False, "\n")


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


@pytest.mark.parametrize(("ending", "text"), [("\n", "a\nb"), ("\r\n", "a\r\nb\n"), ("\r", "a\rb\r"), ("\n", "a")])
def test_line_ends_are_kept_and_the_first_is_told(ending: str, text: str) -> None:
    source = decoded(text.encode())
    assert (source.newline, source.text) == (ending, text)


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


def test_what_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def message(path: Path) -> str:
        source = read_source(str(path))
        assert isinstance(source, SourceError)
        return source.message

    assert message(tmp_path / "missing.py") == "does not exist"
    assert message(tmp_path) == "is a directory, not a file"
    os.mkfifo(tmp_path / "pipe")
    assert message(tmp_path / "pipe") == "is not a regular file"
    large = tmp_path / "large.py"
    with large.open("wb") as file:
        file.truncate(12_345_678)
    assert message(large) == "is 12.3 MB; files over 5 MB are not read"

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    (tmp_path / "locked.py").touch()
    assert message(tmp_path / "locked.py") == "cannot be read: permission denied"
