from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from textwrap import dedent
from typing import Any

import pytest

from llmlint.diagnostics import Location
from llmlint.source.errors import SourceError
from llmlint.source.magics import python_of
from llmlint.source.notebook import read_notebook
from llmlint.source.parse import SyntaxProblem
from llmlint.source.parse_cells import parse_source
from llmlint.source.read import SourceText

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source, **more}


def notebook(*cells: Any, metadata: Any = PYTHON) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}).encode()


def read(data: bytes) -> SourceText:
    source = read_notebook("n.ipynb", data)
    assert isinstance(source, SourceText), source
    return source


def refused(data: bytes) -> str:
    source = read_notebook("n.ipynb", data)
    assert isinstance(source, SourceError)
    return source.message


def places(source: SourceText) -> list[tuple[int, int, str]]:
    """Cell, line and text of each line with something in it."""
    found = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if line:
            assert source.cells is not None
            where = source.cells.locate(Location("n.ipynb", number, 1, number, 1))
            assert where.cell is not None
            found.append((where.cell, where.line, line))
    return found


def python(cell: str) -> list[str]:
    """The lines of a cell as Python, which must parse."""
    lines = python_of(dedent(cell).strip("\n")).lines
    ast.parse("\n".join(lines))
    return lines


def parsed(*cells: str) -> tuple[str, list[SyntaxProblem]]:
    """What is left of a notebook's cells as one program, and what ails the others."""
    tree, _, problems = parse_source(read(notebook(*map(code, cells))))
    assert tree is not None
    return ast.unparse(tree), problems


def test_code_cells_are_one_program_in_order() -> None:
    source = read(notebook(code("a = 1\nb = 2"), code("c = 3")))
    assert source.text == "a = 1\nb = 2\n\nc = 3\n"
    assert source.data == source.text.encode()
    assert places(source) == [(0, 1, "a = 1"), (0, 2, "b = 2"), (1, 1, "c = 3")]


def test_cells_of_every_kind_are_counted_and_code_alone_is_read() -> None:
    text = {"cell_type": "markdown", "metadata": {}, "source": "import openai"}
    raw = {"cell_type": "raw", "metadata": {}, "source": ["import openai"]}
    source = read(notebook(text, code("a"), raw, code(""), code("b")))
    assert places(source) == [(1, 1, "a"), (4, 1, "b")]


def test_a_source_is_a_text_or_a_list_of_lines() -> None:
    source = read(notebook(code("a\nb\n"), code(["c\n", "\n", "d"])))
    assert places(source) == [(0, 1, "a"), (0, 2, "b"), (1, 1, "c"), (1, 3, "d")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_end_a_line(end: str) -> None:
    assert places(read(notebook(code(f"a{end}b{end}"), code("c")))) == [(0, 1, "a"), (0, 2, "b"), (1, 1, "c")]


def test_escapes_of_json_are_resolved() -> None:
    data = notebook(code("CELL")).replace(b"CELL", rb"\u0069mport openai\n\tx\u003d\"\u00e9\"")
    assert read(data).text == 'import openai\n\tx="é"\n'


def test_version_3_has_its_cells_in_worksheets() -> None:
    first = {"cells": [{"cell_type": "code", "language": "python", "input": ["a\n", "b"]}]}
    second = {"cells": [{"cell_type": "heading", "source": "x"}, {"cell_type": "code", "language": "R", "input": "y"}]}
    third = {"cells": [{"cell_type": "code", "language": "python", "input": "c"}]}
    data = json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [first, second, third]}).encode()
    assert places(read(data)) == [(0, 1, "a"), (0, 2, "b"), (3, 1, "c")]


@pytest.mark.parametrize(
    ("metadata", "is_read"),
    [
        ({}, True),
        (None, True),
        ({"language_info": {"name": "python"}}, True),
        ({"kernelspec": {"name": "my-env", "display_name": "x"}}, True),
        ({"kernelspec": {"language": "Python", "name": "x"}, "language_info": {"name": "python"}}, True),
        ({"kernelspec": {"language": "python"}, "language_info": {"name": "pyspark"}}, True),
        ({"kernelspec": {"name": "ir", "display_name": "R"}}, False),
        ({"kernelspec": {"name": "julia-1.9", "display_name": "Julia"}}, False),
        ({"kernelspec": {"name": "x", "language": "R"}}, False),
        ({"language_info": {"name": "javascript"}}, False),
        ({"kernelspec": {"name": ".net-csharp", "language": "C#"}}, False),
    ],
)
def test_the_kernel_must_be_one_of_python(metadata: object, is_read: bool) -> None:
    assert bool(read(notebook(code("a = 1"), metadata=metadata)).text) is is_read


def test_a_cell_in_another_language_is_left_out() -> None:
    other = code("echo hello", metadata={"vscode": {"languageId": "shellscript"}})
    assert places(read(notebook(other, code("a", metadata={"vscode": {"languageId": "python"}})))) == [(1, 1, "a")]


def test_a_cell_that_may_be_python_is_read_where_it_is() -> None:
    plain = {"vscode": {"languageId": "plaintext"}}
    cells = (code("!pip install x\na = 1", metadata=plain), code("not a program", metadata=plain))
    assert places(read(notebook(*cells))) == [(0, 1, "pass"), (0, 2, "a = 1")]
    coconut = {"kernelspec": {"name": "coconut", "language": "coconut"}}
    assert places(read(notebook(code("x |> print"), code("a"), metadata=coconut))) == [(1, 1, "a")]


def test_cells_that_are_no_cells_are_passed_over() -> None:
    odd: list[Any] = [
        None,
        1,
        "x",
        [],
        {},
        {"cell_type": "code"},
        code([1, None, "a"]),
        {"cell_type": "code", "source": 5},
    ]
    assert places(read(notebook(*odd, code("b")))) == [(6, 1, "a"), (8, 1, "b")]


@pytest.mark.parametrize("data", [b"", b"\n", notebook(), notebook({"cell_type": "markdown", "source": "x"})])
def test_a_notebook_without_code_is_an_empty_program(data: bytes) -> None:
    assert (read(data).text, read(data).cells) == ("", None)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"cells": [\n', "is not a notebook: it is not valid JSON: Expecting value at line 2, column 1"),
        (b"<<<<<<< HEAD\n", "is not a notebook: it is not valid JSON: Expecting value at line 1, column 1"),
        (b'{"cells": "\xff"}', "is not a notebook: it is not utf-8: byte 0xff"),
        (b"[]", "is not a notebook: it has no list of cells"),
        (b"{}", "is not a notebook: it has no list of cells"),
        (b'{"cells": {}}', "is not a notebook: it has no list of cells"),
        (b'{"cells": ' + b"[" * 200_000, "is nested too deeply to be read as a notebook"),
        (b" " * 50_000_001, "is 50.0 MB; notebooks over 50 MB are not read"),
        (notebook(code("#" * 5_000_001)), "holds 5.0 MB of code; over 5 MB are not read"),
    ],
    ids=["cut off", "conflict", "no text", "list", "empty object", "no cells", "deep", "huge", "huge code"],
)
def test_what_is_no_notebook_is_refused_with_the_reason(data: bytes, message: str) -> None:
    assert refused(data) == message


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("%matplotlib inline\nx = 1", ["pass", "x = 1"]),
        ("!pip install -q 'openai\nx = 1", ["pass", "x = 1"]),
        ("!!ls\n%%javascript", ["pass", "pass"]),
        ("if x:\n    !ls {x}\n    %cd y\nelse:\n    y", ["if x:", "    pass", "    pass", "else:", "    y"]),
        ("!pip install \\\n   a \\\n   b\nx", ["pass", "", "", "x"]),
        ("files = !ls -l\nx = files", ["files = get_ipython()", "x = files"]),
        ("a.b[0] = %env HOME\nx", ["a.b[0] = get_ipython()", "x"]),
        ("x = !ls \\\n  -l\ny", ["x = get_ipython()", "", "y"]),
        ("client?\n?client\nclient.chat??  \n*int*?\nx", ["pass", "pass", "pass", "pass", "x"]),
        (",f a b\n;f a\n/f 1\nx", ["pass", "pass", "pass", "x"]),
    ],
)
def test_what_only_ipython_knows_is_blanked_line_by_line(cell: str, lines: list[str]) -> None:
    assert python(cell) == lines


@pytest.mark.parametrize(
    "cell",
    [
        "x = (10\n% 3)",
        "x = 10 \\\n% 3",
        "x = '''\n%time\n!ls\n'''",
        'x = """\nwhat?\n"""',
        "x = f(a,\n  b='?')  # really?",
        "x != y",
        "x = a % b",
        "x %= 2",
        "f'{x!r}'",
        "f(a=b)[c]; d = 'e'  # = !",
    ],
)
def test_python_that_looks_like_it_is_kept(cell: str) -> None:
    assert python(cell) == cell.split("\n")


@pytest.mark.parametrize(
    "magic", ["%%time", "%%capture out --no-stderr", "%%timeit -n 1", "%%prun", "\n# note\n%%time"]
)
def test_a_cell_magic_that_runs_python_keeps_it(magic: str) -> None:
    lines = python_of(f"{magic}\nx = 1\n!ls").lines
    assert lines[-2:] == ["x = 1", "pass"]
    assert "%" not in "".join(lines)


def test_cell_magics_can_stand_one_above_the_other() -> None:
    assert python("%%capture\n%%time\nx = 1") == ["", "", "x = 1"]
    assert python("%%time\n%%bash\nls -l") == ["", "", ""]


@pytest.mark.parametrize(
    "magic", ["%%bash", "%%html", "%%writefile a.py", "%%python", "%%sql db", "%%R -i x", "%sql", "%md #"]
)
def test_any_other_cell_magic_blanks_the_cell(magic: str) -> None:
    assert python(f"{magic}\nclient = OpenAI()\necho don't") == ["", "", ""]


@pytest.mark.parametrize(
    ("cell", "python_text", "moved"),
    [
        ("%time x = f()", "x = f()", {1: 6}),
        ("%timeit -n 3 -r1 f()", "f()", {1: 17}),
        ("if x:\n    %time f()", "if x:\n    f()", {2: 6}),
        ("%time !ls", "pass", {1: 6}),
        ("x = %time f()", "x =       f()", {}),
        ("  a = 1\n  b = 2", "a = 1\nb = 2", {1: 2, 2: 2}),
    ],
)
def test_python_that_is_moved_is_remembered(cell: str, python_text: str, moved: dict[int, int]) -> None:
    result = python_of(cell)
    assert ("\n".join(result.lines), result.moved) == (python_text, moved)


@pytest.mark.parametrize("cell", ["pip install openai", "conda install -y x  ", "cd ../data", "ls -la"])
def test_a_magic_alone_in_its_cell_needs_no_sign(cell: str) -> None:
    assert python(cell) == ["pass"]


@pytest.mark.parametrize("cell", ["env = 1", "run(x)", "ls in x", "pip.main()", "cat [0]", "more"])
def test_names_of_magics_are_names_all_the_same(cell: str) -> None:
    assert python(cell) == [cell]


def test_await_needs_no_function() -> None:
    cells = ["x = await f()", "async for y in g():\n    pass", "async with h() as z:\n    pass"]
    assert parsed(*cells) == ("\n".join(cells), [])


def test_a_cell_that_cannot_be_parsed_loses_only_itself() -> None:
    text, problems = parsed("a = 1", "b = = 2", "c = '''", "d = 4")
    assert text == "a = 1\nd = 4"
    assert [(problem.line, problem.column) for problem in problems] == [(3, 5), (5, 5)]


@pytest.mark.parametrize("cells", [("x = (", "1)"), ("if x:", "    y"), ("x = '''", "'''"), ("@f", "def g(): pass")])
def test_cells_are_not_joined(cells: Sequence[str]) -> None:
    text, problems = parsed("a = 1", *cells, "b = 2")
    assert text.startswith("a = 1\n")
    assert text.endswith("\nb = 2")
    assert problems


def test_an_indented_cell_is_a_program() -> None:
    assert parsed("if x:\n    y", "    z = 1\n    w = 2") == ("if x:\n    y\nz = 1\nw = 2", [])


def test_lines_behind_a_broken_cell_keep_their_numbers() -> None:
    tree, text, _ = parse_source(read(notebook(code("a"), code("(\n(\n("), code("\nb"))))
    assert tree is not None
    assert [statement.lineno for statement in tree.body] == [1, 8]
    assert text.text.split("\n") == ["a", "", "", "", "", "", "", "b", ""]


def test_no_cell_kills_the_process() -> None:
    deep = ["x = " + "(" * 50_000, "-" * 100_000 + "1", "x" + ".y" * 50_000, "a\0b", "x = '\ud800'", "%time " * 50_000]
    cells = ["a = 1", *deep, "x = " + "%time " * 50_000, "b = 2"]
    tree, _, problems = parse_source(read(notebook(*map(code, cells))))
    assert tree is not None
    assert [ast.unparse(tree.body[end]) for end in (0, -1)] == ["a = 1", "b = 2"]
    assert len(problems) >= 3
