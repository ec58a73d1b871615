"""The settings of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from llmlint.diagnostics import Severity
from llmlint.records import record

PROFILES = ("app", "library", "script", "tests")

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".llmlint_cache",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pypackages__",
    "buck-out",
    "node_modules",
    "site-packages",
    "venv",
)

OptionValue = int | float | str | bool | tuple[str, ...]


@record
class FixValues:
    """What fixes write: `timeout` in seconds, `max_tokens` of output, `max_retries` after the first try."""

    timeout: int | float = 30
    max_tokens: int = 1024
    max_retries: int = 2


@record
class Config:
    """The settings in force for a file.

    `select` is None when the rules enabled by default are meant. `rules` are the files and folders of the project's own
    rules. `per_file_ignores` maps globs, relative to `root`, to selectors. `gateway` holds what
    `llmlint.rulebook.gateways` reads. `options` holds only what was set, by rule name; `Rule.settings` adds the
    defaults. `fixable` and `unfixable` say which rules may offer their fixes. `path` is the configuration file, None if
    there is none; `root` is the absolute folder that globs are relative to.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profile: str = "app"
    strict: bool = False
    today: date | None = None
    gateway: tuple[Mapping[str, object], ...] = ()
    fail_on: Severity = Severity.WARNING
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, OptionValue]] = field(default_factory=dict)
    fixable: tuple[str, ...] = ("ALL",)
    unfixable: tuple[str, ...] = ()
    fix: FixValues = field(default_factory=FixValues)
    root: str = ""
    path: str | None = None


@record
class Overrides:
    """The settings given on the command line; None or empty means not given."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fix_only: tuple[str, ...] = ()
    profile: str | None = None
    strict: bool | None = None
    today: date | None = None
    fail_on: Severity | None = None
