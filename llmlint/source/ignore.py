"""Git's rules on what to pass over: one ignore file's patterns, and all that hold for a directory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from llmlint.source.errors import SourceError, from_os_error
from llmlint.source.tracked import Tracked

if TYPE_CHECKING:
    from pathspec.pattern import RegexPattern

# Later files win over earlier ones.
OWN_FILE = ".ignore"
IGNORE_FILES = (".gitignore", OWN_FILE)
_EXCLUDE_FILE = os.path.join(".git", "info", "exclude")


class Patterns:
    """Patterns in gitignore syntax that hold below the directory `base` (absolute, forward slashes).

    Those of git's own files ignore nothing that is `tracked`.
    """

    def __init__(self, base: str, lines: Iterable[str], tracked: Tracked | None = None) -> None:
        self.tracked = tracked
        self._prefix = base.rstrip("/") + "/"
        self._patterns: list[tuple[RegexPattern, bool]] = []
        for line in lines:
            # A slash anywhere but at the end ties a pattern to `base`; others look at an entry's own name.
            anchored = "/" in line.strip().rstrip("/")
            self._patterns += [(pattern, anchored) for pattern in _compiled(line)]
        self._patterns.reverse()
        self._any_name = _union(pattern for pattern, anchored in self._patterns if not anchored)
        self._any_path = _union(pattern for pattern, anchored in self._patterns if anchored)

    def verdict(self, path: str, name: str, is_directory: bool) -> bool | None:
        """Whether these patterns ignore (True) or keep (False) the entry `name` at `path`, or say nothing (None).

        Directories above the entry must have been asked about before: that they are ignored is not seen here.
        """
        slash = "/" if is_directory else ""
        name += slash
        relative = path[len(self._prefix) :] + slash
        if not (self._any_name and self._any_name(name)) and not (self._any_path and self._any_path(relative)):
            return None
        for pattern, anchored in self._patterns:
            if _matches(pattern, relative if anchored else name):
                return pattern.include
        return None


class IgnoreRules:
    """The ignore files that were met so far, read once each; unreadable ones are added to `errors`."""

    def __init__(self, errors: list[SourceError]) -> None:
        self._errors = errors
        self._read: dict[str, tuple[Patterns, ...]] = {}
        self._tracked: dict[str, Tracked] = {}

    def of(self, directory: str, names: Iterable[str]) -> tuple[Patterns, ...]:
        """The patterns in the ignore files among `names`, the entries of a directory; weakest first."""
        known = self._read.get(directory)
        if known is None:
            repository = ".git" in names and os.path.exists(os.path.join(directory, ".git"))
            if repository:
                self._tracked[directory] = Tracked(directory)
            files = [_EXCLUDE_FILE] if repository else []
            files += [name for name in IGNORE_FILES if name in names]
            known = tuple(patterns for name in files for patterns in self._file(directory, name))
            self._read[directory] = known
        return known

    def _file(self, directory: str, name: str) -> list[Patterns]:
        path = os.path.join(directory, name)
        if not os.path.isfile(path):
            return []
        try:
            with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                lines = [line.rstrip("\r") for line in file.read().split("\n")]
        except OSError as error:
            self._errors.append(from_os_error(path, error))
            return []
        return [Patterns(directory, lines, self._around(directory) if name != OWN_FILE else None)]

    def _around(self, directory: str) -> Tracked | None:
        """What is tracked in the repository that a directory belongs to."""
        while directory not in self._tracked:
            above = os.path.dirname(directory)
            if above == directory:
                return None
            directory = above
        return self._tracked[directory]


def is_ignored(rules: Sequence[Patterns], path: str, name: str, is_directory: bool) -> bool:
    """Whether `rules`, weakest first, ignore an entry."""
    for patterns in reversed(rules):
        verdict = patterns.verdict(path, name, is_directory)
        if verdict is not None and not (verdict and _is_tracked(patterns, path, is_directory)):
            return verdict
    return False


def inside(rules: tuple[Patterns, ...], path: str, name: str) -> tuple[Patterns, ...]:
    """The rules for what is in a directory: one that is ignored but for what git tracks there holds nothing else."""
    for patterns in reversed(rules):
        verdict = patterns.verdict(path, name, True)
        if verdict is not None:
            return (*rules, Patterns(path, ["*"], patterns.tracked)) if verdict and patterns.tracked else rules
    return rules


def _is_tracked(patterns: Patterns, path: str, is_directory: bool) -> bool:
    return patterns.tracked is not None and patterns.tracked.holds(path, is_directory)


def _compiled(line: str) -> list[RegexPattern]:
    from pathspec import GitIgnoreSpec

    # To git `a/**` is all that is in `a` but not `a` itself, which pathspec lets it match.
    line = re.sub(r"/\*\*(/?)$", r"/**/*\1", line)
    try:
        patterns: Sequence[Any] = GitIgnoreSpec.from_lines([line]).patterns
    except ValueError:  # git passes over patterns that make no sense
        return []
    return [pattern for pattern in patterns if pattern.include is not None]


def _union(patterns: Iterable[RegexPattern]) -> Any:
    """A test that at least one pattern matches: a file's patterns cost little more than one."""
    texts = [re.sub(r"\(\?P<\w+>", "(?:", pattern.regex.pattern) for pattern in patterns if pattern.regex]
    return re.compile("|".join(f"(?:{text})" for text in texts)).search if texts else None


def _matches(pattern: RegexPattern, path: str) -> bool:
    """Whether the pattern matches the entry itself, not only a directory above it."""
    result: Any = pattern.match_file(path)
    if result is None:
        return False
    match: re.Match[str] = result.match
    slash = "ps_d"  # pathspec's name for the slash behind a directory that matched
    return match.groupdict().get(slash) is None or match.end(slash) == len(path)
