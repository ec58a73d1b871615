"""What the command prints."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from e2e_project import CALL, Project
from jsonschema import Draft202012Validator

from llmlint.rulebook.models import MAX_AGE, load_models

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
HOSTILE = """\
from openai import OpenAI

client = OpenAI()


def ask(question):
    try:
        return client.responses.create(model="\x1b[31m\u202e\x07", input=question, timeout=None).output_text
    except Exception:
        return "\x1b]0;title\x07\u2066"  # \u202e
"""
MODEL = """\
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(model="gpt-5.4-mini", timeout=20, max_tokens=300)


def answer(question):
    return llm.invoke(question).content
"""
BROKEN = "import openai\n\nclient = openai.OpenAI(\n"


def valid(document: object, schema: str) -> bool:
    Draft202012Validator(json.loads((SCHEMAS / schema).read_text())).validate(document)
    return True


def test_the_text_report_shows_place_code_proof_and_help(project: Project) -> None:
    project.write("app.py", CALL)
    run = project.run("check", "--select", "missing-timeout")
    assert run.lines[0] == "app.py:3:10 warning LLM301 missing-timeout"
    assert "  3 | client = OpenAI()" in run.lines
    assert "    |          ^^^^^^^^" in run.lines
    assert [line.split(":")[0].strip() for line in run.lines if ": " in line and line.startswith("  ")][-3:] == [
        "related",
        "help",
        "[!] fixable with --unsafe-fixes",
    ]
    assert run.lines[-1] == "Checked 1 file, 1 LLM call site: 1 warning (1 fixable with --unsafe-fixes)."
    assert run.err == ""


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_old_tables_of_models_are_noted_once_and_change_nothing_else(project: Project, form: str) -> None:
    project.write("app.py", CALL.replace("gpt-5.4-mini", "gpt-4o") + CALL.replace("client", "other"))
    table = load_models("openai")
    assert table is not None
    runs = []
    for days in (MAX_AGE, MAX_AGE + 1):
        day = (table.collected + timedelta(days=days)).isoformat()
        runs.append(project.run("check", "--select", "floating-model", "--output-format", form, "--today", day))
    young, old = runs
    assert (old.status, old.out) == (young.status, young.out)
    notes = [line for line in old.err.splitlines() if line.startswith("note: ")]
    assert len(notes) == 1
    assert old.err.replace(notes[0] + "\n", "") == young.err


def test_tables_that_no_rule_asked_are_not_noted(project: Project) -> None:
    project.write("app.py", CALL)
    project.write("llmlint.toml", "today = 2099-01-01")
    assert "note: " not in project.run("check", "--select", "missing-timeout").err
    assert project.run("check", "--select", "LLM6").err.count("note: ") == 1


@pytest.mark.parametrize(
    ("requirement", "error"),
    [
        ("", "langchain_core.exceptions.ModelError"),
        ("langchain-core==1.6.0", "langchain_core.exceptions.ModelError"),
        ("langchain-core==0.3.86", "openai.OpenAIError"),
        ("langchain-openai<1", "openai.OpenAIError"),
    ],
)
def test_the_error_to_catch_is_one_that_the_pinned_version_has(project: Project, requirement: str, error: str) -> None:
    project.write("app.py", MODEL)
    project.write("requirements.txt", requirement)
    run = project.run("check", "--select", "unhandled-call")
    assert any(f"Catch `{error}`" in line for line in run.lines)


def test_strict_reports_what_is_unknown_and_marks_it(project: Project) -> None:
    project.write(
        "app.py", "import openai\n\n\ndef ask(client: openai.OpenAI):\n    client.responses.create(input='')\n"
    )
    select = ("--select", "missing-timeout", "--output-format", "json")
    assert json.loads(project.run("check", *select).out)["findings"] == []
    (found,) = json.loads(project.run("check", "--strict", *select).out)["findings"]
    assert (found["code"], found["confidence"]) == ("LLM301", "unknown")


def test_the_audit_agrees_with_the_check(project: Project) -> None:
    call = "responses.create(model='gpt-4-1106-preview', input='', max_output_tokens=300)"
    project.write("app.py", f"import openai\n\nprint(openai.OpenAI(timeout=20).{call})\n")
    project.write("pyproject.toml", "[tool.llmlint]\ntoday = 2026-11-01\n")
    found = {one["code"][3] for one in json.loads(project.run("check", "--output-format", "json").out)["findings"]}
    assert {"3", "6"} <= found
    assert "2" not in found
    (site,) = project.run("audit", "--output-format", "json").json["sites"]
    assert (site["patterns"]["fallback"], site["patterns"]["model"], site["patterns"]["budget"]) == ("no", "no", "yes")


def test_concise_output_is_one_line_a_finding(project: Project) -> None:
    project.write("app.py", HOSTILE)
    project.write("broken.py", BROKEN)
    run = project.run("check", "--output-format", "concise", "--fail-on", "info")
    findings = project.run("check", "--output-format", "json").json["findings"]
    assert len(run.lines) == len(findings) >= 3
    for line, finding in zip(run.lines, findings, strict=True):
        place = f"{finding['path']}:{finding['line']}:{finding['column']}"
        assert line.startswith(f"{place}: {finding['code']} {finding['name']} ")


def test_json_is_valid_against_the_published_schemas(project: Project) -> None:
    project.write("app.py", HOSTILE)
    project.write("odd.py", CALL + "# llmlint: ignore\n")
    project.write("broken.py", BROKEN)
    checked = project.run("check", "--output-format", "json", "--strict").json
    assert valid(checked, "check.schema.json")
    assert {"syntax-error", "malformed-suppression", "missing-timeout"} <= {
        each["name"] for each in checked["findings"]
    }
    audited = project.run("audit", "--output-format", "json").json
    assert valid(audited, "audit.schema.json")
    assert [site["path"] for site in audited["sites"]] == ["app.py", "odd.py"]


def test_json_of_nothing_is_valid_too(project: Project) -> None:
    project.write("app.py", "")
    assert valid(project.run("check", "--output-format", "json").json, "check.schema.json")
    assert valid(project.run("audit", "--output-format", "json").json, "audit.schema.json")


def test_the_fingerprint_outlives_changes_elsewhere(project: Project) -> None:
    def fingerprints() -> list[str]:
        return [each["fingerprint"] for each in project.run("check", "--output-format", "json").json["findings"]]

    project.write("app.py", CALL)
    before = fingerprints()
    project.write("app.py", "# a comment\n\n" + CALL.replace("def ask", "LIMIT = 3\n\n\ndef ask"))
    assert fingerprints() == before
    assert len(set(before)) == len(before) > 1


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_scanned_text_cannot_steer_a_terminal(project: Project, form: str) -> None:
    project.write("app.py", HOSTILE)
    for command in (["check", "--fail-on", "info", "--output-format", form], ["audit"], ["check", "--diff"]):
        run = project.run(*command)
        printed = run.out + run.err
        if "--diff" not in command:
            assert not {character for character in printed if not character.isprintable()} - {"\n"}
    coloured = project.run("check", "--diff", "--unsafe-fixes", "--color").out
    assert coloured
    assert "\x1b[31m\u202e" not in coloured
    assert "\\x1b[31m\\u202e" in coloured


@pytest.mark.parametrize(
    ("environment", "arguments", "coloured"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, [], True),
        ({"FORCE_COLOR": "1"}, ["--no-color"], False),
        ({"NO_COLOR": "1"}, ["--color"], True),
    ],
)
def test_colour_follows_the_option_then_the_environment(
    project: Project, environment: dict[str, str], arguments: list[str], coloured: bool
) -> None:
    project.write("app.py", CALL)
    run = project.run("check", *arguments, environment=environment)
    assert ("\x1b[" in run.out) is coloured


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_a_report_in_a_file_is_the_one_that_would_be_printed(project: Project, form: str) -> None:
    project.write("app.py", CALL)
    printed = project.run("check", "--output-format", form)
    run = project.run("check", "--output-format", form, "-o", "report", environment={"FORCE_COLOR": "1"})
    assert (run.status, run.out) == (1, "")
    assert project.read("report") == printed.out


def test_output_that_the_stream_cannot_encode_is_escaped(project: Project) -> None:
    project.write("\N{GRINNING FACE}.py", CALL)
    run = project.run("check", environment={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert run.status == 1
    assert run.raw.startswith(b"\\U0001f600.py:3:10 ")


def test_exit_zero_and_fail_on_change_the_status_only(project: Project) -> None:
    project.write("app.py", CALL)
    plain = project.check()
    for arguments in (["--exit-zero"], ["--fail-on", "error"]):
        run = project.check(*arguments)
        assert (run.status, run.out) == (0, plain.out)


def test_statistics_count_by_rule(project: Project) -> None:
    project.write("a.py", CALL)
    project.write("b.py", CALL)
    run = project.run("check", "--statistics", "--select", "missing-timeout")
    assert run.lines[0] == "2  [!]  LLM301  missing-timeout"


def test_a_long_report_says_how_to_count_its_findings(project: Project) -> None:
    hint = "llmlint check --statistics counts them by rule."
    project.write("app.py", "from openai import OpenAI\n\nOpenAI().responses.create()\n" * 30)
    run = project.run("check", "--select", "missing-timeout")
    assert hint not in run.out
    project.write("more.py", CALL)
    run = project.run("check", "--select", "missing-timeout")
    assert run.lines[-1] == hint
    assert run.out.count(hint) == 1
    for other in ("--output-format=concise", "--statistics", "--output-format=json"):
        assert hint not in project.run("check", "--select", "missing-timeout", other).out


def test_a_rule_is_explained_by_name_and_code(project: Project) -> None:
    by_name, by_code = project.run("rule", "missing-timeout"), project.run("rule", "LLM301")
    assert by_name.out == by_code.out
    assert by_name.lines[0] == "# missing-timeout (LLM301)"
