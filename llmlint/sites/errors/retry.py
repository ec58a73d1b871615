"""A retry: something that tries a call again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.records import entity

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.rulebook.evidence_model import Evidence


@entity
class Retry:
    """Something that tries again: a decorator, a loop around the call with a handler, or a handler that recurses.

    `tries` is how often in all, None where that is not known, 0 for without end. `types` are the exceptions it is
    limited to by dotted name, empty for any, None where that cannot be told. `place` is what it runs again: the call,
    or a caller's call of it. `entry` says which library's decorator it is, `bound` how a loop spells its number of
    tries where it has one, `derived` that the client was made into one that tries again. Where a function is handed the
    call and runs it, `place` is there, and `outer` where it is handed on.
    """

    module: Module
    node: ast.expr | ast.stmt
    place: ast.AST
    spelled: str
    tries: int | None
    types: frozenset[str] | None
    entry: Evidence | None = None
    bound: str = ""
    derived: bool = False
    outer: ast.AST | None = None
