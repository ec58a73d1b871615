"""What `--fix`, `--unsafe-fixes` and `--diff` do to files."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from e2e_project import CALL, Project

REFUSED = """\
from openai import OpenAI

client = OpenAI(timeout=20)
client.chat.completions.create(model="o3-mini", messages=[], max_tokens=50)
"""
MENDED = REFUSED.replace("max_tokens", "max_completion_tokens")
ONLY = ("--select", "missing-timeout,wrong-token-limit")


@pytest.fixture
def app(project: Project) -> Project:
    project.write("safe.py", REFUSED)
    project.write("unsafe.py", CALL)
    return project


def test_safe_fixes_are_made_and_unsafe_ones_are_not(app: Project) -> None:
    run = app.run("check", "--fix", *ONLY)
    assert app.read("safe.py") == MENDED
    assert app.read("unsafe.py") == CALL
    assert run.status == 1
    assert run.err == "Fixed 1 finding in 1 file.\n"
    assert run.lines[-1] == "Checked 2 files, 2 LLM call sites: 1 warning (1 fixable with --unsafe-fixes)."


def test_unsafe_fixes_are_made_on_request(app: Project) -> None:
    run = app.run("check", "--unsafe-fixes", *ONLY)
    assert app.read("safe.py") == MENDED
    assert app.read("unsafe.py") == CALL.replace("OpenAI()", "OpenAI(timeout=30.0)")
    assert (run.status, run.err) == (0, "Fixed 2 findings in 2 files.\n")


def test_fixes_are_limited_to_rules(app: Project) -> None:
    app.run("check", "--unsafe-fixes", "--fix-only", "LLM301")
    assert app.read("safe.py") == REFUSED
    assert app.read("unsafe.py") != CALL


def test_a_rule_that_is_not_to_be_fixed_offers_no_fix(app: Project) -> None:
    app.write("llmlint.toml", 'unfixable = ["missing-timeout"]')
    run = app.run("check", "--unsafe-fixes", *ONLY)
    assert (app.read("safe.py"), app.read("unsafe.py")) == (MENDED, CALL)
    assert run.status == 1
    assert run.lines[-1] == "Checked 2 files, 2 LLM call sites: 1 warning."
    found = app.run("check", *ONLY, "--output-format", "json").json["findings"]
    assert [each["fix"] for each in found] == [None]


def test_the_rules_to_fix_can_be_listed_instead(app: Project) -> None:
    app.write("llmlint.toml", 'fixable = ["budget"]')
    app.run("check", "--unsafe-fixes", *ONLY)
    assert (app.read("safe.py"), app.read("unsafe.py")) == (MENDED, CALL)


def test_a_rule_named_on_the_command_line_is_fixed_whatever_is_configured(app: Project) -> None:
    app.write("llmlint.toml", 'unfixable = ["ALL"]')
    app.run("check", "--unsafe-fixes", "--fix-only", "missing-timeout", *ONLY)
    assert (app.read("safe.py"), app.read("unsafe.py")) == (REFUSED, CALL.replace("OpenAI()", "OpenAI(timeout=30.0)"))


@pytest.mark.parametrize("arguments", [("--fix-only", "missing-timout"), ("--config", "odd.toml")])
def test_a_name_that_is_none_is_an_error_with_a_suggestion(app: Project, arguments: tuple[str, ...]) -> None:
    app.write("odd.toml", 'unfixable = ["missing-timout"]')
    run = app.run("check", "--unsafe-fixes", *arguments)
    assert run.status == 2
    assert "Did you mean `missing-timeout`?" in run.err
    assert app.read("safe.py") == REFUSED


def test_what_fixes_write_is_configured(app: Project) -> None:
    app.write("llmlint.toml", "[fix]\ntimeout = 45.5")
    app.run("check", "--unsafe-fixes", *ONLY)
    assert app.read("unsafe.py") == CALL.replace("OpenAI()", "OpenAI(timeout=45.5)")


def test_a_second_run_changes_nothing(app: Project) -> None:
    app.run("check", "--unsafe-fixes")
    fixed = (app.read("safe.py"), app.read("unsafe.py"))
    times = [(app.folder / name).stat().st_mtime_ns for name in ("safe.py", "unsafe.py")]
    run = app.run("check", "--unsafe-fixes")
    assert (app.read("safe.py"), app.read("unsafe.py")) == fixed
    assert [(app.folder / name).stat().st_mtime_ns for name in ("safe.py", "unsafe.py")] == times
    assert "Fixed" not in run.err


@pytest.mark.parametrize(
    "original",
    [
        REFUSED.replace("\n", "\r\n").encode(),
        REFUSED.encode("utf-8-sig"),
        ("# coding: latin-1\n# \xe9\n" + REFUSED).encode("latin-1"),
        (REFUSED + "name = '\t\f '   \n\n\n# no newline at the end").encode(),
    ],
    ids=["CRLF", "BOM", "latin-1", "odd blanks"],
)
def test_every_other_byte_stays(project: Project, original: bytes) -> None:
    file = project.write("app.py", original)
    project.run("check", "--fix", *ONLY)
    assert file.read_bytes() == original.replace(b"max_tokens", b"max_completion_tokens")


def test_a_diff_changes_nothing_and_applies(app: Project) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    app.write("odd.py", ("# \xe9\r\n" + REFUSED.replace("\n", "\r\n") + "# no newline at the end").encode())
    run = app.run("check", "--diff", "--unsafe-fixes", *ONLY)
    assert run.status == 1
    assert (app.read("safe.py"), app.read("unsafe.py")) == (REFUSED, CALL)
    subprocess.run([git, "init", "--quiet"], cwd=app.folder, check=True)
    for arguments in (["--check"], []):
        subprocess.run([git, "apply", *arguments, "-"], input=run.raw, cwd=app.folder, check=True)
    patched = {name: app.read(name) for name in ("safe.py", "unsafe.py", "odd.py")}
    assert patched["safe.py"] == MENDED
    app.write("safe.py", REFUSED)
    app.write("unsafe.py", CALL)
    app.run("check", "--unsafe-fixes", *ONLY)
    assert {name: app.read(name) for name in patched} == patched


def test_a_diff_applies_in_the_folder_where_it_was_made(project: Project) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    files = {
        "service/two words/a b.py": (REFUSED.replace("\n", "\r\n") + "# no newline").encode(),
        "service/plain.py": b"\xef\xbb\xbf" + REFUSED.encode(),
        "service/\u00fcber.py": REFUSED.replace("    ", "\t").encode().rstrip(b"\n"),
        "other.py": REFUSED.encode(),
    }
    for path, content in files.items():
        project.write(path, content)
    subprocess.run([git, "init", "--quiet"], cwd=project.folder, check=True)
    run = project.run("check", "--diff", *ONLY, folder="service")
    assert b"other.py" not in run.raw
    subprocess.run([git, "apply", "-"], input=run.raw, cwd=project.folder / "service", check=True)
    for path, content in files.items():
        wanted = content if path == "other.py" else content.replace(b"max_tokens", b"max_completion_tokens")
        assert (project.folder / path).read_bytes() == wanted


def test_a_diff_of_nothing_is_empty(project: Project) -> None:
    project.write("app.py", MENDED)
    run = project.run("check", "--diff", *ONLY)
    assert (run.status, run.out) == (0, "")


def test_standard_input_is_fixed_onto_standard_output(app: Project) -> None:
    run = app.run("check", "--fix", *ONLY, "--stdin-filename", "safe.py", stdin=b"\r\n" + REFUSED.encode())
    assert run.raw == b"\r\n" + MENDED.encode()
    assert app.read("safe.py") == REFUSED
    assert "Checked 1 file" in run.err


def test_a_link_is_followed_and_stays_a_link(project: Project) -> None:
    target = project.write("real.py", REFUSED)
    target.chmod(0o755)
    link = project.folder / "link.py"
    link.symlink_to("real.py")
    project.run("check", "--fix", *ONLY, "link.py")
    assert link.is_symlink()
    assert project.read("real.py") == MENDED
    assert target.stat().st_mode & 0o777 == 0o755


SETTINGS = 'import os\n\nMODEL = os.getenv("MODEL", "gpt-5.5")\n'
TWICE = """\
from openai import OpenAI

from settings import MODEL

client = OpenAI(timeout=20)


def ask(question):
    return client.responses.create(model=MODEL, input=question).output_text


def title(text):
    return client.responses.create(model=MODEL, input=text).output_text
"""
FLOATING = ("--unsafe-fixes", "--select", "floating-model", "--today", "2026-11-27")


@pytest.fixture
def parts(project: Project) -> Project:
    project.write("settings.py", SETTINGS)
    project.write("ask.py", TWICE)
    return project


def test_a_fix_may_edit_another_file_than_that_of_the_finding(parts: Project) -> None:
    run = parts.run("check", *FLOATING)
    assert parts.read("settings.py") == SETTINGS.replace("gpt-5.5", "gpt-5.5-2026-04-23")
    assert (parts.read("ask.py"), run.err) == (TWICE, "Fixed 1 finding in 1 file.\n")


def test_a_file_that_is_not_checked_is_not_edited(parts: Project) -> None:
    run = parts.run("check", "ask.py", *FLOATING)
    assert (parts.read("settings.py"), run.err) == (SETTINGS, "")
    assert run.lines[-1] == "Checked 1 file, 2 LLM call sites: 1 info finding."


def test_what_stands_on_standard_input_leads_to_no_edit_elsewhere(parts: Project) -> None:
    run = parts.run("check", "--stdin-filename", "ask.py", *FLOATING, stdin=TWICE.encode())
    assert (run.out, parts.read("settings.py")) == (TWICE, SETTINGS)
    run = parts.run(
        "check", "--stdin-filename", "ask.py", "--output-format", "json", *FLOATING[1:], stdin=TWICE.encode()
    )
    assert [finding["fix"] for finding in run.json["findings"]] == [None]


def test_two_findings_at_the_same_literal_make_one_edit(parts: Project) -> None:
    parts.write("ask.py", TWICE.replace("model=MODEL, input=text", 'model=MODEL if text else "gpt-5.5", input=text'))
    run = parts.run("check", *FLOATING)
    assert parts.read("settings.py") == SETTINGS.replace("gpt-5.5", "gpt-5.5-2026-04-23")
    assert 'model=MODEL if text else "gpt-5.5-2026-04-23"' in parts.read("ask.py")
    assert run.status == 0
