"""`python -m llmlint.rulebook.verify`, without a package index: the releases of a small SDK lie in tests/data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
import tomli

from llmlint.rulebook.sdk_reader import read_sdk
from llmlint.rulebook.table import Table
from llmlint.rulebook.verify.claims import Answer, Question
from llmlint.rulebook.verify.environments import NotMeasuredError
from llmlint.rulebook.verify.measure import ask

RELEASES = Path(__file__).parents[1] / "data" / "releases"
SDK = """
name = "fakellm"
distribution = "fakellm"
verified = ["1.0", "2.0"]

[[client]]
classes = ["fakellm.Client"]
settings = "client"
defaults = { timeout = 30, retries = 2 }

[[operation]]
paths = ["chat.completions.create"]
kind = "chat"
settings = "chat"

[[operation]]
functions = ["fakellm.complete"]
kind = "completion"
settings = "complete"
removed = "2.0"

[settings.client]
timeout = ["timeout"]

[settings.chat]
model = ["model"]

[settings.complete]
model = ["engine"]
"""

verify = import_module("llmlint.rulebook.verify.__main__")


@pytest.fixture
def rulebook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of the SDK; its releases are imported from tests/data by the probe in this interpreter."""
    file = tmp_path / "sdk" / "fakellm.toml"
    file.parent.mkdir()
    file.write_text(SDK, encoding="utf-8")

    def load(name: str) -> object:
        return read_sdk(Table(tomli.loads(file.read_text(encoding="utf-8")), f"rules/sdk/{name}.toml"))

    def environment(folder: Path, distribution: str, version: str, companions: tuple[str, ...]) -> Path:
        if not (RELEASES / version).is_dir():
            raise NotMeasuredError(f"no {distribution} {version}")
        return RELEASES / version

    def ask_release(release: Path, questions: Sequence[Question]) -> dict[Question, Answer]:
        return ask(Path(sys.executable), questions, [str(release)])

    for name, stand_in in {"load_sdk": load, "environment": environment, "ask": ask_release}.items():
        monkeypatch.setattr(verify, name, stand_in)
    monkeypatch.setattr(verify, "rules_dir", lambda: tmp_path)
    monkeypatch.setattr(verify, "MOST_USED", ("fakellm", "fakellm"))
    return file


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_file_that_says_what_is_there_has_no_drift(rulebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(["fakellm"]) == 0
    assert capsys.readouterr().out == "fakellm 2.0: 10 claims hold, 0 drifted, 0 not checkable\n"


def test_drift_is_one_line_each(rulebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(rulebook, 'model = ["model"]', 'model = ["foo"]')
    edit(rulebook, "retries = 2", "retries = 5")
    assert verify.main(["--all"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "fakellm 2.0: fakellm.Client does not retry 5 times (rules/sdk/fakellm.toml)",
        'fakellm 2.0: chat.completions.create has no parameter "foo" (rules/sdk/fakellm.toml)',
        "fakellm 2.0: 8 claims hold, 2 drifted, 0 not checkable",
    ]


def test_an_older_release_can_be_looked_at(rulebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(["fakellm", "--version", "1.0"]) == 0
    assert capsys.readouterr().out.startswith("fakellm 1.0: 10 claims hold")


def test_a_release_that_cannot_be_had_is_not_measured(rulebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(["fakellm", "--version", "3.0"]) == 2
    assert capsys.readouterr().out == "fakellm 3.0: not measured: no fakellm 3.0\n"


def test_what_an_older_release_could_confirm_is_no_drift(rulebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(rulebook, '"1.0", "2.0"', '"0.5", "2.0"')
    assert verify.main(["fakellm", "--unclear"]) == 2
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "fakellm 0.5: not measured: no fakellm 0.5"
    assert "fakellm 2.0: unclear whether there is no fakellm.complete: 0.5 was not measured" in said
    assert said[-1] == "fakellm 2.0: 7 claims hold, 0 drifted, 3 not checkable"


def test_a_name_that_nobody_knows_is_refused(rulebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(["nobody"]) == 2
    assert "rules/sdk/nobody.toml" in capsys.readouterr().err


def test_a_version_is_that_of_one_sdk(rulebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(["--version", "1.0"]) == 2
    assert capsys.readouterr() == ("", "--version is for one name\n")


@pytest.mark.slow
def test_a_released_sdk_is_what_its_file_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(["ollama", "--folder", str(tmp_path)]) == 0, capsys.readouterr().out
