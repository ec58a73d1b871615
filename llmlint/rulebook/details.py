"""Documentation and examples of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from llmlint.records import record
from llmlint.rulebook.mistakes import Mistakes
from llmlint.rulebook.table import Table

DOCS = ("what", "harm", "fix", "ignore", "fix_safety")


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
    examples: tuple[Example, ...]


def parse_details(top: Table, *, documented: bool = True) -> Details:
    """What the table of a rule file says under docs and example.

    `documented`: no section of the documentation may be missing. Raises RulebookError with everything that is wrong.
    """
    mistakes = Mistakes()
    docs = mistakes.attempt(partial(top.table, "docs"), Table({}, top.where))
    mistakes.attempt(lambda: docs.refuse_unknown(DOCS), None)
    wanted = [key for key in DOCS if documented or key in docs.remaining()]
    details = Details(
        docs={key: mistakes.attempt(partial(docs.text, key, None), "") for key in wanted},
        examples=mistakes.each(top, "example", _example),
    )
    mistakes.raise_all()
    return details


def _example(table: Table) -> Example:
    mistakes = Mistakes()
    mistakes.attempt(lambda: table.refuse_unknown(("kind", "title", "code", "files", "fixed", "config")), None)
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
