from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cli_lint import Lint, calls_without_timeout, finding

from llmlint.diagnostics import Applicability, Diagnostic, Severity

SOURCE = b"ask()\nask()\n"
FIXED = b"ask(timeout=30)\nask(timeout=30)\n"


@pytest.fixture
def app(lint: Lint) -> Path:
    path = Path("app.py")
    path.write_bytes(SOURCE)
    lint.finds = lambda request: calls_without_timeout(path.read_bytes())
    return path


def test_without_fix_nothing_is_changed(lint: Lint, app: Path) -> None:
    run = lint("check")
    assert (run.status, app.read_bytes()) == (1, SOURCE)
    assert "(2 fixable with --fix)" in run.out


def test_fix_changes_files_and_reports_what_is_left(lint: Lint, app: Path) -> None:
    run = lint("check", "--fix")
    assert (run.status, app.read_bytes()) == (0, FIXED)
    assert run.err == "Fixed 2 findings in 1 file.\n"
    assert "app.py:" not in run.out


@pytest.mark.parametrize(
    ("arguments", "changed"),
    [
        (["--fix"], False),
        (["--unsafe-fixes"], True),
        (["--fix", "--unsafe-fixes"], True),
        (["--fix-only", "LLM3"], False),
    ],
)
def test_unsafe_fixes_must_be_asked_for(lint: Lint, app: Path, arguments: list[str], changed: bool) -> None:
    lint.finds = lambda request: calls_without_timeout(app.read_bytes(), kind=Applicability.UNSAFE)
    run = lint("check", *arguments)
    assert app.read_bytes() == (FIXED if changed else SOURCE)
    assert run.status == (0 if changed else 1)


@pytest.mark.parametrize(("rules", "changed"), [("LLM3", True), ("unlogged-call,no-timeout", True), ("LLM5", False)])
def test_fix_only_limits_the_rules(lint: Lint, app: Path, rules: str, changed: bool) -> None:
    lint("check", "--fix-only", rules)
    assert app.read_bytes() == (FIXED if changed else SOURCE)


def test_hidden_advice_is_not_fixed(lint: Lint, app: Path) -> None:
    def advice(request: object) -> list[Diagnostic]:
        return [replace(found, severity=Severity.INFO) for found in calls_without_timeout(app.read_bytes())]

    lint.finds = advice
    lint("check", "--fix")
    assert app.read_bytes() == SOURCE
    lint("check", "--fix", "--fail-on", "info")
    assert app.read_bytes() == FIXED


def test_diff_prints_a_patch_and_changes_nothing(lint: Lint, app: Path) -> None:
    run = lint("check", "--diff")
    assert run.out.splitlines() == [
        "--- a/app.py",
        "+++ b/app.py",
        "@@ -1,2 +1,2 @@",
        "-ask()",
        "-ask()",
        "+ask(timeout=30)",
        "+ask(timeout=30)",
    ]
    assert (run.status, app.read_bytes()) == (1, SOURCE)


def test_a_coloured_diff_is_harmless_and_a_plain_one_exact(lint: Lint, app: Path) -> None:
    app.write_bytes(b"# \x1b[2J\nask()\n")
    assert " # \x1b[2J\n" in lint("check", "--diff").out
    coloured = lint("check", "--diff", "--color").out
    assert "\\x1b[2J" in coloured
    assert "\x1b[32m+ask(timeout=30)\x1b[0m\n" in coloured


def test_a_fix_that_cannot_be_made_is_named(lint: Lint, app: Path) -> None:
    app.write_bytes(b"ask(x for x in y)\n")
    lint.finds = lambda request: [replace(found, fix=found.fix) for found in calls_without_timeout(b"ask()\n")]
    run = lint("check", "--fix")
    assert app.read_bytes() == b"ask(x for x in y)\n"
    assert run.err.startswith("warning: app.py:1:1: missing-timeout not fixed: ")
    assert run.status == 1


def test_a_file_that_cannot_be_written_is_a_failure_and_the_others_are_fixed(lint: Lint, app: Path) -> None:
    app.chmod(0o444)
    other = Path("other.py")
    other.write_bytes(SOURCE)
    lint.finds = lambda request: [
        found for path in (app, other) for found in calls_without_timeout(path.read_bytes(), str(path))
    ]
    run = lint("check", "--fix")
    assert (app.read_bytes(), other.read_bytes()) == (SOURCE, FIXED)
    assert run.status == 2
    assert run.err.startswith("error: app.py: not fixed: ")
    assert run.err.count("error:") == 1


@pytest.mark.parametrize("folder", ["", "."])
def test_standard_input_is_fixed_onto_standard_output(lint: Lint, folder: str) -> None:
    name = str(Path(folder).absolute() / "new.py") if folder else "new.py"
    lint.finds = lambda request: calls_without_timeout(request.stdin[1], "new.py")
    run = lint("check", "--fix", "--stdin-filename", name, stdin=SOURCE)
    assert run.out.encode() == FIXED
    assert "Fixed 2 findings in 1 file." in run.err
    assert not Path("new.py").exists()


def test_standard_input_without_findings_comes_back_as_it_was(lint: Lint) -> None:
    run = lint("check", "--fix", "--stdin-filename", "new.py", stdin=b"x = 1\n")
    assert run.out == "x = 1\n"


def test_a_fix_of_standard_input_changes_no_other_file(lint: Lint, app: Path) -> None:
    lint.finds = lambda request: calls_without_timeout(SOURCE, "app.py")
    lint("check", "--fix", "--stdin-filename", "new.py", stdin=b"x = 1\n")
    assert app.read_bytes() == SOURCE


def test_fixes_that_never_settle_end(lint: Lint, app: Path) -> None:
    def again(request: object) -> list[Diagnostic]:
        app.write_bytes(SOURCE)
        return calls_without_timeout(SOURCE)

    lint.finds = again
    assert lint("check", "--fix").status == 1
    assert len(lint.requests) == 11


def test_json_has_the_edits_of_each_fix(lint: Lint, app: Path) -> None:
    unreadable = calls_without_timeout(b"ask()\n", "gone.py")
    lint.finds = lambda request: [*calls_without_timeout(SOURCE), *unreadable, finding()]
    found = json.loads(lint("check", "--output-format", "json").out)["findings"]
    assert [edit["text"] for edit in found[0]["fix"]["edits"]] == ["timeout=30"]
    assert (found[0]["fix"]["edits"][0]["line"], found[0]["fix"]["edits"][0]["column"]) == (1, 5)
    assert found[1]["fix"]["edits"][0]["line"] == 2
    assert found[2]["fix"]["edits"] == []
    assert found[3]["fix"] is None
