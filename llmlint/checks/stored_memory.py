"""Histories of LangChain in a store: they are there again in the next turn, whenever what reads them is built."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.checks.growing_lists import shortens
from llmlint.index.tree import exits, scope_of
from llmlint.index.values import Class, Function, Result, Symbol, Value, alternatives, dotted
from llmlint.patterns import regex
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite

STORE = regex(r"^langchain\w*\.(?!.*\.(InMemory)?ChatMessageHistory$).*\w+ChatMessageHistory$")
HANDING = "RunnableWithMessageHistory"


def handed(site: CallSite, chain: ast.expr) -> ast.Call | None:
    """What gives a chain its stored history with every call, and stores the new turn: no part of it forgets."""
    for option in alternatives(site.project.evaluator.evaluate(chain)):
        call = option.call if isinstance(option, Result) and dotted(option.callee).endswith(f".{HANDING}") else None
        asked = call.args[1:2] if call is not None else []
        asked += [k.value for k in call.keywords if k.arg == "get_session_history"] if call is not None else []
        if call is not None and asked and _gives_stored(site, asked[0]) and not _cut(scope_of(call).module):
            return call
    return None


def _gives_stored(site: CallSite, asked: ast.expr) -> bool:
    """Whether the function that is asked for the history of a session always returns one in a store."""
    options = list(alternatives(site.project.evaluator.evaluate(asked)))
    returned: list[ast.expr] = []
    for option in options:
        if not isinstance(option, Function):
            return False
        body = [option.node.body] if isinstance(option.node, ast.Lambda) else [e.value for e in exits(option.node)[0]]
        returned += [value for value in body if value is not None]
    return bool(returned) and all(is_stored(site.project.evaluator, value) for value in returned)


def keeps(site: CallSite, memory: ast.Call) -> bool:
    """Whether a memory that is built for each turn reads a stored history: `Memory(chat_memory=history)`."""
    given = [keyword.value for keyword in memory.keywords if keyword.arg == "chat_memory"]
    return bool(given) and is_stored(site.project.evaluator, given[0]) and not _cut(scope_of(memory).module)


def is_stored(ev: Evaluator, history: ast.expr) -> bool:
    """Whether an expression is a history in a store, one of LangChain's or of a class of the project that cuts none."""
    options = list(alternatives(ev.evaluate(history)))
    return bool(options) and all(isinstance(option, Result) and _in_store(ev, option.callee) for option in options)


def _in_store(ev: Evaluator, callee: Value) -> bool:
    if not isinstance(callee, Class):
        return bool(STORE.search(dotted(callee)))
    bases = [dotted(base) for base in ev.project.mro(callee) if isinstance(base, Symbol)]
    read = ev.project.method(callee, "messages") is not None  # a field would be a list in memory
    return read and any(STORE.search(base) for base in bases) and not _cut(callee.module)


def _cut(module: Module) -> bool:
    """Whether anything in a file shortens a list, or is named for it."""
    found: bool | None = module.tree.__dict__.get("cuts_lists")
    if found is None:
        found = module.tree.__dict__["cuts_lists"] = any(map(shortens, logs.parts_of(module.tree).calls))
    return found
