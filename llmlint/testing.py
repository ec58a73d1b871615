"""The rule tester: runs the examples of a rule and says what they do not keep of their promise."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from llmlint import engine
from llmlint.config.model import Overrides
from llmlint.config.toml import toml_key, toml_value
from llmlint.diagnostics import Applicability, Diagnostic
from llmlint.fixes import fix_files
from llmlint.patterns import regex
from llmlint.records import record
from llmlint.rulebook.details import Example
from llmlint.rulebook.model import Rule
from llmlint.rulebook.rules import builtin_rulebook, read_policies

MODULE = "example.py"
_MARKER = regex(r"[ \t]*# <- (?P<name>[a-z0-9-]+)[ \t]*$", re.MULTILINE)
_HOLE = regex(r"``|\s[,;.)]|\(\s|\bis here\b")

Place = tuple[str, int]


@record
class Failure:
    """What is wrong with one example: `problem` is one line or, of texts that differ, a diff."""

    example: str
    problem: str


def check_policies(path: str) -> dict[str, list[Failure]]:
    """Runs every example of a project's own rules, by rule; `path` is a file or folder. Raises RulebookError."""
    return {
        rule.name: [
            Failure(example.title, problem)
            for example in rule.examples
            for problem in check_example(rule, example, path)
        ]
        for rule in read_policies(path, whole=True)
    }


def check_rule(name: str) -> list[Failure]:
    """Runs every example of the built-in rule with this name or code. Raises ConfigError if there is none."""
    rule = builtin_rulebook().rule(name)
    return [Failure(example.title, problem) for example in rule.examples for problem in check_example(rule, example)]


def check_example(rule: Rule, example: Example, rules: str | None = None) -> list[str]:
    """Runs one example of a rule in a temporary folder; returns what is wrong, nothing if all is well.

    `rules` is the file or folder of a rule that is not built in.

    A good example is silent. A bad one fires at its markers, `# <- rule-name` at the end of a line, once each and
    nowhere else. Its fixes, unsafe ones included, can be made and lead to code that parses and is silent; where
    `fixed` is given, to exactly that.
    """
    files = dict(example.files) if example.code is None else {MODULE: example.code}
    with tempfile.TemporaryDirectory(prefix="llmlint-") as folder:
        project = _Project(Path(folder).resolve(), rule)
        config = example.config if rules is None else {"rules": [str(Path(rules).resolve())], **example.config}
        project.write({"llmlint.toml": settings_text(config)})
        project.write({path: without_markers(text) for path, text in files.items()})
        return list(_problems(project, example, sorted(_marked(rule.name, files))))


def settings_text(config: Mapping[str, object]) -> str:
    """The settings of an example as the text of an `llmlint.toml`."""
    return "".join(f"{line}\n" for line in _settings(config))


def without_markers(text: str) -> str:
    """The text of an example as it is linted; markers go from strings too."""
    return _MARKER.sub("", text)


@record
class _Project:
    folder: Path
    rule: Rule

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")

    def found(self) -> list[Diagnostic]:
        """All findings; those that are not of the rule say that something went wrong."""
        request = engine.Request((str(self.folder),), Overrides(select=(self.rule.name,)))
        return engine.check(request).diagnostics

    def fixed(self, found: Iterable[Diagnostic]) -> tuple[dict[str, str], list[str]]:
        """The files that the fixes change, by path, and why others could not be made."""
        report = fix_files(found, lambda path: Path(path).read_bytes(), unsafe=True)
        changed = {self.place(path): new.decode() for path, (_, new) in report.changed.items()}
        return changed, [note.message for note in report.withdrawn]

    def place(self, path: str) -> str:
        return Path(path).resolve().relative_to(self.folder).as_posix()

    def places(self, found: Iterable[Diagnostic]) -> list[Place]:
        return sorted((self.place(each.location.path), each.location.line) for each in found)


def _problems(project: _Project, example: Example, marked: list[Place]) -> Iterator[str]:
    rule = project.rule
    if (example.kind == "bad") != bool(marked):
        yield f"the example is {example.kind} but has {len(marked)} markers `# <- {rule.name}`"
    found = project.found()
    for each in found:
        if each.name != rule.name:
            yield f"{each.name} at {_named(project.places([each]))}: {each.message}"
    found = [each for each in found if each.name == rule.name]
    places = project.places(found)
    if places != marked:
        yield f"fires at {_named(places)}, expected at {_named(marked)}"
        return
    yield from _wrong_fixes(rule, found)
    yield from _holes(found)
    if any(each.fix for each in found):
        yield from _fix_problems(project, example, found)
    elif example.fixed is not None:
        yield "`fixed` is given, but no finding has a fix"


def _fix_problems(project: _Project, example: Example, found: list[Diagnostic]) -> Iterator[str]:
    changed, withdrawn = project.fixed(found)
    yield from withdrawn
    for path, text in changed.items():
        if example.fixed is not None and text != example.fixed:
            yield "the fixes do not lead to `fixed`:\n" + _diff(example.fixed, text)
        try:
            ast.parse(text)
        except SyntaxError as error:
            yield f"{path} does not parse after the fixes: {error}"
            return
    project.write(changed)
    left = [each for each in project.found() if each.fix or example.fixed is not None or each.name != project.rule.name]
    if left:
        yield f"the fixed code is reported at {_named(project.places(left))}"


def _wrong_fixes(rule: Rule, found: Iterable[Diagnostic]) -> Iterator[str]:
    """A rule may offer no more than its file says."""
    for each in found:
        if each.fix and (rule.fix == "none" or (rule.fix == "unsafe" and each.fix.applicability is Applicability.SAFE)):
            yield f'offers a fix called {each.fix.applicability.value}, where the rule says fix = "{rule.fix}"'


def _holes(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Sentences in which the value of a field is missing."""
    for each in found:
        for said in (each.message, *(note.message for note in (*each.evidence, *each.related))):
            if _HOLE.search(said):
                yield f"a word is missing: {said}"


def _marked(name: str, files: Mapping[str, str]) -> Iterator[Place]:
    for path, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            marker = _MARKER.search(line)
            if marker and marker["name"] == name:
                yield path, number


def _settings(table: Mapping[str, object], prefix: tuple[str, ...] = ()) -> Iterator[str]:
    for name, value in table.items():
        key = (*prefix, name)
        if isinstance(value, dict):
            yield from _settings(value, key)
        else:
            yield f"{toml_key(key)} = {toml_value(tuple(value) if isinstance(value, list) else value)}"


def _named(places: Iterable[Place]) -> str:
    return ", ".join(f"{path}:{line}" for path, line in places) or "no line"


def _diff(expected: str, actual: str) -> str:
    from difflib import unified_diff

    return "".join(unified_diff(expected.splitlines(True), actual.splitlines(True), "fixed", "after the fixes"))
