"""The support desk keeps passing its own tests after all fixes: a check of its own (`pytest -m slow`)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import tomli
from environment import interpreter

EXAMPLE = Path(__file__).parents[2] / "examples" / "support_desk"
SHAPES = Path(__file__).parent / "shapes"
COMMAND = str(Path(sysconfig.get_path("scripts")) / "llmlint")


@pytest.mark.slow
def test_the_support_desk_passes_its_tests_before_and_after_all_fixes(tmp_path: Path) -> None:
    desk = tmp_path / "support_desk"
    shutil.copytree(EXAMPLE, desk, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    project = tomli.loads((desk / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python = interpreter(tmp_path, [*project["dependencies"], *project["optional-dependencies"]["test"]])
    before = passed(python, desk)
    assert before > 0
    offered = check(desk, "--diff")
    assert offered.count("+++ b/desk/") >= 5
    for folder in ("tests", "scripts"):
        assert f"+++ b/{folder}/" not in offered
    check(desk, "--fix")
    check(desk)
    assert check(desk, "--diff") == ""
    assert passed(python, desk) == before


@pytest.mark.slow
def test_calls_of_every_shape_come_to_the_same_before_and_after_all_fixes(tmp_path: Path) -> None:
    folder = tmp_path / "shapes"
    (folder / "tests").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "shapes"\nversion = "1"\n', encoding="utf-8")
    shutil.copy(SHAPES / "app.py", folder)
    shutil.copy(SHAPES / "checks.py", folder / "tests" / "test_app.py")
    for name in ("conftest.py", "fake_providers.py"):
        shutil.copy(EXAMPLE / "tests" / name, folder / "tests")
    python = interpreter(tmp_path, ["anthropic", "openai", "pytest"])
    before = passed(python, folder)
    check(folder, "--fix")
    after = (folder / "app.py").read_text(encoding="utf-8")
    for expected in ("asyncio.to_thread(", "max_completion_tokens=99", "timeout=30.0", "if not chunk.choices:"):
        assert expected in after
    check(folder, "--fix")
    assert (folder / "app.py").read_text(encoding="utf-8") == after
    assert passed(python, folder) == before


def check(desk: Path, *arguments: str) -> str:
    command = [COMMAND, "check", "--unsafe-fixes", "--fail-on", "info", "--isolated", *arguments]
    run = subprocess.run(command, cwd=desk, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    assert "warning:" not in run.stderr
    return run.stdout


def passed(python: str, desk: Path) -> int:
    """How many tests of the application pass; all must."""
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    run = subprocess.run(command, cwd=desk, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (count,) = re.findall(r"(\d+) passed", run.stdout)
    return int(count)
