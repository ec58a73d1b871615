"""Fixes: from the operations that a finding offers to edits, new file contents, a diff and files written.

Importing this package does not import LibCST; making the first edit does.
"""

from __future__ import annotations

from llmlint.fixes.batch import FixReport, edits_for, fix_files
from llmlint.fixes.diff import unified_diff
from llmlint.fixes.ignore import add_ignores
from llmlint.fixes.planning import Plan, Withdrawal, plan
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.write import FileChangedError, write_atomically

__all__ = [
    "FileChangedError",
    "FixReport",
    "Plan",
    "RefusalError",
    "Withdrawal",
    "add_ignores",
    "edits_for",
    "fix_files",
    "plan",
    "unified_diff",
    "write_atomically",
]
