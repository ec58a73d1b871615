from __future__ import annotations

import ast
import sys
from collections.abc import Callable

import pytest

from llmlint.source.nesting import MAX_DEPTH, too_deep
from llmlint.source.newer_syntax import TOO_DEEP, Refusal, parse_newer
from llmlint.source.parse import SyntaxProblem, parse
from llmlint.source.read import SourceText, decode_source

DEEP: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n + "x" + ")" * n,
    "calls": lambda n: "f(" * n + "x" + ")" * n,
    "displays": lambda n: "{1:" * n + "x" + "}" * n,
    "f-strings": lambda n: 'f"{' * n + "x" + '}"' * n,
    "sum": lambda n: "+".join(["x"] * n),
    "powers": lambda n: "**".join(["x"] * n),
    "signs": lambda n: "-" * n + "x",
    "not": lambda n: "not " * n + "x",
    "and": lambda n: " and ".join(["x"] * n),
    "conditions": lambda n: "x if y else " * n + "x",
    "lambdas": lambda n: "lambda a, b: " * n + "x",
    "attributes": lambda n: "x" + ".y" * n,
    "trailers": lambda n: "x" + "()" * n,
    "strings": lambda n: "'x' " * n,
    "elif": lambda n: "if x:\n  pass\n" + "elif x:\n  pass\n" * n,
    "for": lambda n: "[x " + "for a, b in c " * n + "]",
    "targets": lambda n: "x = " * n + "x",
}


def read(text: str) -> SourceText:
    source = decode_source("a.py", text.encode())
    assert isinstance(source, SourceText)
    return source


def problem(text: str) -> SyntaxProblem:
    found = parse(read(text))
    assert isinstance(found, SyntaxProblem)
    return found


def test_a_text_gives_the_tree_of_ast() -> None:
    text = "# coding: utf-8\r\nx = 'é'; y = 1\r\x0cz = 2\n"
    tree = parse(read(text))
    assert isinstance(tree, ast.Module)
    assert ast.dump(tree, include_attributes=True) == ast.dump(ast.parse(text), include_attributes=True)


def test_warnings_about_the_code_are_not_shown(recwarn: pytest.WarningsRecorder) -> None:
    assert isinstance(parse(read("x = '\\d'\nassert (1, 2)\n1 is 1\n")), ast.Module)
    assert not recwarn.list


def test_syntax_of_any_version_gives_a_tree() -> None:
    tree = parse(read('x = f"{a["b"]}"\ntype Y[T = int] = list[T]\n'))
    assert isinstance(tree, ast.Module)
    assert len(tree.body) == 2


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("x = 1\ny = (\n", 2, 5, "'(' was never closed"),
        ("é = 1; é = = 2\n", 1, 12, "invalid syntax"),
        ("x = 'a\n", 1, 5, "unterminated string literal"),
        ("f(x for x in y, 1)\n", 1, 3, "Generator expression must be parenthesized"),
        ("if x:\npass\n", 2, 1, "expected an indented block"),
    ],
)
def test_what_no_version_knows_is_a_problem(text: str, line: int, column: int, message: str) -> None:
    found = problem(text)
    assert (found.line, found.column) == (line, column)
    assert found.message.startswith(message)


def test_a_problem_behind_newer_syntax_is_told_where_it_is() -> None:
    assert problem('x = f"{a["b"]}"\n\nx = = 1\n') == SyntaxProblem(3, 5, "invalid syntax")


@pytest.mark.parametrize("kind", DEEP)
def test_what_nests_too_deeply_is_refused_before_it_can_kill_the_process(kind: str) -> None:
    text = f"x\n{DEEP[kind](100_000)}"
    found = parse_newer(text)
    assert isinstance(found, Refusal)
    assert found.message == TOO_DEEP
    assert found.line >= 2
    assert isinstance(parse(read(text)), (ast.Module, SyntaxProblem))


QUICK = ("brackets", "sum", "elif", "strings", "lambdas")


@pytest.mark.parametrize(
    "kind", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in DEEP]
)
def test_what_is_let_through_is_parsed_without_harm(kind: str) -> None:
    depth = MAX_DEPTH
    while too_deep(DEEP[kind](depth)) is not None:
        depth = depth * 9 // 10
    found = parse_newer(DEEP[kind](depth))
    # The 3.12 interpreter bounds recursion through C at a fixed depth; it says so instead of crashing.
    assert isinstance(found, (ast.Module, Refusal) if sys.version_info[:2] == (3, 12) else ast.Module)


@pytest.mark.parametrize(
    "text",
    [
        "x = [\n" + "    ('a', 1 + 2, f(x)[0].y),\n" * 5_000 + "]\n",
        "x = {" + "'k': 'v' 'w', " * 5_000 + "}",
        "if x:\n    y()\nelif z:\n    y()\n" * 2_000,
        "x = 1; " * 5_000,
        "'''" + "(" * 10_000 + "'''\n# " + "(" * 10_000,
        "f(" * 150 + ")" * 150,
    ],
)
def test_long_is_not_deep(text: str) -> None:
    assert too_deep(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "x = (')' + " * 300,
        'f"{(" ) "+' * 300,
        "f'{x:{" * 300,
        "if x:\n  y\n" + "elif x:\n  y\n" * 1_500 + "else:\n  if x:\n    y\n" + "  elif x:\n    y\n" * 1_500,
    ],
)
def test_what_looks_shallow_but_is_deep_is_seen(text: str) -> None:
    assert too_deep(text) is not None


def test_the_recursion_limit_is_left_as_it_was() -> None:
    before = sys.getrecursionlimit()
    parse_newer("x = 1\n")
    assert sys.getrecursionlimit() == before
