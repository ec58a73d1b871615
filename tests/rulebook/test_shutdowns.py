"""The shutdowns kept by hand, and how they get into the tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from llmlint.rulebook.models import load_models
from llmlint.rulebook.shutdowns import Page, Shutdown, load_pages, merge
from llmlint.rulebook.table import RulebookError

PAGES = load_pages()


def test_every_row_is_in_its_platforms_table() -> None:
    for page in PAGES:
        models = load_models(page.platform)
        assert models is not None, page.platform
        for row in page.rows:
            assert models.shutdown[row.id] >= row.day, row.id
            assert models.replacement.get(row.id, "") == row.replacement, row.id


def test_every_page_is_a_platforms_own_and_read_on_a_day() -> None:
    for page in PAGES:
        assert page.source.startswith("https://")
        assert page.read >= date(2026, 11, 28)


def test_no_id_stands_on_two_pages_of_a_platform() -> None:
    ids = [(page.platform, row.id) for page in PAGES for row in page.rows]
    assert len(ids) == len(set(ids))


def test_what_takes_a_models_place_outlives_the_day_of_the_page() -> None:
    for page in PAGES:
        models = load_models(page.platform)
        assert models is not None
        for row in page.rows:
            last = models.shutdown.get(row.replacement)
            assert last is None or last > page.read, f"{row.id}: {row.replacement} is off since {last}"


def test_of_two_days_the_later_one_stays() -> None:
    table = {"shutdown": {"a": "2026-05-01", "b": "2026-05-01"}, "replacement": {}, "sources": ["the map"]}
    rows = (
        Shutdown("a", date(2026, 3, 1), "z"),
        Shutdown("b", date(2026, 7, 1), ""),
        Shutdown("c", date(2024, 1, 4), ""),
    )
    merge({"p": table}, [Page("p", "https://p.example/deprecations", date(2026, 11, 28), rows)])
    assert table["shutdown"] == {"a": "2026-05-01", "b": "2026-07-01", "c": "2024-01-04"}
    assert table["replacement"] == {"a": "z"}
    assert table["sources"] == ["the map", "https://p.example/deprecations"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{ day = "2024-01-04" }', "`id` is missing"),
        ('{ id = "a", day = "soon" }', "Invalid isoformat"),
        ('{ id = "a", day = "2024-01-04", replaced = "b" }', "replaced"),
    ],
)
def test_a_row_that_breaks_the_format_is_refused(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "shutdowns.toml"
    head = '[[page]]\nplatform = "p"\nsource = "https://p.example"\nread = "2026-11-28"\n'
    file.write_text(f"{head}rows = [{row}]\n", encoding="utf-8")
    with pytest.raises(RulebookError, match=said):
        load_pages(file)
