"""The evidence files of the rulebook, each read when a rule first asks for its kind."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from llmlint.rulebook.data import load_data
from llmlint.rulebook.evidence_model import FORMS, FUNCTION_FORMS, KINDS, Argument, Evidence, EvidenceFile
from llmlint.rulebook.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNDOTTED = {
    "environment": r"[A-Z][A-Z0-9_]*",
    "commands": r"[a-z][a-z0-9-]*",
    "hosts": r"[a-z0-9-]+(\.[a-z0-9-]+)+",
    "headers": r"[a-z][a-z0-9-]*",
}
_DOTTED = r"[A-Za-z_]\w*(\(\))?(\.[A-Za-z_]\w*(\(\))?)*"


@cache
def load_evidence(kind: str, imported: frozenset[str] | None = None) -> EvidenceFile:
    """What is in `rules/evidence/<kind>.toml`: all of it, or what concerns the top-level packages `imported`.

    Raises RulebookError if the file is absent or breaks the format.
    """
    name = f"evidence/{kind}.toml"
    data = load_data(name)
    if imported is not None:
        data["evidence"] = [entry for entry in data["evidence"] if _concerns(entry, imported)]
    return read_evidence(kind, Table(data, f"rules/{name}"))


def read_evidence(kind: str, top: Table) -> EvidenceFile:
    """Build the model of an evidence file; raises RulebookError for anything the format does not know."""
    if kind not in KINDS:
        raise top.error(f"{kind!r} is not one of {', '.join(KINDS)}")
    tables = top.tables("evidence")
    entries = tuple(_entry(kind, table) for table in tables)
    variables = top.table("variables")
    file = EvidenceFile(
        kind=kind,
        entries=entries,
        variables=variables.text("pattern"),
        methods=frozenset(variables.texts("methods")),
        _by_form=_index(entries, tables),
    )
    try:
        re.compile(file.variables)
    except re.error as error:
        raise variables.error(f"`pattern` is not a regular expression: {error}") from error
    variables.close()
    top.close()
    return file


def _concerns(entry: dict[str, list[str]], imported: frozenset[str]) -> bool:
    return not entry["roots"] or any(root.partition(".")[0] in imported for root in entry["roots"])


def _entry(kind: str, table: Table) -> Evidence:
    roots = table.texts("roots")
    scope = table.text("scope", None)
    names = {form: found for form in FORMS if (found := table.texts(form))}
    if not names:
        raise table.error(f"one of {', '.join(FORMS)} must be given")
    for form, found in names.items():
        if scope not in FORMS[form]:
            raise table.error(f"`scope` is {scope!r}, and `{form}` reach {' or '.join(sorted(FORMS[form]))}")
        for name in found:
            _check_name(table, form, name, roots)
    works_on = frozenset(table.texts("works-on", among=FUNCTION_FORMS))
    broken_on = frozenset(table.texts("broken-on", among=FUNCTION_FORMS))
    entry = Evidence(
        kind=kind,
        library=table.text("library", None),
        roots=roots,
        names=names,
        scope=scope,
        works_on=works_on or FUNCTION_FORMS - broken_on,
        broken_on=broken_on,
        strength=table.text("strength", "strong", among=("strong", "weak")),
        sdks=table.texts("sdks"),
        methods=frozenset(table.texts("methods")),
        derive=frozenset(table.texts("derive")),
        fallback_keyword=table.text("fallback-keyword"),
        quiet_keyword=table.text("quiet-keyword"),
        gives_up=table.texts("gives-up"),
        gives_up_keyword=table.text("gives-up-keyword"),
        same_keyword=table.text("same-keyword"),
        needs=_arguments(table, "needs"),
        configured_by=table.texts("configured-by"),
        bounds=_arguments(table, "bounds"),
        limit=_argument(table, "limit"),
        attempts=_argument(table, "attempts"),
        retries=_argument(table, "retries"),
        exceptions=_argument(table, "exceptions"),
        waits=_arguments(table, "waits"),
        exempts=_arguments(table, "exempts"),
        defeated_by=table.texts("defeated-by"),
        served_by=table.text("served-by"),
        nodes=table.flag("nodes"),
    )
    if works_on & broken_on:
        raise table.error("`works-on` and `broken-on` overlap")
    if bool(entry.methods) != bool({"loggers", "stores"} & names.keys()):
        raise table.error("`methods` belong to `loggers` and `stores`")
    if entry.served_by and "environment" not in names:
        raise table.error("`served-by` belongs to `environment`")
    if entry.derive and "loggers" not in names:
        raise table.error("`derive` belongs to `loggers`")
    table.close()
    return entry


def _check_name(table: Table, form: str, name: str, roots: Sequence[str]) -> None:
    if not re.fullmatch(_UNDOTTED.get(form, _DOTTED), name):
        raise table.error(f"`{form}` holds {name!r}, which is not a name of that kind")
    if form not in _UNDOTTED and not any(name == r or name.startswith((f"{r}.", f"{r}(")) for r in roots):
        raise table.error(f"{name!r} in `{form}` begins with none of the `roots`")


def _argument(table: Table, key: str) -> Argument | None:
    return _read_argument(table.table(key)) if key in table.remaining() else None


def _arguments(table: Table, key: str) -> tuple[Argument, ...]:
    return tuple(_read_argument(item) for item in table.tables(key))


def _read_argument(table: Table) -> Argument:
    position = table.number("position")
    argument = Argument(
        keyword=table.text("keyword", None),
        position=None if position is None else int(position),
        within=table.text("within"),
        constructor=table.flag("constructor"),
        default=table.number("default"),
    )
    table.close()
    return argument


def _index(entries: Sequence[Evidence], tables: Sequence[Table]) -> dict[str, dict[str, Evidence]]:
    found: dict[str, dict[str, Evidence]] = {form: {} for form in FORMS}
    for entry, table in zip(entries, tables, strict=True):
        for form, names in entry.names.items():
            for name in names:
                if name in found[form]:
                    raise table.error(f"{name!r} is already listed under `{form}`")
                found[form][name] = entry
    return found
