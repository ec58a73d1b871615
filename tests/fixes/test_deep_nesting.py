"""LibCST's parser recurses on the stack: what could end the process does not reach it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fix_samples import adding, call_at, done, reasons

from llmlint.diagnostics import Location
from llmlint.fixes import plan
from llmlint.fixes.nesting import refuse_deep
from llmlint.fixes.refusal import TOO_DEEP, RefusalError

SHAPES = {
    "parentheses": "f({})".format("(" * 9999 + "1" + ")" * 9999),
    "lists": "f(" + "[" * 9999 + "]" * 9999 + ")",
    "calls": "f(" * 9999 + ")" * 9999,
    "subscripts": "f(" + "a[" * 9999 + "1" + "]" * 9999 + ")",
    "lambdas": "f(" + "lambda:" * 9999 + "1)",
    "lambdas with parameters": "f(" + "lambda a, b: " * 9999 + "1)",
    "not": "f(" + "not " * 9999 + "1)",
    "signs": "f(" + "-" * 9999 + "1)",
    "powers": "f(" + "1**" * 9999 + "1)",
    "conditions": "f(" + "1 if a else " * 9999 + "1)",
    "sum": "f(" + "1+" * 9999 + "1)",
    "and": "f(" + "a and " * 9999 + "1)",
    "chain": "a" + ".b()" * 9999,
    "attributes": "a" + ".b" * 9999 + "()",
    "strings": "f(" + "'a' " * 9999 + ")",
    "f-strings": "f(" + 'f"{' * 999 + "1" + '}"' * 999 + ")",
    "blocks": "".join(" " * depth + "if a:\n" for depth in range(999)) + " " * 999 + "f(1)\n",
    "elifs": "if a: ...\n" + "elif b: ...\n" * 9999 + "else: f(1)\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_such_source_is_refused(shape: str) -> None:
    with pytest.raises(RefusalError, match=TOO_DEEP):
        refuse_deep(SHAPES[shape])


@pytest.mark.parametrize(
    "source",
    [
        "f(" + "[" * 20 + "]" * 20 + ")",
        "f([" + "-1, " * 9999 + "])",
        "f({" + "'k': [1 + 1, (2, 3)],\n" * 9999 + "})",
        "f(':( ' * 3, " + "':((((( '," * 999 + ")",
        "f(# " + "(" * 999 + "\n)",
        "f(" + "f'{a} {b[0]} :((((', " * 999 + ")",
        "if a:\n  x = [1]\n" * 999,
        "if a: ...\nelif b: ...\n" * 999,
        "query" + ".filter(a=1)" * 60,
        "".join("    " * depth + "if a:\n" for depth in range(15)) + "    " * 15 + "f(1)\n",
        "x = 1 + 2\n" * 9999,
    ],
)
def test_long_but_flat_source_is_not_refused(source: str) -> None:
    refuse_deep(source)


def test_a_string_without_an_end_is_refused() -> None:
    with pytest.raises(RefusalError, match="does not parse"):
        refuse_deep("f('''" + "(" * 9999)


def test_a_deep_call_is_reported_and_left_alone() -> None:
    source = "f(" + "[" * 90 + "]" * 90 + ")"
    result = plan(source.encode(), [adding(call_at(source))])
    assert (result.new, reasons(result)) == (source.encode(), [TOO_DEEP])


def test_a_deep_expression_elsewhere_in_the_file_does_no_harm() -> None:
    deep = "x = " + "[" * 90 + "]" * 90 + "\ny = " + "1 + " * 500 + "1\n"
    result = done(plan((deep + "f(1)").encode(), [adding(call_at(deep + "f(1)", 0))]))
    assert result.new == (deep + "f(1, timeout=30.0)").encode()


@pytest.mark.skipif(sys.platform == "win32", reason="stack sizes differ")
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.slow
def test_no_depth_ends_the_process(shape: str, tmp_path: Path) -> None:
    """Whatever the guard lets pass, LibCST survives on a thread with a stack of 1 MiB."""
    script = tmp_path / "run.py"
    script.write_text(
        "import sys, threading, libcst\n"
        "from llmlint.fixes.nesting import refuse_deep\n"
        "from llmlint.fixes.refusal import RefusalError\n"
        "from test_deep_nesting import shaped\n"
        "def run():\n"
        "    for depth in (*range(1, 60), *range(60, 1000, 20)):\n"
        "        source = shaped(sys.argv[1], depth)\n"
        "        try:\n"
        "            refuse_deep(source)\n"
        "        except RefusalError:\n"
        "            print('refused at', depth)\n"
        "            return\n"
        "        libcst.parse_module(source)\n"
        "threading.stack_size(1 << 20)\n"
        "thread = threading.Thread(target=run)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    run = subprocess.run(
        [sys.executable, script, shape],
        env={"PYTHONPATH": f"{Path(__file__).parent}:{Path(__file__).parents[2]}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout[:10]) == (0, "refused at"), run.stderr


def shaped(shape: str, depth: int) -> str:
    """The shape with this depth instead of its own."""
    if shape == "blocks":
        return "".join(" " * level + "if a:\n" for level in range(depth)) + " " * depth + "f(1)\n"
    if shape == "elifs":
        return "if a: ...\n" + "elif b: ...\n" * depth + "else: f(1)\n"
    openings = {
        "parentheses": ("(", "1", ")"),
        "lists": ("[", "", "]"),
        "calls": ("f(", "", ")"),
        "subscripts": ("a[", "1", "]"),
        "lambdas": ("lambda:", "1", ""),
        "lambdas with parameters": ("lambda a, b: ", "1", ""),
        "not": ("not ", "1", ""),
        "signs": ("-", "1", ""),
        "powers": ("1**", "1", ""),
        "conditions": ("1 if a else ", "1", ""),
        "sum": ("1+", "1", ""),
        "and": ("a and ", "1", ""),
        "strings": ("'a' ", "'b'", ""),
        "f-strings": ('f"{', "1", '}"'),
    }
    if shape == "chain":
        return "a" + ".b()" * depth
    if shape == "attributes":
        return "a" + ".b" * depth + "()"
    opening, core, closing = openings[shape]
    return "f(" + opening * depth + core + closing * depth + ")"


def test_a_target_in_a_file_too_deep_for_the_interpreter_is_refused() -> None:
    source = "x = " + "(" * 500 + "1" + ")" * 500 + "\nf(1)\n"
    result = plan(source.encode(), [adding(Location("app.py", 2, 1, 2, 5))])
    assert (result.new, reasons(result)) == (source.encode(), [TOO_DEEP])
