from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmlint.config.load import ConfigResolver
from llmlint.config.model import Config, Overrides
from llmlint.rulebook.rules import Rulebook

SAMPLE = Path(__file__).parent.parent / "rulebook" / "sample"


@pytest.fixture
def rulebook() -> Rulebook:
    return Rulebook(SAMPLE)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, which is the working directory."""
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")
    return tmp_path / "repo"


@pytest.fixture
def load(project: Path, rulebook: Rulebook) -> Callable[..., Config]:
    """The configuration that `text` in llmlint.toml amounts to."""

    def load(text: str, overrides: Overrides | None = None) -> Config:
        (project / "llmlint.toml").write_text(text)
        return ConfigResolver(overrides, rulebook=rulebook).for_file("app.py")

    return load
