"""The tables of models, and the command that writes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.models import Models, load_models, outdated
from llmlint.rulebook.modeltables import tables, text

FILES = sorted((rules_dir() / "models").glob("*.toml"))
FACTS = {
    "collected": "2026-11-23",
    "models": {
        "openai": {
            "source": "the SDK",
            "models": [
                {"id": "gpt-a", "form": "alias-of-dated", "shutdown": "2027-01-14"},
                {"id": "gpt-a-2025-01-01", "form": "dated"},
                {"id": "gpt-a-2025-06-01", "form": "dated"},
                {"id": "gpt-a-mini-2025-07-01", "form": "dated"},
                {"id": "gpt-b-preview", "form": "preview", "shutdown": "unsupported"},
            ],
        },
        **{name: {"source": "the SDK", "models": []} for name in ("anthropic", "google", "groq", "mistral")},
        "price_map": {
            "source": "the map",
            "rows": [
                ["gemini/gemini-a", "gemini", "chat", 1, 1, "2026-12-01", None, None, None],
                ["claude-a", "anthropic", "chat", 1, 1, None, False, None, None],
                ["elsewhere-a", "elsewhere", "chat", 1, 1, "2026-12-01", None, None, None],
            ],
        },
    },
}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_table_loads_and_names_its_platform(path: Path) -> None:
    models = load_models(path.stem)
    assert models is not None
    assert models.platform == path.stem
    assert models.collected >= date(2026, 11, 23)
    assert models.shutdown


def test_an_unknown_platform_has_no_table() -> None:
    assert load_models("nowhere") is None
    assert load_models("../sdk/openai") is None


def test_facts_become_tables() -> None:
    found = tables(FACTS)
    assert found["openai"]["shutdown"] == {"gpt-a": "2027-01-14"}
    assert found["openai"]["snapshots"] == {"gpt-a": "gpt-a-2025-06-01"}
    assert found["openai"]["previews"] == {"gpt-b-preview"}
    assert found["google"]["shutdown"] == {"gemini-a": "2026-12-01"}
    assert found["anthropic"]["no-sampling"] == {"claude-a"}


def test_tables_say_where_they_come_from() -> None:
    written = text("openai", tables(FACTS)["openai"], "2026-11-23")
    assert 'collected = "2026-11-23"' in written
    assert 'sources = ["the SDK", "the map"]' in written


def of_day(platform: str, day: date) -> Models:
    return Models(platform, day, {}, {}, {}, frozenset(), frozenset())


def test_a_table_is_old_after_sixty_days() -> None:
    tables = [of_day("openai", date(2026, 11, 1))]
    assert outdated(tables, date(2026, 12, 31)) == []
    (note,) = outdated(tables, date(2027, 1, 1))
    assert "of openai dates from 2026-11-01, 61 days ago" in note


def test_old_tables_are_named_in_one_note_with_the_age_of_the_oldest() -> None:
    tables = [
        of_day("openai", date(2026, 11, 1)),
        of_day("groq", date(2026, 10, 1)),
        of_day("google", date(2027, 1, 1)),
    ]
    (note,) = outdated(tables, date(2027, 1, 1))
    assert "of groq, openai dates from 2026-10-01, 92 days ago" in note
