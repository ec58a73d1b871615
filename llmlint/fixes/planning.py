"""From the fixes of one file to its new contents: in rounds where fixes touch, each round proven before it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from llmlint.diagnostics import Edit, Fix, Location, Operation
from llmlint.fixes.change import change
from llmlint.fixes.codemods import OF_CALLS
from llmlint.fixes.proof import Change, prove
from llmlint.fixes.refusal import ELSEWHERE, RefusalError, refusing_what_fails
from llmlint.fixes.splice import Splice, compose, moved, touch
from llmlint.fixes.text import Source, Text
from llmlint.records import record

MAX_ROUNDS = 10


@record
class Withdrawal:
    """A fix that is not made, and why."""

    fix: Fix
    reason: str


@record
class Plan:
    """What fixing comes to; `edits` are places in the old source, sorted, without overlap.

    Each fix given is in one of `applied`, `unchanged` (what it wants is there already) and `withdrawn`.
    """

    new: bytes
    edits: tuple[Edit, ...] = ()
    applied: tuple[Fix, ...] = ()
    unchanged: tuple[Fix, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()


def plan(source: bytes, fixes: Sequence[Fix], width: int = 88) -> Plan:
    """Carries out the fixes on a file's bytes; nothing is raised and nothing written.

    Lines are to be no longer than `width`. All fixes are for this file: the paths in their targets are not looked at.
    A fix that cannot be made, or whose result cannot be proven, is withdrawn; the others do not suffer from it.
    """
    try:
        decoded = Source.decode(source, width)
    except RefusalError as error:
        return Plan(source, withdrawn=tuple(Withdrawal(fix, str(error)) for fix in fixes))
    work = _Work(decoded)
    jobs = work.jobs(fixes)
    for _ in range(MAX_ROUNDS):
        jobs = work.round(jobs)
    for job in jobs:
        work.withdraw(job.fixes, "too many fixes overlap here; run again")
    return work.plan()


@dataclass(slots=True)
class _Job:
    """Fixes that ask for the same operations (two findings at one call), and where the calls are now."""

    fixes: list[Fix]
    operations: tuple[Operation, ...]
    spans: list[tuple[int, int]]

    @property
    def keeps_calls(self) -> bool:
        """Whether each call that is changed stays one."""
        return all(operation.codemod in OF_CALLS for operation in self.operations)


@dataclass(slots=True)
class _Made:
    """A job's edits in the text of the round, and the changes to prove."""

    job: _Job
    splices: list[Splice]
    changes: list[Change]


@dataclass(slots=True)
class _Work:
    source: Source
    text: Text = field(init=False)
    splices: list[Splice] = field(default_factory=list)
    applied: list[Fix] = field(default_factory=list)
    unchanged: list[Fix] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    pending: list[_Job] = field(default_factory=list)
    like: Location | None = None

    def __post_init__(self) -> None:
        self.text = self.source.text

    def withdraw(self, fixes: Sequence[Fix], reason: str) -> None:
        self.withdrawn += (Withdrawal(fix, reason) for fix in fixes)

    def jobs(self, fixes: Sequence[Fix]) -> list[_Job]:
        found: dict[tuple[Operation, ...], _Job] = {}
        for fix in fixes:
            if fix.operations in found:
                found[fix.operations].fixes.append(fix)
                continue
            try:
                spans = [_span(self.text, operation.target) for operation in fix.operations]
            except RefusalError as error:
                self.withdraw([fix], str(error))
                continue
            found[fix.operations] = _Job([fix], fix.operations, spans)
            self.like = self.like or (fix.operations[0].target if fix.operations else None)
        # What changes a call's arguments comes first: after it, another expression may stand in the call's place.
        return sorted(found.values(), key=lambda job: (not job.keeps_calls, job.spans))

    def round(self, jobs: list[_Job]) -> list[_Job]:
        """Makes every fix that touches no other; returns those to be made in the text that results."""
        batch: list[_Made] = []
        later: list[_Job] = []
        for job in jobs:
            made = self.make(job)
            if made is None:
                continue
            if any(touch(one, other) for taken in batch for one in made.splices for other in taken.splices):
                later.append(job)
            else:
                batch.append(made)
        self.pending = jobs
        self.commit_provable(batch)
        return later

    def make(self, job: _Job) -> _Made | None:
        """The job's edits in the present text; None, and noted, if it cannot be done or needs nothing."""
        splices: list[Splice] = []
        changes: list[Change] = []
        text = self.text
        try:
            for span, operation in zip(job.spans, job.operations, strict=True):
                with refusing_what_fails():
                    splice = change(text, moved(span, splices), operation)
                if splice is not None:
                    splices = compose(splices, text.content, splice)
                    changes.append(Change(span, operation, splice.text))
                    text = self.text.spliced(splices)
        except RefusalError as error:
            self.withdraw(job.fixes, str(error))
            return None
        if not splices:
            self.unchanged += job.fixes
            return None
        return _Made(job, splices, changes)

    def commit_provable(self, batch: Sequence[_Made]) -> None:
        """Makes a batch; if its proof fails, each half of it, and so on down to the fixes at fault."""
        if not batch:
            return
        jobs = [made.job for made in batch]
        try:
            self.commit(batch)
        except RefusalError as error:
            if len(jobs) == 1:
                self.withdraw(jobs[0].fixes, str(error))
                return
            middle = len(jobs) // 2
            for half in (jobs[:middle], jobs[middle:]):
                self.commit_provable([made for job in half if (made := self.make(job))])

    def commit(self, batch: Sequence[_Made]) -> None:
        """Makes the edits of a batch, in which no two touch; `RefusalError`, and nothing made, if the proof fails."""
        splices = sorted(splice for made in batch for splice in made.splices)
        changes = [change for made in batch for change in made.changes]
        new = self.text.spliced(splices)
        with refusing_what_fails():
            prove(self.text, new, changes)
            again = [change(new, moved(done.span, splices), done.operation) for done in changes]
        if any(splice is not None for splice in again):
            raise RefusalError("fixing again would change the file again")
        total = self.total(splices) if self.splices else splices
        self.source.spliced(total)
        self.splices, self.text = total, new
        for job in self.pending:
            job.spans = [moved(span, splices) for span in job.spans]
        self.applied += (fix for made in batch for fix in made.job.fixes)

    def total(self, splices: Sequence[Splice]) -> list[Splice]:
        """The edits of the source that come to those made so far and these."""
        total = self.splices
        text = self.text
        for index, splice in enumerate(splices):
            shift = sum(earlier.growth for earlier in splices[:index])
            total = compose(total, text.content, Splice(splice.start + shift, splice.end + shift, splice.text))
            text = self.source.text.spliced(total)
        return total

    def plan(self) -> Plan:
        text, like = self.source.text, self.like
        return Plan(
            self.source.spliced(self.splices),
            tuple(Edit(text.location(splice, like), splice.text) for splice in self.splices if like),
            tuple(self.applied),
            tuple(self.unchanged),
            tuple(self.withdrawn),
        )


def _span(text: Text, target: Location) -> tuple[int, int]:
    start = text.offset(target.line, target.column)
    end = text.offset(target.end_line, target.end_column)
    if end <= start:
        raise RefusalError(ELSEWHERE)
    return start, end
