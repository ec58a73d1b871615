"""Which settings a configuration file can hold, and of which type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from llmlint.config.model import PROFILES
from llmlint.config.source import Key, Source
from llmlint.config.types import (
    a_boolean,
    a_count,
    a_date,
    a_list_of_strings,
    a_string,
    one_of,
    seconds,
)
from llmlint.diagnostics import Severity

SEVERITIES = tuple(severity.value for severity in Severity)


def settings(table: Mapping[str, object], source: Source) -> Iterator[tuple[Key, object]]:
    """Every setting in a configuration table, checked, as (key, value); rule names are the current ones.

    Lists come as tuples, `rules` as absolute paths. `extend` is among them. Raises ConfigError, naming
    the file and the key.
    """
    if "rules" in table:  # first, because the selectors may name them
        paths = source.checked(a_list_of_strings, ("rules",), table["rules"])
        assert isinstance(paths, tuple)
        yield ("rules",), source.add_rules(("rules",), paths)
    for name, value in table.items():
        if name == "gateway":
            yield (name,), source.gateways((name,), value)
        elif name in _PLAIN and name != "rules":
            checked = source.checked(_PLAIN[name], (name,), value)
            if name in _SELECTORS and isinstance(checked, tuple):
                source.know_selectors((name,), checked)
            yield (name,), checked
        elif name in _TABLES:
            for key, item in source.items((name,), value):
                yield from _TABLES[name](key, item, source)
        elif name != "rules":
            raise source.unknown((name,), (*_PLAIN, *_TABLES, "gateway"))


def _per_file_ignores(key: Key, value: object, source: Source) -> Iterator[tuple[Key, object]]:
    selectors = source.checked(a_list_of_strings, key, value)
    assert isinstance(selectors, tuple)
    source.know_selectors(key, selectors)
    yield key, selectors


def _severity(key: Key, value: object, source: Source) -> Iterator[tuple[Key, object]]:
    yield ("severity", source.rule_name(key)), source.checked(one_of(*SEVERITIES, "off"), key, value)


def _options(key: Key, value: object, source: Source) -> Iterator[tuple[Key, object]]:
    from llmlint.rulebook.options import OPTION_TYPES, option_value

    name = source.rule_name(key)
    declared = {option.name: option.type for option in source.rulebook.by_name[name].options}
    for place, item in source.items(key, value):
        if place[-1] not in declared:
            raise source.unknown(place, tuple(declared))
        kind = declared[place[-1]]
        typed = option_value(kind, item)
        if typed is None:
            raise source.wrong(place, OPTION_TYPES[kind], item)
        yield ("options", name, place[-1]), typed


def _fix(key: Key, value: object, source: Source) -> Iterator[tuple[Key, object]]:
    if key[-1] not in _FIX:
        raise source.unknown(key, tuple(_FIX))
    yield key, source.checked(_FIX[key[-1]], key, value)


_PLAIN: dict[str, Callable[[object], object]] = {
    "extend": a_string,
    "rules": a_list_of_strings,
    "select": a_list_of_strings,
    "extend-select": a_list_of_strings,
    "ignore": a_list_of_strings,
    "fixable": a_list_of_strings,
    "unfixable": a_list_of_strings,
    "exclude": a_list_of_strings,
    "extend-exclude": a_list_of_strings,
    "profile": one_of(*PROFILES),
    "strict": a_boolean,
    "today": a_date,
    "fail-on": one_of(*SEVERITIES),
}
_SELECTORS = frozenset({"select", "extend-select", "ignore", "fixable", "unfixable"})
_TABLES: dict[str, Callable[[Key, object, Source], Iterator[tuple[Key, object]]]] = {
    "per-file-ignores": _per_file_ignores,
    "severity": _severity,
    "options": _options,
    "fix": _fix,
}
_FIX = {"timeout": seconds, "max-tokens": a_count(1), "max-retries": a_count(0)}
