"""Removed APIs: calls that current SDKs or servers no longer have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date

from llmlint.checks.finding import Finding, Settings, Sites, site_notes
from llmlint.checks.fixing.migration import migrated
from llmlint.checks.old_imports import old_imports, sdk_imports
from llmlint.checks.refused import sent
from llmlint.checks.versions import asks_for_older, does_without, tells_versions_apart
from llmlint.config import pins
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import named_function_of, nodes_in
from llmlint.index.values import Mapping, Sequence, Symbol, Value, alternatives
from llmlint.records import record
from llmlint.rulebook.sdk_model import RemovedNames
from llmlint.sites.callsite import CallSite, State

CAPS = ("max_tokens", "max_completion_tokens")  # `wrong-token-limit` looks at these


def removed_api(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Removed calls, each once; services and packages, once for each module."""
    seen: dict[tuple[int, str], list[CallSite]] = {}
    found: list[tuple[CallSite, Fault]] = []
    for site in sites.sites:
        fault = _fault(site, settings.today)
        if fault is None:
            continue
        if site.context == "tests" and fault.severity is not None:
            continue  # in tests, only what makes a call fail
        key = _cause(site, fault)
        if key not in seen:
            seen[key] = []
            found.append((site, fault))
        seen[key].append(site)
    for site, fault in found:
        origins, message, fields = seen[_cause(site, fault)], fault.message, fault.fields
        related = (*site_notes(origins), *_to_change(site, message))
        fix = migrated(origins) if message == "removed" and fields["what"] == site.match.api else None
        yield Finding(
            site.module, site.node, message, fields, fault.proof, related, fault.severity, fix, site.confidence
        )


@record
class Fault:
    """What is gone: the message, its fields, a severity of its own, and what shows it besides the call."""

    message: str
    fields: dict[str, str]
    severity: Severity | None = None
    proof: tuple[Note, ...] = ()


def _cause(site: CallSite, fault: Fault) -> tuple[int, str]:
    """What is reported once: a service with all its calls, else the call, name or package that is gone."""
    return id(site.module), fault.message + fault.fields.get("day", fault.fields["what"])


def _fault(site: CallSite, today: date) -> Fault | None:
    """What is gone; None where the call is there."""
    match = site.match
    operation, sdk = match.operation, match.surface.sdk
    use = use_of(operation.replacement)
    fields = {"call": site.spelled, "sdk": sdk.distribution, "use": use, "what": match.api, "gone": _gone(site)}
    if operation.discontinued and date.fromisoformat(operation.discontinued) <= today:
        return Fault("discontinued", fields | {"day": operation.discontinued})
    if operation.removed and not match.surface.adapted:
        return _by_version(site, operation.removed, fields)
    for gone, name, node in removed_names(site):
        fields |= {"gone": f"`{name}`", "call": name, "what": name, "use": use_of(gone.replacement)}
        return _by_version(site, gone.removed, fields, _standing(site, name, node))
    if sdk.deprecated:
        return Fault("package", fields | {"what": sdk.name, "use": f": {sdk.deprecated}"}, Severity.WARNING)
    for retired in sdk.retired_parameters:
        if not retired.removed and {*operation.paths, *operation.functions} & set(retired.paths):
            for parameter in retired.parameters:
                if parameter not in CAPS and sent(site, match, parameter).state is State.PRESENT:
                    use = f"; use `{retired.replacement}`" if retired.replacement else ""
                    return Fault("argument", fields | {"what": parameter, "use": use}, Severity.WARNING)
    return None


def _gone(site: CallSite) -> str:
    """What a call does that its SDK knows no longer."""
    return f"Calling `{site.spelled}` as a function" if site.match.api == "__call__" else f"`{site.spelled}`"


def _by_version(site: CallSite, version: str, fields: dict[str, str], proof: tuple[Note, ...] = ()) -> Fault | None:
    """What is gone since a version: a warning where the project is held below."""
    sdk, path = site.match.surface.sdk, site.module.path
    client = site.match.surface.client
    if tells_versions_apart(site.module, sdk) or does_without(site.module, sdk, client.classes if client else ()):
        return None
    packages = (sdk.distribution, *sdk.in_step)
    fields = fields | {"version": version}
    if pins.held_below(path, version, *packages):
        by_itself = any(pins.asks_itself(path, one) and pins.held_below(path, version, one) for one in packages)
        fields["held"] = ("notebook" if path.endswith(".ipynb") else "script") if by_itself else "project"
        return Fault("pinned", fields, Severity.WARNING, proof)
    old = next(old_imports(site), None)
    if old is not None:
        return Fault("imported", fields | {"path": old.path}, Severity.WARNING, proof)
    asked = asks_for_older(site.project, site.module, sdk.distribution, version)
    if asked is not None:
        return Fault("asked", fields | {"pin": asked[0]}, Severity.WARNING, (*proof, asked[1]))
    return Fault("removed", fields, None, proof)


def _standing(site: CallSite, name: str, spelled: ast.expr) -> tuple[Note, ...]:
    """The place of a name that a call takes with a mapping; what stands in the call itself is no other place."""
    if not isinstance(spelled, ast.Name) or name.endswith(f".{spelled.id}"):
        return ()
    last = name.rpartition(".")[2]
    loads: list[ast.expr] = [*site.module.attribute_loads.get(last, ()), *site.module.name_loads(last)]
    here = [load for load in loads if named_function_of(load) is site.function] or loads
    return tuple(Note(f"`{name}` stands here", site.module.location(load)) for load in here[:1])


def _to_change(site: CallSite, message: str) -> Iterator[Note]:
    """The imports that go with what is gone."""
    found = old_imports(site) if message == "imported" else sdk_imports(site) if message == "package" else ()
    for one in {id(one.node): one for one in found}.values():
        yield Note(f"`{one.path}` is imported here", one.module.location(one.node))


def use_of(replacement: str) -> str:
    """What the message says of a replacement; nothing where there is none."""
    return f"; use `{replacement}`" if replacement else ""


def removed_names(site: CallSite) -> Iterator[tuple[RemovedNames, str, ast.expr]]:
    """The names that a call is given and the SDK's package has no longer, with the part of it that brings them."""
    ev, known = site.project.evaluator, site.match.surface.sdk.removed_names
    given = [*site.node.args, *(keyword.value for keyword in site.node.keywords)] if known else []
    spelled = [part for value in given for part in nodes_in(value) if isinstance(part, (ast.Name, ast.Attribute))]
    spread = [keyword.value for keyword in site.node.keywords if keyword.arg is None] if known else []
    for node in spelled:
        for option in _listed(ev.evaluate(node), node in spread):
            for one in known:
                if isinstance(option, Symbol) and option.path in one.names:
                    yield one, option.path, node


def _listed(value: Value, spread: bool) -> Iterator[Value]:
    """What a name can be; of a mapping that is spread also what it holds, and what the lists in it do."""
    for option in alternatives(value):
        if spread and isinstance(option, Mapping):
            held = [part for entry in option.entries.values() for part in alternatives(entry.value)]
            yield from held
            yield from (item for part in held if isinstance(part, Sequence) for item in part.items)
        else:
            yield option
