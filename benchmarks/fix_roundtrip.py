"""Fixes copies of real projects, unsafe fixes included, and checks what fixing promises.

    python benchmarks/fix_roundtrip.py DIRECTORY... [--show 20]

Each directory is copied, checked and fixed as `llmlint check --unsafe-fixes --fail-on info` does. Prints for each, and
for all together, the fixes by rule and how often a promise was broken:

- broken files: a file that parsed no longer does
- findings left: a finding of the same rule stands where one was fixed
- second run: files that fixing again would change
- bytes outside: files where the new bytes are not the old ones with the reported edits made
- statements outside: simple statements that no edit touches and that are not there any more

Exit status 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from llmlint import engine
from llmlint.config.model import Overrides
from llmlint.config.width import line_length
from llmlint.diagnostics import Diagnostic, Edit, Severity
from llmlint.fixes import Plan, plan, write_atomically
from llmlint.source.read import SourceText, decode_source

PASSES = 10
PROMISES = ("broken files", "findings left", "second run", "bytes outside", "statements outside")
NOT_COPIED = shutil.ignore_patterns(".git", "site-packages", "__pycache__", "node_modules", ".venv", "*.so", "*.pyc")
NEWLINE = re.compile(r"\r\n?|\n")


@dataclass
class Tally:
    files: int = 0
    sites: int = 0
    findings: int = 0
    passes: int = 0
    changed: set[str] = field(default_factory=set)
    fixed: Counter[str] = field(default_factory=Counter)
    withdrawn: Counter[str] = field(default_factory=Counter)
    uncovered: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=lambda: {promise: [] for promise in PROMISES})

    def add(self, other: Tally) -> None:
        self.files += other.files
        self.sites += other.sites
        self.findings += other.findings
        self.passes = max(self.passes, other.passes)
        self.changed |= other.changed
        self.fixed += other.fixed
        self.withdrawn += other.withdrawn
        self.uncovered += other.uncovered
        for promise, places in other.broken.items():
            self.broken[promise] += places


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("directory", nargs="+", type=Path)
    parser.add_argument("--show", type=int, default=20, help="how many broken promises are listed, of each kind")
    options = parser.parse_args()
    total = Tally()
    for directory in options.directory:
        with tempfile.TemporaryDirectory(prefix="llmlint-fix-") as folder:
            copy = Path(folder).resolve() / directory.resolve().name
            shutil.copytree(directory, copy, ignore=NOT_COPIED, ignore_dangling_symlinks=True)
            begin = time.perf_counter()
            os.chdir(copy)
            tally = fix_project(directory.name)
            seconds = time.perf_counter() - begin
            os.chdir("/")
        show(directory.name, tally, options.show, seconds)
        total.add(tally)
    if len(options.directory) > 1:
        show("all", total, 0)
    return 1 if any(total.broken.values()) else 0


def show(name: str, tally: Tally, listed: int, seconds: float | None = None) -> None:
    took = "" if seconds is None else f"; {seconds:.0f} s"
    print(
        f"{name}: {tally.files} files, {tally.sites} call sites, {tally.findings} findings; "
        f"{sum(tally.fixed.values())} fixed in {len(tally.changed)} files and {tally.passes} passes, "
        f"{sum(tally.withdrawn.values())} withdrawn{took}"
    )
    print("    " + ", ".join(f"{promise} {len(tally.broken[promise])}" for promise in PROMISES))
    for label, counts in (("fixed", tally.fixed), ("withdrawn", tally.withdrawn), ("uncovered", tally.uncovered)):
        for what, number in counts.most_common():
            print(f"    {label} {number}: {what}")
    for promise, places in tally.broken.items():
        for place in places[:listed]:
            print(f"    BROKEN {promise}: {place}")
    sys.stdout.flush()


def fix_project(name: str) -> Tally:
    """Fixes the working directory until nothing changes, and checks every pass."""
    warnings.simplefilter("ignore")
    tally = Tally()
    result = check()
    tally.files, tally.sites, tally.findings = result.files, result.call_sites, len(result.diagnostics)
    for number in range(1, PASSES + 1):
        everything = dict(planned(result.diagnostics))
        if number == 1:
            for made, _, found in everything.values():
                reasons = {id(withdrawal.fix): withdrawal.reason for withdrawal in made.withdrawn}
                refused = [each for each in found if id(each.fix) in reasons]
                tally.withdrawn.update(f"{each.name}: {reasons[id(each.fix)]}" for each in refused)
        plans = {path: each for path, each in everything.items() if each[0].new != each[1]}
        if not plans:
            break
        tally.passes = number
        moved: set[tuple[str, str, int, int]] = set()
        fixed: set[tuple[str, str, int, int]] = set()
        for path, (made, old, found) in plans.items():
            tally.changed.add(f"{name}/{path}")
            write_atomically(path, made.new, old=old)
            for promise, fault in faults(made, old):
                tally.broken[promise].append(f"{name}/{path}: {fault}")
            applied = {id(fix) for fix in made.applied}
            source = text_of(old)
            for diagnostic in found:
                place = (diagnostic.name, path, *shifted(diagnostic, source, made.edits))
                moved.add(place)
                if id(diagnostic.fix) in applied:
                    tally.fixed[diagnostic.name] += 1
                    fixed.add(place)
        result = check()
        for each in result.diagnostics:
            at = (each.name, each.location.path, each.location.line, each.location.column)
            if at in fixed:
                tally.broken["findings left"].append(f"{name}/{at[1]}:{at[2]}:{at[3]} {at[0]}: {each.message}")
            elif each.location.path in plans and at not in moved:
                tally.uncovered[each.name] += 1
    tally.broken["second run"] += (
        f"{name}/{path}" for path, (made, old, _) in planned(result.diagnostics) if made.new != old
    )
    return tally


def check() -> engine.Result:
    return engine.check(engine.Request((".",), Overrides(fail_on=Severity.INFO), isolated=True))


def planned(diagnostics: list[Diagnostic]) -> Iterator[tuple[str, tuple[Plan, bytes, list[Diagnostic]]]]:
    """The plan, the old bytes and all findings of each file in which something can be fixed."""
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        if diagnostic.location.cell is None:
            by_path.setdefault(diagnostic.location.path, []).append(diagnostic)
    for path, found in by_path.items():
        fixes = [each.fix for each in found if each.fix and {op.target.path for op in each.fix.operations} == {path}]
        if fixes:
            old = Path(path).read_bytes()
            yield path, (plan(old, fixes, line_length(path)), old, found)


def faults(made: Plan, old: bytes) -> Iterator[tuple[str, str]]:
    """What a plan breaks of its promises, found without the machinery that made it."""
    source = text_of(old)
    if by_hand(source, made.edits) != made.new:
        yield "bytes outside", "the new bytes are not the old ones with the edits made"
    try:
        before = ast.parse(source.text)
    except SyntaxError:
        return
    try:
        after = ast.parse(text_of(made.new).text)
    except SyntaxError as error:
        yield "broken files", str(error)
        return
    spans = [(edit.location.line, edit.location.end_line) for edit in made.edits]
    present = Counter(ast.dump(node) for node in simple_statements(after))
    for node in simple_statements(before):
        last = node.end_lineno or node.lineno
        if any(first <= last and node.lineno <= end for first, end in spans):
            continue
        dump = ast.dump(node)
        if not present[dump]:
            yield "statements outside", f"line {node.lineno}: {ast.unparse(node)[:80]}"
        present[dump] -= 1


def simple_statements(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and not isinstance(node, ast.Match):
            yield node


def text_of(data: bytes) -> SourceText:
    source = decode_source("", data)
    assert isinstance(source, SourceText)
    return source


def offset(starts: list[int], line: int, column: int) -> int:
    return starts[line - 1] + column - 1


def line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in NEWLINE.finditer(text))]


def shifted(diagnostic: Diagnostic, source: SourceText, edits: tuple[Edit, ...]) -> tuple[int, int]:
    """Line and column of a finding after the edits."""
    starts = line_starts(source.text)
    place = offset(starts, diagnostic.location.line, diagnostic.location.column)
    text, moved = source.text, place
    for edit in reversed(edits):
        start = offset(starts, edit.location.line, edit.location.column)
        end = offset(starts, edit.location.end_line, edit.location.end_column)
        if end <= place:
            moved += len(edit.text) - (end - start)
        text = text[:start] + edit.text + text[end:]
    after = line_starts(text)
    line = max(index for index, start in enumerate(after) if start <= moved)
    return line + 1, moved - after[line] + 1


def by_hand(source: SourceText, edits: tuple[Edit, ...]) -> bytes:
    starts = line_starts(source.text)
    text = source.text
    for edit in reversed(edits):
        start = offset(starts, edit.location.line, edit.location.column)
        end = offset(starts, edit.location.end_line, edit.location.end_column)
        text = text[:start] + edit.text + text[end:]
    return (b"\xef\xbb\xbf" if source.bom else b"") + text.encode(source.encoding)


if __name__ == "__main__":
    sys.exit(main())
