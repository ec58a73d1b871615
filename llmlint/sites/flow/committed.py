"""Committed rows: what an application writes into its own database."""

from __future__ import annotations

import ast

from llmlint.index.tree import head_of, last_name, named_function_of, parent, scope_of
from llmlint.patterns import regex
from llmlint.sites.records import logs

TEXTS = frozenset({"answer", "body", "completion", "content", "message", "output", "reply", "response", "text"})
VERSIONS = regex(r"(?i)(^|[._])(git|repo|repository|index)$")
ADDING = ("add", "add_all", "merge")


def committed(around: ast.AST, outputs: set[str]) -> bool:
    """Whether a row that holds the answer is committed: `db.add(Message(content=answer)); db.commit()`."""
    parts = logs.parts_of(around)
    last = max((call.lineno for call in parts.calls if last_name(call.func) == "commit"), default=0)
    for node in parts.assignments:
        places = node.targets if isinstance(node, ast.Assign) else [node.target]
        fields = [place for place in places if isinstance(place, ast.Attribute)]
        if node.value is None or not logs.names_in(node.value) & outputs:
            continue
        if node.lineno < last and any(place.attr in TEXTS for place in fields):
            return True
        if any(_saves(parts, ast.unparse(place.value), node.lineno) for place in fields):
            return True
    rows = {
        keyword.value
        for call in parts.calls
        if last_name(call.func)[:1].isupper()
        for keyword in call.keywords
        if keyword.arg in TEXTS and logs.names_in(keyword.value) & outputs
    }
    for node in parts.assignments:
        if isinstance(node.value, ast.Call) and any(k.value in rows for k in node.value.keywords):
            if any(_saves(parts, name, node.lineno) for name in logs.targets(node)):
                return True
    added = any(last_name(call.func) in ADDING and call.lineno <= last for call in parts.calls)
    return bool(rows) and added


def _saves(parts: logs.Parts, name: str, line: int) -> bool:
    """Whether an object is saved by a method of its own behind a line: `message.save()`."""
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in ("save", "asave")
        and call.lineno >= line
        and ast.unparse(call.func.value) == name
        for call in parts.calls
    )


def row_of(call: ast.Call) -> bool:
    """Whether a call makes a row that its function adds to a session and commits: `session.add(Note(text=answer))`."""
    if not last_name(call.func)[:1].isupper():
        return False
    if not _is_committed(call):
        return False
    parts = _parts(call)
    above = parent(call)
    names = {ast.unparse(target) for target in above.targets} if isinstance(above, ast.Assign) else set()
    adding = (one for one in parts.calls if last_name(one.func) in ADDING and isinstance(one.func, ast.Attribute))
    return any(argument is call or ast.unparse(argument) in names for one in adding for argument in one.args)


def column_of(target: ast.Attribute) -> bool:
    """Whether an attribute of a row is set that its function commits behind it: `note.summary = answer`."""
    root = head_of(target)
    return root is not None and root.id not in ("self", "cls") and _is_committed(target)


def _is_committed(node: ast.expr) -> bool:
    return any(call.lineno >= node.lineno and _commits(call) for call in _parts(node).calls)


def _commits(call: ast.Call) -> bool:
    """Whether a call commits what a session holds; a version control commits, too."""
    func = call.func
    return isinstance(func, ast.Attribute) and func.attr == "commit" and not VERSIONS.search(ast.unparse(func.value))


def _parts(node: ast.expr) -> logs.Parts:
    function = named_function_of(node)
    return logs.parts_of(function if function is not None else scope_of(node).module.tree)
