"""The fix of every example of every rule, in files of every kind: what it does never depends on the bytes around it.

Fixing commutes with each variation of a file: fixing the varied example gives the varied result, to the byte. For the
plain example, the result is held against the old tree, and against a second run.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixed_examples import BAD, Project

from llmlint.diagnostics import Fix
from llmlint.fixes import plan
from llmlint.rulebook.details import Example
from llmlint.rulebook.model import Rule
from llmlint.rulebook.rules import builtin_rulebook

Vary = Callable[[str], bytes]

VARIATIONS: dict[str, Vary] = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "latin-1": lambda text: f"# coding: latin-1\n# \xe9\n{text}".encode("latin-1", "replace"),
    "form feeds": lambda text: ("\f\n" + text.replace("\n\n\n", "\n\f\n\n")).encode(),
    "odd blanks": lambda text: text.replace("\n\n\n", "\n \t\n\n").encode(),
    "no newline at the end": lambda text: text.rstrip("\n").encode(),
    "comments": lambda text: f"#!/usr/bin/env python\n# first\n{text}# last \t".encode(),
    "all": lambda text: b"\xef\xbb\xbf" + f"\f# \u00fc\n{text}#".replace("    ", "\t").replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize(("rule", "example"), BAD, ids=[f"{rule.name}: {example.title}" for rule, example in BAD])
def test_fixing_keeps_its_promises_whatever_the_file_is_like(rule: Rule, example: Example, tmp_path: Path) -> None:
    project = Project(tmp_path, rule, example)
    plain = {path: text.encode() for path, text in project.texts.items()}
    offered = [each.fix for each in project.found(plain) if each.fix]
    if not offered:
        return
    result = project.fixed(plain)
    assert project.fixed(result) == result
    assert {path: new for path, new in result.items() if not is_python(path)} == {
        path: text for path, text in plain.items() if not is_python(path)
    }
    for path, new in result.items():
        if is_python(path):
            kept_outside(plain[path], new, [fix for fix in offered if fix.operations[0].target.path.endswith(path)])
    for name, vary in VARIATIONS.items():
        varied = {path: vary(text) if is_python(path) else text.encode() for path, text in project.texts.items()}
        expected = {path: vary(new.decode()) if is_python(path) else new for path, new in result.items()}
        assert project.fixed(varied) == expected, name


def is_python(path: str) -> bool:
    return path.endswith(".py")


def kept_outside(old: bytes, new: bytes, offered: list[Fix]) -> None:
    """Every simple statement that no edit touches is still there."""
    edits = plan(old, offered).edits
    spans = [(edit.location.line, edit.location.end_line) for edit in edits]
    after = Counter(ast.dump(node) for node in simple_statements(new))
    untouched = [
        ast.dump(node)
        for node in simple_statements(old)
        if not any(first <= (node.end_lineno or 0) and node.lineno <= last for first, last in spans)
    ]
    assert Counter(untouched) - after == Counter()


def simple_statements(source: bytes) -> Iterator[ast.stmt]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and not isinstance(node, ast.Match):
            yield node


def test_there_are_examples_with_fixes() -> None:
    assert {rule.name for rule, _ in BAD} == {rule.name for rule in builtin_rulebook().rules if rule.fix != "none"}
