"""Documentation, options and examples of a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from llmlint.config.model import OptionValue
from llmlint.records import record
from llmlint.rulebook.mistakes import Mistakes
from llmlint.rulebook.optiontypes import OPTION_TYPES, option_value
from llmlint.rulebook.parse import refuse_unknown
from llmlint.rulebook.table import Table

Part = TypeVar("Part")
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


def parse_details(top: Table, *, documented: bool = True) -> Details:
    """What the table of a rule file says under docs, option and example.

    `documented`: no section of the documentation may be missing. Raises RulebookError with everything that is wrong.
    """
    mistakes = Mistakes()
    docs = mistakes.attempt(partial(top.table, "docs"), Table({}, top.where))
    mistakes.attempt(lambda: refuse_unknown(docs, DOCS), None)
    wanted = [key for key in DOCS if documented or key in docs.remaining()]
    details = Details(
        docs={key: mistakes.attempt(partial(docs.text, key, None), "") for key in wanted},
        options=_each(top, "option", _option, mistakes),
        examples=_each(top, "example", _example, mistakes),
    )
    mistakes.raise_all()
    return details


def _each(top: Table, key: str, read: Callable[[Table], Part], mistakes: Mistakes) -> tuple[Part, ...]:
    none: list[Table] = []
    tables = mistakes.attempt(partial(top.tables, key), none)
    found = [mistakes.attempt(partial(read, table), None) for table in tables]
    return tuple(part for part in found if part is not None)


def _option(table: Table) -> Option:
    refuse_unknown(table, ("name", "type", "default", "unit", "doc"))
    kind = table.text("type", None, among=OPTION_TYPES)
    default = option_value(kind, table.value("default"))
    if default is None:
        raise table.error(f"`default` must be {OPTION_TYPES[kind]}")
    return Option(table.text("name", None), kind, default, table.text("unit"), table.text("doc", None))


def _example(table: Table) -> Example:
    mistakes = Mistakes()
    mistakes.attempt(lambda: refuse_unknown(table, ("kind", "title", "code", "files", "fixed", "config")), None)
    keys = table.remaining()
    kind = mistakes.attempt(lambda: table.text("kind", None, among=("bad", "good")), "")
    title = mistakes.attempt(lambda: table.text("title", None), "")
    if ("code" in keys) == ("files" in keys):
        mistakes.found.append(str(table.error("must have either `code` or `files`")))
    if "fixed" in keys and "files" in keys:
        mistakes.found.append(str(table.error("`fixed` goes with `code` only")))
    mistakes.raise_all()
    files, config = table.table("files"), table.table("config")
    return Example(
        kind=kind,
        title=title,
        code=table.text("code") if "code" in keys else None,
        files={path: files.text(path) for path in files.remaining()},
        fixed=table.text("fixed") if "fixed" in keys else None,
        config={key: config.value(key) for key in config.remaining()},
    )
