"""What `--add-ignore` does to files, and that nothing is found after it."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from e2e_project import CALL, Project

ONLY = ("--select", "missing-timeout,unhandled-call")
IGNORED = CALL.replace("client = OpenAI()", "client = OpenAI()  # llmlint: ignore[missing-timeout] known").replace(
    "    return", "    # llmlint: ignore[unhandled-call] known\n    return"
)


def test_everything_shown_is_suppressed_and_a_second_run_changes_nothing(project: Project) -> None:
    project.write("app.py", CALL)
    run = project.run("check", "--add-ignore", "--reason", "known", *ONLY)
    assert project.read("app.py") == IGNORED
    assert (run.status, run.err) == (0, "Ignored 2 findings in 1 file.\n")
    assert run.out == "Checked 1 file, 1 LLM call site: no findings.\n"
    assert project.run("check", *ONLY).status == 0
    again = project.run("check", "--add-ignore", *ONLY)
    assert (again.status, again.err, project.read("app.py")) == (0, "", IGNORED)


def test_the_patch_for_it_can_be_looked_at_first(project: Project) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    project.write("sub/app.py", CALL.replace("\n", "\r\n"))
    run = project.run("check", "--add-ignore", "--reason", "known", "--diff", *ONLY)
    assert run.status == 1
    assert project.read("sub/app.py") == CALL.replace("\n", "\r\n")
    subprocess.run([git, "init", "--quiet"], cwd=project.folder, check=True)
    subprocess.run([git, "apply", "-"], input=run.raw, cwd=project.folder, check=True)
    assert project.read("sub/app.py") == IGNORED.replace("\n", "\r\n")


def test_hidden_advice_gets_no_comment(project: Project) -> None:
    project.write("app.py", CALL)
    project.run("check", "--add-ignore")
    advice = project.run("check", "--fail-on", "info").status
    assert (project.run("check").status, advice) == (0, 1)
    project.run("check", "--add-ignore", "--fail-on", "info")
    assert project.run("check", "--fail-on", "info").status == 0


def test_a_notebook_is_named_and_left_alone(project: Project) -> None:
    cell = {"cell_type": "code", "source": CALL, "metadata": {}, "outputs": []}
    book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    project.write("book.ipynb", book)
    run = project.run("check", "--add-ignore", "--select", "missing-timeout")
    assert run.status == 1
    assert run.err == "warning: book.ipynb: notebooks are not edited: put the comments into its cells\n"
    assert project.read("book.ipynb") == book


def test_what_is_no_rule_stays(project: Project) -> None:
    project.write("app.py", CALL + "# llmlint: ignore[missing-timout]\n")
    run = project.run("check", "--add-ignore")
    assert run.status == 1
    assert "malformed-suppression" in run.out
    assert run.out.count(" LLM") == 1 + run.out.count("LLM call site")


def test_a_read_only_file_is_an_error(project: Project) -> None:
    project.write("app.py", CALL).chmod(0o444)
    run = project.run("check", "--add-ignore", *ONLY)
    assert (run.status, project.read("app.py")) == (2, CALL)
    assert run.err == "error: app.py: no comments added: the file is read-only\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--add-ignore", "--fix"),
        ("--add-ignore", "--unsafe-fixes"),
        ("--add-ignore", "--fix-only", "LLM3"),
        ("--add-ignore", "--stdin-filename", "app.py"),
        ("--reason", "why"),
    ],
)
def test_what_makes_no_sense_is_refused(project: Project, arguments: tuple[str, ...]) -> None:
    project.write("app.py", CALL)
    run = project.run("check", *arguments)
    assert (run.status, run.out, project.read("app.py")) == (2, "", CALL)
    assert "--add-ignore" in run.err


def test_a_reason_is_one_line(project: Project) -> None:
    project.write("app.py", CALL)
    project.run("check", "--add-ignore", "--reason", " two\nlines ", "--select", "missing-timeout")
    assert "client = OpenAI()  # llmlint: ignore[missing-timeout] two lines\n" in project.read("app.py")
