"""The pages on rules in the documentation are those of the rulebook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmlint.rulebook.model import Rule
from llmlint.rulebook.pages import pages
from llmlint.rulebook.rules import builtin_rulebook

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
HEADINGS = (
    "What it means",
    "Example",
    "How to do it right",
    "When to ignore it",
    "Options",
    "Fix safety",
    "More examples",
)


def test_there_is_a_page_for_each_rule_and_an_index() -> None:
    names = {f"{rule.name}.md" for rule in builtin_rulebook().rules}
    assert pages().keys() == names | {"index.md"}
    assert {path.name for path in FOLDER.iterdir()} == pages().keys(), "run: python -m llmlint.rulebook.pages"


@pytest.mark.parametrize("name", pages())
def test_the_page_is_up_to_date(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == pages()[name], "run: python -m llmlint.rulebook.pages"


@pytest.mark.parametrize("rule", builtin_rulebook().rules, ids=lambda rule: rule.name)
def test_a_page_answers_the_same_questions_in_the_same_order(rule: Rule) -> None:
    page = pages()[f"{rule.name}.md"]
    assert page.startswith(f"# {rule.name} ({rule.code})\n\n{rule.summary}.\n")
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    assert tuple(re.findall(r"^## (.*)$", prose, re.MULTILINE)) == HEADINGS
    assert page.index("\nReported: ") < page.index("\n## How to do it right\n") < page.index("\nNot reported:\n")


def test_the_index_has_every_rule_under_its_pattern() -> None:
    sections = pages()["index.md"].split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections] == [
        "Constrain the output",
        "Budget the tokens",
        "Build the fallback",
        "Cache, and stream when you cannot",
        "Log and evaluate",
        "Model lifecycle and non-determinism",
    ]
    for number, section in enumerate(sections, 1):
        codes = re.findall(r"^\| (LLM\d+) ", section, re.MULTILINE)
        assert codes == [rule.code for rule in builtin_rulebook().rules if rule.code.startswith(f"LLM{number}")]


@pytest.mark.parametrize("rule", builtin_rulebook().rules, ids=lambda rule: rule.name)
def test_a_page_names_every_example_and_is_short_enough_to_be_read(rule: Rule) -> None:
    page = pages()[f"{rule.name}.md"]
    first, *others = [example for example in rule.examples if example.kind == "bad"]
    assert f"\nReported: {first.title}\n" in page
    for example in (*others, *(example for example in rule.examples if example.kind == "good")):
        assert f"\n- {example.title}\n" in page
    assert page.count("\n") < 300
