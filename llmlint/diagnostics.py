"""What a run reports: diagnostics, the evidence behind them and the fixes they offer."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from llmlint.records import record


class Severity(str, Enum):
    """How bad a finding is; the exit status counts from `--fail-on` (default: warning) up."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return _RANK[self]


_RANK = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@record
class Location:
    """A range of source text.

    `path` is as the user gave it, relative to the working directory where possible, with forward slashes. Lines and
    columns are 1-based, columns count code points, the end is exclusive. `cell` is the 0-based notebook cell.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None

    @property
    def start(self) -> tuple[str, int, int, int]:
        """Path, cell, line and column, to sort by."""
        return self.path, self.cell or 0, self.line, self.column

    @property
    def source(self) -> str:
        """Under which key the text around it, of the file or cell, is kept."""
        return self.path if self.cell is None else f"{self.path}:{self.cell}"


@record
class Note:
    """One step of a proof ("client built here, without timeout"), or a related place; `location` is None for a fact."""

    message: str
    location: Location | None = None


class Applicability(str, Enum):
    """Whether a fix can change the behaviour of a run that succeeds today."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@record
class Operation:
    """One intended change of the tree, carried out by the codemod of that name in `llmlint.fixes`.

    `target` is the exact range of the expression or statement to change; `arguments` are the codemod's own.
    """

    codemod: str
    target: Location
    arguments: tuple[tuple[str, str], ...] = ()


@record
class Fix:
    """A change that resolves a finding; all operations are applied, or none."""

    applicability: Applicability
    title: str
    operations: tuple[Operation, ...]


@record
class Edit:
    """A replacement of the text in `location` by `text`."""

    location: Location
    text: str


@record
class Diagnostic:
    """One finding.

    `confidence` is "resolved", "shape" or "unknown" (reported with `--strict` only). `identity` tells the finding from
    others across edits elsewhere in the file: it holds no line numbers. `statement` is the range of the innermost
    simple statement around the location, where a suppression comment counts.
    """

    code: str
    name: str
    severity: Severity
    message: str
    location: Location
    confidence: str = "resolved"
    identity: str = ""
    help: str = ""
    evidence: tuple[Note, ...] = ()
    related: tuple[Note, ...] = ()
    fix: Fix | None = None
    statement: Location | None = field(default=None, compare=False)
