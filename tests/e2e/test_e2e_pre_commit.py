"""The hooks, run by the real pre-commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from e2e_project import CALL, Project

ROOT = Path(__file__).parents[2]
SHIPPED = ("llmlint", "rules", "LICENSE", "README.md", "pyproject.toml", ".pre-commit-hooks.yaml")
PRE_COMMIT = shutil.which("pre-commit", path=str(Path(sys.executable).parent))
CLIENTS = "from openai import OpenAI\n\n\ndef client():\n    return OpenAI()\n"
ASK = """
from app.clients import client


def ask(question):
    return client().chat.completions.create(model="o3-mini", messages=[], max_tokens=50).choices[0].message.content
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PRE_COMMIT is None, reason="pre-commit is not installed beside this Python"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "protocol.file.allow=always")
    run = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "state")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with this checkout as its only commit."""
    folder = tmp_path_factory.mktemp("llmlint")
    for name in SHIPPED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / ".gitignore").write_text("__pycache__/\n")
    return folder, commit(folder)


def run_hooks(project: Project, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    home = tmp_path_factory.getbasetemp() / "pre-commit"
    assert PRE_COMMIT is not None
    return subprocess.run(
        [PRE_COMMIT, "run", "--color", "never"],
        cwd=project.folder,
        env={**os.environ, "PRE_COMMIT_HOME": str(home), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_commit_of_one_file_is_checked_and_fixed_with_the_project_around_it(
    project: Project, hooks: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository, revision = hooks
    hook = "    - id: {}\n      args: [--select, 'missing-timeout,wrong-token-limit', --output-format, concise]\n"
    project.write(
        ".pre-commit-config.yaml",
        f"repos:\n- repo: {repository}\n  rev: {revision}\n  hooks:\n"
        + hook.format("llmlint")
        + hook.format("llmlint-fix"),
    )
    project.write("app/__init__.py", "")
    project.write("app/clients.py", CLIENTS)
    project.write("app/ask.py", ASK.replace("max_tokens", "max_completion_tokens"))
    project.write("app/other.py", CALL)
    commit(project.folder)

    project.write("app/ask.py", ASK)
    git(project.folder, "add", "app/ask.py")
    run = run_hooks(project, tmp_path_factory)
    assert run.returncode == 1, run.stdout + run.stderr
    # The client in the other file is known, or the rule could not tell that the call is openai's.
    assert "app/ask.py:6:12: LLM203 wrong-token-limit" in run.stdout
    assert "LLM301" not in run.stdout
    assert "files were modified by this hook" in run.stdout
    assert project.read("app/ask.py") == ASK.replace("max_tokens", "max_completion_tokens")

    project.write("app/ask.py", ASK.replace("max_tokens", "max_completion_tokens") + "\n# done\n")
    git(project.folder, "add", "app/ask.py")
    run = run_hooks(project, tmp_path_factory)
    assert run.returncode == 0, run.stdout + run.stderr
