"""Rules of a project's own: `[match]` tables, tested by their examples."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from llmlint.cli.run import run
from llmlint.rulebook.rules import read_policies
from llmlint.rulebook.table import RulebookError
from llmlint.testing import check_policies

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "examples" / "policies"
RULE = '''
code = "ACME1"
name = "short-answers"
severity = "error"
enabled = true
fix = "none"
since = "1"
summary = "An answer without a low limit"
[match]
{match}
[messages]
default = "`{{call}}` by {{sdk}} for {{model}}"
help = "Lower it"
[docs]
what = "w"
harm = "h"
fix = "f"
ignore = "i"
fix_safety = "s"
[[example]]
kind = "{kind}"
title = "a call"
code = """
from openai import OpenAI

OpenAI().responses.create(model="gpt-5.4", input="Hi", max_output_tokens=900){mark}
"""
'''


def policy(folder: Path, match: str, *, fires: bool) -> str:
    kind, mark = ("bad", "  # <- short-answers") if fires else ("good", "")
    path = folder / "short-answers.toml"
    path.write_text(RULE.format(match=match, kind=kind, mark=mark), encoding="utf-8")
    return str(path)


def test_the_policies_shown_keep_their_promise() -> None:
    assert check_policies(str(POLICIES)) == {"allowed-models": [], "end-user-id": [], "through-the-gateway": []}


@pytest.mark.parametrize(
    ("match", "fires"),
    [
        ("max-tokens = { above = 500 }", True),
        ("max-tokens = { above = 900 }", False),
        ("max-tokens = { below = 1000 }", True),
        ('max-tokens = "present"', True),
        ('max-tokens = "absent"', False),
        ('max-tokens = "9*"', True),
        ('temperature = "absent"', True),
        ('temperature = { not = ["absent"] }', False),
        ('sdk = "openai"\nkind = ["chat", "responses"]', True),
        ('sdk = { not = ["openai"] }', False),
        ('model = "gpt-5*"', True),
        ('model = { is = ["gpt-*"], not = ["gpt-5*"] }', False),
        ('provider = "openai"\nvia = "direct"', True),
        ('path = "*.py"', True),
        ('path = "app/*"', False),
        ('function = ""', True),
        ('api = "responses.create"', True),
        ('timeout = "present"', False),
    ],
)
def test_a_condition(tmp_path: Path, match: str, fires: bool) -> None:
    assert check_policies(policy(tmp_path, match, fires=fires)) == {"short-answers": []}


@pytest.mark.parametrize(
    ("match", "problem"),
    [
        ('modell = "x"', "there is no fact or setting `modell`. Did you mean `model`?"),
        ("model = 5", "`model` must be a string or a list of strings"),
        ("max-tokens = { over = 5 }", "`max-tokens` cannot be compared by `over`."),
        ('max-tokens = { above = "5" }', "`max-tokens` must be below or above a number"),
        ("", "`match` must compare something"),
        ('kind = ["chta", "responses"]', "there is no kind `chta`. Did you mean `chat`?"),
        ('kind = { not = ["chat*", "embeding"] }', "there is no kind `embeding`. Did you mean `embedding`?"),
        ('sdk = "openia"', "there is no sdk `openia`. Did you mean `openai`?"),
        ('via = "indirect"', "there is no via `indirect`. Did you mean `direct`?"),
        ('context = "library"', "there is no context `library`. There are: app, script, tests."),
    ],
)
def test_a_mistake_in_a_match(tmp_path: Path, match: str, problem: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read_policies(policy(tmp_path, match, fires=True))
    assert problem in str(caught.value)


def test_a_rule_of_ones_own_runs_no_code_of_llmlint(tmp_path: Path) -> None:
    text = RULE.format(match='sdk = "x"', kind="good", mark="").replace('[match]\nsdk = "x"', "")
    (tmp_path / "a.toml").write_text(text.replace('since = "1"', 'since = "1"\ncheck = "log.unlogged_call"'))
    with pytest.raises(RulebookError, match="needs a `\\[match\\]` table"):
        read_policies(str(tmp_path))


def test_a_project_uses_its_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "llm-rules").mkdir()
    policy(tmp_path / "llm-rules", "max-tokens = { above = 500 }", fires=True)
    (tmp_path / "llmlint.toml").write_text('rules = ["./llm-rules"]\nselect = ["short-answers"]\n')
    (tmp_path / "app.py").write_text(
        'from openai import OpenAI\n\nOpenAI().responses.create(model="m", input="Hi", max_output_tokens=900)\n'
        'OpenAI().responses.create(model="m", input="Hi", max_output_tokens=901)  # llmlint: ignore[ACME1] why\n'
    )
    monkeypatch.chdir(tmp_path)
    assert run(["check", "--output-format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["code"], each["line"], each["message"]) for each in found] == [
        ("ACME1", 3, "`OpenAI().responses.create` by openai for m")
    ]
    assert run(["rule", "short-answers"]) == 0
    assert "short-answers" in capsys.readouterr().out


def test_rules_that_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "llmlint.toml").write_text('rules = ["./none"]\n')
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 2
    assert "no such file or folder of rules" in capsys.readouterr().err


def test_the_command_that_tests_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rule", "--test", str(POLICIES)]) == 0
    assert "3 rules: all examples pass." in capsys.readouterr().out
    assert run(["rule", "--test", policy(tmp_path, "max-tokens = { above = 5000 }", fires=True)]) == 1
    assert "short-answers: a call: fires at no line, expected at example.py:3" in capsys.readouterr().out


def test_a_field_that_no_message_has(tmp_path: Path) -> None:
    path = Path(policy(tmp_path, 'sdk = "openai"', fires=True))
    path.write_text(path.read_text().replace("{call}", "{cal}"))
    with pytest.raises(RulebookError, match=r"`default` has no field `\{cal\}`. Did you mean `call`\?"):
        read_policies(str(path))


def test_all_mistakes_are_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(policy(tmp_path, 'kind = "chta"\nmodell = "x"', fires=True))
    text = path.read_text().replace('since = "1"\n', "").replace('title = "a call"\n', "").replace("what =", "waht =")
    path.write_text(text)
    (tmp_path / "third.toml").write_text(text.replace('severity = "error"\n', ""))
    problems = ["chta", "modell", "`since` is missing", "waht", "`title` is missing"]
    assert run(["rule", "--test", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 * len(problems) + 1
    for line, problem in zip(lines, problems, strict=False):
        assert line.startswith("error: ")
        assert problem in line
    # A run needs neither documentation nor examples, and does not look at them.
    (tmp_path / "third.toml").unlink()
    (tmp_path / "llmlint.toml").write_text('rules = ["./short-answers.toml"]\n')
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_documentation_and_examples_may_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(policy(tmp_path, 'sdk = "openai"', fires=True))
    path.write_text(path.read_text().partition("[docs]")[0])
    assert run(["rule", "--test", str(path)]) == 0
    assert "short-answers: there are no examples to run." in capsys.readouterr().out
    (tmp_path / "llmlint.toml").write_text('rules = ["./short-answers.toml"]\n')
    monkeypatch.chdir(tmp_path)
    assert run(["rule", "short-answers"]) == 0
    printed = capsys.readouterr().out
    assert "An answer without a low limit." in printed
    assert "## What it means" not in printed
    assert run(["rule", "short-answers", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"][0]["docs"] == {}


def test_the_rule_in_the_documentation_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    settings, rule = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (session,) = re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "llm-rules").mkdir()
    (tmp_path / "llm-rules" / "allowed-models.toml").write_text(rule)
    (tmp_path / "pyproject.toml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    command, _, expected = session.partition("\n")
    assert run(command.split()[2:]) == 0
    assert capsys.readouterr().out == expected
    assert run(["check"]) == 0
