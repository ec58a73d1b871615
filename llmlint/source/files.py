"""Which files a run looks at: those named, and the Python files and notebooks below the directories named."""

from __future__ import annotations

import os
from collections.abc import Sequence

from llmlint.source.errors import SourceError, from_os_error
from llmlint.source.ignore import IGNORE_FILES, IgnoreRules, Patterns, inside, is_ignored

NOTEBOOK = ".ipynb"
SUFFIXES = (".py", ".pyi", NOTEBOOK)
EXCLUDED_DIRECTORIES = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "env",
        ".tox",
        ".nox",
        ".eggs",
        "__pypackages__",
        "node_modules",
        "site-packages",
        "dist-packages",
        "build",
        "dist",
        "_build",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".llmlint_cache",
        ".ipynb_checkpoints",
        "buck-out",
        "__pycache__",
        "_vendor",
        "vendor",
        "vendored",
    }
)
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})


def discover(
    paths: Sequence[str],
    *,
    root: str,
    exclude: Sequence[str] = (),
    force_exclude: bool = False,
    errors: list[SourceError],
) -> list[str]:
    """The files at and below `paths`, sorted, each once, spelled as the path that led to it, with forward slashes.

    A file is taken as named, a directory walked even if its own name is excluded; below it count the ignore files
    of git (up to the repository's top, and for what git does not track), `EXCLUDED_DIRECTORIES`, virtual environments
    and `exclude`: patterns in gitignore syntax, relative to the project's directory `root`. `force_exclude` applies all
    of these to the named paths too. Paths that cannot be looked at are appended to `errors`.
    """
    walk = _Walk(os.path.abspath(root).replace(os.sep, "/"), exclude, force_exclude, errors)
    for path in paths:
        walk.take(path)
    return sorted(walk.found.values())


class _Walk:
    def __init__(self, root: str, exclude: Sequence[str], force_exclude: bool, errors: list[SourceError]) -> None:
        self.found: dict[str, str] = {}
        self._root = root
        self._real_root = _real(root)
        self._exclude = (Patterns(root, exclude),) if exclude else ()
        self._force_exclude = force_exclude
        self._errors = errors
        self._rules = IgnoreRules(errors)

    def take(self, path: str) -> None:
        absolute = os.path.abspath(path).replace(os.sep, "/")
        shown = path.replace(os.sep, "/")
        while shown.startswith("./"):
            shown = shown[2:].lstrip("/")
        if os.path.isdir(path):
            rules, ignored = self._above(absolute, is_directory=True)
            if ignored and self._force_exclude:
                return
            shown = shown.rstrip("/") + "/" if shown not in (".", "") else ""
            # Below an ignored directory that is asked for, the rules that ignore it would leave nothing.
            self._directory(absolute, shown, () if ignored else rules)
        elif os.path.isfile(path):
            if not (self._force_exclude and self._above(absolute, is_directory=False)[1]):
                self.found.setdefault(absolute, shown)
        elif os.path.lexists(path):
            broken = os.path.islink(path) and not os.path.exists(path)
            self._errors.append(SourceError(path, "is a broken link" if broken else "is not a regular file"))
        else:
            self._errors.append(SourceError(path, "does not exist" if path else "an empty path names nothing"))

    def _above(self, absolute: str, *, is_directory: bool) -> tuple[tuple[Patterns, ...], bool]:
        """The rules of the directories above a named path, and whether they (or other exclusions) rule it out."""
        rules: tuple[Patterns, ...] = ()
        ignored = False
        current = self._top(absolute if is_directory else os.path.dirname(absolute))
        names = absolute[len(current) :].strip("/").split("/") if absolute != current else []
        for position, name in enumerate(names):
            rules += self._rules.of(current, (".git", *IGNORE_FILES))
            current = f"{current.rstrip('/')}/{name}"
            directory = is_directory or position < len(names) - 1
            ignored = ignored or is_ignored(rules, current, name, directory)
            rules = inside(rules, current, name) if directory and not ignored else rules
            ignored = ignored or (self._force_exclude and self._is_excluded(current, name, directory))
        return rules, ignored

    def _top(self, directory: str) -> str:
        """The top of the repository that holds `directory`; without one, `root`, or the directory itself."""
        current = directory
        while not os.path.exists(f"{current}/.git"):
            above = os.path.dirname(current)
            if above == current:
                return self._root if _is_within(directory, self._root) else directory
            current = above
        return current

    def _is_excluded(self, absolute: str, name: str, directory: bool) -> bool:
        if not _is_within(absolute, self._root):
            return False
        if is_ignored(self._exclude, absolute, name, directory):
            return True
        if not directory:
            return False
        return name in EXCLUDED_DIRECTORIES or any(os.path.exists(f"{absolute}/{mark}") for mark in _ENVIRONMENT_MARKS)

    def _directory(self, top: str, shown: str, rules: tuple[Patterns, ...]) -> None:
        pending = [(top, shown, rules)]
        while pending:
            directory, prefix, rules = pending.pop()
            try:
                with os.scandir(directory) as scan:
                    entries = {entry.name: entry for entry in scan}
            except OSError as error:
                self._errors.append(from_os_error(prefix.rstrip("/") or ".", error))
                continue
            if directory != top and not _ENVIRONMENT_MARKS.isdisjoint(entries):
                continue
            rules += self._rules.of(directory, entries)
            base = directory.rstrip("/")
            for name, entry in entries.items():
                if entry.is_dir(follow_symlinks=False):
                    below = f"{base}/{name}"
                    if name not in EXCLUDED_DIRECTORIES and not self._passed_over(rules, below, name, True):
                        pending.append((below, f"{prefix}{name}/", inside(rules, below, name)))
                elif name.endswith(SUFFIXES) and self._is_source(entry):
                    absolute = f"{base}/{name}"
                    if not self._passed_over(rules, absolute, name, False):
                        self.found.setdefault(absolute, prefix + name)

    def _passed_over(self, rules: tuple[Patterns, ...], absolute: str, name: str, directory: bool) -> bool:
        if self._exclude and is_ignored(self._exclude, absolute, name, directory):
            return True
        return bool(rules) and is_ignored(rules, absolute, name, directory)

    def _is_source(self, entry: os.DirEntry[str]) -> bool:
        if entry.is_symlink() and not _is_within(_real(entry.path), self._real_root):
            return False
        try:
            return entry.is_file()
        except OSError:  # links in a circle
            return False


def _is_within(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def _real(path: str) -> str:
    return os.path.realpath(path).replace(os.sep, "/")
