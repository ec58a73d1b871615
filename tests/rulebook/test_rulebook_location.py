from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from llmlint.rulebook import location
from llmlint.rulebook.table import RulebookError


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of the package elsewhere, still without rule files."""
    folder = tmp_path / "site" / "llmlint"
    folder.mkdir(parents=True)
    monkeypatch.setattr(location, "__file__", str(folder / "rulebook" / "location.py"))
    location.rules_path.cache_clear()
    yield folder
    location.rules_path.cache_clear()


def make_rules(folder: Path) -> Path:
    folder.mkdir()
    (folder / "renamed.toml").touch()
    return folder


def test_a_wheel_has_its_rules_inside_the_package(package: Path) -> None:
    make_rules(package.parent / "rules")
    inside = make_rules(package / "_rules")
    assert location.rules_path() == str(inside)


def test_a_source_checkout_has_them_beside_the_package(package: Path) -> None:
    beside = make_rules(package.parent / "rules")
    assert location.rules_path() == str(beside)


def test_a_folder_that_is_only_called_rules_is_somebody_elses(package: Path) -> None:
    (package.parent / "rules").mkdir()
    with pytest.raises(RulebookError, match="has no rule files"):
        location.rules_path()


def test_this_checkout_has_them_beside_the_package() -> None:
    assert location.rules_dir() == Path(__file__).parents[2] / "rules"
