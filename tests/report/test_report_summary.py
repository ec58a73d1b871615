from __future__ import annotations

from dataclasses import replace

import pytest
from report_samples import NOTEBOOK, PARSE, TIMEOUT

from llmlint.diagnostics import Diagnostic, Severity
from llmlint.report.summary import Totals, summary_line

WARNING = replace(TIMEOUT, fix=None)
SAFE_WARNING = replace(NOTEBOOK, severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("findings", "totals", "sentence"),
    [
        (
            [SAFE_WARNING] * 3 + [TIMEOUT] * 2 + [PARSE],
            Totals(files=12, sites=34, unknown_settings=7),
            "Checked 12 files, 34 LLM call sites: 5 warnings, 1 error (3 fixable with --fix, 2 with --unsafe-fixes). "
            "7 settings could not be determined (llmlint audit --unknown shows them).",
        ),
        ([WARNING], Totals(files=1, sites=1), "Checked 1 file, 1 LLM call site: 1 warning."),
        ([PARSE, PARSE], Totals(files=1, sites=2), "Checked 1 file, 2 LLM call sites: 2 errors."),
        (
            [TIMEOUT],
            Totals(files=2, sites=1),
            "Checked 2 files, 1 LLM call site: 1 warning (1 fixable with --unsafe-fixes).",
        ),
        (
            [NOTEBOOK],
            Totals(files=1, sites=1),
            "Checked 1 file, 1 LLM call site: 1 info finding (1 fixable with --fix).",
        ),
        ([], Totals(files=1200, sites=3), "Checked 1,200 files, 3 LLM call sites: no findings."),
        ([], Totals(files=3, sites=0), "No LLM calls found in 3 files."),
        ([], Totals(files=1, sites=0), "No LLM calls found in 1 file."),
        ([], Totals(files=0, sites=0), "No Python files found under src, app.py."),
        ([], Totals(files=0, sites=0, failed=True), "No files were read."),
        ([PARSE], Totals(files=1, sites=0), "Checked 1 file, 0 LLM call sites: 1 error."),
        (
            [],
            Totals(files=1, sites=1, unknown_settings=1),
            "Checked 1 file, 1 LLM call site: no findings. "
            "1 setting could not be determined (llmlint audit --unknown shows it).",
        ),
        (
            [],
            Totals(files=1, sites=1, hidden=1),
            "Checked 1 file, 1 LLM call site: no findings. 1 info finding is hidden (--fail-on info shows it).",
        ),
        (
            [],
            Totals(files=1, sites=1, hidden=2),
            "Checked 1 file, 1 LLM call site: no findings. 2 info findings are hidden (--fail-on info shows them).",
        ),
    ],
)
def test_the_last_line(findings: list[Diagnostic], totals: Totals, sentence: str) -> None:
    assert summary_line(findings, totals, ["src", "app.py"]) == sentence
