"""Agents that are built at one place and run at many: what they lack is missing there."""

from __future__ import annotations

from llmlint.index.values import Result
from llmlint.rulebook.sdk_model import SettingTable
from llmlint.sites.callsite import CallSite
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.arguments import given


def built_agent(site: CallSite, match: Match) -> Result | None:
    """The construction of the agent that a call is given first and runs, where it is one and seen."""
    positional = match.operation.positional
    if site.kind != "agent" or site.reference is not None or not positional or match.surface.client is not None:
        return None
    table = SettingTable("agent", {"agent": positional[:1]})
    agent = given(site.project.evaluator, site.module, site.node, None, table, positional, "agent").value
    return agent if isinstance(agent, Result) and agent.call is not None and agent.module is not None else None


def keyword_of(match: Match, setting: str) -> str:
    """How the agent's constructor spells a setting: the call's path to it from the agent on, or nothing."""
    prefix = f"{match.operation.positional[0]}."
    paths = match.operation.settings.paths(setting)
    return next((path.removeprefix(prefix) for path in paths if path.startswith(prefix)), "")
