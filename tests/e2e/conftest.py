from __future__ import annotations

from pathlib import Path

import pytest
from e2e_project import Project

PYPROJECT = """\
[project]
name = "app"
version = "1"

[tool.llmlint]
today = 2026-11-28  # what is printed is the same on every day
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("pyproject.toml", PYPROJECT)
    return project
