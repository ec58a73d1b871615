"""Removed APIs: calls that current SDKs or servers no longer have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from itertools import chain

from llmlint.checks.finding import Finding, Settings, Sites, site_notes
from llmlint.checks.fixing.migration import migrated
from llmlint.checks.old_imports import old_imports, sdk_imports
from llmlint.checks.refused import sent
from llmlint.checks.versions import tells_versions_apart
from llmlint.config import pins
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import nodes_in
from llmlint.index.values import Mapping, Sequence, Symbol, Value, alternatives
from llmlint.rulebook.sdk_model import RemovedNames
from llmlint.sites.callsite import CallSite, State

CAPS = ("max_tokens", "max_completion_tokens")  # `wrong-token-limit` looks at these


def removed_api(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Removed calls, each once; services and packages, once for each module."""
    seen: dict[tuple[int, str], list[CallSite]] = {}
    found: list[tuple[CallSite, str, dict[str, str], Severity | None]] = []
    for site in sites.sites:
        fault = _fault(site, settings.today)
        if fault is None:
            continue
        message, fields, severity = fault
        if site.context == "tests" and severity is not None:
            continue  # in tests, only what makes a call fail
        key = _cause(site, message, fields)
        if key not in seen:
            seen[key] = []
            found.append((site, message, fields, severity))
        seen[key].append(site)
    for site, message, fields, severity in found:
        origins = seen[_cause(site, message, fields)]
        related = (*site_notes(origins), *_to_change(site, message))
        fix = migrated(origins) if message == "removed" and fields["what"] == site.match.api else None
        yield Finding(site.module, site.node, message, fields, (), related, severity, fix, site.confidence)


def _cause(site: CallSite, message: str, fields: dict[str, str]) -> tuple[int, str]:
    """What is reported once: a service with all its calls, else the call, name or package that is gone."""
    return id(site.module), message + fields.get("day", fields["what"])


def _fault(site: CallSite, today: date) -> tuple[str, dict[str, str], Severity | None] | None:
    """What is gone: the message, its fields and the severity; None where the call is there."""
    match = site.match
    operation, sdk = match.operation, match.surface.sdk
    use = use_of(operation.replacement)
    fields = {"call": site.spelled, "sdk": sdk.distribution, "use": use, "what": match.api, "gone": _gone(site)}
    if operation.discontinued and date.fromisoformat(operation.discontinued) <= today:
        return "discontinued", fields | {"day": operation.discontinued}, None
    if operation.removed and not match.surface.adapted:
        return _by_version(site, operation.removed, fields)
    for gone, name in removed_names(site):
        fields |= {"gone": f"`{name}`", "call": name, "what": name, "use": use_of(gone.replacement)}
        return _by_version(site, gone.removed, fields)
    if sdk.deprecated:
        return "package", fields | {"what": sdk.name, "use": f": {sdk.deprecated}"}, Severity.WARNING
    for retired in sdk.retired_parameters:
        if not retired.removed and {*operation.paths, *operation.functions} & set(retired.paths):
            for parameter in retired.parameters:
                if parameter not in CAPS and sent(site, match, parameter).state is State.PRESENT:
                    use = f"; use `{retired.replacement}`" if retired.replacement else ""
                    return "argument", fields | {"what": parameter, "use": use}, Severity.WARNING
    return None


def _gone(site: CallSite) -> str:
    """What a call does that its SDK knows no longer."""
    return f"Calling `{site.spelled}` as a function" if site.match.api == "__call__" else f"`{site.spelled}`"


def _by_version(
    site: CallSite, version: str, fields: dict[str, str]
) -> tuple[str, dict[str, str], Severity | None] | None:
    """What is gone since a version: a warning where the project is held below."""
    sdk, path = site.match.surface.sdk, site.module.path
    if any(tells_versions_apart(site.module.text, root) for root in sdk.roots):
        return None
    packages = (sdk.distribution, *sdk.in_step)
    fields = fields | {"version": version}
    if pins.held_below(path, version, *packages):
        by_itself = any(pins.asks_itself(path, one) and pins.held_below(path, version, one) for one in packages)
        fields["held"] = ("notebook" if path.endswith(".ipynb") else "script") if by_itself else "project"
        return "pinned", fields, Severity.WARNING
    old = next(old_imports(site), None)
    if old is not None:
        return "imported", fields | {"path": old.path}, Severity.WARNING
    return "removed", fields, None


def _to_change(site: CallSite, message: str) -> Iterator[Note]:
    """The imports that go with what is gone."""
    found = old_imports(site) if message == "imported" else sdk_imports(site) if message == "package" else ()
    for one in {id(one.node): one for one in found}.values():
        yield Note(f"`{one.path}` is imported here", one.module.location(one.node))


def use_of(replacement: str) -> str:
    """What the message says of a replacement; nothing where there is none."""
    return f"; use `{replacement}`" if replacement else ""


def removed_names(site: CallSite) -> Iterator[tuple[RemovedNames, str]]:
    """The names in the arguments of a call that the SDK's package has no longer, as they are spelled there."""
    ev, known = site.project.evaluator, site.match.surface.sdk.removed_names
    given = [*site.node.args, *(keyword.value for keyword in site.node.keywords)] if known else []
    spelled = [part for value in given for part in nodes_in(value) if isinstance(part, (ast.Name, ast.Attribute))]
    spread = [keyword.value for keyword in site.node.keywords if keyword.arg is None] if known else []
    for option in chain.from_iterable(_listed(ev.evaluate(node), node in spread) for node in spelled):
        for one in known:
            if isinstance(option, Symbol) and option.path in one.names:
                yield one, option.path


def _listed(value: Value, spread: bool) -> Iterator[Value]:
    """What a name can be; of a mapping that is spread also what it holds, and what the lists in it do."""
    for option in alternatives(value):
        if spread and isinstance(option, Mapping):
            held = [part for entry in option.entries.values() for part in alternatives(entry.value)]
            yield from held
            yield from (item for part in held if isinstance(part, Sequence) for item in part.items)
        else:
            yield option
