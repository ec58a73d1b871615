"""Code that merely looks like a call of a model is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from llmlint import engine
from llmlint.config.model import Overrides

BYSTANDERS = Path(__file__).parent / "data" / "bystanders"
FILES = sorted(path for path in BYSTANDERS.iterdir() if path.suffix in {".py", ".pyi"})
CONSUMER = """
from openai import OpenAI

client = OpenAI(timeout=20)


def ask(question: str) -> str:
    return client.responses.create(model="gpt-5.4-mini", input=question, max_output_tokens=300).output_text
"""


def request(folder: Path) -> engine.Request:
    return engine.Request((str(folder),), Overrides(select=("ALL",), strict=True))


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A project in which the bystanders are no test files: modules of the package `app`."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "1"\n')
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").touch()
    return package


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bystander_has_no_call_site_and_no_finding(path: Path, app: Path) -> None:
    shutil.copy(path, app)
    result = engine.check(request(app.parent))
    assert result.call_sites == 0
    assert [str(found) for found in result.diagnostics] == []
    assert engine.audit(request(app.parent)).sites == []


def test_bystanders_are_left_alone_beside_a_module_that_does_call_a_model(app: Path) -> None:
    for path in FILES:
        shutil.copy(path, app)
    (app / "consumer.py").write_text(CONSUMER)
    result = engine.check(request(app.parent))
    sites = engine.audit(request(app.parent)).sites
    assert {Path(site.path).name for site in sites} == {"consumer.py"}
    assert {Path(found.location.path).name for found in result.diagnostics} <= {"consumer.py"}
