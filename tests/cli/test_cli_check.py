from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from cli_lint import Lint, finding

from llmlint.config import Overrides
from llmlint.diagnostics import Severity

INFO = finding("missing-retry", "LLM308", Severity.INFO)
WARNING = finding()
ERROR = finding("infinite-timeout", "LLM302", Severity.ERROR)


def test_the_working_directory_is_checked_unless_paths_are_given(lint: Lint) -> None:
    lint("check")
    lint("check", "src", "app.py")
    assert [request.paths for request in lint.requests] == [(".",), ("src", "app.py")]


def test_the_engine_gets_the_settings_of_the_command_line(lint: Lint) -> None:
    (Path.cwd() / "my.toml").touch()
    lint(
        *("check", "--select", "LLM3, unlogged-call", "--select", "LLM101", "--extend-select", "LLM504"),
        *("--ignore", "missing-retry", "--strict", "--today", "2026-01-31", "--fail-on", "error"),
        *("--profile", "library", "--config", "my.toml"),
    )
    (request,) = lint.requests
    assert request.config_overrides == Overrides(
        select=("LLM3", "unlogged-call", "LLM101"),
        extend_select=("LLM504",),
        ignore=("missing-retry",),
        profile="library",
        strict=True,
        today=date(2026, 1, 31),
        fail_on=Severity.ERROR,
    )
    assert (request.config_file, request.isolated, request.stdin) == ("my.toml", False, None)


def test_what_is_not_given_overrides_nothing(lint: Lint) -> None:
    lint("check", "--isolated")
    (request,) = lint.requests
    assert request.config_overrides == Overrides()
    assert request.isolated


@pytest.mark.parametrize(
    ("found", "arguments", "status"),
    [
        ([], [], 0),
        ([INFO], [], 0),
        ([WARNING], [], 1),
        ([ERROR], [], 1),
        ([WARNING], ["--fail-on", "error"], 0),
        ([ERROR], ["--fail-on", "error"], 1),
        ([INFO], ["--fail-on", "info"], 1),
        ([ERROR], ["--exit-zero"], 0),
        ([INFO], ["--select", "LLM3"], 0),
    ],
)
def test_the_exit_status_counts_from_fail_on_up(
    lint: Lint, found: list[object], arguments: list[str], status: int
) -> None:
    lint.finds = lambda request: found  # type: ignore[assignment, return-value]
    assert lint("check", *arguments).status == status


def test_each_finding_counts_by_the_configuration_of_its_own_file(lint: Lint) -> None:
    (Path.cwd() / "lax").mkdir()
    (Path.cwd() / "lax" / "llmlint.toml").write_text('fail-on = "error"')
    lint.finds = lambda request: [finding(path="lax/app.py")]
    assert lint("check").status == 0
    lint.finds = lambda request: [finding(path="lax/app.py"), finding(path="app.py")]
    assert lint("check").status == 1


@pytest.mark.parametrize(
    ("arguments", "configuration", "shown"),
    [
        ([], "", False),
        (["--fail-on", "info"], "", True),
        (["--select", "LLM308"], "", True),
        (["--extend-select", "fallback"], "", True),
        (["--extend-select", "LLM5"], "", False),
        ([], 'fail-on = "info"', True),
        ([], 'extend-select = ["missing-retry"]', True),
        ([], 'select = ["LLM308", "missing-timeout"]', True),
        ([], 'select = ["LLM3"]', False),
    ],
)
def test_advice_is_hidden_unless_asked_for(lint: Lint, arguments: list[str], configuration: str, shown: bool) -> None:
    (Path.cwd() / "llmlint.toml").write_text(configuration)
    lint.finds = lambda request: [INFO, WARNING]
    for form in ("text", "concise"):
        run = lint("check", "--output-format", form, *arguments)
        assert ("missing-retry it is" in run.out) is shown
        assert ("1 info finding is hidden (--fail-on info shows it)." in run.out + run.err) is not shown
        assert "missing-timeout it is" in run.out


def test_json_hides_nothing_and_is_alone_on_standard_output(lint: Lint) -> None:
    lint.finds = lambda request: [INFO, WARNING]
    document = json.loads(lint("check", "--output-format", "json").out)
    assert [found["name"] for found in document["findings"]] == ["missing-retry", "missing-timeout"]


def test_concise_has_nothing_but_findings_on_standard_output(lint: Lint) -> None:
    lint.finds = lambda request: [WARNING]
    run = lint("check", "--output-format", "concise")
    assert run.out == "app.py:1:1: LLM301 missing-timeout missing-timeout it is\n"
    assert run.err == "Checked 1 file, 0 LLM call sites: 1 warning.\n"


def test_statistics_take_the_place_of_the_findings(lint: Lint) -> None:
    lint.finds = lambda request: [WARNING, ERROR, ERROR]
    run = lint("check", "--statistics")
    assert run.out.splitlines()[:2] == ["2  [ ]  LLM302  infinite-timeout", "1  [ ]  LLM301  missing-timeout"]
    assert run.status == 1


def test_a_report_in_a_file_is_not_printed_and_not_coloured(lint: Lint) -> None:
    lint.finds = lambda request: [WARNING]
    run = lint("check", "-o", "report.txt", "--color")
    assert run.out == ""
    report = Path("report.txt").read_text()
    assert "missing-timeout it is" in report
    assert "\x1b" not in report


def test_a_report_that_cannot_be_written_is_a_failure(lint: Lint) -> None:
    run = lint("check", "-o", "nowhere/report.txt")
    assert (run.status, run.out) == (2, "")
    assert run.err == "error: nowhere/report.txt: No such file or directory\n"


def test_standard_input_is_checked_under_the_name_given(lint: Lint) -> None:
    for arguments in (["--stdin-filename", "new/app.py"], ["-", "--stdin-filename", "new/app.py"]):
        lint("check", *arguments, stdin=b"x = '\xff'\r\n")
    for request in lint.requests:
        assert (request.stdin, request.paths) == (("new/app.py", b"x = '\xff'\r\n"), ())


def test_problems_go_to_standard_error_and_do_not_stop_the_rest(lint: Lint) -> None:
    lint.finds = lambda request: [WARNING]
    lint.problems = [lint.engine.Problem("bad.py", "line 3: invalid \x1b[31msyntax", False)]
    run = lint("check")
    assert run.err == "error: bad.py: line 3: invalid \\x1b[31msyntax\n"
    assert "missing-timeout it is" in run.out
    assert run.status == 1


@pytest.mark.parametrize("arguments", [[], ["--exit-zero"]])
def test_a_fatal_problem_is_status_2_whatever_is_found(lint: Lint, arguments: list[str]) -> None:
    lint.finds = lambda request: [WARNING]
    lint.problems = [lint.engine.Problem("gone.py", "no such file", True)]
    run = lint("check", *arguments)
    assert run.status == 2
    assert "missing-timeout it is" in run.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "missing-timout"], "Did you mean `missing-timeout`?"),
        (["--fix-only", "LLM9"], "there is no rule or group of rules `LLM9`"),
        (["--today", "tomorrow"], "'tomorrow' is not a date such as 2026-01-31"),
        (["--config", "none.toml"], "does not exist"),
        (["--isolated", "--config", "a.toml"], "cannot be used together"),
        (["--statistics", "--output-format", "json"], "--statistics can be used only with"),
        (["--statistics", "--diff"], "cannot be used together"),
        (["--stdin-filename", "a.py", "src"], "--stdin-filename and PATHS cannot be used together"),
        (["-"], "give --stdin-filename"),
        (["--fix", "--stdin-filename", "a.py", "--output-format", "json"], "give --output-file"),
        (["--output-format", "xml"], "'xml' is not one of"),
        (["--selekt", "LLM3"], "--select"),
    ],
)
def test_wrong_usage_is_status_2_before_anything_is_checked(lint: Lint, arguments: list[str], message: str) -> None:
    Path("a.toml").touch()
    run = lint("check", *arguments)
    assert (run.status, run.out, lint.requests) == (2, "", [])
    assert message in run.err


def test_a_wrong_configuration_is_status_2_and_named_as_users_know_it(lint: Lint) -> None:
    Path("llmlint.toml").write_text("stict = true")
    run = lint("check")
    assert (run.status, run.out, lint.requests) == (2, "", [])
    assert run.err == "error: llmlint.toml: unknown setting `stict`. Did you mean `strict`?\n"


def test_former_names_are_warned_about(lint: Lint) -> None:
    run = lint("check", "--ignore", "no-timeout")
    assert run.err == "warning: rule `no-timeout` is now called `missing-timeout`\n"
    assert run.status == 0
