"""A rule that crashes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e_project import CALL

from llmlint.__main__ import main
from llmlint.checks import fallback
from llmlint.index.module import Module
from llmlint.sites import inventory
from llmlint.sites.callsite import CallSite


def crash_at_a_call(site: object) -> None:
    raise ZeroDivisionError("by \x1b zero")


def crash_at_the_project(sites: object) -> None:
    raise ZeroDivisionError("by \x1b zero")


@pytest.mark.parametrize(
    ("rule", "crash", "line", "rest"),
    [
        (
            "unhandled_call",
            crash_at_a_call,
            "app.py:7:12: LLM000 internal-error The rule unhandled-call failed on `client.responses.create`"
            r" (ZeroDivisionError: by \x1b zero): please report it",
            "missing-timeout",
        ),
        (
            "missing_timeout",
            crash_at_the_project,
            "app.py:1:1: LLM000 internal-error The rule missing-timeout failed on this project"
            r" (ZeroDivisionError: by \x1b zero): please report it",
            "unhandled-call",
        ),
    ],
)
def test_a_crash_is_a_finding_with_status_2_and_the_other_rules_go_on(
    rule: str,
    crash: Callable[[object], None],
    line: str,
    rest: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "app.py").write_text(CALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LLMLINT_TRACEBACK", raising=False)
    monkeypatch.setattr(fallback, rule, crash)
    monkeypatch.setattr(sys, "argv", ["llmlint", "check", "--output-format", "concise"])
    assert main() == 2
    lines = capsys.readouterr().out.splitlines()
    assert line in lines
    assert [each for each in lines if f" {rest} " in each]


def test_a_crash_while_calls_are_looked_for_is_a_finding_and_the_other_calls_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from llmlint.sites import find

    real = find._Finder._direct

    def crash_in_broken(self: find._Finder, module: Module, call: ast.Call) -> CallSite | None:
        return 1 / 0 if module.key == "broken.py" else real(self, module, call)  # type: ignore[return-value]

    for name in ("app.py", "broken.py", "pyproject.toml"):
        (tmp_path / name).write_text(CALL if name.endswith(".py") else "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LLMLINT_TRACEBACK", raising=False)
    monkeypatch.setattr(find._Finder, "_direct", crash_in_broken)
    monkeypatch.setattr(sys, "argv", ["llmlint", "check", "--output-format", "concise"])
    assert main() == 2
    lines = capsys.readouterr().out.splitlines()
    reason = "This call could not be looked at (ZeroDivisionError: division by zero): please report it"
    assert f"broken.py:7:12: LLM000 internal-error {reason}" in lines
    assert any(line.startswith("app.py:") for line in lines)


def test_settings_that_cannot_be_counted_do_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "app.py").write_text(CALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LLMLINT_TRACEBACK", raising=False)
    monkeypatch.setattr(inventory, "unknown_settings", crash_at_a_call)
    monkeypatch.setattr(sys, "argv", ["llmlint", "check", "--output-format", "concise"])
    assert main() == 2
    shown = capsys.readouterr().out
    assert "app.py:7:12: LLM000 internal-error The settings of `client.responses.create` could not be counted" in shown
    assert "missing-timeout" in shown
