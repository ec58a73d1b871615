from __future__ import annotations

import pytest

from llmlint.config import ConfigError
from llmlint.rulebook.rules import Rulebook

FALLBACK = {"missing-timeout", "infinite-timeout", "missing-retry", "client-per-call"}
ENABLED = FALLBACK | {"unlogged-call", "missing-response-format"}


def test_without_selectors_every_rule_enabled_by_default_runs(rulebook: Rulebook) -> None:
    assert rulebook.select() == ENABLED


def test_all_includes_rules_that_are_off_by_default(rulebook: Rulebook) -> None:
    assert rulebook.select(["ALL"]) == ENABLED | {"unevaluated-call"}


@pytest.mark.parametrize("selector", ["fallback", "LLM3"])
def test_a_folder_and_its_digit_mean_the_same(rulebook: Rulebook, selector: str) -> None:
    assert rulebook.select([selector]) == FALLBACK


@pytest.mark.parametrize("selector", ["missing-timeout", "LLM301", "no-timeout"])
def test_one_rule_by_name_code_or_former_name(rulebook: Rulebook, selector: str) -> None:
    assert rulebook.select([selector]) == {"missing-timeout"}


def test_a_longer_prefix_stands_for_fewer_rules(rulebook: Rulebook) -> None:
    assert rulebook.select(["LLM30"]) == {"missing-timeout", "infinite-timeout", "missing-retry"}
    assert rulebook.select(["LLM"]) == rulebook.select(["ALL"])


def test_nothing_selected_is_nothing_run(rulebook: Rulebook) -> None:
    assert rulebook.select([]) == frozenset()


def test_extend_select_adds_to_the_default(rulebook: Rulebook) -> None:
    assert rulebook.select(None, ["LLM504"]) == ENABLED | {"unevaluated-call"}


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (["missing-timeout"], ["LLM3"], {"missing-timeout"}),
        (["LLM301"], ["ALL"], {"missing-timeout"}),
        (["LLM30"], ["LLM3"], {"missing-timeout", "infinite-timeout", "missing-retry"}),
        (["LLM3"], ["LLM30"], {"client-per-call"}),
        (["fallback"], ["LLM3"], set()),
        (["LLM3"], ["fallback"], set()),
        (["missing-timeout"], ["LLM301"], set()),
        (["ALL"], ["fallback"], {"unlogged-call", "unevaluated-call", "missing-response-format"}),
    ],
)
def test_the_more_specific_selector_wins_and_among_equals_ignore(
    rulebook: Rulebook, select: list[str], ignore: list[str], expected: set[str]
) -> None:
    assert rulebook.select(select, [], ignore) == expected


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ("missing-timeouts", "missing-timeout"),
        ("missing_timeout", "missing-timeout"),
        ("llm301", "LLM301"),
        ("Fallback", "fallback"),
    ],
)
def test_an_unknown_selector_is_refused_with_a_suggestion(rulebook: Rulebook, selector: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=rf"`{selector}`\. Did you mean `{meant}`\?"):
        rulebook.select([selector])


def test_nothing_is_suggested_for_a_word_like_no_other(rulebook: Rulebook) -> None:
    with pytest.raises(ConfigError) as caught:
        rulebook.select(None, [], ["xyzzy"])
    assert "Did you mean" not in caught.value.message


def test_former_names_come_with_a_warning(rulebook: Rulebook) -> None:
    assert rulebook.former_names(["LLM3", "no-timeout"]) == ["rule `no-timeout` is now called `missing-timeout`"]


def test_a_group_is_no_single_rule(rulebook: Rulebook) -> None:
    assert rulebook.rule("LLM301").name == "missing-timeout"
    with pytest.raises(ConfigError, match="several rules"):
        rulebook.rule("LLM3")
