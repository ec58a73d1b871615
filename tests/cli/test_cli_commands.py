from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomli
from cli_lint import Lint, finding

from llmlint import __version__
from llmlint.inventory import SiteRecord

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "examples" / "policies"
CONFIGURATION = ROOT / "docs" / "configuration.md"
SITE = SiteRecord(
    path="app.py",
    cell=None,
    line=3,
    column=5,
    sdk="openai",
    provider="openai",
    api="responses.create",
    kind="responses",
    via="direct",
    confidence="resolved",
    function="ask",
    settings={"timeout": {"state": "unknown", "value": None, "why": "it comes from `**options`"}},
)


def test_the_version(lint: Lint) -> None:
    assert lint("--version").out == f"llmlint {__version__}\n"


@pytest.mark.parametrize("command", [[], ["check"], ["audit"], ["rule"], ["config"]])
def test_help_has_examples(lint: Lint, command: list[str]) -> None:
    for flag in ("-h", "--help"):
        run = lint(*command, flag)
        assert run.status == 0
        assert "Examples:\n" in run.out


def test_an_unknown_command_is_refused_with_a_suggestion(lint: Lint) -> None:
    run = lint("chek")
    assert run.status == 2
    assert "there is no command 'chek'. Did you mean `check`?" in run.err


def test_a_check_imports_neither_other_commands_nor_what_it_does_not_use() -> None:
    code = (
        "import sys; import llmlint.cli.run, llmlint.cli.check; from llmlint.rulebook.rules import builtin_rulebook;"
        "builtin_rulebook().select(); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    loaded = set(run.stdout.split())
    unwanted = {
        *("llmlint.cli.audit", "llmlint.cli.rule", "llmlint.cli.config", "llmlint.cli.fixing", "llmlint.fixes"),
        *("llmlint.report.json", "llmlint.report.text", "llmlint.report.audit_text", "llmlint.rulebook.details"),
        *("difflib", "libcst", "tiktoken", "pathspec", "importlib.metadata", "logging", "asyncio", "json", "pathlib"),
    }
    assert loaded & unwanted == set()


class TestRule:
    def test_the_list_has_every_rule_under_its_pattern(self, lint: Lint) -> None:
        lines = lint("rule").out.splitlines()
        assert lines[0] == "constrain: constrain the output"
        start = lines.index("fallback: build the fallback")
        assert lines[start + 1] == "  LLM301  missing-timeout          warning  [!]  No timeout on a client"
        assert lines[start + 2] == "  LLM302  infinite-timeout         error    [*]  A client that waits for ever"
        assert "  LLM504  unevaluated-call         off           No test reaches the call" in lines

    @pytest.mark.parametrize("name", ["missing-timeout", "LLM301", "no-timeout"])
    def test_a_rule_is_explained_under_fixed_headings(self, lint: Lint, name: str) -> None:
        text = lint("rule", name).out
        assert text.startswith("# missing-timeout (LLM301)\n")
        headings = [line for line in text.splitlines() if line.startswith("## ")]
        assert headings == [
            "## What it means",
            "## Example",
            "## How to do it right",
            "## When to ignore it",
            "## Options",
            "## Fix safety",
            "## More examples",
        ]
        assert "client = OpenAI()  # <- missing-timeout\n" in text
        assert "client = OpenAI(timeout=30)\n" in text
        assert text.endswith("`llmlint rule missing-timeout --output-format json` has their code.\n")
        assert "- `threshold` (number, default `300` seconds): The shortest default that is reported.\n" in text

    def test_a_rule_without_options_says_so(self, lint: Lint) -> None:
        assert "This rule has no options." in lint("rule", "missing-retry").out

    def test_a_group_is_explained_rule_by_rule(self, lint: Lint) -> None:
        text = lint("rule", "LLM5").out
        titles = [line for line in text.splitlines() if line.startswith("# ")]
        assert titles == ["# unlogged-call (LLM501)", "# unevaluated-call (LLM504)"]

    def test_an_unknown_rule_is_refused_with_a_suggestion(self, lint: Lint) -> None:
        run = lint("rule", "missing-timeot")
        assert (run.status, run.out) == (2, "")
        assert "Did you mean `missing-timeout`?" in run.err

    def test_json(self, lint: Lint) -> None:
        document = json.loads(lint("rule", "LLM301", "--output-format", "json").out)
        (rule,) = document["rules"]
        assert document["version"] == 1
        assert (rule["name"], rule["severity"], rule["fix"]) == ("missing-timeout", "warning", "unsafe")
        assert rule["options"][0]["default"] == 300
        assert rule["examples"][1]["files"] == {"lib/a.py": "x = 1\n", "lib/b.py": "y = 2\n"}
        assert len(json.loads(lint("rule", "--output-format", "json").out)["rules"]) == 7


class TestConfig:
    def test_without_configuration_all_is_default(self, lint: Lint) -> None:
        text = lint("config").out
        assert "# File: none\n" in text
        assert 'profile = "app"  # default\n' in text
        assert "# select is not set\n" in text
        assert tomli.loads(text)["fix"] == {"timeout": 30, "max-tokens": 1024, "max-retries": 2}

    def test_each_setting_names_the_file_it_comes_from(self, lint: Lint) -> None:
        Path("base.toml").write_text(
            'strict = true\nextend-exclude = ["a"]\n[severity]\nmissing-timeout = "error"\nmissing-retry = "off"\n'
            "[options.missing-timeout]\nthreshold = 60\n"
        )
        Path("sub").mkdir()
        Path("sub/pyproject.toml").write_text(
            '[tool.llmlint]\nextend = "../base.toml"\nextend-exclude = ["b"]\ntoday = 2026-01-31\n'
            '[tool.llmlint.per-file-ignores]\n"tests/*.py" = ["LLM3"]\n[tool.llmlint.fix]\ntimeout = 1.5\n'
        )
        text = lint("config", "sub/app.py").out
        lines = text.splitlines()
        assert "# File: sub/pyproject.toml" in lines
        assert "strict = true  # base.toml" in lines
        assert 'extend-exclude = ["a", "b"]  # base.toml, sub/pyproject.toml' in lines
        assert "today = 2026-01-31  # sub/pyproject.toml" in lines
        assert 'ignore = ["missing-retry"]  # base.toml' in lines
        assert '"tests/*.py" = ["LLM3"]  # sub/pyproject.toml' in lines
        assert 'missing-timeout = "error"  # base.toml' in lines
        assert "missing-timeout.threshold = 60  # base.toml" in lines
        assert "timeout = 1.5  # sub/pyproject.toml" in lines
        assert "max-tokens = 1024  # default" in lines

    def test_what_it_prints_can_be_used_as_a_configuration_file(self, lint: Lint) -> None:
        Path("llmlint.toml").write_text(
            'exclude = ["a\\u001b\\"b", "😀\\U000e0041"]\n[per-file-ignores]\n"ü.py" = ["ALL"]\n'
        )
        first = lint("config").out
        Path("llmlint.toml").write_text(first)
        again = tomli.loads(lint("config").out)
        assert again == tomli.loads(first)
        assert again["exclude"] == ['a\x1b"b', "😀\U000e0041"]

    def test_every_documented_setting_is_shown(self, lint: Lint) -> None:
        documented = re.findall(r"^\| `([a-z-]+)` \|", CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE)
        assert {"rules", "severity", "fix"} < set(documented)
        text = lint("config").out
        shown = re.findall(r"^(?:# )?([a-z-]+)(?: =| is not set)|^\[+([a-z-]+)\]", text, re.MULTILINE)
        assert {plain or table for plain, table in shown} >= {*documented, "gateway"} - {"extend"}
        assert "# Extends: none\n" in text

    def test_gateways_and_rules_are_shown_with_their_files(self, lint: Lint) -> None:
        first, second = sorted(POLICIES.glob("*.toml"))[:2]
        shutil.copytree(first.parent, "rules", ignore=lambda _, names: {*names} - {first.name})
        shutil.copytree(first.parent, "sub/own", ignore=lambda _, names: {*names} - {second.name})
        Path("base.toml").write_text(
            'rules = ["rules"]\n[[gateway]]\nfunction = "acme.chat"\ngives = ["timeout", "retry"]\nasync = true\n'
            '[gateway.parameters]\nprompt = "messages"\nmax-tokens = "limit"\n[[gateway]]\nfunction = "acme.embed"\n'
        )
        Path("sub/llmlint.toml").write_text('extend = "../base.toml"\nrules = ["own"]\n')
        text = lint("config", "sub").out
        assert "# Extends: base.toml\n" in text
        assert 'rules = ["../rules", "own"]  # base.toml, sub/llmlint.toml\n' in text
        assert text.count("\n[[gateway]]  # base.toml\n") == 2
        declared = tomli.loads(Path("base.toml").read_text())["gateway"]
        assert tomli.loads(text)["gateway"] == declared
        Path("sub/llmlint.toml").write_text(text)
        assert tomli.loads(lint("config", "sub").out) == tomli.loads(text)


class TestAudit:
    def test_sites_are_listed_with_totals(self, lint: Lint) -> None:
        lint.sites = [SITE]
        run = lint("audit", "src")
        assert run.status == 0
        assert "openai responses.create  model unknown  in ask" in run.out
        assert "1 LLM call site in 1 file" in run.out
        assert lint.requests[0].paths == ("src",)

    def test_unknown_settings_are_listed_with_the_reason(self, lint: Lint) -> None:
        lint.sites = [SITE]
        assert "timeout: it comes from `**options`\n" in lint("audit", "--unknown").out

    def test_json(self, lint: Lint) -> None:
        lint.sites = [SITE]
        document = json.loads(lint("audit", "--output-format", "json").out)
        assert document["sites"][0]["settings"]["timeout"]["state"] == "unknown"

    def test_a_fatal_problem_is_status_2(self, lint: Lint) -> None:
        lint.problems = [lint.engine.Problem("gone.py", "no such file", True)]
        run = lint("audit", "gone.py")
        assert (run.status, run.err) == (2, "error: gone.py: no such file\n")

    def test_unknown_goes_with_text(self, lint: Lint) -> None:
        assert lint("audit", "--unknown", "--output-format", "json").status == 2


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color"], {}, True),
        (["--no-color"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour(
    lint: Lint, monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: dict[str, str], coloured: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    lint.finds = lambda request: [finding()]
    assert ("\x1b[" in lint("check", *arguments).out) is coloured


def test_colour_on_a_terminal_unless_it_is_dumb(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    lint.finds = lambda request: [finding()]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[" in lint("check").out
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b[" not in lint("check").out
