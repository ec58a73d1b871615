"""What a key has in the settings files of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmlint.config.settings_files import written


def project(root: Path, **files: str) -> str:
    """A module in the package of a project that has these files; the path of the module."""
    (root / "app").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / name.replace("__", "/").replace("_dot_", ".")).write_text(text, encoding="utf-8")
    return str(root / "app" / "chat.py")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app__config_dot_ini", "[llm]\nModel = gpt-5 ; the usual one\n"),
        ("config_dot_yaml", "llm:\n  model: gpt-5  # the usual one\n"),
        ("config_dot_json", '{"llm": {"model": "gpt-5", "retries": 3}}'),
        ("settings_dot_toml", '[llm]\nmodel = "gpt-5"\n'),
    ],
)
def test_a_key_is_found_in_every_form(tmp_path: Path, name: str, text: str) -> None:
    module = project(tmp_path, pyproject_dot_toml="", **{name: text})
    assert written(module, "model") == {"gpt-5"}
    assert written(module, "model", "llm") == {"gpt-5"}
    assert written(module, "model", "images") == frozenset()


def test_what_is_no_settings_file_or_stands_in_a_comment_says_nothing(tmp_path: Path) -> None:
    module = project(
        tmp_path, pyproject_dot_toml="", package_dot_json='{"model": "gpt-5"}', config_dot_yaml="# model: gpt-4\n"
    )
    assert written(module, "model") == frozenset()


def test_the_search_ends_at_the_project(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("model: gpt-5\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    assert written(project(inner, setup_dot_py=""), "model") == frozenset()


def test_without_a_project_the_folder_of_the_module_alone_is_searched(tmp_path: Path) -> None:
    module = project(tmp_path, config_dot_yaml="model: gpt-5\n", app__default_dot_yaml="size: 3\n")
    assert written(module, "model") == frozenset()
    assert written(module, "size") == {"3"}
