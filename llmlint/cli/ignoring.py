"""Adds comments that suppress what is found, or shows them."""

from __future__ import annotations

from collections.abc import Iterable

import click

from llmlint import engine
from llmlint.cli.fixing import reader, write_file
from llmlint.cli.output import error_line, warning_line
from llmlint.cli.visibility import Visibility
from llmlint.diagnostics import Diagnostic
from llmlint.report.words import count

UNNAMED = "LLM000"  # the code of what is no rule: a syntax error, a comment that suppresses nothing


class Ignorer:
    """Adds a comment with `reason` for every finding that is shown.

    After `apply`, `failed` holds the files that could not be changed.
    """

    def __init__(self, request: engine.Request, visibility: Visibility, reason: str) -> None:
        self.failed: set[str] = set()
        self.request = request
        self._visibility = visibility
        self._reason = " ".join(reason.split())

    def apply(self, result: engine.Result) -> engine.Result:
        """Writes the comments, and checks again; returns the last result."""
        found = self._shown(result)
        changed = [path for path, contents in self.changes(result).items() if self._write(path, *contents)]
        if not changed:
            return result
        result = engine.check(self.request)
        number = len(found) - len(self._shown(result))
        click.echo(f"Ignored {count(number, 'finding')} in {count(len(changed), 'file')}.", err=True)
        return result

    def changes(self, result: engine.Result) -> dict[str, tuple[bytes, bytes]]:
        """What the comments would change: old and new content by path."""
        from llmlint.fixes import RefusalError, add_ignores

        read = reader(self.request)
        changed: dict[str, tuple[bytes, bytes]] = {}
        for path, found in _by_path(self._shown(result)).items():
            if found[0].location.cell is not None:
                warning_line(f"{path}: notebooks are not edited: put the comments into its cells")
                continue
            try:
                old = read(path)
                changed[path] = old, add_ignores(old, found, self._reason)
            except OSError as error:
                self._fail(path, error.strerror or str(error))
            except RefusalError as error:
                self._fail(path, str(error))
        return changed

    def _shown(self, result: engine.Result) -> list[Diagnostic]:
        return [each for each in self._visibility.shown(result.diagnostics) if each.code != UNNAMED]

    def _write(self, path: str, old: bytes, new: bytes) -> bool:
        problem = write_file(path, old, new)
        if problem:
            self._fail(path, problem)
        return not problem

    def _fail(self, path: str, reason: str) -> None:
        self.failed.add(path)
        error_line(f"no comments added: {reason}", path)


def _by_path(found: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        by_path.setdefault(diagnostic.location.path, []).append(diagnostic)
    return by_path
