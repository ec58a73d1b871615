"""Rules for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from llmlint.rulebook.rules import Rule


def render_rules_json(rules: Iterable[Rule]) -> str:
    """All that the rule files say, as `{"version": 1, "rules": [...]}`."""
    return json.dumps({"version": 1, "rules": [_rule(rule) for rule in rules]}, indent=2, default=str) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "pattern": rule.pattern,
        "severity": rule.severity.value,
        "enabled": rule.enabled,
        "fix": rule.fix,
        "since": rule.since,
        "summary": rule.summary,
        "docs": dict(rule.docs),
        "options": [
            {
                "name": option.name,
                "type": option.type,
                "default": option.default,
                "unit": option.unit,
                "doc": option.doc,
            }
            for option in rule.options
        ],
        "examples": [
            {
                "kind": example.kind,
                "title": example.title,
                "code": example.code,
                "files": dict(example.files),
                "fixed": example.fixed,
                "config": dict(example.config),
            }
            for example in rule.examples
        ],
    }
