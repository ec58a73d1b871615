"""Whole reports, compared with files that were read by people."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from report_samples import FINDINGS, SITES, SOURCES, edits

from llmlint.report.audit_text import render_audit_text, render_unknown_text
from llmlint.report.concise import render_concise
from llmlint.report.json import render_audit_json, render_check_json
from llmlint.report.palette import Palette
from llmlint.report.summary import Totals
from llmlint.report.text import render_text

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
PLAIN = Palette()
TOTALS = Totals(files=12, sites=34, suppressed=2, unknown_settings=7)

REPORTS = {
    "check.txt": render_text(FINDINGS, SOURCES, PLAIN),
    "check.concise.txt": render_concise(FINDINGS, PLAIN),
    "check.json": render_check_json(FINDINGS, TOTALS, edits),
    "audit.txt": render_audit_text(SITES, 12, ["."], PLAIN),
    "unknown.txt": render_unknown_text(SITES, 12, ["."], PLAIN),
    "audit.json": render_audit_json(SITES),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_is_as_it_was_approved(name: str) -> None:
    assert REPORTS[name] == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["check", "audit"])
def test_json_keeps_to_its_schema(command: str) -> None:
    schema = json.loads((SCHEMAS / f"{command}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(REPORTS[f"{command}.json"]), schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("command", ["check", "audit"])
def test_the_schema_describes_every_key_and_no_other(command: str) -> None:
    schema = json.loads((SCHEMAS / f"{command}.schema.json").read_text(encoding="utf-8"))
    document = json.loads(REPORTS[f"{command}.json"])
    document["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(document, schema, jsonschema.Draft202012Validator)


def test_json_without_findings_keeps_to_the_schema() -> None:
    schema = json.loads((SCHEMAS / "check.schema.json").read_text(encoding="utf-8"))
    document = json.loads(render_check_json([], Totals(files=0, sites=0), edits))
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert document["findings"] == []
    assert document["summary"]["severities"] == {"info": 0, "warning": 0, "error": 0}
