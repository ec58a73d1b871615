"""Hosts that end an answer by themselves: the limit that holds there where a request sets none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.rulebook.endpoints import load_endpoints
from llmlint.sites.request.platform import provider

if TYPE_CHECKING:
    from llmlint.sites.callsite import CallSite


def capped_by_host(site: CallSite) -> bool:
    """Whether every host that the request can go to is known to limit an answer for which nothing is asked."""
    caps = load_endpoints().caps
    return all((provider(site, match), site.kind) in caps for match in site.matches)
