"""When a fix is safe, when the same fix is not, and when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmlint import engine
from llmlint.config.model import Overrides
from llmlint.diagnostics import Applicability
from llmlint.rulebook.details import Example
from llmlint.rulebook.model import Rule
from llmlint.rulebook.rules import builtin_rulebook
from llmlint.testing import without_markers

UNFIXED = [(rule, each) for rule in builtin_rulebook().rules for each in rule.examples if "no fix" in each.title]

CALL = """
from openai import OpenAI

client = OpenAI(timeout=20)
{schema}


def address(text: str):
    return client.chat.completions.create(
        model="gpt-5.4-mini",
        messages=[{{"role": "user", "content": text}}],
        response_format={{"type": "json_schema", "json_schema": {{"name": "a", "strict": True, "schema": SCHEMA}}}},
    )
"""
OPEN = 'SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}'


def applicability(folder: Path, rule: str, **files: str) -> Applicability | None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (found,) = engine.check(engine.Request((str(folder),), Overrides(select=(rule,)))).diagnostics
    return found.fix.applicability if found.fix else None


def test_a_schema_that_only_the_refused_call_gets_is_closed_safely(tmp_path: Path) -> None:
    assert applicability(tmp_path, "invalid-strict-schema", app=CALL.format(schema=OPEN)) is Applicability.SAFE


@pytest.mark.parametrize(
    ("schema", "other"),
    [
        (f"{OPEN}\nprint(SCHEMA)", ""),
        (OPEN, "from app import SCHEMA\n"),
        (f"ALL = [{OPEN.partition(' = ')[2]}]\nSCHEMA = ALL[0]", ""),
    ],
)
def test_one_that_something_else_may_read_is_not(tmp_path: Path, schema: str, other: str) -> None:
    text = CALL.format(schema=schema)
    assert applicability(tmp_path, "invalid-strict-schema", app=text, other=other) is Applicability.UNSAFE


def test_to_require_a_property_is_not_safe(tmp_path: Path) -> None:
    text = CALL.format(schema=OPEN.replace('["city"]', "[]"))
    assert applicability(tmp_path, "invalid-strict-schema", app=text) is Applicability.UNSAFE


@pytest.mark.parametrize(("rule", "example"), UNFIXED, ids=[f"{rule.name}: {each.title}" for rule, each in UNFIXED])
def test_an_example_that_says_so_has_no_fix(tmp_path: Path, rule: Rule, example: Example) -> None:
    (tmp_path / "app.py").write_text(without_markers(example.code or ""), encoding="utf-8")
    found = engine.check(engine.Request((str(tmp_path),), Overrides(select=(rule.name,)))).diagnostics
    assert found
    assert [each.fix for each in found if each.fix] == []
