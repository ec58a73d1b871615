from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from llmlint.config import Config, ConfigError, Overrides
from llmlint.diagnostics import Severity
from llmlint.rulebook.rules import Rulebook

Load = Callable[[str, Overrides], Config]


def selected(config: Config, rulebook: Rulebook) -> frozenset[str]:
    return rulebook.select(config.select, config.extend_select, config.ignore)


def test_plain_settings_of_the_command_line_win(load: Load) -> None:
    given = Overrides(profile="script", strict=True, today=date(2026, 2, 1), fail_on=Severity.ERROR)
    config = load('profile = "library"\ntoday = 2020-01-01\nfail-on = "info"', given)
    assert (config.profile, config.strict, config.today, config.fail_on) == (
        "script",
        True,
        date(2026, 2, 1),
        Severity.ERROR,
    )


def test_settings_not_given_leave_the_file_alone(load: Load) -> None:
    config = load('profile = "library"\nstrict = true\nfail-on = "info"\nselect = ["LLM3"]', Overrides())
    assert (config.profile, config.strict, config.fail_on) == ("library", True, Severity.INFO)
    assert config.select == ("LLM3",)


@pytest.mark.parametrize(
    "text",
    [
        'ignore = ["missing-timeout"]',
        'select = ["LLM5"]',
        'extend-select = ["LLM504"]',
        '[severity]\nmissing-timeout = "off"',
    ],
)
def test_select_replaces_the_whole_choice_of_the_file(load: Load, rulebook: Rulebook, text: str) -> None:
    config = load(text, Overrides(select=("missing-timeout",)))
    assert selected(config, rulebook) == {"missing-timeout"}


def test_ignore_wins_over_a_more_specific_selector_in_the_file(load: Load, rulebook: Rulebook) -> None:
    config = load('select = ["missing-timeout", "LLM30", "LLM5"]', Overrides(ignore=("fallback",)))
    assert selected(config, rulebook) == {"unlogged-call", "unevaluated-call"}


def test_ignoring_all_that_the_file_selects_does_not_bring_the_default_back(load: Load, rulebook: Rulebook) -> None:
    assert selected(load('select = ["LLM301"]', Overrides(ignore=("LLM3",))), rulebook) == frozenset()


def test_ignore_adds_to_that_of_the_file(load: Load, rulebook: Rulebook) -> None:
    config = load('ignore = ["LLM5"]', Overrides(ignore=("LLM3",)))
    assert selected(config, rulebook) == {"missing-response-format"}


def test_extend_select_wins_over_ignore_in_the_file(load: Load, rulebook: Rulebook) -> None:
    config = load('ignore = ["missing-timeout", "LLM5"]', Overrides(extend_select=("LLM3",)))
    chosen = selected(config, rulebook)
    assert "missing-timeout" in chosen
    assert "unlogged-call" not in chosen


def test_a_specific_rule_is_taken_out_of_a_group_that_the_file_ignores(load: Load, rulebook: Rulebook) -> None:
    config = load('ignore = ["LLM3"]', Overrides(extend_select=("missing-timeout",)))
    chosen = selected(config, rulebook)
    assert "missing-timeout" in chosen
    assert "infinite-timeout" not in chosen


@pytest.mark.parametrize(
    ("text", "only", "mended"),
    [
        ('unfixable = ["missing-timeout"]', (), {"infinite-timeout"}),
        ('unfixable = ["LLM3"]\nfixable = ["missing-timeout"]', (), {"missing-timeout"}),
        ('fixable = ["LLM302"]', (), {"infinite-timeout"}),
        ('unfixable = ["missing-timeout"]', ("LLM301",), {"missing-timeout", "infinite-timeout"}),
        ('unfixable = ["missing-timeout"]', ("LLM3",), {"missing-timeout", "infinite-timeout"}),
        ('unfixable = ["LLM3"]', ("missing-timeout",), {"missing-timeout"}),
        ('unfixable = ["ALL"]', ("LLM302",), {"infinite-timeout"}),
    ],
)
def test_which_rules_offer_fixes(
    load: Load, rulebook: Rulebook, text: str, only: tuple[str, ...], mended: set[str]
) -> None:
    config = load(text, Overrides(fix_only=only))
    timeouts = {"missing-timeout", "infinite-timeout"}
    assert rulebook.select(config.fixable, (), config.unfixable) & timeouts == mended


def test_an_unknown_selector_on_the_command_line_is_no_fault_of_the_file(load: Load) -> None:
    with pytest.raises(ConfigError, match="`LLM9`") as caught:
        load("", Overrides(ignore=("LLM9",)))
    assert caught.value.path is None
