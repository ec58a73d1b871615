from __future__ import annotations

from pathlib import Path

import pytest
from e2e_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("pyproject.toml", '[project]\nname = "app"\nversion = "1"\n')
    return project
