"""What `llmlint audit --unknown` says of calls that may reach a model, but on something that cannot be resolved."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmlint.cli.run import run

CODE = """from langchain_openai import ChatOpenAI


def ask(model, question):
    return model.invoke(question)


def sure(question):
    return ChatOpenAI(model="gpt-5.4").invoke(question)
"""


def test_the_call_and_the_reason_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    assert run(["audit", "--unknown"]) == 0
    shown = capsys.readouterr().out
    assert "Calls whose receiver could not be resolved\n  app.py:5:12  `model.invoke`: " in shown
    assert "app.py:9" not in shown.partition("\n\n")[0]


def test_without_the_option_it_is_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    assert run(["audit"]) == 0
    assert "could not be resolved" not in capsys.readouterr().out
