"""Adds `timeout=1.0` to every call of real code and checks what fixing promises, independently of how it is made.

    python benchmarks/edit_every_call.py DIRECTORY... [--sample 3] [--files 500] [--seed 1]

In each file all calls are fixed together, and a sample of them one at a time. Checked: the result parses; its tree
without the new keywords is the old tree; the new bytes are the old ones with the reported edits made; fixing the result
changes nothing. Prints figures by directory; exit status 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from functools import lru_cache, partial
from pathlib import Path

from llmlint.diagnostics import Applicability, Edit, Fix, Location, Operation
from llmlint.fixes import Plan, plan
from llmlint.source.lines import LineIndex
from llmlint.source.read import SourceText, decode_source

ARGUMENTS = (("keyword", "timeout"), ("value", "1.0"))


@dataclass
class Tally:
    files: int = 0
    lines: int = 0
    calls: int = 0
    singles: int = 0
    unreadable: int = 0
    applied: int = 0
    unchanged: int = 0
    withdrawn: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("directory", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=3, help="calls fixed one at a time, per file")
    parser.add_argument("--files", type=int, default=0, help="files per directory, at random (0: all)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    broken = 0
    for directory in options.directory:
        paths = sorted(path for path in directory.rglob("*.py") if path.is_file())
        if options.files and len(paths) > options.files:
            paths = sorted(random.Random(options.seed).sample(paths, options.files))
        total = Tally()
        begin = time.perf_counter()
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for tally in pool.map(partial(try_file, sample=options.sample, seed=options.seed), paths, chunksize=8):
                total.add(tally)
        seconds = time.perf_counter() - begin
        print(
            f"{directory}: {total.files} files, {total.lines} lines, {total.unreadable} unreadable; "
            f"{total.calls} calls: "
            f"{total.applied} fixed, {total.unchanged} had it, {sum(total.withdrawn.values())} withdrawn; "
            f"{total.singles} also alone; {len(total.broken)} promises broken; {seconds:.0f} s",
            flush=True,
        )
        for reason, count in total.withdrawn.most_common():
            print(f"    withdrawn {count}: {reason}")
        for line in total.broken:
            print(f"    BROKEN {line}")
        broken += len(total.broken)
    return 1 if broken else 0


def try_file(path: Path, sample: int, seed: int) -> Tally:
    tally = Tally()
    warnings.simplefilter("ignore")
    source = decode_source(str(path), path.read_bytes())
    try:
        if not isinstance(source, SourceText):
            raise ValueError(source.message)
        calls = calls_of(ast.parse(source.text))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        tally.unreadable += 1
        return tally
    tally.files, tally.calls, tally.lines = 1, len(calls), source.text.count("\n")
    fixes = [fix(source, call) for call in calls]
    together = plan(source.data, fixes)
    tally.applied, tally.unchanged = len(together.applied), len(together.unchanged)
    tally.withdrawn.update(withdrawal.reason for withdrawal in together.withdrawn)
    tally.broken += (f"{path}, all: {fault}" for fault in faults(source, together))
    chosen = random.Random(f"{seed}{path}").sample(fixes, min(sample, len(fixes)))
    tally.singles = len(chosen)
    for one in chosen:
        alone = plan(source.data, [one])
        tally.broken += (f"{path}, {one.operations[0].target}: {fault}" for fault in faults(source, alone))
    return tally


def faults(source: SourceText, result: Plan) -> list[str]:
    new = decode_source("", result.new)
    if not isinstance(new, SourceText):
        return [new.message]
    if made_by_hand(source, result.edits) != result.new:
        return ["the new bytes are not the old ones with the edits made"]
    try:
        old_tree, new_tree = ast.parse(source.text), ast.parse(new.text)
    except SyntaxError as error:
        return [f"the result does not parse: {error}"]
    targets = {fix.operations[0].target for fix in result.applied}
    fixed = take_out(old_tree, new_tree, {position(source, call): call for call in calls_of(old_tree)}, targets)
    if len(fixed) != len(result.applied):
        return [f"{len(fixed)} keywords added by {len(result.applied)} fixes"]
    if ast.dump(old_tree) != ast.dump(new_tree):
        return ["the tree differs beyond the new keywords"]
    again = plan(result.new, [fix(new, call) for call in fixed])
    if again.new != result.new or again.withdrawn:
        return ["a second run changes the file"]
    return []


def take_out(old: ast.AST, new: ast.AST, calls: dict[Location, ast.Call], targets: set[Location]) -> list[ast.Call]:
    """Removes `timeout=1.0` from the new tree's counterpart of each target; returns those that had it."""
    wanted = {id(calls[target]) for target in targets}
    found: list[ast.Call] = []
    waiting: list[tuple[object, object]] = [(old, new)]
    while waiting:
        one, other = waiting.pop()
        if isinstance(one, ast.AST) and isinstance(other, ast.AST):
            if id(one) in wanted and isinstance(other, ast.Call):
                ours = [each for each in other.keywords if each.arg == "timeout" and ast.unparse(each.value) == "1.0"]
                other.keywords = [each for each in other.keywords if each not in ours]
                found += [other] * (len(ours) == 1)
            waiting += ((value, getattr(other, name, None)) for name, value in ast.iter_fields(one))
        elif isinstance(one, list) and isinstance(other, list):
            waiting += zip(one, other, strict=False)
    return found


def calls_of(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def position(source: SourceText, call: ast.Call) -> Location:
    lines = line_index(source.text)
    assert call.end_lineno is not None
    assert call.end_col_offset is not None
    return Location(
        "module.py",
        call.lineno,
        lines.column(call.lineno, call.col_offset),
        call.end_lineno,
        lines.column(call.end_lineno, call.end_col_offset),
    )


@lru_cache(maxsize=2)
def line_index(text: str) -> LineIndex:
    return LineIndex(text)


def fix(source: SourceText, call: ast.Call) -> Fix:
    operation = Operation("add-keyword", position(source, call), ARGUMENTS)
    return Fix(Applicability.UNSAFE, "Set a timeout", (operation,))


def made_by_hand(source: SourceText, edits: tuple[Edit, ...]) -> bytes:
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", source.text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = source.text
    for edit in reversed(edits):
        start = starts[edit.location.line - 1] + edit.location.column - 1
        end = starts[edit.location.end_line - 1] + edit.location.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return (b"\xef\xbb\xbf" if source.bom else b"") + text.encode(source.encoding)


if __name__ == "__main__":
    sys.exit(main())
