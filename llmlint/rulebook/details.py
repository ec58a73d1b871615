"""Documentation, options and examples of a rule."""

from __future__ import annotations

from collections.abc import Mapping

from llmlint.config.model import OptionValue
from llmlint.records import record
from llmlint.rulebook.optiontypes import OPTION_TYPES, option_value
from llmlint.rulebook.parse import refuse_unknown
from llmlint.rulebook.table import Table

DOCS = ("what", "harm", "fix", "ignore", "fix_safety")


@record
class Option:
    """A setting of one rule; `type` is number, integer, string, strings or boolean, `unit` may be empty."""

    name: str
    type: str
    default: OptionValue
    unit: str
    doc: str


@record
class Example:
    """Code with what is expected of it.

    `kind` is "bad" or "good". Either `code` is one module, or `files` holds several by path. `fixed` is `code` after
    the rule's fixes, None where that is not stated. `config` is a `[tool.llmlint]` table.
    """

    kind: str
    title: str
    code: str | None
    files: Mapping[str, str]
    fixed: str | None
    config: Mapping[str, object]


@record
class Details:
    """The part of a rule that only some commands need."""

    docs: Mapping[str, str]
    options: tuple[Option, ...]
    examples: tuple[Example, ...]


def parse_details(top: Table) -> Details:
    """What the table of a rule file says under docs, option and example. Raises RulebookError."""
    docs = top.table("docs")
    refuse_unknown(docs, DOCS)
    return Details(
        docs={key: docs.text(key, None) for key in DOCS},
        options=tuple(_option(table) for table in top.tables("option")),
        examples=tuple(_example(table) for table in top.tables("example")),
    )


def _option(table: Table) -> Option:
    refuse_unknown(table, ("name", "type", "default", "unit", "doc"))
    kind = table.text("type", None, among=OPTION_TYPES)
    default = option_value(kind, table.value("default"))
    if default is None:
        raise table.error(f"`default` must be {OPTION_TYPES[kind]}")
    return Option(table.text("name", None), kind, default, table.text("unit"), table.text("doc", None))


def _example(table: Table) -> Example:
    refuse_unknown(table, ("kind", "title", "code", "files", "fixed", "config"))
    keys = table.remaining()
    if ("code" in keys) == ("files" in keys):
        raise table.error("must have either `code` or `files`")
    if "fixed" in keys and "files" in keys:
        raise table.error("`fixed` goes with `code` only")
    files, config = table.table("files"), table.table("config")
    return Example(
        kind=table.text("kind", None, among=("bad", "good")),
        title=table.text("title", None),
        code=table.text("code") if "code" in keys else None,
        files={path: files.text(path) for path in files.remaining()},
        fixed=table.text("fixed") if "fixed" in keys else None,
        config={key: config.value(key) for key in config.remaining()},
    )
