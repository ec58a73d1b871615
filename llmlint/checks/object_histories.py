"""Histories that an object keeps for whoever holds it: lists that its methods make longer and hand out."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator

from llmlint.checks.growing_lists import later, lengthened, lives, trimmed
from llmlint.checks.user_commands import by_command
from llmlint.checks.whole_lists import made_of
from llmlint.index.project import Project
from llmlint.index.tree import nodes_in
from llmlint.index.values import Class
from llmlint.sites.records import logs

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def grown(project: Project, place: ast.AST, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """What tells such a list from others, and the call that makes it longer: `chat.add(text)` for `chat.messages`.

    None where a method that shortens it, or begins it anew, is called as well: in the loop, or without one anywhere.
    """
    home = lives(project, place, holder) if isinstance(holder, ast.Attribute) else None
    kept = made_of(project, holder.value) if home is not None and isinstance(holder, ast.Attribute) else None
    if home is None or kept is None or not isinstance(holder, ast.Attribute) or _forgets(kept):
        return None
    found = None
    for call in _calls(home.around, ast.unparse(holder.value)):
        methods = list(_run(project, kept, getattr(call.func, "attr", "")))
        if any(_trims(project, method, holder.attr) for method in methods) and not by_command(project, call):
            return None
        if any(_adds(project, method, holder.attr) for method in methods) and (home.loop is not None or later(call)):
            found = found or call
    if found is None or (home.loop is None and _trimmed_anywhere(project, kept, holder.attr)):
        return None
    return (home.node, ast.unparse(holder)), found


def _trimmed_anywhere(project: Project, kept: Class, name: str) -> bool:
    return any(_trims(project, method, name) and project.callers(method) for method in _own(kept))


def _forgets(kept: Class) -> bool:
    """Whether a class has something to do with a queue that forgets by itself."""
    return any(getattr(node, "id", getattr(node, "attr", "")) == "deque" for node in nodes_in(kept.node))


def _calls(around: ast.AST, spelled: str) -> Iterator[ast.Call]:
    for call in logs.parts_of(around).calls:
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == spelled:
            yield call


def _own(kept: Class) -> Iterator[FunctionDef]:
    for node in kept.node.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name != "__init__":
            yield node


def _run(project: Project, kept: Class, name: str) -> Iterator[FunctionDef]:
    """A method, and the methods of the same object that it calls."""
    queue, seen = [name], {name}
    while queue:
        found = project.method(kept, queue.pop())
        if found is None or isinstance(found.node, ast.Lambda):
            continue
        yield found.node
        more = {getattr(call.func, "attr", "") for call in _calls(found.node, "self")} - seen
        seen |= more
        queue += sorted(more)


def _adds(project: Project, method: FunctionDef, name: str) -> bool:
    return lengthened(project, method, f"self.{name}", method) is not None


def _trims(project: Project, method: FunctionDef, name: str) -> bool:
    return trimmed(project, method, f"self.{name}", None)
