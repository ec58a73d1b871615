from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_lint import Lint

ROOT = Path(__file__).parents[2]


@pytest.fixture
def broken(lint: Lint) -> Lint:
    def fail(request: object) -> list[object]:
        raise ValueError("boom\n\x1b[31m")

    lint.finds = fail  # type: ignore[assignment]
    return lint


def test_an_internal_error_is_one_line_and_status_2(broken: Lint) -> None:
    run = broken("check")
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        "llmlint: internal error: ValueError: boom \\x1b[31m (please report; set LLMLINT_TRACEBACK=1 for the trace)\n"
    )


def test_the_trace_of_an_internal_error_can_be_had(broken: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMLINT_TRACEBACK", "1")
    run = broken("check")
    assert "Traceback (most recent call last)" in run.err
    assert run.status == 2


def test_an_interrupt_is_quiet(lint: Lint) -> None:
    def interrupt(request: object) -> list[object]:
        raise KeyboardInterrupt

    lint.finds = interrupt  # type: ignore[assignment]
    run = lint("check")
    assert (run.status, run.out, run.err.strip()) == (130, "", "")


def test_a_wrong_rule_file_is_an_error_of_that_file(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmlint.rulebook import rules

    folder = Path("rules") / "log"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("enabled = true\ncode = 3\n")
    monkeypatch.setattr(rules, "rules_path", lambda: "rules")
    run = lint("check")
    assert run.status == 2
    assert "error: rules/log/mine.toml: `code` must be a string\n" in run.err
    assert "error: rules/log/mine.toml: `name` is missing\n" in run.err


@pytest.mark.parametrize("arguments", [["rule", "--output-format", "json"], ["rule"], ["--help"], ["rule", "LLM"]])
def test_a_reader_that_goes_away_is_no_reason_to_complain(arguments: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "llmlint", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as stream:
        complaint = stream.read()
    assert process.wait() == 141
    assert complaint == b""


def test_a_terminal_that_lacks_a_character_gets_an_escape() -> None:
    code = (
        "import sys; sys.argv = ['llmlint', 'config', '質問.py']; from llmlint.__main__ import main; sys.exit(main())"
    )
    run = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code],
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONIOENCODING": "latin-1", "PATH": ""},
        check=False,
    )
    assert run.returncode == 0
    assert b"\\u8cea\\u554f.py" in run.stdout
