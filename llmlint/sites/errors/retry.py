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
    or a caller's call of it. Where a function is handed the call and runs it, `place` is there, and `outer` where it is
    handed on. `entry` says which library's it is, `derived` that the client was made into one that tries again, `bound`
    how its number of tries is spelled where it has one, `lasting` how a limit of time is that it has alone.
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
    lasting: str = ""
    outer: ast.AST | None = None
