"""What the command makes of notebooks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from e2e_project import CALL, Project

IMPORT = "from openai import OpenAI\n"
CLIENT = "# the client\nclient = OpenAI()"
ASK = "%%time\nclient.responses.create(model='gpt-5.4-mini', input='Hi', max_output_tokens=50)"


def notebook(*cells: str | tuple[str, str], **metadata: Any) -> bytes:
    """A notebook of code cells, and of others given as kind and text."""
    pairs = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    made = [{"cell_type": kind, "metadata": {}, "source": text.splitlines(True)} for kind, text in pairs]
    return json.dumps({"nbformat": 4, "metadata": metadata, "cells": made}, indent=1).encode() + b"\n"


DEMO = notebook(("markdown", "# Demo\nimport openai"), "!pip install openai\n" + IMPORT, CLIENT, ASK)


def test_findings_are_told_by_cell_and_line(project: Project) -> None:
    project.write("lab/demo.ipynb", DEMO)
    run = project.check()
    assert run.status == 1
    assert run.out.startswith("lab/demo.ipynb:cell 2:2:10: LLM301 missing-timeout ")
    assert run.err.startswith("Checked 1 file, 1 LLM call site: ")
    (finding,) = project.check("--output-format", "json").json["findings"]
    place = ("path", "cell", "line", "column", "end_line", "end_column")
    assert [finding[key] for key in place] == ["lab/demo.ipynb", 2, 2, 10, 2, 18]
    (call,) = finding["related"]
    assert (call["path"], call["cell"], call["line"]) == ("lab/demo.ipynb", 3, 2)
    assert finding["fix"] is None


def test_a_frame_shows_the_lines_of_the_cell_as_they_stand(project: Project) -> None:
    project.write(
        "demo.ipynb", notebook(IMPORT, "client = OpenAI()", "%time client.responses.create(model='m', input='Hi')")
    )
    out = project.run("check", "--select", "missing-timeout,unhandled-call").out
    assert "  1 | client = OpenAI()\n    |          ^^^^^^^^\n" in out
    assert "  1 | %time client.responses.create(model='m', input='Hi')\n    |       ^^^^" in out
    assert "related: demo.ipynb:cell 2:1:7 the call\n" in out


def test_the_audit_lists_calls_by_cell_and_line(project: Project) -> None:
    project.write("demo.ipynb", DEMO)
    (site,) = project.run("audit", "--output-format", "json").json["sites"]
    assert (site["path"], site["cell"], site["line"], site["column"]) == ("demo.ipynb", 3, 2, 1)
    assert "  cell 3:2:1  openai responses.create" in project.run("audit").out


def test_findings_stand_in_the_order_of_the_cells(project: Project) -> None:
    cells = [IMPORT, "\n\n\na = OpenAI()\na.responses.create(model='m', input='Hi')"]
    project.write("demo.ipynb", notebook(*cells, "b = OpenAI()\nb.responses.create(model='m', input='Hi')"))
    assert [(f["cell"], f["line"]) for f in project.check("--output-format", "json").json["findings"]] == [
        (1, 4),
        (2, 1),
    ]


@pytest.mark.parametrize(
    "client",
    [
        "client = OpenAI()  # llmlint: ignore[missing-timeout] a demo",
        "\n# llmlint: ignore[LLM301] a demo\nclient = OpenAI()",
        "client = OpenAI(\n    # noqa: LLM301\n)",
        "# llmlint: file-ignore[missing-timeout] a demo\n" + CLIENT,
    ],
)
def test_a_comment_in_the_cell_suppresses(project: Project, client: str) -> None:
    project.write("demo.ipynb", notebook(IMPORT, "x = 1", client, ASK))
    run = project.check()
    assert (run.status, run.out) == (0, "")


def test_a_comment_suppresses_nothing_in_the_next_cell(project: Project) -> None:
    project.write("demo.ipynb", notebook(IMPORT, "x = 1\n# llmlint: ignore[missing-timeout]", "client = OpenAI()", ASK))
    assert project.check().status == 1


def test_a_malformed_comment_is_told_by_cell_and_line(project: Project) -> None:
    project.write("demo.ipynb", notebook("x = 1", IMPORT + "y = 2  # llmlint: ignore"))
    assert project.check().out.startswith("demo.ipynb:cell 1:2:8: LLM000 malformed-suppression ")


def test_a_cell_that_cannot_be_parsed_is_a_finding_and_the_others_are_checked(project: Project) -> None:
    project.write("demo.ipynb", notebook(IMPORT, "x = 1\nif x\n    y", CLIENT, 'text = """', ASK))
    run = project.check()
    assert run.status == 1
    places = [line.split(" LLM")[0] for line in run.lines]
    assert places == ["demo.ipynb:cell 1:2:5:", "demo.ipynb:cell 2:2:10:", "demo.ipynb:cell 3:1:8:"]
    assert "syntax-error The cell cannot be parsed: " in run.out


def test_a_fix_leaves_notebooks_alone(project: Project) -> None:
    wrong = "client.chat.completions.create(model='o3-mini', messages=[], max_tokens=50)"
    data = notebook(IMPORT, CLIENT, wrong)
    project.write("demo.ipynb", data)
    project.write("app.py", f"{IMPORT}client = OpenAI()\n{wrong}\n")
    run = project.run("check", "--select", "wrong-token-limit", "--unsafe-fixes", "--output-format", "json")
    assert project.read("demo.ipynb").encode() == data
    assert "max_completion_tokens" in project.read("app.py")
    assert {finding["path"] for finding in run.json["findings"]} == {"demo.ipynb"}
    assert all(finding["fix"] is None for finding in run.json["findings"])
    assert run.err == "Fixed 1 finding in 1 file.\n"


def test_a_client_in_the_project_around_it_is_known(project: Project) -> None:
    project.write("app/clients.py", "from openai import OpenAI\n\nclient = OpenAI()\n")
    project.write("lab/demo.ipynb", notebook("from app.clients import client", ASK))
    run = project.check("--output-format", "json", "app")
    (finding,) = run.json["findings"]
    assert [(note["path"], note["cell"], note["line"]) for note in finding["related"]] == [("lab/demo.ipynb", 1, 2)]
    assert project.check("lab").status == 0


def test_a_notebook_on_standard_input(project: Project) -> None:
    run = project.check("--stdin-filename", "lab/new.ipynb", stdin=DEMO)
    assert run.out.startswith("lab/new.ipynb:cell 2:2:10: LLM301 ")
    fixed = project.check("--stdin-filename", "lab/new.ipynb", "--unsafe-fixes", stdin=DEMO)
    assert fixed.raw == DEMO


def test_other_languages_and_checkpoints_are_passed_over(project: Project) -> None:
    project.write("r.ipynb", notebook(IMPORT, CLIENT, ASK, kernelspec={"name": "ir", "language": "R"}))
    project.write(".ipynb_checkpoints/demo-checkpoint.ipynb", DEMO)
    assert project.run("check").out == "No LLM calls found in 1 file.\n"


def test_a_fingerprint_outlives_changes_elsewhere(project: Project) -> None:
    def fingerprint(*before: str) -> str:
        project.write("demo.ipynb", notebook(IMPORT, *before, CLIENT, ASK))
        (finding,) = project.check("--output-format", "json").json["findings"]
        mark: str = finding["fingerprint"]
        return mark

    assert fingerprint() == fingerprint("x = 1", "y = 2\nz = 3")


def test_what_is_no_notebook_is_status_2_and_the_others_are_checked(project: Project) -> None:
    project.write("app.py", CALL)
    project.write("demo.ipynb", DEMO)
    project.write("cut.ipynb", DEMO[:-20])
    project.write("text.ipynb", DEMO.replace(b"Demo", b"D\xe9mo"))
    project.write("list.ipynb", b"[" + DEMO + b"]")
    project.write("deep.ipynb", b'{"openai": ' + b"[" * 100_000)
    project.write("number.ipynb", DEMO.replace(b"4", b"4" * 10_000, 1))
    project.write("huge.ipynb", DEMO + b" " * 50_000_000)
    project.write("python.ipynb", CALL)
    project.write("empty.ipynb", b"")
    project.write("null.ipynb", notebook(IMPORT, "x = '\0'", CLIENT, ASK))
    project.write("half.ipynb", notebook(IMPORT, CLIENT, ASK).replace(b"the client", b"\\ud800"))
    run = project.check()
    assert run.status == 2
    assert run.err.count("error: ") == 7
    for reason in (
        "cut.ipynb: is not a notebook: it is not valid JSON: ",
        "text.ipynb: is not a notebook: it is not utf-8: byte 0xe9",
        "list.ipynb: is not a notebook: it has no list of cells",
        "deep.ipynb: is nested too deeply to be read as a notebook",
        "huge.ipynb: is 50.0 MB; notebooks over 50 MB are not read",
        "python.ipynb: is not a notebook: it is not valid JSON: ",
    ):
        assert f"error: {reason}" in run.err
    missing = {line.partition(":")[0] for line in run.lines if "missing-timeout" in line}
    assert missing == {"app.py", "demo.ipynb", "null.ipynb"}
    assert "null.ipynb:cell 1:1:" in run.out
    assert "half.ipynb:cell 1:1:1: LLM000 syntax-error" in run.out
