"""Which rules run on which files, and who knows about whom."""

from __future__ import annotations

import pytest
from e2e_project import CALL, Project

UNCAPPED = CALL.replace(", max_output_tokens=50", "")
CONCISE = ("check", "--output-format", "concise")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("llmlint.toml", "stict = true", "error: llmlint.toml: unknown setting `stict`. Did you mean `strict`?\n"),
        ("llmlint.toml", "strict = 1", "error: llmlint.toml: `strict`: expected true or false, found the number 1\n"),
        (
            "llmlint.toml",
            'ignore = ["missing-timout"]',
            "error: llmlint.toml: `ignore`: there is no rule or group of rules `missing-timout`."
            " Did you mean `missing-timeout`?\n",
        ),
        (
            "pyproject.toml",
            "[tool.llmlint]\nselect = 'LLM3'",
            'error: pyproject.toml: `tool.llmlint.select`: expected a list of strings, found the string "LLM3"\n',
        ),
        (
            "pyproject.toml",
            "[tool.llmlint.options.oversized-prompt]\nbugdet = 1",
            "error: pyproject.toml: unknown setting `tool.llmlint.options.oversized-prompt.bugdet`."
            " Did you mean `budget`?\n",
        ),
    ],
)
def test_a_mistake_in_the_configuration_is_status_2(project: Project, file: str, content: str, message: str) -> None:
    project.write("app.py", CALL)
    project.write(file, content)
    run = project.run("check")
    assert (run.status, run.out, run.err) == (2, "", message)


def test_configuration_that_is_no_toml_is_status_2(project: Project) -> None:
    project.write("app.py", CALL)
    project.write("llmlint.toml", "strict = yes")
    run = project.run("check")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("error: llmlint.toml: ")
    assert "line 1" in run.err


def test_a_mistake_in_the_configuration_of_a_folder_is_status_2(project: Project) -> None:
    project.write("app.py", CALL)
    project.write("jobs/llmlint.toml", "stict = true")
    project.write("jobs/ask.py", CALL)
    run = project.run("check")
    assert (run.status, run.err) == (2, "error: jobs/llmlint.toml: unknown setting `stict`. Did you mean `strict`?\n")


def test_a_rule_that_is_not_there_is_status_2_with_the_nearest_one(project: Project) -> None:
    run = project.run("check", "--select", "missing-timout")
    assert run.status == 2
    assert "there is no rule or group of rules `missing-timout`. Did you mean `missing-timeout`?" in run.err
    assert "Did you mean `missing-timeout`?" in project.run("rule", "missing-timout").err


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--select", "LLM301"], {"missing-timeout"}),
        (["--select", "missing-timeout,missing-max-tokens"], {"missing-timeout", "missing-max-tokens"}),
        (["--select", "LLM2"], {"missing-max-tokens"}),
        (["--select", "fallback", "--ignore", "unhandled-call"], {"missing-timeout"}),
        (["--ignore", "LLM3,LLM5"], {"missing-max-tokens"}),
    ],
)
def test_rules_are_selected_by_name_code_prefix_and_pattern(
    project: Project, arguments: list[str], names: set[str]
) -> None:
    project.write("app.py", UNCAPPED)
    run = project.run(*CONCISE, *arguments)
    assert {found.split()[1] for found in run.found} == names


def test_the_configuration_selects_and_the_command_line_overrides(project: Project) -> None:
    project.write("app.py", UNCAPPED)
    project.write("llmlint.toml", 'select = ["LLM2"]')
    assert project.run(*CONCISE).found == ["app.py:7 missing-max-tokens"]
    assert project.run(*CONCISE, "--select", "LLM301").found == ["app.py:3 missing-timeout"]
    assert project.run(*CONCISE, "--isolated", "--select", "LLM3").status == 1


def test_rules_are_ignored_in_files_by_pattern(project: Project) -> None:
    project.write("app/ask.py", CALL)
    project.write("jobs/ask.py", CALL)
    project.write("llmlint.toml", '[per-file-ignores]\n"jobs/**" = ["LLM3"]')
    for folder, found in ((".", "app/ask.py:3"), ("app", "ask.py:3")):
        assert project.check(folder=folder).found == [f"{found} missing-timeout"]
    assert project.check(folder="jobs").found == []


def test_files_are_excluded_by_pattern(project: Project) -> None:
    project.write("app/ask.py", CALL)
    project.write("jobs/ask.py", CALL)
    project.write("llmlint.toml", 'extend-exclude = ["jobs"]')
    assert project.check().found == ["app/ask.py:3 missing-timeout"]


def test_the_nearest_configuration_holds(project: Project) -> None:
    project.write("app/ask.py", CALL)
    project.write("jobs/ask.py", CALL)
    project.write("jobs/llmlint.toml", 'ignore = ["missing-timeout"]')
    assert "jobs/ask.py:3 missing-timeout" not in project.run(*CONCISE).found
    assert "app/ask.py:3 missing-timeout" in project.run(*CONCISE).found


def test_paths_are_shown_from_where_the_command_runs(project: Project) -> None:
    project.write("app/ask.py", CALL)
    (project.folder / "docs").mkdir()
    assert project.check().found == ["app/ask.py:3 missing-timeout"]
    assert project.check(folder="app").found == ["ask.py:3 missing-timeout"]
    assert project.check("../app/ask.py", folder="docs").found == ["../app/ask.py:3 missing-timeout"]


CLIENTS = "from openai import OpenAI\n\n\ndef client():\n    return OpenAI({})\n"
ASK = """
from app.clients import client


def ask(question):
    return client().responses.create(model="gpt-5.4-mini", input=question, max_output_tokens=50).output_text
"""


@pytest.fixture
def two_files(project: Project) -> Project:
    project.write("app/__init__.py", "")
    project.write("app/clients.py", CLIENTS.format(""))
    project.write("app/ask.py", ASK)
    return project


def test_a_hook_that_passes_one_file_knows_the_client_in_another(two_files: Project) -> None:
    assert two_files.check("app/clients.py").found == ["app/clients.py:5 missing-timeout"]
    run = two_files.check("app/ask.py")
    assert run.found == []
    assert "Checked 1 file, 1 LLM call site: no findings." in run.err
    two_files.write("app/clients.py", CLIENTS.format("timeout=20"))
    assert two_files.check("app/clients.py").found == []


def test_standard_input_stands_for_a_file_of_the_project(two_files: Project) -> None:
    mended = CLIENTS.format("timeout=20").encode()
    run = two_files.check("--stdin-filename", "app/clients.py", stdin=mended)
    assert (run.status, run.found) == (0, [])
    run = two_files.check("--stdin-filename", "app/clients.py", stdin=b"\n" + CLIENTS.format("").encode())
    assert (run.status, run.found) == (1, ["app/clients.py:6 missing-timeout"])


def test_standard_input_may_be_a_file_that_is_not_there_yet(two_files: Project) -> None:
    call = b"from app.clients import client\n\nanswer = client().responses.create(input='')\n"
    arguments = (*CONCISE, "--select", "missing-max-tokens", "--stdin-filename", "app/new/draft.py")
    run = two_files.run(*arguments, stdin=call)
    assert (run.status, run.found) == (1, ["app/new/draft.py:3 missing-max-tokens"])
    absolute = str(two_files.folder / "app" / "draft.py")
    run = two_files.run(*arguments[:-1], absolute, stdin=call)
    assert (run.status, run.found) == (1, ["app/draft.py:3 missing-max-tokens"])


def test_the_configuration_in_force_is_shown_with_its_origin(project: Project) -> None:
    project.write("llmlint.toml", "strict = true")
    run = project.run("config")
    assert run.status == 0
    assert "strict = true  # llmlint.toml" in run.lines
