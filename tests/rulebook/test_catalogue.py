"""The page of SDKs in the documentation is that of the rulebook."""

from __future__ import annotations

from pathlib import Path

from llmlint.rulebook.catalogue import render

PAGE = Path(__file__).parents[2] / "docs" / "sdks.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m llmlint.rulebook.catalogue > docs/sdks.md"


def test_it_says_how_openai_is_called_and_what_its_limits_are() -> None:
    page = render()
    section = page[page.index("\n## openai\n") : page.index("\n## openai-agents\n")]
    assert "`.chat.completions.create`" in section
    assert "| max-tokens | `max_completion_tokens`, `max_tokens`" in section
    assert "600 s and 2 retries" in section
