"""Comments that suppress findings: where they stand, and that they are all that changes."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from llmlint.diagnostics import Diagnostic, Location, Severity
from llmlint.fixes import RefusalError, add_ignores
from llmlint.source.lines import LineIndex
from llmlint.source.read import SourceText, decode_source
from llmlint.source.suppress import read_suppressions, statement_lines


def findings(data: bytes) -> list[Diagnostic]:
    """A finding for every call of `slow` (missing-timeout), `bare` (unhandled-call) and `dark` (unlogged-call)."""
    rules = {
        "slow": ("LLM301", "missing-timeout"),
        "bare": ("LLM303", "unhandled-call"),
        "dark": ("LLM501", "unlogged-call"),
    }
    source = decode_source("", data)
    assert isinstance(source, SourceText)
    lines = LineIndex(source.text)
    tree = ast.parse(source.text)
    innermost = {id(node): each for each in ast.walk(tree) if isinstance(each, ast.stmt) for node in ast.walk(each)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in rules:
            end = node.end_lineno or 0
            at = Location("app.py", node.lineno, lines.column(node.lineno, node.col_offset), end, 1)
            first, last = statement_lines(innermost[id(node)])
            statement = Location("app.py", first, 1, max(last, end), 1)
            code, name = rules[node.func.id]
            found.append(Diagnostic(code, name, Severity.WARNING, "", at, statement=statement))
    return sorted(found, key=lambda each: each.location.start)


def uncovered(data: bytes) -> list[Diagnostic]:
    """The findings that no comment covers."""
    source = decode_source("", data)
    assert isinstance(source, SourceText)
    comments = read_suppressions(source)
    return [
        each
        for each in findings(data)
        if each.statement
        and comments.covers(each.code, each.name, each.statement.line, each.statement.end_line) is None
    ]


def ignored(code: str, reason: str = "") -> str:
    data = dedent(code).encode()
    new = add_ignores(data, uncovered(data), reason)
    assert uncovered(new) == []
    assert add_ignores(new, uncovered(new), reason) == new
    return new.decode()


def test_it_stands_at_the_end_of_the_line() -> None:
    assert ignored("x = slow()\n") == "x = slow()  # llmlint: ignore[missing-timeout]\n"


def test_several_rules_share_a_comment_in_the_order_of_their_codes() -> None:
    assert ignored("dark(bare())", "why") == "dark(bare())  # llmlint: ignore[unhandled-call, unlogged-call] why"


def test_two_statements_on_a_line_share_a_comment() -> None:
    assert ignored("slow(); bare()") == "slow(); bare()  # llmlint: ignore[missing-timeout, unhandled-call]"


def test_it_stands_above_where_the_line_would_become_long() -> None:
    long = "    return slow(" + "a" * 50 + ")\n"
    assert ignored(f"def f():\n{long}") == f"def f():\n    # llmlint: ignore[missing-timeout]\n{long}"


def test_it_follows_a_comment_of_somebody_else() -> None:
    assert ignored("slow()  # type: ignore\n") == "slow()  # type: ignore  # llmlint: ignore[missing-timeout]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("slow()  # llmlint: ignore[LLM2] why", "slow()  # llmlint: ignore[LLM2, missing-timeout] why"),
        ("slow()  #llmlint:ignore[a,]", "slow()  #llmlint:ignore[a, missing-timeout]"),
        (
            "slow()  # llmlint: ignore[ a ]  # noqa: E501",
            "slow()  # llmlint: ignore[ a, missing-timeout ]  # noqa: E501",
        ),
        ("# llmlint: ignore[a]\n# more\nslow()", "# llmlint: ignore[a, missing-timeout]\n# more\nslow()"),
        ("slow(\n  1,  # llmlint: ignore[a]\n)", "slow(\n  1,  # llmlint: ignore[a, missing-timeout]\n)"),
    ],
)
def test_it_is_merged_into_a_comment_that_is_there(before: str, after: str) -> None:
    assert ignored(before, "new reason") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("slow()  # noqa: LLM302", "slow()  # noqa: LLM302  # llmlint: ignore[missing-timeout]"),
        (
            "x = 1  # llmlint: ignore[a]\nslow()",
            "x = 1  # llmlint: ignore[a]\nslow()  # llmlint: ignore[missing-timeout]",
        ),
        (
            "# llmlint: file-ignore[a]\n\nslow()",
            "# llmlint: file-ignore[a]\n\nslow()  # llmlint: ignore[missing-timeout]",
        ),
    ],
)
def test_other_comments_are_left_alone(before: str, after: str) -> None:
    assert ignored(before) == after


@pytest.mark.parametrize(
    "code",
    [
        'x = slow("""a\nb\n""")\n',
        'x = """a\nb""" + slow("""c\nd""")\n',
        "x = 1 + \\\n    slow() + \\\n    2\n",
        "if x: \\\n    slow()\n",
        'x = """a\n"""; slow("""b\n""")\n',
        'x = f"""\n{slow()}\n"""\n',
        'x = f"""\n{\n  slow(\n  )\n}\n""" \\\n + "a"\n',
        "slow(\n    'a'\n    'b',\n)\n",
        "@slow()\n@bare()\ndef f(): ...\n",
        "class A(slow()):\n    '''doc\n    '''\n",
        "with slow() as a, \\\n        bare() as b:\n    dark()\n",
        "if a:\n    pass\nelif slow():\n    pass\n",
        "for x in slow(): pass\nelse: bare()\n",
        "x = [\n    slow(),\n    # a comment\n    bare(),\n]\n",
        "def f(a=slow(\n    1)):\n    return bare()\n",
        "try: slow()\nexcept E: bare()\nfinally: dark()\n",
        "match slow():\n    case 1: bare()\n",
        "x = lambda: (slow(),\n             bare())\n",
        "async def f():\n\tasync for x in slow():\n\t\tawait bare()\n",
        "#!/usr/bin/env python\n# coding: utf-8\nslow(" + "a" * 90 + ")\n",
        "\f\nslow(" + "a" * 90 + ")\n\f",
        "slow(); x = '''\n'''; bare()\n",
        "if slow(" + "a" * 90 + "): bare(); dark(\n)\n",
        "slow() # \u00fc\u2028x\nbare()",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"])
def test_only_comments_change_and_all_count(code: str, newline: str, head: bytes) -> None:
    data = head + code.replace("\n", newline).encode()
    new = add_ignores(data, uncovered(data), "why")
    assert uncovered(new) == []
    assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(data))
    assert new.count(newline.encode()) >= data.count(newline.encode())
    assert without_our_comments(new, newline.encode()) == data
    assert add_ignores(new, uncovered(new), "why") == new


def without_our_comments(data: bytes, newline: bytes) -> bytes:
    kept, head = [], b""
    for line in data.split(newline):
        before, found, _ = line.partition(b"# llmlint: ignore[")
        if found and not before.strip(b"\xef\xbb\xbf \t"):
            head = before.strip()
            continue
        kept.append(before.removesuffix(b"  ") if found else line)
    return head + newline.join(kept)


def test_the_encoding_of_a_file_is_kept() -> None:
    data = "# coding: latin-1\nslow('\u00e9')\n".encode("latin-1")
    new = add_ignores(data, findings(data), "\u00e9t\u00e9")
    assert new.decode("latin-1") == "# coding: latin-1\nslow('é')  # llmlint: ignore[missing-timeout] été\n"
    with pytest.raises(RefusalError, match="cannot be written in the file's encoding"):
        add_ignores(data, findings(data), "\u20ac")


def test_a_reason_that_would_declare_an_encoding_is_refused() -> None:
    data = b"slow(" + b"a" * 90 + b")\n"
    with pytest.raises(RefusalError):
        add_ignores(data, findings(data), "coding: klingon")


def test_a_place_that_takes_no_comment_is_refused() -> None:
    data = b"x = '''\n''' \\\n  + '''\n'''\n"
    inside = Location("app.py", 2, 1, 3, 1)
    found = Diagnostic("LLM301", "missing-timeout", Severity.WARNING, "", inside, statement=inside)
    with pytest.raises(RefusalError, match="no comment can be put on line 2"):
        add_ignores(data, [found])
