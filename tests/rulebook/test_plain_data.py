"""The lists in `rules/` itself: what answers errors, what runs functions, and what ids of models say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmlint.rulebook import data
from llmlint.rulebook.families import load_family, read_families
from llmlint.rulebook.handling import load_handling, read_handling
from llmlint.rulebook.running import load_running, read_running
from llmlint.rulebook.table import RulebookError, Table


def test_what_calls_a_function_once_may_call_it_at_all() -> None:
    running = load_running()
    assert running.once < running.calling
    assert {"to_thread", "partial", "create_task", "sync_to_async"} <= running.handed
    assert "map" not in running.handed


def test_what_takes_some_arguments_does_not_call() -> None:
    running = read_running(
        Table({"once": {"methods": ["submit"]}, "makes": {"partials": ["a.b.fix"], "tasks": ["c.task"]}}, "running")
    )
    assert (running.fixing, running.taking) == ({"fix"}, {"a.b.fix", "c.task"})
    assert (running.calling, running.handed) == ({"submit"}, {"submit", "fix", "task"})


def test_no_exception_is_listed_beside_its_package() -> None:
    handling = load_handling()
    assert [name for name in handling.answers if name.startswith(handling.answer_packages)] == []


@pytest.mark.parametrize(
    ("family", "model", "belongs"),
    [
        ("thinking", "o3-mini", True),
        ("thinking", "openai/GPT-5", True),
        ("thinking", "gpt-5-chat-latest", False),
        ("thinking", "grok-4-fast-non-reasoning", False),
        ("drawing", "Gemini-2.5-Flash-Image", True),
        ("drawing", "whisper-1", False),
        ("media", "whisper-1", True),
        ("media", "gpt-4.1", False),
    ],
)
def test_an_id_tells_the_family(family: str, model: str, belongs: bool) -> None:
    assert load_family(family).holds(model) is belongs


@pytest.mark.parametrize(
    ("read", "table", "said"),
    [
        (read_handling, {"answers": {"exception": ["a.B"]}}, "unknown key `exception`"),
        (read_handling, {"answer": {}}, "unknown key `answer`"),
        (read_running, {"once": {"methods": "submit"}}, "`methods` must be an array of strings"),
        (read_running, {"twice": {}}, "unknown key `twice`"),
        (read_families, {"thinking": {"except": ["a"]}}, "one of `match` and `search` must be given"),
        (read_families, {"thinking": {"match": ["("]}}, "`match` is not a regular expression"),
    ],
)
def test_what_breaks_the_format_is_refused(
    read: Callable[[Table], object], table: dict[str, object], said: str
) -> None:
    with pytest.raises(RulebookError, match=said):
        read(Table(table, "rules/some.toml"))


def test_a_file_that_is_absent_is_named() -> None:
    with pytest.raises(RulebookError, match=r"none\.toml"):
        data.read_data("none.toml")
