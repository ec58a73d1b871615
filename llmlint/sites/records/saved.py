"""Saved: answers that are put into a store of the application by a method of it, `storage.upsert({key: answer})`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, nodes_in
from llmlint.index.values import Class, Member, Result, Template, Unknown, Value, alternatives, dotted, text_of
from llmlint.patterns import regex
from llmlint.sites.flow import sinks
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.project import Project

SAVING = frozenset({"upsert", "save", "set", "put", "store", "persist"})
EXECUTING = frozenset({"execute", "executemany", "fetchval", "fetchrow", "run"})
CHANGING = regex(r"(?i)\s*(insert|replace|update|merge|upsert)\s")
ROWS = sinks.ROWS | frozenset(
    {"update_many", "bulk_write", "find_one_and_update", "hmset", "abulk_create", "aget_or_create", "aupdate_or_create"}
    | {"insert_rows_json", "create_item", "upsert_item", "aadd_documents", "send_and_wait", "write_points"}
)
TABLES = frozenset({"table", "from_", "collection", "document", "doc", "container", "into"})  # what gives a store
TABLE_METHODS = frozenset({"insert", "upsert", "add", "set", "update", "create"})
QUEUES = regex(r"(?i)(^|[._])(producer|publisher)$")
LIBRARIES = ("redis.", "aioredis.", "valkey.", "upstash_redis.", "diskcache.", "shelve.")
KEYED = frozenset({"set", "put"})  # the key comes first, and the answer behind it
STORE = regex(r"(?i)cache|stor(e|age)|(^|[._])(kv|db|database|redis|repo|repository|history|memory)\d?$|_(kv|db|repo)$")


def saved(project: Project, call: ast.Call, made: set[str], of: ast.expr) -> bool:
    """Whether a call gives what another one made to something that is not of a library and keeps it.

    `made` are the names of what it made. What the receiver is may be unknown: its name then says that it is a store.
    """
    func = call.func
    if not isinstance(func, ast.Attribute) or logs.names_in(func.value) & made:
        return False
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if func.attr in EXECUTING and _changes_rows(project, call):
        return any(_holds(argument, made, of) for argument in given[1:])
    if func.attr in ROWS or _in_table(func):
        return any(_holds(argument, made, of) for argument in given)
    if func.attr not in SAVING:
        return False
    if func.attr in KEYED:
        given = given[1:]
    if not any(_holds(argument, made, of) for argument in given):
        return False
    named = STORE.search(ast.unparse(func.value)) is not None
    return any(_keeps(option, named) for option in alternatives(project.evaluator.evaluate(func.value)))


def _in_table(func: ast.Attribute) -> bool:
    """Whether a method puts a row into a table, a document into a collection, or a message into a queue.

    `Message.objects.create(…)`, `db.table("calls").insert(…)`, `producer.send("calls", …)`.
    """
    receiver = func.value
    if func.attr in ("create", "acreate") and isinstance(receiver, ast.Attribute) and receiver.attr == "objects":
        return True
    if isinstance(receiver, ast.Call):
        return func.attr in TABLE_METHODS and last_name(receiver.func) in TABLES
    return func.attr in ("send", "produce", "publish") and QUEUES.search(ast.unparse(receiver)) is not None


def _changes_rows(project: Project, call: ast.Call) -> bool:
    """Whether a statement is sent to a database that puts something into a table: `INSERT INTO answers …`."""
    options = alternatives(project.evaluator.evaluate(call.args[0])) if call.args else ()
    texts = (option.parts[0] if isinstance(option, Template) and option.parts else option for option in options)
    return any(part is not None and CHANGING.match(text_of(part) or "") is not None for part in texts)


def _holds(argument: ast.expr, made: set[str], of: ast.expr) -> bool:
    return bool(logs.names_in(argument, content=True) & made) or of in nodes_in(argument)


def _keeps(receiver: Value, named: bool) -> bool:
    if isinstance(receiver, Result) and isinstance(receiver.callee, Class):
        return True
    if isinstance(receiver, Result) and dotted(receiver.callee).startswith(LIBRARIES):
        return True
    return named and isinstance(receiver, (Unknown, Member))
