from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_lint import Lint, engine

from llmlint.rulebook import rules

SAMPLE = Path(__file__).parent.parent / "rulebook" / "sample"


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Lint]:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for variable in ("NO_COLOR", "FORCE_COLOR", "LLMLINT_TRACEBACK"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(rules, "rules_path", lambda: str(SAMPLE))
    rules.builtin_rulebook.cache_clear()
    lint = Lint(engine(), capsys, monkeypatch)
    monkeypatch.setattr(lint.engine, "check", lint.answer)
    monkeypatch.setattr(lint.engine, "audit", lint.answer)
    yield lint
    rules.builtin_rulebook.cache_clear()
