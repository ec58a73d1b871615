"""What an audit lists: call sites of language models and their state in each pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypedDict

from llmlint.diagnostics import Note
from llmlint.records import record

PATTERNS = ("constrain", "budget", "fallback", "cache", "log", "model")


class SettingState(TypedDict):
    """What is known of one setting of a call.

    `state` is "present", "absent" or "unknown"; `value` is the source text or value where present, if known; `why`
    says how it is known, or why it is not.
    """

    state: str
    value: str | None
    why: str


@record
class SiteRecord:
    """One call site.

    `line` and `column` are 1-based, in `cell` of a notebook (0-based). `via` is "direct", "by-reference", "wrapper",
    "chain" or "http"; `confidence` is "resolved" or "shape". `function` is the enclosing function's dotted name, empty
    at module level. `patterns` maps PATTERNS to "yes", "no" or "unknown"; `doubts` says why for those unknown patterns
    that no unknown setting explains.
    """

    path: str
    cell: int | None
    line: int
    column: int
    sdk: str
    provider: str
    api: str
    kind: str
    via: str
    confidence: str
    function: str
    model: str | None = None
    settings: Mapping[str, SettingState] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Note, ...] = ()
