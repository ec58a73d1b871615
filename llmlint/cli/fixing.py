"""Applies fixes, or shows what they would change."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from llmlint import engine
from llmlint.cli.output import error_line, warning_line
from llmlint.cli.visibility import Visibility
from llmlint.config.width import line_length
from llmlint.diagnostics import Diagnostic, Edit
from llmlint.report.words import count, place

if TYPE_CHECKING:
    from llmlint.fixes import FixReport

# A fix can uncover another finding, and two fixes in one place take turns; nothing sensible takes longer.
PASSES = 10


class Fixer:
    """Applies safe fixes, or all with `unsafe`; only those of the rules named in `only`, unless that is None.

    `request` says where the findings come from. After `apply`, `request.stdin` holds the fixed source, and `failed` the
    files that could not be written.
    """

    def __init__(
        self, request: engine.Request, visibility: Visibility, unsafe: bool, only: frozenset[str] | None
    ) -> None:
        self.request = request
        self.failed: set[str] = set()
        self._visibility = visibility
        self._unsafe = unsafe
        self._only = only

    def apply(self, result: engine.Result) -> engine.Result:
        """Fixes what is shown, and checks again until nothing changes; returns the last result."""
        applied = 0
        written: set[str] = set()
        withdrawn: list[str] = []
        for _ in range(PASSES):
            report = self._report(result)
            withdrawn = _withdrawn(report)
            changed = {path: contents for path, contents in report.changed.items() if self._write(path, *contents)}
            if not changed:
                break
            applied += report.applied
            written |= changed.keys()
            result = engine.check(self.request)
        for text in withdrawn:
            warning_line(text)
        if applied:
            click.echo(f"Fixed {count(applied, 'finding')} in {count(len(written), 'file')}.", err=True)
        return result

    def changes(self, result: engine.Result) -> dict[str, tuple[bytes, bytes]]:
        """What one round of the fixes would change: old and new content by path."""
        report = self._report(result)
        for text in _withdrawn(report):
            warning_line(text)
        return report.changed

    def _report(self, result: engine.Result) -> FixReport:
        from llmlint.fixes import fix_files

        shown = self._visibility.shown(result.diagnostics)
        wanted = [diagnostic for diagnostic in shown if diagnostic.location.path not in self.failed]
        return fix_files(wanted, reader(self.request), unsafe=self._unsafe, only=self._only, width=line_length)

    def _write(self, path: str, old: bytes, new: bytes) -> bool:
        if self.request.stdin is not None:
            # A fix of what stands on standard input changes no file, not even another one.
            if not _is_stdin(path, self.request):
                return False
            self.request = replace(self.request, stdin=(self.request.stdin[0], new))
            return True
        problem = write_file(path, old, new)
        if problem:
            self.failed.add(path)
            error_line(f"not fixed: {problem}", path)
        return not problem


def write_file(path: str, old: bytes, new: bytes) -> str:
    """Writes the new content of a file; returns why that failed, empty if it did not."""
    from llmlint.fixes import write_atomically

    try:
        write_atomically(path, new, old=old)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def reader(request: engine.Request) -> Callable[[str], bytes]:
    """A function that returns the content of a file of the run. It raises OSError."""

    def read(path: str) -> bytes:
        if request.stdin is not None and _is_stdin(path, request):
            return request.stdin[1]
        with open(path, "rb") as file:
            return file.read()

    return read


def edits_of(request: engine.Request) -> Callable[[Diagnostic], Sequence[Edit]]:
    """A function that says which edits the fix of a finding makes, none where it cannot be made."""
    read = reader(request)

    def edits(diagnostic: Diagnostic) -> Sequence[Edit]:
        from llmlint.fixes import edits_for

        targets = [operation.target for operation in diagnostic.fix.operations] if diagnostic.fix else []
        if len({target.path for target in targets}) != 1 or any(target.cell is not None for target in targets):
            return []
        try:
            return edits_for(diagnostic, read(targets[0].path), line_length(targets[0].path))
        except OSError:
            return []

    return edits


def _is_stdin(path: str, request: engine.Request) -> bool:
    # Editors name the file by its absolute path, findings by the relative one.
    return request.stdin is not None and os.path.abspath(path) == os.path.abspath(request.stdin[0])


def _withdrawn(report: FixReport) -> list[str]:
    notes = dict.fromkeys(report.withdrawn)
    return [f"{place(note.location)}: {note.message}" if note.location else note.message for note in notes]
