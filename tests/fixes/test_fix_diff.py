from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llmlint.fixes import unified_diff


def test_nothing_changed_is_an_empty_diff() -> None:
    assert unified_diff({"a.py": (b"x\n", b"x\n")}) == ""


def test_it_reads_like_any_unified_diff() -> None:
    assert unified_diff({"pkg/a.py": (b"a\nb", b"a\nc")}) == (
        "--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1,2 +1,2 @@\n a\n"
        "-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nf(1)\nb\n", b"a\nf(1, 2)\nb\n"),
        (b"a\nf(1)", b"a\nf(1, 2)"),
        (b"f(1)\nb", b"f(1, 2)\nb"),
        (b"a\r\nf(\r\n)\r\n", b"a\r\nf(\r\n    1,\r\n)\r\n"),
        (b"a\rf(1)\rb\r", b"a\rf(1, 2)\rb\r"),
        (b"a\r\nf(1)\rb\nc", b"a\r\nf(1, 2)\rb\nc"),
        (b"\xef\xbb\xbff(1)\n", b"\xef\xbb\xbff(1, 2)\n"),
        (b"# coding: latin-1\nf('\xe9')\n", b"# coding: latin-1\nf('\xe9', 2)\n"),
        ("\x0cé\u2028\nf(1)\n\x0c".encode(), "\x0cé\u2028\nf(1, 2)\n\x0c".encode()),
        (b"f(1)\n" * 50, b"f(1)\n" * 9 + b"f(2)\n" + b"f(1)\n" * 30 + b"f(3)\n" + b"f(1)\n" * 9),
    ],
    ids=["lf", "no-end", "no-end-behind", "crlf", "cr", "mixed", "bom", "latin-1", "odd", "two-hunks"],
)
@pytest.mark.parametrize("name", ["a.py", "two words.py", 'q"uo\\te.py', "é/ü.py"])
def test_git_applies_it_to_the_byte(tmp_path: Path, name: str, old: bytes, new: bytes) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(old)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    patch = unified_diff({name: (old, new)}).encode("utf-8", "surrogateescape")
    for flags in (["--check"], []):
        command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", *flags, "-"]
        subprocess.run(command, cwd=tmp_path, input=patch, check=True)
    assert file.read_bytes() == new


def test_several_files_are_sorted(tmp_path: Path) -> None:
    diff = unified_diff({"b.py": (b"1\n", b"2\n"), "a.py": (b"1\n", b"2\n")})
    assert [line for line in diff.splitlines() if line.startswith("+++")] == ["+++ b/a.py", "+++ b/b.py"]
