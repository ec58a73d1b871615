from __future__ import annotations

import subprocess
import sys


def test_libcst_is_imported_by_the_first_edit_only() -> None:
    script = (
        "import sys, llmlint.fixes as fixes\n"
        "from llmlint.diagnostics import Applicability, Fix, Location, Operation\n"
        "fixes.fix_files([], open); fixes.unified_diff({})\n"
        "print('libcst' in sys.modules)\n"
        "operation = Operation('add-keyword', Location('a.py', 1, 1, 1, 4), (('keyword', 'b'), ('value', '1')))\n"
        "print(fixes.plan(b'f()', [Fix(Applicability.SAFE, '', (operation,))]).new)\n"
        "print('libcst' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["False", "b'f(b=1)'", "True"]
