"""The hygiene of the rule files, checked without the engine."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import tomli

RULES = Path(__file__).parents[2] / "rules"
PATTERNS = {"constrain": 1, "budget": 2, "fallback": 3, "cache": 4, "log": 5, "lifecycle": 6}
FILES = sorted(path for folder in PATTERNS for path in (RULES / folder).glob("*.toml"))

REQUIRED = {"code", "name", "severity", "enabled", "fix", "since", "check", "summary", "messages", "docs", "example"}
DOCS = {"what", "harm", "fix", "ignore", "fix_safety"}
OPTION = {"name", "type", "default", "doc"}
OPTION_TYPES: dict[str, type | tuple[type, ...]] = {
    "number": (int, float),
    "integer": int,
    "string": str,
    "strings": list,
    "boolean": bool,
}
MARKER = re.compile(r"# <- ([a-z0-9-]+)$", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NO_FIX = "There is no automatic fix: "


def load(path: Path) -> dict[str, Any]:
    return tomli.loads(path.read_text(encoding="utf-8"))


def sources(example: dict[str, Any]) -> dict[str, str]:
    """The modules of an example by path; a single module is called example.py."""
    files: dict[str, str] = example.get("files") or {"example.py": example["code"]}
    return files


def markers(example: dict[str, Any]) -> list[str]:
    return [name for source in sources(example).values() for name in MARKER.findall(source)]


def without_markers(source: str) -> str:
    return re.sub(r"  # <- [a-z0-9-]+$", "", source, flags=re.MULTILINE)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def rule(path: Path) -> dict[str, Any]:
    return load(path)


@pytest.fixture
def examples(rule: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rule["example"]
    return found


def test_there_are_rules() -> None:
    assert FILES


@pytest.mark.parametrize("key", ["code", "name", "check", "summary"])
def test_no_two_rules_share_a(key: str) -> None:
    counts = Counter(load(path)[key] for path in FILES)
    assert [value for value, count in counts.items() if count > 1] == []


def test_keys_are_the_agreed_ones(rule: dict[str, Any]) -> None:
    assert REQUIRED <= rule.keys() <= REQUIRED | {"option", "strict"}
    assert ("strict" in rule) == ("unknown" in rule["messages"])


def test_code_belongs_to_the_folder(path: Path, rule: dict[str, Any]) -> None:
    assert re.fullmatch(rf"LLM{PATTERNS[path.parent.name]}\d\d", rule["code"])


def test_name_is_the_file_name(path: Path, rule: dict[str, Any]) -> None:
    assert rule["name"] == path.stem
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule["name"])


def test_check_is_a_function_named_after_the_rule(path: Path, rule: dict[str, Any]) -> None:
    assert re.fullmatch(rf"[a-z_]+\.{path.stem.replace('-', '_')}", rule["check"])


def test_values_are_in_range(rule: dict[str, Any]) -> None:
    assert rule["severity"] in {"error", "warning", "info"}
    assert rule["fix"] in {"safe", "unsafe", "none"}
    assert isinstance(rule["enabled"], bool)
    assert re.fullmatch(r"\d+\.\d+\.\d+", rule["since"])


def test_summary_is_one_line_without_a_full_stop(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"\S.{10,88}[^.\s]", rule["summary"])


def test_messages_are_one_line_without_a_full_stop(rule: dict[str, Any]) -> None:
    assert "help" in rule["messages"]
    assert len(rule["messages"]) > 1
    for text in rule["messages"].values():
        assert re.fullmatch(r"\S.{10,}[^.\s]", text), text


def test_messages_use_named_fields_only(rule: dict[str, Any]) -> None:
    for text in rule["messages"].values():
        for _, field, spec, conversion in Formatter().parse(text):
            assert field is None or re.fullmatch(r"[a-z][a-z_]*", field), text
            assert not spec, text
            assert not conversion, text


def test_docs_are_complete(rule: dict[str, Any]) -> None:
    assert rule["docs"].keys() == DOCS
    for key, text in rule["docs"].items():
        assert len(text.split()) >= 10, key


def test_docs_say_why_there_is_no_fix(rule: dict[str, Any]) -> None:
    assert rule["docs"]["fix_safety"].strip().startswith(NO_FIX) == (rule["fix"] == "none")


def test_code_in_docs_is_python(rule: dict[str, Any]) -> None:
    for text in rule["docs"].values():
        assert text.count("```") % 2 == 0
        for block in CODE_BLOCK.findall(text):
            ast.parse(block)


def test_options_are_typed_and_documented(rule: dict[str, Any]) -> None:
    options = rule.get("option", [])
    assert len({option["name"] for option in options}) == len(options)
    for option in options:
        assert OPTION <= option.keys() <= OPTION | {"unit"}
        assert isinstance(option["default"], OPTION_TYPES[option["type"]])
        assert isinstance(option["default"], bool) == (option["type"] == "boolean")


def test_there_are_three_bad_and_four_good_examples(examples: list[dict[str, Any]]) -> None:
    kinds = Counter(example["kind"] for example in examples)
    assert kinds.keys() == {"bad", "good"}
    assert kinds["bad"] >= 3
    assert kinds["good"] >= 4


def test_examples_have_agreed_keys_and_their_own_title(examples: list[dict[str, Any]]) -> None:
    for example in examples:
        assert {"kind", "title"} <= example.keys() <= {"kind", "title", "code", "files", "fixed", "config"}
        assert ("code" in example) != ("files" in example), example["title"]
    assert len({example["title"] for example in examples}) == len(examples)


def test_examples_parse(examples: list[dict[str, Any]]) -> None:
    for example in examples:
        for name, source in sources(example).items():
            if name.endswith(".py"):
                ast.parse(source, filename=f"{example['title']}: {name}")


def test_bad_examples_mark_this_rule(rule: dict[str, Any], examples: list[dict[str, Any]]) -> None:
    for example in examples:
        if example["kind"] == "bad":
            assert set(markers(example)) == {rule["name"]}, example["title"]


def test_good_examples_mark_nothing(examples: list[dict[str, Any]]) -> None:
    for example in examples:
        if example["kind"] == "good":
            assert markers(example) == [], example["title"]


def test_every_arrow_is_a_marker_at_the_end_of_its_line(examples: list[dict[str, Any]]) -> None:
    for example in examples:
        assert sum(source.count("# <-") for source in sources(example).values()) == len(markers(example))


def test_no_example_is_there_twice(examples: list[dict[str, Any]]) -> None:
    seen = Counter(
        (tuple(without_markers(source).strip() for source in sources(example).values()), str(example.get("config")))
        for example in examples
    )
    assert [key for key, count in seen.items() if count > 1] == []


def test_fixed_code_is_given_where_there_is_a_fix(rule: dict[str, Any], examples: list[dict[str, Any]]) -> None:
    fixed = [example for example in examples if "fixed" in example]
    assert bool(fixed) == (rule["fix"] != "none")
    for example in fixed:
        assert example["kind"] == "bad", example["title"]
        ast.parse(example["fixed"])
        assert "# <-" not in example["fixed"], example["title"]
        assert example["fixed"] != without_markers(example["code"]), example["title"]
