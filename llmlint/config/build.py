"""Turns the settings of configuration files into a Config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmlint.config.layers import Layers
from llmlint.config.model import Config, FixValues, OptionValue
from llmlint.diagnostics import Severity

PLAIN = (
    "select",
    "extend-select",
    "ignore",
    "rules",
    "exclude",
    "extend-exclude",
    "profile",
    "strict",
    "today",
    "fail-on",
    "fixable",
    "unfixable",
)
"""Settings that have a value of their own, in the order in which they are shown."""


def build_config(layers: Layers, root: str, path: str | None) -> Config:
    """The Config that the settings amount to; their types have been checked."""
    values: Mapping[tuple[str, ...], Any] = layers.values
    given = {key.replace("-", "_"): values[key,] for key in (*PLAIN, "gateway") if (key,) in values}
    if "fail_on" in given:
        given["fail_on"] = Severity(given["fail_on"])
    severity = _below(values, "severity")
    # Switching a rule off by its severity is ignoring it by name, so that there is one thing to ask.
    off = tuple(name for name, level in severity.items() if level == "off")
    given["ignore"] = (*given.get("ignore", ()), *off)
    options: dict[str, dict[str, OptionValue]] = {}
    for key, value in values.items():
        if key[0] == "options":
            options.setdefault(key[1], {})[key[2]] = value
    return Config(
        **given,
        per_file_ignores=_below(values, "per-file-ignores"),
        severity={name: Severity(level) for name, level in severity.items() if level != "off"},
        options=options,
        fix=FixValues(**{key.replace("-", "_"): value for key, value in _below(values, "fix").items()}),
        root=root,
        path=path,
    )


def _below(values: Mapping[tuple[str, ...], Any], table: str) -> dict[str, Any]:
    return {key[1]: value for key, value in values.items() if key[0] == table}
