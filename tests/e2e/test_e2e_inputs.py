"""What the command makes of the files it meets."""

from __future__ import annotations

import os
import sys

import pytest
from e2e_project import CALL, Project

FOUND = "missing-timeout"
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX file system")


def test_findings_are_status_1_and_named_by_path_and_line(project: Project) -> None:
    project.write("app.py", CALL)
    run = project.check()
    assert (run.status, run.found) == (1, ["app.py:3 missing-timeout"])


def test_no_findings_are_status_0(project: Project) -> None:
    project.write("app.py", CALL.replace("OpenAI()", "OpenAI(timeout=20)"))
    run = project.check()
    assert (run.status, run.out) == (0, "")
    assert run.err == "Checked 1 file, 1 LLM call site: no findings.\n"


def test_a_tree_without_a_call_reports_none(project: Project) -> None:
    project.write("app.py", "import json\n\nprint(json.dumps({}))\n")
    run = project.run("check")
    assert (run.status, run.out) == (0, "No LLM calls found in 1 file.\n")
    assert project.run("audit").out == "No LLM calls found in 1 file.\n"


@pytest.mark.parametrize("command", ["check", "audit"])
def test_a_path_that_is_not_there_is_status_2_and_the_others_are_checked(project: Project, command: str) -> None:
    project.write("app.py", CALL)
    run = project.run(command, "gone", "app.py", "gone.py")
    assert run.status == 2
    assert run.err == "error: gone: does not exist\nerror: gone.py: does not exist\n"
    assert "app.py" in run.out
    run = project.run(command, "gone.py")
    assert (run.status, run.out) == (2, "No files were read.\n")


@pytest.mark.parametrize("command", ["check", "audit"])
def test_an_empty_path_is_told_from_a_missing_one(project: Project, command: str) -> None:
    assert project.run(command, "").err == "error: an empty path names nothing\n"


@pytest.mark.parametrize("name", ["empty", "texts"])
def test_a_folder_without_python_is_said_to_be_one(project: Project, name: str) -> None:
    (project.folder / "empty").mkdir()
    project.write("texts/notes.txt", CALL)
    run = project.run("check", name)
    assert (run.status, run.out) == (0, f"No Python files found under {name}.\n")


def test_a_file_that_is_named_is_checked_whatever_it_is_called(project: Project) -> None:
    project.write("tool", CALL)
    assert project.check("tool").found == ["tool:3 missing-timeout"]
    project.write("tool", "#!/usr/bin/env python3\n" + CALL + "def")
    assert project.check("tool").found == ["tool:9 syntax-error"]


@pytest.mark.parametrize("command", ["check", "audit"])
def test_a_file_that_is_named_and_is_no_python_is_status_2(project: Project, command: str) -> None:
    project.write("README.md", "# Ask\n\nIt asks **openai** a “question”.\n")
    run = project.run(command, "README.md")
    assert (run.status, run.out) == (2, "No files were read.\n")
    what = "it is named neither .py, .pyi nor .ipynb, has no Python shebang, and line 3 is not Python"
    assert run.err == f"error: README.md: is not a Python file: {what}\n"


@pytest.mark.parametrize("command", ["check", "audit"])
def test_a_file_that_is_named_and_cannot_be_decoded_is_status_2_whatever_it_is_about(
    project: Project, command: str
) -> None:
    project.write("binary.py", b"\x7fELF\x02\x01\x01\0\0\0 \xff\xfe")
    project.write("broken.ipynb", "{")
    project.write("plain.py", "print(1)\n")
    run = project.run(command, "binary.py", "broken.ipynb", "plain.py")
    assert (run.status, run.out) == (2, "No LLM calls found in 1 file.\n")
    assert "error: binary.py: contains a null byte at line 1" in run.err
    assert "error: broken.ipynb: is not a notebook: it is not valid JSON: " in run.err
    # What lies in a folder is looked at where it names an SDK.
    assert project.run(command, ".").status == 0


def test_standard_input_that_cannot_be_decoded_is_status_2(project: Project) -> None:
    project.write("app.py", CALL)
    run = project.run("check", "--stdin-filename", "app.py", stdin=b"\0\xff")
    assert (run.status, run.out) == (2, "No files were read.\n")
    assert run.err.startswith("error: app.py: contains a null byte at line 1")


def test_an_audit_tells_what_it_cannot_parse(project: Project) -> None:
    project.write("broken.py", "from openai import OpenAI\n\nclient = OpenAI(\n")
    run = project.run("audit")
    assert run.status == 1
    assert run.err.startswith("error: broken.py:3:16: The file cannot be parsed: ")


def test_files_that_are_no_text_are_status_2_and_the_others_are_checked(project: Project) -> None:
    project.write("app.py", CALL)
    project.write("binary.py", b"\x7fELF\x02\x01\x01\0\0\0 import openai \xff\xfe")
    project.write("null.py", CALL.encode() + b"\0")
    project.write("latin.py", CALL.encode() + b"name = '\xe9'\n")
    project.write("ascii.py", b"# coding: ascii\n" + CALL.encode() + b"# \xe9\n")
    project.write("klingon.py", b"# coding: klingon\n" + CALL.encode())
    project.write("huge.py", CALL.encode() + b"#" * 5_000_000)
    run = project.check()
    assert (run.status, run.found) == (2, ["app.py:3 missing-timeout"])
    for reason in (
        "binary.py: contains a null byte at line 1, so it is not Python source",
        "null.py: contains a null byte at line 8, so it is not Python source",
        "latin.py: is not UTF-8: byte 0xe9 at line 8",
        "ascii.py: is not ascii, which it declares: byte 0xe9 at line 9",
        "klingon.py: declares an encoding that is unknown",
        "huge.py: is 5.0 MB; files over 5 MB are not read",
    ):
        assert f"error: {reason}" in run.err


def test_every_encoding_of_python_is_read(project: Project) -> None:
    comment = "# Übermäßig lang währt's\n"
    project.write("bom.py", CALL.encode("utf-8-sig"))
    project.write("latin.py", ("# -*- coding: latin-1 -*-\n" + comment + CALL).encode("latin-1"))
    project.write(
        "windows.py", ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n" + CALL + "# €\n").encode("cp1252")
    )
    project.write("utf8.py", (comment + CALL).encode())
    project.write("crlf.py", CALL.replace("\n", "\r\n").encode())
    project.write("cr.py", CALL.replace("\n", "\r").encode())
    project.write("form_feed.py", CALL.replace("client = OpenAI()", "\f\nclient = OpenAI()").encode())
    run = project.check()
    lines = {"bom": 3, "latin": 5, "windows": 5, "utf8": 4, "crlf": 3, "cr": 3, "form_feed": 4}
    assert sorted(run.found) == sorted(f"{name}.py:{line} missing-timeout" for name, line in lines.items())
    assert run.status == 1


def test_columns_count_characters(project: Project) -> None:
    project.write("app.py", 'from openai import OpenAI\nname = "ä€😀"; client = OpenAI()\nclient.responses.create()\n')
    assert project.check().out.startswith("app.py:2:24: LLM301 ")


def test_a_syntax_error_is_a_finding_and_the_other_files_are_checked(project: Project) -> None:
    project.write("broken.py", "from openai import OpenAI\n\nclient = OpenAI(\n")
    project.write("app.py", CALL)
    run = project.check()
    assert run.status == 1
    assert run.found == ["app.py:3 missing-timeout", "broken.py:3 syntax-error"]
    assert "broken.py:3:16: LLM000 syntax-error The file cannot be parsed: " in run.out


def test_syntax_newer_than_the_interpreter_is_read(project: Project) -> None:
    newer = {
        "type_statement": "type Answer = str | None\n",
        "type_parameters": "def first[T](items: list[T]) -> T:\n    return items[0]\n",
        "pep_701": 'names = ["a"]\nprint(f"{", ".join(names)}")\n',
        "pep_758": "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
        "template_string": 'print(t"{1}")\n',
    }
    for name, text in newer.items():
        project.write(f"{name}.py", CALL + "\n\n" + text)
    run = project.check()
    assert run.found == [f"{name}.py:3 missing-timeout" for name in sorted(newer)]


def test_no_nesting_kills_the_process(project: Project) -> None:
    deep = {
        "parentheses": "x = " + "(" * 50_000 + ")" * 50_000,
        "lists": "x = " + "[" * 150 + "]" * 150,
        "sum": "x = " + " + ".join(["1"] * 50_000),
        "signs": "x = " + "-" * 100_000 + "1",
        "attributes": "x = a" + ".b" * 50_000,
        "calls": "x = f" + "(0)" * 50_000,
        "elif": "if x: pass\n" + "elif x: pass\n" * 20_000,
        "blocks": "\n".join(" " * depth + "if x:" for depth in range(99)) + " pass",
        "lambdas": "x = " + "lambda: " * 20_000 + "0",
        "f_string": "x = f'" + "{" * 1_000 + "}" * 1_000 + "'",
        "long": "x = [" + ", ".join(["1"] * 200_000) + "]",
    }
    project.write("app.py", CALL)
    for name, text in deep.items():
        project.write(f"deep/{name}.py", CALL + text + "\n")
    run = project.check()
    assert run.status == 1
    judged = {found.partition(":")[0]: found.split()[1] for found in run.found}
    assert judged.pop("app.py") == "missing-timeout"
    assert set(judged) == {f"deep/{name}.py" for name in deep}
    assert {judged[f"deep/{name}.py"] for name in ("lists", "blocks", "long")} == {"missing-timeout"}
    assert set(judged.values()) == {"missing-timeout", "syntax-error"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_status_2_and_the_others_are_checked(project: Project) -> None:
    project.write("app.py", CALL)
    project.write("secret.py", CALL).chmod(0)
    run = project.check()
    assert (run.status, run.found) == (2, ["app.py:3 missing-timeout"])
    assert run.err.startswith("error: secret.py: cannot be read: permission denied\n")


@POSIX
def test_links_that_lead_in_circles_or_nowhere_or_outside_do_no_harm(project: Project) -> None:
    project.write("app/ask.py", CALL)
    (project.folder / "app" / "again").symlink_to(project.folder)
    (project.folder / "loop.py").symlink_to(project.folder / "loop.py")
    (project.folder / "broken.py").symlink_to(project.folder / "gone.py")
    run = project.check()
    assert (run.status, run.found) == (1, ["app/ask.py:3 missing-timeout"])


@POSIX
def test_what_is_no_regular_file_is_not_waited_for(project: Project) -> None:
    project.write("app.py", CALL)
    os.mkfifo(project.folder / "pipe.py")
    assert project.check().found == ["app.py:3 missing-timeout"]
    run = project.check("pipe.py")
    assert run.status == 2
    assert "error: pipe.py: is not a regular file\n" in run.err


@POSIX
def test_a_prompt_that_is_no_regular_file_is_not_waited_for(project: Project) -> None:
    project.write(
        "app.py",
        "from openai import OpenAI\n\n"
        'PROMPT = open("prompt.md").read()\n'
        'OpenAI().responses.create(model="m", input=PROMPT)\n',
    )
    os.mkfifo(project.folder / "prompt.md")
    assert project.check("--select", "LLM201,LLM301").found == ["app.py:4 missing-timeout"]


@POSIX
def test_hostile_file_names_stay_on_their_line(project: Project) -> None:
    names = ["a b.py", "-rf.py", "new\nline.py", "\x1b[31mred.py", "\u202eflow.py", "quote'\".py", "💥.py", "x:1:1.py"]
    for name in names:
        project.write(name, CALL)
    if sys.platform == "linux":
        (project.folder / os.fsdecode(b"\xff.py")).write_text(CALL)
        names.append("\\udcff.py")
    run = project.check()
    assert run.status == 1
    assert len(run.lines) == len(names)
    shown = {name.replace("\n", "\\n").replace("\x1b", "\\x1b").replace("\u202e", "\\u202e") for name in names}
    assert {line.rpartition(":3:10: LLM301")[0] for line in run.lines} == shown
    assert len(project.run("check", "--output-format", "json").json["findings"]) >= len(names)
    assert project.check("./-rf.py").found == ["-rf.py:3 missing-timeout"]


def test_ignored_and_foreign_folders_are_passed_over_unless_named(project: Project) -> None:
    (project.folder / ".git").mkdir()
    project.write(".gitignore", "generated/\n")
    for folder in ("generated", ".venv/lib", "node_modules/x", "build", "env_of_mine", "app"):
        project.write(f"{folder}/ask.py", CALL)
    project.write("env_of_mine/pyvenv.cfg", "")
    assert project.check().found == ["app/ask.py:3 missing-timeout"]
    assert project.check("generated").found == ["generated/ask.py:3 missing-timeout"]
    assert project.check("build/ask.py").found == ["build/ask.py:3 missing-timeout"]
