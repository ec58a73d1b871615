"""Which version of a package a project may run with, by its own files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from llmlint.config.pins import declares, newest_allowed, oldest_allowed, parse

MOST = 1_000_000


@pytest.mark.parametrize(
    ("requirement", "newest"),
    [
        ("openai==0.28.1", (0, 28, 1)),
        ("openai == 1.2.3  # why", (1, 2, 3)),
        ("openai<1", (0, MOST)),
        ("openai>=1.0,<2.0", (1, MOST)),
        ("openai<1.3", (1, 2, MOST)),
        ("openai[datalib]~=1.40", (1, MOST)),
        ("openai==1.*", (1, MOST)),
        ("openai>=1.0", None),
        ("openai", None),
        ("openai-agents==0.1", None),
        ("# openai==0.28", None),
    ],
)
def test_a_requirement(tmp_path: Path, requirement: str, newest: tuple[int, ...] | None) -> None:
    (tmp_path / "requirements.txt").write_text(f"requests==2.32.0\n{requirement}\n", encoding="utf-8")
    assert newest_allowed(str(tmp_path / "app.py"), "openai") == newest


@pytest.mark.parametrize(
    ("requirements", "oldest"),
    [
        ("openai==0.28.1", (0, 28, 1)),
        ("openai>=1", (1, 0, 0)),
        ("openai>=1.0,<2.0", (1, 0, 0)),
        ("openai~=1.40", (1, 40, 0)),
        ("openai<2", None),
        ("openai", None),
        ("openai>=1.2\nopenai>=1.1", (1, 1, 0)),
        ("openai>=1.2\nopenai", None),
    ],
)
def test_the_oldest_of_a_requirement(tmp_path: Path, requirements: str, oldest: tuple[int, ...] | None) -> None:
    (tmp_path / "requirements.txt").write_text(f"{requirements}\n", encoding="utf-8")
    assert oldest_allowed(str(tmp_path / "app.py"), "openai") == oldest


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", '[[package]]\nname = "openai"\nversion = "1.109.1"\n'),
        ("poetry.lock", '[[package]]\nname = "OpenAI"\nversion = "1.109.1"\n'),
        ("Pipfile.lock", '{"default": {"openai": {"version": "==1.109.1"}}}'),
        ("pyproject.toml", '[project]\nname = "app"\ndependencies = ["openai==1.109.1"]\n'),
        ("pyproject.toml", '[project]\nname = "app"\n[project.optional-dependencies]\nllm = ["openai==1.109.1"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = "1.109.1"\n'),
        ("pyproject.toml", '[tool.poetry.group.llm.dependencies]\nopenai = {version = "1.109.1"}\n'),
        ("pyproject.toml", '[dependency-groups]\nllm = ["openai==1.109.1"]\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    openai==1.109.1\n"),
        ("requirements-dev.txt", "openai==1.109.1\n"),
        ("requirements.in", "openai==1.109.1\n"),
        ("Pipfile", '[packages]\nopenai = "==1.109.1"\n'),
        ("Pipfile", '[dev-packages]\nopenai = {version = "==1.109.1", extras = ["datalib"]}\n'),
        (
            "setup.py",
            'from setuptools import setup\n\nsetup(name="app", install_requires=["httpx", "openai==1.109.1"])\n',
        ),
        ("environment.yml", "name: app\ndependencies:\n  - python=3.11\n  - pip:\n      - openai==1.109.1\n"),
        (
            "Dockerfile",
            "FROM python:3.11\nRUN pip install --no-cache-dir \\\n    httpx \\\n    'openai==1.109.1' && rm -r /tmp\n",
        ),
    ],
)
def test_where_it_may_stand(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert newest_allowed(str(tmp_path / "src" / "app" / "llm.py"), "openai") == (1, 109, 1)


def test_what_a_list_refers_to(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("openai\n-r base.txt\n-c ../limits.txt\n", encoding="utf-8")
    (tmp_path / "limits.txt").write_text("openai==1.109.1\nanthropic<1\n", encoding="utf-8")
    file = str(tmp_path / "app.py")
    assert newest_allowed(file, "openai") == (1, 109, 1)
    assert newest_allowed(file, "anthropic") == (0, MOST)
    assert declares(file, "openai")
    assert not declares(file, "anthropic")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_reference_to_what_is_no_file_of_the_project_is_not_read(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    os.mkfifo(project / "pipe.txt")  # whoever opens it waits
    (tmp_path / "elsewhere.txt").write_text("anthropic==0.40.0\n", encoding="utf-8")
    text = f"-r pipe.txt\n-r /dev/zero\n-r {tmp_path / 'elsewhere.txt'}\nopenai==1.109.1\n"
    (project / "requirements.txt").write_text(text, encoding="utf-8")
    assert newest_allowed(str(project / "app.py"), "openai") == (1, 109, 1)
    assert newest_allowed(str(project / "app.py"), "anthropic") is None


def test_a_compiled_list_decides_over_what_it_is_made_of(tmp_path: Path) -> None:
    (tmp_path / "requirements.in").write_text("openai<3\n", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("openai==1.109.1\n", encoding="utf-8")
    assert newest_allowed(str(tmp_path / "app.py"), "openai") == (1, 109, 1)


def test_conda_takes_all_releases_of_a_version(tmp_path: Path) -> None:
    (tmp_path / "environment.yaml").write_text(
        "dependencies:\n  - openai=0.28\n  - conda-forge::anthropic=0.40.1=pyhd8ed1ab_0\n  - groq\n", encoding="utf-8"
    )
    assert newest_allowed(str(tmp_path / "app.py"), "openai") == (0, 28, MOST)
    assert newest_allowed(str(tmp_path / "app.py"), "anthropic") == (0, 40, 1, MOST)
    assert newest_allowed(str(tmp_path / "app.py"), "groq") is None


def test_a_build_that_installs_the_newest_limits_nothing(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("RUN pip install openai 'unclosed\nRUN pip install openai\n", encoding="utf-8")
    assert newest_allowed(str(tmp_path / "app.py"), "openai") is None


def test_a_caret_keeps_the_first_number_that_is_not_zero(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.poetry.dependencies]\nopenai = "^1.2"\nanthropic = "^0.40.1"\n', encoding="utf-8"
    )
    assert newest_allowed(str(tmp_path / "app.py"), "openai") == (1, MOST)
    assert newest_allowed(str(tmp_path / "app.py"), "anthropic") == (0, 40, MOST)


def test_a_lock_file_decides_over_the_requirement(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = ["openai>=1"]\n', encoding="utf-8")
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "openai"\nversion = "2.3.0"\n', encoding="utf-8")
    assert newest_allowed(str(tmp_path / "app.py"), "openai") == (2, 3, 0)
    assert oldest_allowed(str(tmp_path / "app.py"), "openai") == (2, 3, 0)


def test_the_nearest_folder_that_names_the_package_decides(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("openai==1.0.0\nanthropic==0.40.0\n", encoding="utf-8")
    inner = tmp_path / "service"
    inner.mkdir()
    (inner / "requirements.txt").write_text("openai==2.0.0\n", encoding="utf-8")
    assert newest_allowed(str(inner / "app.py"), "openai") == (2, 0, 0)
    assert newest_allowed(str(inner / "app.py"), "anthropic") == (0, 40, 0)


@pytest.mark.parametrize(
    "name", ["uv.lock", "pyproject.toml", "Pipfile.lock", "setup.cfg", "setup.py", "requirements.txt"]
)
def test_what_cannot_be_read_limits_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe[[[ {{{ \x00")
    assert newest_allowed(str(tmp_path / "app.py"), "openai") is None


def test_versions_compare() -> None:
    assert parse("1.0.0") > (0, MOST)
    assert parse("1.0.0") < (1, MOST)


def test_a_script_that_names_its_own_requirements(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("openai==2.0.0\nanthropic==0.40.0\n", encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        '#!/usr/bin/env -S uv run\n# /// script\n# dependencies = [\n#   "openai==0.28.1",\n#   "rich",\n# ]\n# ///\n',
        encoding="utf-8",
    )
    assert newest_allowed(str(script), "openai") == (0, 28, 1)
    assert newest_allowed(str(script), "rich") is None
    assert newest_allowed(str(script), "anthropic") == (0, 40, 0)


@pytest.mark.parametrize(
    ("line", "newest"),
    [
        ("!pip install openai==0.28 tqdm -qq", (0, 28)),
        ("%pip install -q 'openai>=1,<2'", (1, MOST)),
        ('! python -m pip install "openai<1"', (0, MOST)),
        ("!uv pip install openai==1.2.3  # why", (1, 2, 3)),
        ("!pip install -U openai", None),
        ("!pip install openai", (0, 40, 0)),
        ("!pip install 'openai==1.2.3", (0, 40, 0)),
        ("pip install openai==1.2.3", (0, 40, 0)),
        ("# openai==1.2.3", (0, 40, 0)),
    ],
)
def test_a_notebook_that_installs_what_it_needs(tmp_path: Path, line: str, newest: tuple[int, ...] | None) -> None:
    (tmp_path / "requirements.txt").write_text("openai==0.40.0\n", encoding="utf-8")
    notebook = tmp_path / "notebook.ipynb"
    cells = [{"cell_type": "code", "source": ["import os\n", f"{line}\n", "import openai"], "outputs": []}]
    notebook.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    assert newest_allowed(str(notebook), "openai") == newest
