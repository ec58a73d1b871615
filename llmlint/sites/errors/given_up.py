"""Given up: what a library's retry raises in place of the last error when all tries have failed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.sites.errors.escaping import UNTURNED, Raised
from llmlint.sites.errors.handlers import BROAD, Cover, Grade, exception_names
from llmlint.sites.errors.retry_objects import around_place

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.rulebook.evidence_model import Evidence


def given_up(sites: Sites, node: ast.AST, reference: ast.expr | None, grade: Grade) -> Raised:
    """What a retry on the function `node`, or around the place, makes of an error that `grade` tells the types of."""
    found = UNTURNED
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for entry, _, applied in sites.evidence.applied(node, "retry"):
            found = found.joined(_raised(sites, entry, applied, grade))
        return found
    for applied_there in around_place(sites, node, reference):
        found = found.joined(_raised(sites, applied_there.entry, applied_there.holder, grade))
    return found


def _raised(sites: Sites, entry: Evidence, holder: ast.expr, grade: Grade) -> Raised:
    given = {k.arg: k.value for k in holder.keywords} if isinstance(holder, ast.Call) else {}
    same = given.get(entry.same_keyword)
    if not entry.gives_up or (isinstance(same, ast.Constant) and same.value):
        return UNTURNED
    named = given.get(entry.gives_up_keyword)
    types = frozenset(exception_names(sites.project, named)[0] if named is not None else entry.gives_up)
    retried = sites.evidence.retried(entry, holder)
    if retried and not retried & BROAD and grade(retried) is not Cover.ALL:
        return Raised(partly=types)
    return Raised(types, types)
