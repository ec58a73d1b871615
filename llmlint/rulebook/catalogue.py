"""The table of known SDKs for the documentation: `python -m llmlint.rulebook.catalogue > docs/sdks.md`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.sdk import load_sdk, transports
from llmlint.rulebook.sdk_model import Client, Sdk

HEAD = """\
# SDKs and frameworks

What llmlint knows of each, from the files in [`rules/sdk`](../rules/sdk) and [`rules/http`](../rules/http). This page
is generated: `python -m llmlint.rulebook.catalogue > docs/sdks.md`.

| SDK | package | versions looked at | calls |
|---|---|---|---|
"""
SHOWN = ("model", "prompt", "max-tokens", "constraint", "temperature", "timeout", "retries", "cache")


def render() -> str:
    """The page: a table of all SDKs, then what is read from the calls of each."""
    names = sorted(path.stem for path in rules_dir().glob("sdk/*.toml"))
    sdks = [load_sdk(name) for name in (*names, *sorted(transports()))]
    return HEAD + "".join(_row(sdk) for sdk in sdks) + "".join(_section(sdk) for sdk in sdks)


def _row(sdk: Sdk) -> str:
    kinds = ", ".join(sorted({operation.kind for operation in sdk.operations}))
    return f"| [{sdk.name}](#{sdk.name}) | {sdk.distribution} | {', '.join(sdk.verified)} | {kinds} |\n"


def _section(sdk: Sdk) -> str:
    lines = [f"\n## {sdk.name}\n\n"]
    if sdk.deprecated:
        lines.append(f"Deprecated: {sdk.deprecated}\n\n")
    lines += ["| kind | called as |\n|---|---|\n", *_calls(sdk)]
    lines += ["\n| setting | spelled |\n|---|---|\n", *_settings(sdk)]
    limits = sorted(set(_limits(sdk.clients)))
    if limits:
        lines += ["\nUnless something else is given: ", "; ".join(limits), ".\n"]
    return "".join(lines)


def _calls(sdk: Sdk) -> Iterator[str]:
    by_kind: dict[str, dict[str, None]] = {}
    for operation in sdk.operations:
        found = by_kind.setdefault(operation.kind, {})
        found |= dict.fromkeys((*operation.functions, *(f".{path}" for path in operation.paths)))
    for kind in sorted(by_kind):
        yield f"| {kind} | {_code(by_kind[kind])} |\n"


def _settings(sdk: Sdk) -> Iterator[str]:
    tables = [*(client.settings for client in sdk.clients), *(operation.settings for operation in sdk.operations)]
    for name in SHOWN:
        spelled = dict.fromkeys(path for table in tables for path in table.paths(name))
        if spelled:
            yield f"| {name} | {_code(spelled)} |\n"


def _limits(clients: Iterable[Client]) -> Iterator[str]:
    for client in clients:
        seconds, retries = client.defaults.timeout, client.defaults.retries
        limit = "no timeout" if seconds == math.inf else f"{seconds:g} s" if seconds is not None else ""
        again = f"{retries} retries" if retries is not None else ""
        if limit or again:
            yield " and ".join(filter(None, (limit, again)))


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(render(), end="")
