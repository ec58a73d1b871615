"""Saved: answers that are put into a store of the application by a method of it, `storage.upsert({key: answer})`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import nodes_in
from llmlint.index.values import Class, Member, Result, Unknown, Value, alternatives
from llmlint.patterns import regex
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.project import Project

SAVING = frozenset({"upsert", "save", "set", "put", "store", "persist"})
KEYED = frozenset({"set", "put"})  # the key comes first, and the answer behind it
STORE = regex(r"(?i)cache|stor(e|age)|(^|[._])(kv|db|database|redis|repo|repository|history|memory)\d?$|_(kv|db|repo)$")


def saved(project: Project, call: ast.Call, made: set[str], of: ast.expr) -> bool:
    """Whether a call gives what another one made to something that is not of a library and keeps it.

    `made` are the names of what it made. What the receiver is may be unknown: its name then says that it is a store.
    """
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in SAVING or logs.names_in(func.value) & made:
        return False
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if func.attr in KEYED:
        given = given[1:]
    if not any(_holds(argument, made, of) for argument in given):
        return False
    named = STORE.search(ast.unparse(func.value)) is not None
    return any(_keeps(option, named) for option in alternatives(project.evaluator.evaluate(func.value)))


def _holds(argument: ast.expr, made: set[str], of: ast.expr) -> bool:
    return bool(logs.names_in(argument, content=True) & made) or of in nodes_in(argument)


def _keeps(receiver: Value, named: bool) -> bool:
    if isinstance(receiver, Result) and isinstance(receiver.callee, Class):
        return True
    return named and isinstance(receiver, (Unknown, Member))
