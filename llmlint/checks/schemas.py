"""Strict schemas that a provider is certain to refuse."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.fixing.closing import Fault, repaired
from llmlint.diagnostics import Note
from llmlint.index.values import Const, Mapping, Sequence, Value
from llmlint.sites.callsite import CallSite, State

HOSTS = ("openai", "azure")
MAX_DEPTH = 20


def invalid_strict_schema(sites: Sites) -> Iterator[Finding]:
    """Literal schemas sent as strict whose objects allow further keys or leave some optional: once for each schema."""
    found: Places[list[Fault]] = Places()
    for site in sites.sites:
        if not site.answers or not _on_its_own_host(site):
            continue
        for schema in _strict_schemas(site):
            faults = [*_wrong_root(schema), *_faults(schema, "the schema", 0)]
            if faults and schema.origin is not None:
                found.add(schema.origin.node, site, faults)
    for faults, origins in found:
        site = origins[0]
        fault = faults[0]
        origin = fault.schema.origin
        assert origin is not None
        proof = Note("the object is written here", origin.module.location(origin.node))
        fields = {"call": site.spelled, "where": fault.where, "kind": fault.kind}
        yield Finding(
            site.module,
            site.node,
            fault.message,
            fields,
            (proof,),
            site_notes(origins),
            fix=repaired(faults, origins),
            confidence=site.confidence,
        )


def _on_its_own_host(site: CallSite) -> bool:
    """Whether the request goes to OpenAI or Azure, whose refusals are known."""
    clients = [match.surface.client for match in site.matches]
    known = all(client is None or client.provider in HOSTS for client in clients)
    named = all(match.surface.sdk.name == "openai" for match in site.matches)
    return named and known and site.setting("base-url").state is State.ABSENT


def _strict_schemas(site: CallSite) -> Iterator[Mapping]:
    constraint = site.setting("constraint").value
    if isinstance(constraint, Mapping):
        for holder in (constraint, _inner(constraint, "json_schema"), _inner(constraint, "format")):
            if holder is not None and _is_true(holder, "strict"):
                schema = _inner(holder, "schema")
                if schema is not None:
                    yield schema
    tools = site.setting("tools").value
    for tool in tools.items if isinstance(tools, Sequence) else ():
        if isinstance(tool, Mapping):
            for holder in (tool, _inner(tool, "function")):
                if holder is not None and _is_true(holder, "strict"):
                    schema = _inner(holder, "parameters")
                    if schema is not None:
                        yield schema


def _inner(value: Mapping, key: str) -> Mapping | None:
    entry = value.entries.get(key)
    found = entry.value if entry is not None else None
    return found if isinstance(found, Mapping) else None


def _is_true(value: Mapping, key: str) -> bool:
    entry = value.entries.get(key)
    return entry is not None and isinstance(entry.value, Const) and entry.value.value is True


def _wrong_root(schema: Mapping) -> Iterator[Fault]:
    """A list, a text or a choice where the whole answer, or all arguments of a tool, must be one object."""
    kind = schema.entries.get("type")
    named = kind.value.value if kind is not None and isinstance(kind.value, Const) else None
    if schema.open is None and isinstance(named, str) and named != "object":
        yield Fault("root", "the schema", schema, kind=f'"{named}"')
    elif schema.open is None and kind is None and "anyOf" in schema.entries:
        yield Fault("root", "the schema", schema, kind="a choice")


def _faults(schema: Value, where: str, depth: int) -> Iterator[Fault]:
    """What is proven to be wrong with the objects of a schema, outermost first."""
    if not isinstance(schema, Mapping) or depth > MAX_DEPTH or schema.open is not None or schema.origin is None:
        return
    properties = _inner(schema, "properties")
    if properties is not None and properties.open is None:
        extra = schema.entries.get("additionalProperties")
        if extra is None or (isinstance(extra.value, Const) and extra.value.value is True):
            yield Fault("additional", where, schema)
        required = schema.entries.get("required")
        names = _names(required.value) if required is not None else set()
        missing = [name for name in properties.entries if names is not None and name not in names]
        if missing:
            yield Fault("required", f"`{min(missing)}` in {where}", schema, tuple(missing))
        for name, entry in properties.entries.items():
            yield from _faults(entry.value, f"`{name}`", depth + 1)
    choices = schema.entries.get("anyOf")
    for choice in choices.value.items if choices is not None and isinstance(choices.value, Sequence) else ():
        yield from _faults(choice, f"a choice in {where}", depth + 1)
    for key in ("$defs", "definitions"):
        shared = _inner(schema, key)
        for name, entry in shared.entries.items() if shared is not None else ():
            yield from _faults(entry.value, f"`{name}`", depth + 1)
    items = schema.entries.get("items")
    if items is None and _is_list(schema):
        yield Fault("items", where, schema)
    if items is not None:
        yield from _faults(items.value, f"the items of {where}", depth + 1)


def _is_list(schema: Mapping) -> bool:
    kind = schema.entries.get("type")
    listed = kind is not None and isinstance(kind.value, Const) and kind.value.value == "array"
    return listed and not {"prefixItems", "contains"} & schema.entries.keys()


def _names(value: Value) -> set[str] | None:
    if not isinstance(value, Sequence) or value.open is not None:
        return None
    names = {item.value for item in value.items if isinstance(item, Const) and isinstance(item.value, str)}
    return names if len(names) == len(value.items) else None
