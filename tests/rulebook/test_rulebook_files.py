from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import tomli

from llmlint.diagnostics import Severity
from llmlint.rulebook.parse import parse_rule
from llmlint.rulebook.rules import Rulebook, builtin_rulebook
from llmlint.rulebook.table import RulebookError

SAMPLE = Path(__file__).parent / "sample"
TIMEOUT = (SAMPLE / "fallback" / "missing-timeout.toml").read_text()


def test_a_rule_is_what_its_file_states(rulebook: Rulebook) -> None:
    rule = rulebook.by_name["missing-timeout"]
    assert (rule.code, rule.pattern, rule.severity, rule.enabled, rule.fix) == (
        "LLM301",
        "fallback",
        Severity.WARNING,
        True,
        "unsafe",
    )
    assert rule.check == "fallback.missing_timeout"
    assert rule.messages["default"].format(call="x()") == "`x()` has a fault"
    assert rule.docs["what"] == "What missing-timeout means."
    assert [(option.name, option.default, option.unit) for option in rule.options] == [
        ("threshold", 300, "seconds"),
        ("hosts", (), ""),
    ]
    bad, good = rule.examples
    assert bad.code is not None
    assert "# <- missing-timeout" in bad.code
    assert bad.fixed == "from openai import OpenAI\nclient = OpenAI(timeout=30)\n"
    assert (good.kind, dict(good.files)) == ("good", {"lib/a.py": "x = 1\n", "lib/b.py": "y = 2\n"})
    assert good.config["profile"] == "library"


def test_settings_are_the_defaults_and_what_was_given(rulebook: Rulebook) -> None:
    rule = rulebook.by_name["missing-timeout"]
    assert rule.settings({}) == {"threshold": 300, "hosts": ()}
    assert rule.settings({"threshold": 60}) == {"threshold": 60, "hosts": ()}


def test_rules_come_in_the_order_of_their_codes(rulebook: Rulebook) -> None:
    codes = [rule.code for rule in rulebook.rules]
    assert codes == sorted(codes)
    assert len(codes) == 7


def test_documentation_is_not_parsed_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    loads = tomli.loads

    def spy(text: str) -> dict[str, Any]:
        parsed.append(text)
        return loads(text)

    monkeypatch.setattr(tomli, "loads", spy)
    rule = parse_rule(TIMEOUT, "fallback", "rule.toml")
    assert not any("Once upon a time" in text for text in parsed)
    assert rule.docs["harm"] == "Once upon a time."


def test_a_documentation_header_inside_a_message_is_text() -> None:
    rule = parse_rule(
        TIMEOUT.replace('"`{call}` has a fault"', "'''\n[docs] are {call}\n[docs]\n'''"), "fallback", "rule.toml"
    )
    assert rule.messages["default"] == "[docs] are {call}\n[docs]\n"
    assert rule.messages["help"] == "Mend `{call}`"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('code = "LLM301"', "", "`code` is missing"),
        ('code = "LLM301"', 'code = "301"', "`code` must be capital letters"),
        ('name = "missing-timeout"', 'name = "MissingTimeout"', "`name` must be lower-case words"),
        ('severity = "warning"', 'severity = "fatal"', "fatal"),
        ("enabled = true", "", "`enabled` is missing"),
        ("enabled = true", 'enabled = "yes"', "`enabled` must be true or false"),
        ('fix = "unsafe"', 'fix = "maybe"', "maybe"),
        ('since = "0.1.0"', "since = 0.1", "`since` must be a string"),
        ('check = "fallback.missing_timeout"', 'check = "missing-timeout"', "`check` must be `module.function`"),
        ("No timeout on a client", "No timeout on a client.", "`summary` must be one line without a full stop"),
        ('since = "0.1.0"', 'since = "0.1.0"\nseverty = 1', "unknown key `severty`. Did you mean `severity`?"),
        ('help = "Mend `{call}`"', "", "must hold `help`"),
        ("has a fault", "has a {fault", "`default` is not a template"),
        ("has a fault", "has {}", "`{}` names no field"),
        ("has a fault", 'has {\\"a\\": 1}', "names no field"),
        ("has a fault", "has {0}", "`{0}` names no field"),
        ("[messages]", "[messages", "not valid TOML"),
        ("default = 300", 'default = "300"', "`default` must be a number"),
        ("default = 300", "default = true", "`default` must be a number"),
        ("default = []", "default = [1]", "`default` must be a list of strings"),
        ('type = "number"', 'type = "float"', "float"),
    ],
)
def test_a_rule_file_that_breaks_the_format_is_refused(old: str, new: str, problem: str) -> None:
    assert old in TIMEOUT
    with pytest.raises(RulebookError) as caught:
        parse_rule(TIMEOUT.replace(old, new, 1), "fallback", "mine/rule.toml")
    assert str(caught.value).startswith("mine/rule.toml")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('harm = "Once upon a time."', "", "`harm` is missing"),
        ('harm = "Once upon a time."', 'harms = "x"', "unknown key `harms`. Did you mean `harm`?"),
        ('kind = "bad"', 'kind = "ugly"', "ugly"),
        ('title = "a library"', 'title = "a library"\ncode = "x"', "either `code` or `files`"),
        ('title = "a library"', 'title = "a library"\nfixed = "x"', "`fixed` goes with `code` only"),
    ],
)
def test_mistakes_in_docs_and_examples_are_refused_when_they_are_read(old: str, new: str, problem: str) -> None:
    assert old in TIMEOUT
    rule = parse_rule(TIMEOUT.replace(old, new, 1), "fallback", "rule.toml")
    with pytest.raises(RulebookError) as caught:
        rule.load_details()
    assert problem in str(caught.value)


def test_an_option_counts_wherever_it_stands() -> None:
    last = '[[option]]\nname = "last"\ntype = "string"\ndefault = ""\ndoc = "x"\n'
    rule = parse_rule(TIMEOUT + last, "fallback", "rule.toml")
    assert [option.name for option in rule.options] == ["threshold", "hosts", "last"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "rules"))


def test_a_file_must_bear_the_name_of_its_rule(copy: Path) -> None:
    (copy / "log" / "unlogged-call.toml").rename(copy / "log" / "other.toml")
    with pytest.raises(RulebookError, match=r"must be called unlogged-call\.toml"):
        Rulebook(copy).select()


def test_two_rules_must_not_share_a_code(copy: Path) -> None:
    path = copy / "log" / "unlogged-call.toml"
    path.write_text(path.read_text().replace("LLM501", "LLM301"))
    with pytest.raises(RulebookError, match="LLM301 is the code of"):
        Rulebook(copy).select()


def test_two_rules_must_not_share_a_name(copy: Path) -> None:
    text = (copy / "log" / "unlogged-call.toml").read_text().replace("LLM501", "LLM399")
    (copy / "fallback" / "unlogged-call.toml").write_text(text)
    with pytest.raises(RulebookError, match="LLM399 and LLM501 have the same name"):
        Rulebook(copy).select()


@pytest.mark.parametrize("line", ['old = "nobody"', 'missing-retry = "missing-timeout"'])
def test_a_renaming_must_lead_from_an_unused_name_to_a_rule(copy: Path, line: str) -> None:
    (copy / "renamed.toml").write_text(f"[renamed]\n{line}\n")
    with pytest.raises(RulebookError, match=r"renamed\.toml"):
        Rulebook(copy).select(["ALL"])


def test_data_folders_hold_no_rules(copy: Path) -> None:
    (copy / "sdk").mkdir()
    (copy / "sdk" / "openai.toml").write_text('name = "openai"\n')
    assert len(Rulebook(copy).rules) == 7


def test_every_rule_that_comes_with_llmlint_keeps_to_the_format() -> None:
    rules = builtin_rulebook().rules
    assert rules
    for rule in rules:
        assert rule.code.startswith("LLM")
        assert rule.load_details().examples
