"""The fixes of a run: which are made, file by file, and what became of the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from llmlint.diagnostics import Applicability, Diagnostic, Edit, Fix, Note
from llmlint.fixes.planning import plan


@dataclass(slots=True)
class FixReport:
    """What fixing a set of findings comes to; nothing is written yet.

    `changed` maps a path to its old and new bytes, `applied` counts findings, `withdrawn` says of each fix that was
    wanted and cannot be made why, at the place of its finding.
    """

    changed: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    applied: int = 0
    withdrawn: list[Note] = field(default_factory=list)


def edits_for(diagnostic: Diagnostic, source: bytes, width: int = 88) -> list[Edit]:
    """The proven edits of a finding's fix, were it the only one; empty if it has none or none that can be made.

    Lines are to be no longer than `width`.
    """
    return list(plan(source, [diagnostic.fix], width).edits) if diagnostic.fix else []


def fix_files(
    diagnostics: Iterable[Diagnostic],
    read: Callable[[str], bytes],
    *,
    unsafe: bool = False,
    only: Collection[str] | None = None,
    width: Callable[[str], int] = lambda path: 88,
) -> FixReport:
    """Carries out the safe fixes, with `unsafe` the unsafe ones too; `only` limits them to rules by name or code.

    `read` returns a file's bytes; when it raises `OSError`, that file's fixes are withdrawn. `width` says how long a
    file's lines may be.
    """
    report = FixReport()
    wanted: dict[str, list[tuple[Diagnostic, Fix]]] = {}
    for diagnostic in diagnostics:
        fix = diagnostic.fix
        if fix is None or not _is_wanted(diagnostic, fix, unsafe, only):
            continue
        paths = {operation.target.path for operation in fix.operations}
        if len(paths) != 1:
            report.withdrawn.append(_note(diagnostic, "the fix changes several files"))
        elif any(operation.target.cell is not None for operation in fix.operations):
            report.withdrawn.append(_note(diagnostic, "notebooks are not edited"))
        else:
            wanted.setdefault(paths.pop(), []).append((diagnostic, fix))
    for path, pairs in sorted(wanted.items()):
        _fix_file(report, path, pairs, read, width(path))
    return report


def _fix_file(
    report: FixReport, path: str, pairs: Sequence[tuple[Diagnostic, Fix]], read: Callable[[str], bytes], width: int
) -> None:
    try:
        old = read(path)
    except OSError as error:
        report.withdrawn += (_note(diagnostic, error.strerror or str(error)) for diagnostic, _ in pairs)
        return
    result = plan(old, [fix for _, fix in pairs], width)
    reasons = {id(withdrawal.fix): withdrawal.reason for withdrawal in result.withdrawn}
    report.withdrawn += (_note(diagnostic, reasons[id(fix)]) for diagnostic, fix in pairs if id(fix) in reasons)
    report.applied += len(result.applied)
    if result.new != old:
        report.changed[path] = (old, result.new)


def _is_wanted(diagnostic: Diagnostic, fix: Fix, unsafe: bool, only: Collection[str] | None) -> bool:
    if fix.applicability is Applicability.UNSAFE and not unsafe:
        return False
    return only is None or diagnostic.name in only or diagnostic.code in only


def _note(diagnostic: Diagnostic, reason: str) -> Note:
    return Note(f"{diagnostic.name} not fixed: {reason}", diagnostic.location)
