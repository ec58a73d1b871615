"""The workspace: the files to report on, the project known around them, and their configuration."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from llmlint.config.load import ConfigResolver
from llmlint.config.model import DEFAULT_EXCLUDE, Config
from llmlint.diagnostics import Diagnostic, Severity
from llmlint.records import record
from llmlint.rulebook.sdk import all_words, reserved_roots, sdk_roots
from llmlint.source.errors import SourceError, from_os_error
from llmlint.source.files import NOTEBOOK, discover
from llmlint.source.prefilter import mentioned
from llmlint.source.read import SourceText

if TYPE_CHECKING:
    from llmlint.engine import Result
    from llmlint.index.project import Project

MARKERS = ("pyproject.toml", "llmlint.toml", "setup.py", "setup.cfg", ".git")


@record
class Problem:
    """Something that could not be looked at; `fatal` where the user named it."""

    path: str
    message: str
    fatal: bool


class Workspace:
    """Two sets of files: those asked for, and those known around them."""

    def __init__(self, paths: tuple[str, ...], stdin: tuple[str, bytes] | None, resolver: ConfigResolver) -> None:
        self.problems: list[Problem] = []
        self.resolver = resolver
        self._stdin = stdin
        given = paths if stdin is None else (stdin[0],)
        self.root = _root_of([os.path.abspath(path) for path in given])
        self._data: dict[str, bytes] = {}
        self._notebooks: dict[str, SourceText | SourceError] = {}
        self._refused: set[str] = set()
        self._project: Project | None = None
        self._configs: dict[str, Config] = {}
        self._named = frozenset(_shown(path) for path in given if stdin is not None or os.path.isfile(path))
        self.reported = self._reported(given)

    def config_for(self, shown: str) -> Config:
        """The configuration in force for a file, by the path shown to the user."""
        found = self._configs.get(shown)
        if found is None:
            found = self._configs[shown] = self.resolver.for_file(shown)
        return found

    def is_reported(self, key: str) -> bool:
        """Whether a file, by its path from the project's root, was asked for."""
        return key in self._keys

    def is_given(self, shown: str) -> bool:
        """Whether a file, by the path shown to the user, was asked for."""
        return self.is_reported(self._key(shown))

    def project(self) -> Project | None:
        """The project around the files; None where none of its files names an SDK, a framework or a provider."""
        for path in self.reported:
            self._load(path, fatal=True)
        for path in self._walk([self.root], []):
            if not self.is_reported(self._key(path)):
                self._load(path, fatal=False)
        words = frozenset(all_words())
        named = {self._key(path): hits for path, data in self._data.items() if (hits := mentioned(data, words))}
        config = self.resolver.for_directory(self.root)
        declared = config.gateway
        if not named and not declared:
            return None
        from llmlint.index.files import File, Files
        from llmlint.index.project import Project

        roots = frozenset(root.partition(".")[0] for root in sdk_roots())
        programs = self._notebooks
        files = [File(self._key(path), path, data, programs.get(path)) for path, data in sorted(self._data.items())]
        self._project = Project(Files(files, reserved_roots(), named, os.path.basename(self.root)), roots)
        self._project.library = config.profile == "library"
        if declared:
            from llmlint.rulebook.gateways import read_gateways

            self._project.gateways = read_gateways(declared)
        return self._project

    @property
    def looked_at(self) -> int:
        """How many of the files that were asked for could be read."""
        return len(self.reported) - len({problem.path for problem in self.problems}.intersection(self.reported))

    def report_unparsed(self, result: Result) -> None:
        """Add a diagnostic for each reported file, or cell of one, that was needed and could not be parsed."""
        failures = sorted(self._project.failures.items()) if self._project is not None else []
        for failure in (each for key, found in failures if self.is_reported(key) for each in found):
            if failure.where is None:
                problem = Problem(failure.path, failure.message, True)
                result.problems += [problem] if problem not in result.problems else []
                continue
            what = "file" if failure.where.cell is None else "cell"
            text = f"The {what} cannot be parsed: {failure.message}"
            result.diagnostics.append(Diagnostic("LLM000", "syntax-error", Severity.ERROR, text, failure.where))

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(self._key(path) for path in self.reported)

    def _key(self, path: str) -> str:
        return os.path.relpath(os.path.abspath(path), self.root).replace(os.sep, "/")

    def _reported(self, given: tuple[str, ...]) -> list[str]:
        if self._stdin is not None:
            self._take(_shown(self._stdin[0]), self._stdin[1])
            return [_shown(self._stdin[0])]
        errors: list[SourceError] = []
        found = self._walk(given, errors)
        self.problems += [Problem(error.path, error.message, True) for error in errors]
        return found

    def _walk(self, paths: Sequence[str], errors: list[SourceError]) -> list[str]:
        config = self.resolver.for_directory(self.root)
        own = () if config.exclude == DEFAULT_EXCLUDE else config.exclude  # the walk leaves out the defaults anyway
        found = discover(paths, root=self.root, exclude=(*own, *config.extend_exclude), errors=errors)
        return sorted({_shown(path) for path in found})

    def _load(self, path: str, *, fatal: bool) -> None:
        if path in self._data or path in self._refused:
            return
        try:
            with open(path, "rb") as file:
                self._take(path, file.read())
        except OSError as error:
            if fatal:
                self.problems.append(Problem(path, from_os_error(path, error).message, True))

    def _take(self, path: str, data: bytes) -> None:
        """Keep a file's bytes, of a notebook those of its program: they are few, and to be searched as Python."""
        if path.endswith(NOTEBOOK):
            from llmlint.source.notebook import read_notebook

            source = self._notebooks[path] = read_notebook(path, data)
            data = source.data if isinstance(source, SourceText) else data
            refused = source if isinstance(source, SourceError) else None
        else:
            refused = self._refusal(path, data)
        if refused is not None and path in self._named:
            self.problems.append(Problem(path, refused.message, True))
            self._refused.add(path)
            return
        self._data[path] = data

    def _refusal(self, path: str, data: bytes) -> SourceError | None:
        """Why a file that was named cannot be looked at; others are judged when they are needed."""
        if path not in self._named:
            return None
        from llmlint.source.named import refusal

        return refusal(path, data)


def _shown(path: str) -> str:
    """The path as users know it: relative to the working directory if it lies inside, with forward slashes."""
    relative = os.path.relpath(path)
    return (path if relative.startswith("..") else relative).replace(os.sep, "/")


def _root_of(paths: list[str]) -> str:
    """The project's folder: the nearest one above all the paths that has a project file, else their common folder."""
    folder = os.path.commonpath(paths) if paths else os.getcwd()
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    step = folder
    while True:
        if any(os.path.exists(os.path.join(step, marker)) for marker in MARKERS):
            return step
        above = os.path.dirname(step)
        if above == step:
            return folder
        step = above
