"""What `llmlint audit --unknown` says of calls that may reach a model, but on something that cannot be resolved."""

from __future__ import annotations

import re
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


WRAPPED = """import os

from openai import OpenAI

client = OpenAI(timeout=20)


def ask(question, **options):
    return client.responses.create(input=question, **options)


def one(settings):
    return ask("Hi", **settings)


def two(settings):
    return ask("Ho", **settings)
"""


def test_a_check_and_an_audit_count_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text(WRAPPED)
    monkeypatch.chdir(tmp_path)
    run(["check"])
    told = re.search(r"(\d+) settings could not be determined", capsys.readouterr().out)
    assert run(["audit", "--unknown"]) == 0
    listed, _, last = capsys.readouterr().out.rstrip("\n").rpartition("\n")
    assert told is not None
    assert last.startswith(f"{told[1]} settings of 1 LLM call site could not be determined; ")
    assert last.endswith(" more of 2 calls of functions that wrap them.")
    own = listed.partition("via wrapper")[0].split("\n\n")[-1]
    assert own.count(": ") == int(told[1])


def test_a_pattern_that_no_setting_explains_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "from openai import OpenAI\n\nOpenAI(timeout=20).responses.create(prompt={'id': 'pmpt_1'})\n"
    (tmp_path / "app.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    assert run(["audit"]) == 0
    assert "? model" in capsys.readouterr().out
    assert run(["audit", "--unknown"]) == 0
    shown = capsys.readouterr().out
    assert "model: none is given, and which one answers then is not known" in shown
    assert shown.endswith("Every setting of 1 LLM call site could be determined.\n")
