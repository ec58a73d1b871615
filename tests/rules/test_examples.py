"""Every example in the rule files does what it says."""

from __future__ import annotations

import pytest

from llmlint.rulebook.details import Example
from llmlint.rulebook.model import Rule
from llmlint.rulebook.rules import builtin_rulebook
from llmlint.testing import check_example

EXAMPLES = [(rule, example) for rule in builtin_rulebook().rules for example in rule.examples]


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.name}: {example.kind}: {example.title}" for rule, example in EXAMPLES]
)
def test_the_example_keeps_its_promise(rule: Rule, example: Example) -> None:
    problems = check_example(rule, example)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_every_rule_has_examples() -> None:
    assert {rule.name for rule, _ in EXAMPLES} == set(builtin_rulebook().by_name)
