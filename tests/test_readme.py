"""What the README shows is what the command prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli

from llmlint import __version__
from llmlint.config import schema
from llmlint.config.load import ConfigResolver
from llmlint.rulebook.rules import builtin_rulebook

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "docs" / "rules" / "index.md",
]
COMMAND = str(Path(sysconfig.get_path("scripts")) / "llmlint")
# A console block after this mark is a session: each line with a prompt is run, and what follows is its output.
SHOWN = re.compile(r"^<!-- shown -->\n```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
FIXES = {"safe": "safe", "unsafe": "unsafe", "none": ""}


def sessions() -> list[str]:
    return SHOWN.findall(README.read_text(encoding="utf-8"))


def played(session: str) -> Iterator[str]:
    """The session again, with what its commands print now."""
    folder = ROOT
    for line in session.splitlines():
        if not line.startswith("$ "):
            continue
        yield line
        command, *arguments = shlex.split(line.removeprefix("$ "))
        if command == "cd":
            folder = ROOT / arguments[0]
        else:
            assert command == "llmlint"
            run = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, cwd=folder, check=False)
            yield from run.stdout.splitlines()


def test_sessions_are_shown() -> None:
    assert sessions()


@pytest.mark.parametrize("session", sessions(), ids=lambda session: str(session).splitlines()[-1][:40])
def test_the_output_shown_is_what_is_printed(session: str) -> None:
    assert list(played(session)) == session.splitlines()


def test_the_table_of_rules_is_that_of_the_rulebook() -> None:
    expected = [
        f"| {rule.code} | `{rule.name}` | {rule.severity.value} | {FIXES[rule.fix]} | {rule.summary} |"
        for rule in builtin_rulebook().rules
    ]
    assert [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| LLM")] == expected


def test_every_sdk_is_named() -> None:
    names = {tomli.loads(path.read_text(encoding="utf-8"))["name"] for path in (ROOT / "rules" / "sdk").glob("*.toml")}
    (line,) = re.findall(r"^openai, anthropic, .*?are known", README.read_text(encoding="utf-8"), re.M | re.S)
    assert set(re.split(r",\s+|\s+and\s+", line.removesuffix(" are known"))) == names


def test_every_rule_is_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [rule.name for rule in builtin_rulebook().rules if f"`{rule.name}` ({rule.code})" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_that_are_mentioned_exist(page: Path) -> None:
    commands = [[COMMAND, name] for name in ("check", "audit", "rule", "config")]
    commands.append([sys.executable, "-m", "llmlint.rulebook.verify"])
    helps = [
        subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout for command in commands
    ]
    mentioned = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page.read_text(encoding="utf-8")))
    foreign = {"--check", "--version", "--tree", "--runs", "--json"}  # of ruff, of llmlint itself, of the benchmarks
    assert {option for option in mentioned - foreign if not any(option in text for text in helps)} == set()


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "configuration.md"], ids=lambda page: page.name)
def test_configuration_that_is_shown_is_valid(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = TOML.findall(page.read_text(encoding="utf-8"))
    assert blocks
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.toml").touch()
    for block in blocks:
        (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
        assert ConfigResolver().for_directory(".").path == str(tmp_path / "pyproject.toml")


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    keys = [*schema._PLAIN, *schema._TABLES, *(f"fix.{key}" for key in schema._FIX)]
    assert [key for key in keys if f"`{key}`" not in documented] == []


def test_the_version_is_that_of_the_package() -> None:
    versions = re.findall(r"\bv(\d+\.\d+\.\d+)", README.read_text(encoding="utf-8"))
    assert set(versions) == {__version__}
    assert tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == __version__


def update() -> None:
    """Write the present output into the README: `python tests/test_readme.py`."""
    text = README.read_text(encoding="utf-8")
    for session in sessions():
        text = text.replace(session, "\n".join(played(session)) + "\n")
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update()
