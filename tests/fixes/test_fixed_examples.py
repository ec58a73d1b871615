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

from llmlint import engine
from llmlint.config.model import Overrides
from llmlint.config.toml import toml_key, toml_value
from llmlint.diagnostics import Diagnostic
from llmlint.fixes import fix_files, plan
from llmlint.rulebook.details import Example
from llmlint.rulebook.model import Rule
from llmlint.rulebook.rules import builtin_rulebook
from llmlint.testing import MODULE, without_markers

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

FIXABLE = [(rule, example) for rule in builtin_rulebook().rules if rule.fix != "none" for example in rule.examples]
BAD = [(rule, example) for rule, example in FIXABLE if example.kind == "bad"]


class Project:
    """An example on disk."""

    def __init__(self, folder: Path, rule: Rule, example: Example) -> None:
        self.folder = folder
        self.rule = rule
        code = dict(example.files) if example.code is None else {MODULE: example.code}
        self.texts = {path: without_markers(text) for path, text in code.items()}
        folder.joinpath("llmlint.toml").write_text("\n".join(_settings(example.config)) + "\n")

    def found(self, files: dict[str, bytes]) -> list[Diagnostic]:
        for path, data in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return engine.check(engine.Request((str(self.folder),), Overrides(select=(self.rule.name,)))).diagnostics

    def fixed(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """The files after all fixes; none may be withdrawn."""
        report = fix_files(self.found(files), lambda path: Path(path).read_bytes(), unsafe=True)
        assert report.withdrawn == []
        changed = {
            Path(path).resolve().relative_to(self.folder).as_posix(): new for path, (_, new) in report.changed.items()
        }
        return {**files, **changed}


@pytest.mark.parametrize(("rule", "example"), BAD, ids=[f"{rule.name}: {example.title}" for rule, example in BAD])
def test_fixing_keeps_its_promises_whatever_the_file_is_like(rule: Rule, example: Example, tmp_path: Path) -> None:
    project = Project(tmp_path.resolve(), rule, example)
    plain = {path: text.encode() for path, text in project.texts.items()}
    offered = [each.fix for each in project.found(plain) if each.fix]
    if not offered:
        return
    result = project.fixed(plain)
    assert project.fixed(result) == result
    for path, new in result.items():
        kept_outside(plain[path], new, [fix for fix in offered if fix.operations[0].target.path.endswith(path)])
    for name, vary in VARIATIONS.items():
        varied = {path: vary(text) for path, text in project.texts.items()}
        expected = {path: vary(new.decode()) for path, new in result.items()}
        assert project.fixed(varied) == expected, name


def kept_outside(old: bytes, new: bytes, offered: list[object]) -> None:
    """Every simple statement that no edit touches is still there."""
    edits = plan(old, offered).edits  # type: ignore[arg-type]
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


def _settings(table: object, prefix: tuple[str, ...] = ()) -> Iterator[str]:
    assert hasattr(table, "items")
    for name, value in table.items():
        key = (*prefix, name)
        if hasattr(value, "items"):
            yield from _settings(value, key)
        else:
            yield f"{toml_key(key)} = {toml_value(tuple(value) if isinstance(value, list) else value)}"


def test_there_are_examples_with_fixes() -> None:
    assert {rule.name for rule, _ in BAD} == {rule.name for rule in builtin_rulebook().rules if rule.fix != "none"}
