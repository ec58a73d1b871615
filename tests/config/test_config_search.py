from __future__ import annotations

from pathlib import Path

import pytest

from llmlint.config import Config, ConfigError, Overrides
from llmlint.config.load import ConfigResolver
from llmlint.rulebook.rules import Rulebook


def resolve(path: str | Path, rulebook: Rulebook, **settings: object) -> Config:
    return ConfigResolver(rulebook=rulebook, **settings).for_file(str(path))  # type: ignore[arg-type]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_nearest_file_wins_and_the_others_do_not_count(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", 'strict = true\nprofile = "library"')
    near = write(project / "services" / "llmlint.toml", 'profile = "script"')
    config = resolve("services/api/app.py", rulebook)
    assert (config.profile, config.strict) == ("script", False)
    assert (config.path, config.root) == (str(near), str(near.parent))
    assert resolve("app.py", rulebook).profile == "library"


def test_llmlint_toml_comes_before_pyproject(project: Path, rulebook: Rulebook) -> None:
    write(project / "pyproject.toml", '[tool.llmlint]\nprofile = "library"')
    assert resolve("app.py", rulebook).profile == "library"
    write(project / "llmlint.toml", 'profile = "script"')
    assert resolve("app.py", rulebook).profile == "script"


def test_a_pyproject_without_our_section_does_not_end_the_search(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", "strict = true")
    write(project / "a" / "pyproject.toml", '[project]\nname = "a"\n')
    write(project / "b" / "pyproject.toml", '[project]\ndependencies = ["llmlint"]\n')
    assert resolve("a/app.py", rulebook).strict
    assert resolve("b/app.py", rulebook).strict


def test_an_empty_section_ends_the_search(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", "strict = true")
    write(project / "a" / "pyproject.toml", "[tool.llmlint]\n")
    assert not resolve("a/app.py", rulebook).strict


def test_the_search_ends_at_the_repository(project: Path, rulebook: Rulebook) -> None:
    write(project.parent / "llmlint.toml", "strict = true")
    config = resolve("src/app.py", rulebook)
    assert (config.strict, config.path, config.root) == (False, None, str(project))
    (project / ".git").rmdir()
    assert resolve("src/app.py", rulebook).strict


def test_a_worktree_whose_git_is_a_file_is_a_repository_too(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", "strict = true")
    write(project / "tree" / ".git", "gitdir: elsewhere")
    assert not resolve("tree/app.py", rulebook).strict


def test_without_repository_and_configuration_the_root_is_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rulebook: Rulebook
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert resolve("src/app.py", rulebook).root == str(tmp_path / "here")
    assert resolve(tmp_path / "there" / "app.py", rulebook).root == str(tmp_path / "there")


def test_files_of_one_folder_share_one_configuration(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", "")
    resolver = ConfigResolver(rulebook=rulebook)
    assert resolver.for_file("src/a.py") is resolver.for_file("src/deep/b.py")


def test_isolated_ignores_every_file(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", "strict = true\nbroken")
    config = resolve("app.py", rulebook, isolated=True)
    assert (config.strict, config.path, config.root) == (False, None, str(project))


def test_a_file_that_is_named_replaces_all_others(project: Path, rulebook: Rulebook) -> None:
    write(project / "a" / "llmlint.toml", "strict = true")
    given = write(project / "ci" / "lint.toml", 'profile = "script"')
    config = resolve("a/app.py", rulebook, config_file="ci/lint.toml")
    assert (config.strict, config.profile) == (False, "script")
    assert (config.path, config.root) == (str(given), str(project))


def test_a_named_pyproject_must_have_our_section(project: Path, rulebook: Rulebook) -> None:
    write(project / "pyproject.toml", "[project]\n")
    with pytest.raises(ConfigError, match=r"has no section \[tool\.llmlint\]"):
        resolve("app.py", rulebook, config_file="pyproject.toml")


def test_a_file_extends_another_over_which_it_lies(project: Path, rulebook: Rulebook) -> None:
    write(
        project / "base.toml",
        """
        select = ["LLM3"]
        extend-select = ["LLM5"]
        extend-exclude = ["a"]
        strict = true
        [severity]
        missing-timeout = "error"
        missing-retry = "error"
        [fix]
        timeout = 5
        """,
    )
    write(
        project / "sub" / "pyproject.toml",
        """
        [tool.llmlint]
        extend = "../base.toml"
        select = ["LLM1"]
        extend-select = ["LLM504"]
        extend-exclude = ["b"]
        [tool.llmlint.severity]
        missing-timeout = "info"
        [tool.llmlint.fix]
        max-retries = 0
        """,
    )
    config = resolve("sub/app.py", rulebook)
    assert config.select == ("LLM1",)
    assert config.extend_select == ("LLM5", "LLM504")
    assert config.extend_exclude == ("a", "b")
    assert config.strict
    assert {name: level.value for name, level in config.severity.items()} == {
        "missing-timeout": "info",
        "missing-retry": "error",
    }
    assert (config.fix.timeout, config.fix.max_retries) == (5, 0)
    assert config.root == str(project / "sub")


def test_a_rule_switched_off_below_can_be_switched_on_above(project: Path, rulebook: Rulebook) -> None:
    write(project / "base.toml", '[severity]\nmissing-timeout = "off"')
    write(project / "llmlint.toml", 'extend = "base.toml"\n[severity]\nmissing-timeout = "error"')
    assert resolve("app.py", rulebook).ignore == ()


def test_extending_in_a_circle_is_an_error(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", 'extend = "other.toml"')
    write(project / "other.toml", 'extend = "./llmlint.toml"')
    with pytest.raises(
        ConfigError, match=r"`extend`: extends itself in a circle: .*llmlint\.toml -> .*other\.toml -> "
    ) as caught:
        resolve("app.py", rulebook)
    assert caught.value.path == str(project / "other.toml")


def test_extending_a_missing_file_is_an_error(project: Path, rulebook: Rulebook) -> None:
    write(project / "llmlint.toml", 'extend = "../nowhere.toml"')
    with pytest.raises(ConfigError, match=r"there is no file .*nowhere\.toml"):
        resolve("app.py", rulebook)


def test_a_mistake_in_a_file_extended_names_that_file(project: Path, rulebook: Rulebook) -> None:
    write(project / "base.toml", "strict = 3")
    write(project / "llmlint.toml", 'extend = "base.toml"')
    with pytest.raises(ConfigError) as caught:
        resolve("app.py", rulebook)
    assert caught.value.path == str(project / "base.toml")


def test_former_names_keep_working_with_a_warning(project: Path, rulebook: Rulebook) -> None:
    path = write(
        project / "llmlint.toml",
        'ignore = ["no-timeout"]\n[severity]\nno-timeout = "error"\n[options.no-timeout]\nthreshold = 9',
    )
    resolver = ConfigResolver(Overrides(extend_select=("no-timeout",)), rulebook=rulebook)
    config = resolver.for_file("app.py")
    assert config.severity.keys() == config.options.keys() == {"missing-timeout"}
    renamed = "rule `no-timeout` is now called `missing-timeout`"
    assert resolver.warnings == [
        renamed,
        f"{path}: `ignore`: {renamed}",
        f"{path}: `severity.no-timeout`: {renamed}",
        f"{path}: `options.no-timeout`: {renamed}",
    ]
