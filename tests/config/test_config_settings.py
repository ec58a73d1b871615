from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from llmlint.config import Config, ConfigError, FixValues
from llmlint.config.model import DEFAULT_EXCLUDE
from llmlint.diagnostics import Severity

Load = Callable[..., Config]


def test_an_empty_file_leaves_the_defaults(load: Load, project: Path) -> None:
    assert load("") == Config(root=str(project), path=str(project / "llmlint.toml"))
    config = load("")
    assert (config.profile, config.strict, config.today, config.fail_on) == ("app", False, None, Severity.WARNING)
    assert config.select is None
    assert config.exclude == DEFAULT_EXCLUDE
    assert config.fix == FixValues(timeout=30, max_tokens=1024, max_retries=2)
    assert (config.fixable, config.unfixable) == (("ALL",), ())


def test_every_setting(load: Load) -> None:
    config = load("""
select = ["LLM3", "unlogged-call"]
extend-select = ["LLM504"]
ignore = ["client-per-call"]
exclude = ["generated"]
extend-exclude = ["vendor/**"]
profile = "library"
strict = true
today = 2026-01-31
fail-on = "error"
fixable = ["fallback"]
unfixable = ["LLM302"]

[per-file-ignores]
"tests/**" = ["LLM3"]

[severity]
missing-timeout = "error"
LLM501 = "info"

[options.missing-timeout]
threshold = 120
hosts = ["localhost"]

[fix]
timeout = 12.5
max-tokens = 2048
max-retries = 0
""")
    assert config.select == ("LLM3", "unlogged-call")
    assert config.extend_select == ("LLM504",)
    assert config.ignore == ("client-per-call",)
    assert config.exclude == ("generated",)
    assert config.extend_exclude == ("vendor/**",)
    assert config.per_file_ignores == {"tests/**": ("LLM3",)}
    assert (config.profile, config.strict, config.today) == ("library", True, date(2026, 1, 31))
    assert config.fail_on is Severity.ERROR
    assert config.severity == {"missing-timeout": Severity.ERROR, "unlogged-call": Severity.INFO}
    assert config.options == {"missing-timeout": {"threshold": 120, "hosts": ("localhost",)}}
    assert config.fix == FixValues(timeout=12.5, max_tokens=2048, max_retries=0)
    assert (config.fixable, config.unfixable) == (("fallback",), ("LLM302",))


def test_severity_off_ignores_the_rule_by_name(load: Load) -> None:
    config = load('ignore = ["LLM5"]\n[severity]\nmissing-timeout = "off"\n')
    assert config.ignore == ("LLM5", "missing-timeout")
    assert config.severity == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "unknown setting `selct`. Did you mean `select`?"),
        ("extend_select = []", "unknown setting `extend_select`. Did you mean `extend-select`?"),
        ("[fix]\ntime-out = 3", "unknown setting `fix.time-out`. Did you mean `timeout`?"),
        (
            "[options.missing-timeout]\ntreshold = 3",
            "unknown setting `options.missing-timeout.treshold`. Did you mean `threshold`?",
        ),
        ("[options.missing-retry]\nx = 3", "unknown setting `options.missing-retry.x`."),
        ("[severity]\nmissing-timout = 'info'", "`severity.missing-timout`: there is no rule"),
        ("select = ['LLM9']", "`select`: there is no rule or group of rules `LLM9`."),
        (
            "unfixable = ['missing-timout']",
            "`unfixable`: there is no rule or group of rules `missing-timout`. Did you mean",
        ),
        (
            "fixable = ['fall-back']",
            "`fixable`: there is no rule or group of rules `fall-back`. Did you mean `fallback`?",
        ),
        ("unfixeable = []", "unknown setting `unfixeable`. Did you mean `unfixable`?"),
        ("[per-file-ignores]\n'a/*.py' = ['nope']", '`per-file-ignores."a/*.py"`: there is no rule'),
        ("[tool.llmlint]\nstrict = true", "settings stand at the top level, without [tool.llmlint]"),
        ("select = 'LLM3'", '`select`: expected a list of strings, found the string "LLM3"'),
        ("ignore = [1]", "`ignore`: expected a list of strings, found a list"),
        ("strict = 1", "`strict`: expected true or false, found the number 1"),
        ("profile = 'web'", '`profile`: expected one of "app", "library", "script", "tests", found the string "web"'),
        ("fail-on = 'off'", '`fail-on`: expected one of "info", "warning", "error"'),
        ("today = '2026-01-31'", "`today`: expected a date without quotes"),
        ("today = 2026-01-31T10:00:00", "`today`: expected a date without quotes, such as 2026-01-31, found the time"),
        ("severity = 'error'", "`severity`: expected a table, found the string"),
        ("[severity]\nmissing-timeout = 'fatal'", "`severity.missing-timeout`: expected one of"),
        ("[severity]\nLLM3 = 'error'", "`severity.LLM3`: `LLM3` stands for several rules"),
        ("[options]\nmissing-timeout = 3", "`options.missing-timeout`: expected a table, found the number 3"),
        (
            "[options.missing-timeout]\nthreshold = '2 min'",
            '`options.missing-timeout.threshold`: expected a number, found the string "2 min"',
        ),
        ("[options.missing-timeout]\nthreshold = true", "expected a number, found true"),
        ("[options.missing-timeout]\nthreshold = nan", "expected a number, found the number nan"),
        ("[fix]\ntimeout = 0", "`fix.timeout`: expected a number of seconds above 0, found the number 0"),
        ("[fix]\nmax-tokens = 0", "`fix.max-tokens`: expected an integer of 1 or more"),
        ("[fix]\nmax-retries = -1", "`fix.max-retries`: expected an integer of 0 or more"),
        ("[fix]\nmax-retries = 2.0", "`fix.max-retries`: expected an integer of 0 or more, found the number 2.0"),
        ("a = 1\nb = = 2\n", "line 2, column 5:"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(load: Load, project: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert message in caught.value.message
    assert caught.value.path == str(project / "llmlint.toml")
    assert str(caught.value).startswith(f"{project / 'llmlint.toml'}: ")


def test_keys_in_pyproject_are_named_in_full(project: Path, load: Load) -> None:
    (project / "pyproject.toml").write_text("[tool.llmlint.fix]\ntimeout = 'x'\n")
    (project / "llmlint.toml").unlink(missing_ok=True)
    with pytest.raises(ConfigError, match=r"`tool\.llmlint\.fix\.timeout`: expected"):
        _resolve(project)


def test_bytes_that_are_no_utf8_are_located(project: Path) -> None:
    (project / "llmlint.toml").write_bytes(b"strict = true\n# caf\xe9\n")
    with pytest.raises(ConfigError, match=r"line 2: not valid UTF-8 \(byte 0xe9\)"):
        _resolve(project)


def test_a_file_that_cannot_be_read_is_an_error(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "llmlint.toml").write_text("")

    def refuse(*_args: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        _resolve(project)


def _resolve(project: Path) -> Config:
    from llmlint.config.load import ConfigResolver

    return ConfigResolver().for_directory(str(project))
