"""What is found does not depend on the order in which rules and calls are looked at."""

from __future__ import annotations

import importlib
import random
from pathlib import Path

import pytest

from llmlint.checks.finding import Sites
from llmlint.config.load import ConfigResolver
from llmlint.config.model import Overrides
from llmlint.engine import Result
from llmlint.reporting import Reporter
from llmlint.sites.evidence import EvidenceIndex
from llmlint.sites.find import find
from llmlint.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2] / "examples"


def findings(folder: Path, seed: int | None) -> list[tuple[object, str]]:
    workspace = Workspace((str(folder),), None, ConfigResolver(Overrides(strict=True), isolated=True, config_file=None))
    project = workspace.project()
    assert project is not None
    sites = Sites(project, find(project), EvidenceIndex(project))
    if seed is not None:
        ask_in_another_order(workspace, sites, random.Random(seed))
    result = Result()
    Reporter(workspace, sites).run(result)
    return sorted((diagnostic.location.start, diagnostic.message) for diagnostic in result.diagnostics)


def ask_in_another_order(workspace: Workspace, sites: Sites, chance: random.Random) -> None:
    rules = list(workspace.resolver.rulebook.rules)
    chance.shuffle(rules)
    for rule in rules:
        module, _, name = rule.check.partition(".")
        check = getattr(importlib.import_module(f"llmlint.checks.{module}"), name)
        names = check.__code__.co_varnames[: check.__code__.co_argcount]
        if "settings" in names:
            continue
        if names[0] == "sites":
            list(check(sites))
            continue
        for site in chance.sample(sites.sites, len(sites.sites)):
            list(check(site, sites) if "sites" in names else check(site))


@pytest.mark.parametrize("seed", range(3))
def test_the_same_is_found_whatever_was_asked_before(seed: int) -> None:
    folder = ROOT / "support_desk"
    assert findings(folder, seed) == findings(folder, None) != []
