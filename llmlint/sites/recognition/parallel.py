"""Objects side by side: what a runner of several chains is given to run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import parent, scope_of
from llmlint.index.values import Mapping, Result, Value, alternatives

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

RUNNERS = frozenset({"RunnableParallel", "RunnableMap"})
ASSIGN = "assign"  # `RunnablePassthrough.assign(answer=chain)` hands on what it gets, with the chain's answer beside it


def entries(value: Value) -> Iterator[Value]:
    """What stands under the keys of a mapping: `{"a": chain, "b": chain} | merge` runs them side by side."""
    for entry in value.entries.values() if isinstance(value, Mapping) else ():
        yield from alternatives(entry.value)


def members(ev: Evaluator, dotted: str, value: Result) -> Iterator[Value]:
    """The chains that `RunnableParallel(a=…, **more)` or `RunnableParallel({…})` runs, those of computed keys too.

    `dotted` is the path of what is called, `assign` alone where that is the method of an object.
    """
    call = value.call
    named = dotted.rpartition(".")[2]
    of_library = dotted.startswith("langchain") and (named in RUNNERS or named == ASSIGN)
    if call is None or not (of_library or dotted == ASSIGN):
        return
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield from alternatives(ev.evaluate(keyword.value, value.frame))
    for whole in [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg is None)]:
        for option in alternatives(ev.evaluate(whole, value.frame)):
            yield from entries(option)
        for change in scope_of(call).changes.get(whole.id, []) if isinstance(whole, ast.Name) else ():
            statement = parent(change)
            if isinstance(change, ast.Subscript) and isinstance(statement, ast.Assign):
                yield from alternatives(ev.evaluate(statement.value, value.frame))
