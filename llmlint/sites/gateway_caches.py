"""Gateways that cache: whether a client, or the call, asks for that by a header."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.values import Mapping, Value, alternatives, text_of

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.values import Frame
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.recognition.surface import Match

HEADERS = frozenset({"default_headers", "extra_headers", "headers"})


def asked_of_gateway(sites: Sites, site: CallSite, match: Match) -> bool:
    """Whether a header that has a gateway answer from its cache goes along with each request."""
    sent = (name for value in _headers(site, match) for name in _names(value))
    return any(sites.evidence.header(name, "cache") is not None for name in sent)


def _headers(site: CallSite, match: Match) -> Iterator[Value]:
    surface = match.surface
    calls: list[tuple[ast.Call, Frame | None]] = [(site.node, None)]
    for made in (surface.root, *(result for _, result in surface.derived), *surface.preset):
        call = getattr(made, "call", None)
        if isinstance(call, ast.Call):
            calls.append((call, getattr(made, "frame", None)))
    for call, frame in calls:
        for keyword in call.keywords:
            if keyword.arg in HEADERS:
                yield site.project.evaluator.evaluate(keyword.value, frame)


def _names(value: Value) -> Iterator[str]:
    for option in alternatives(value):
        if isinstance(option, Mapping):
            for name, entry in option.entries.items():
                if text_of(entry.value) not in ("false", "False", "0"):
                    yield str(name).lower()
