"""The two applications in examples/ against a careful human reading of them."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from llmlint import engine
from llmlint.config.model import Overrides

ROOT = Path(__file__).parents[2]
SUPPORT_DESK = ROOT / "examples" / "support_desk"
WELL_BUILT = ROOT / "examples" / "well_built"
# Of each finding: where it is expected, other acceptable places (`also_at`), and the reason.
READING: dict[str, Any] = json.loads((Path(__file__).parent / "expected_support_desk.json").read_text(encoding="utf-8"))
EXPECTED: list[dict[str, Any]] = READING["findings"]


@cache
def result_for(folder: Path, *, strict: bool = False) -> engine.Result:
    return engine.check(engine.Request((str(folder),), Overrides(strict=strict)))


def relative(path: str, folder: Path = SUPPORT_DESK) -> str:
    return Path(path).resolve().relative_to(folder).as_posix()


def found() -> set[tuple[str, str, str]]:
    """Place, rule and severity of every finding of a rule that the reading judges."""
    return {
        (f"{relative(each.location.path)}:{each.location.line}", each.code, each.severity.value)
        for each in result_for(SUPPORT_DESK).diagnostics
        if each.code in READING["judged"]
    }


def acceptable(label: dict[str, Any]) -> set[tuple[str, str, str]]:
    places = [f"{label['path']}:{label['line']}", *label.get("also_at", ())]
    return {(place, label["rule"], label["severity"]) for place in places}


@pytest.mark.parametrize("label", EXPECTED, ids=[f"{each['rule']} {each['path']}:{each['line']}" for each in EXPECTED])
def test_what_a_reader_finds_in_the_support_desk_is_reported_once(label: dict[str, Any]) -> None:
    assert len(found() & acceptable(label)) == 1, label["reason"]


def test_nothing_else_is_reported_in_the_support_desk() -> None:
    assert sorted(found().difference(*map(acceptable, EXPECTED))) == []


def test_one_file_alone_has_the_findings_that_it_has_in_the_whole_project() -> None:
    for path in sorted(SUPPORT_DESK.rglob("*.py")):
        alone = engine.check(engine.Request((str(path),))).diagnostics
        whole = [each for each in result_for(SUPPORT_DESK).diagnostics if relative(each.location.path) == relative(str(path))]
        assert [(d.code, d.location, d.message, d.identity) for d in alone] == [
            (d.code, d.location, d.message, d.identity) for d in whole
        ]


def test_every_call_site_of_the_support_desk_is_listed() -> None:
    keys = ("path", "line", "sdk", "api", "kind", "via", "function")
    sites = engine.audit(engine.Request((str(SUPPORT_DESK),))).sites
    listed = [
        (relative(site.path), site.line, site.sdk, site.api, site.kind, site.via, site.function)
        for site in sites
        if site.via != "wrapper"
    ]
    assert listed == [tuple({"via": "direct", **site}[key] for key in keys) for site in READING["sites"]]


@pytest.mark.parametrize("strict", [False, True])
def test_the_well_built_application_has_calls_and_no_findings(strict: bool) -> None:
    result = result_for(WELL_BUILT, strict=strict)
    assert [(each.location.path, each.location.line, each.name) for each in result.diagnostics] == []
    sites = [site for site in engine.audit(engine.Request((str(WELL_BUILT),))).sites if site.via != "wrapper"]
    assert {relative(site.path, WELL_BUILT) for site in sites} == {"answers/gateway.py"}
    assert result.call_sites == len(sites) > 0


@pytest.mark.skipif(find_spec("openai") is None or find_spec("pydantic") is None, reason="needs openai and pydantic")
def test_the_tests_of_the_well_built_application_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=WELL_BUILT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
