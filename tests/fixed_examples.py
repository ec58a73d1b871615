"""The examples of the rules that offer fixes, on disk and fixed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llmlint import engine
from llmlint.config.model import Overrides
from llmlint.diagnostics import Diagnostic
from llmlint.fixes import fix_files
from llmlint.rulebook.details import Example
from llmlint.rulebook.model import Rule
from llmlint.rulebook.rules import builtin_rulebook
from llmlint.testing import MODULE, settings_text, without_markers

BAD = [
    (rule, example)
    for rule in builtin_rulebook().rules
    if rule.fix != "none"
    for example in rule.examples
    if example.kind == "bad"
]


class Project:
    """An example on disk; `texts` are its modules by path."""

    def __init__(self, folder: Path, rule: Rule, example: Example) -> None:
        self.folder = folder.resolve()
        self.rule = rule
        code = dict(example.files) if example.code is None else {MODULE: example.code}
        self.texts = {path: without_markers(text) for path, text in code.items()}
        self.folder.joinpath("llmlint.toml").write_text(settings_text(example.config), encoding="utf-8")

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, data in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def found(self, files: Mapping[str, bytes]) -> list[Diagnostic]:
        """The findings of the rule in these files."""
        self.write(files)
        return engine.check(engine.Request((str(self.folder),), Overrides(select=(self.rule.name,)))).diagnostics

    def fixed(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files after all fixes; none may be withdrawn."""
        report = fix_files(self.found(files), lambda path: Path(path).read_bytes(), unsafe=True)
        assert [note.message for note in report.withdrawn] == []
        return {**files, **{self.place(path): new for path, (_, new) in report.changed.items()}}

    def place(self, path: str) -> str:
        """A path as the example has it."""
        return Path(path).resolve().relative_to(self.folder).as_posix()
