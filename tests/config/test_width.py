"""How long a line may be, as the project's formatter is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmlint.config.width import line_length


@pytest.mark.parametrize(
    ("name", "text", "length"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", 100),
        ("pyproject.toml", "[tool.black]\nline-length = 79\n", 79),
        ("pyproject.toml", "[tool.black]\nline-length = 79\n[tool.ruff]\nline-length = 120\n", 120),
        ("ruff.toml", "line-length = 140\n", 140),
        ("pyproject.toml", "[tool.ruff.lint]\nselect = []\n", 88),
        ("pyproject.toml", "[tool\n", 88),
        ("pyproject.toml", "[tool]\nruff = 1\n", 88),
    ],
)
def test_the_configuration_of_ruff_or_black_decides(tmp_path: Path, name: str, text: str, length: int) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert line_length(str(tmp_path / "app" / "llm.py")) == length


def test_the_nearest_configuration_decides_and_the_repository_ends_the_search(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    (inner / ".git").mkdir(parents=True)
    (tmp_path / "ruff.toml").write_text("line-length = 140\n", encoding="utf-8")
    assert line_length(str(tmp_path / "llm.py")) == 140
    assert line_length(str(inner / "llm.py")) == 88
