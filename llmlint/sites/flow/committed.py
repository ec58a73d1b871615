"""Committed rows: what an application writes into its own database."""

from __future__ import annotations

import ast

from llmlint.index.tree import last_name
from llmlint.sites.records import logs

TEXTS = frozenset({"answer", "body", "completion", "content", "message", "output", "reply", "response", "text"})
ADDING = ("add", "add_all", "merge")


def committed(around: ast.AST, outputs: set[str]) -> bool:
    """Whether a row that holds the answer is committed: `db.add(Message(content=answer)); db.commit()`."""
    parts = logs.parts_of(around)
    last = max((call.lineno for call in parts.calls if last_name(call.func) == "commit"), default=0)
    for node in parts.assignments:
        places = node.targets if isinstance(node, ast.Assign) else [node.target]
        filled = any(isinstance(place, ast.Attribute) and place.attr in TEXTS for place in places)
        if filled and node.value is not None and node.lineno < last and logs.names_in(node.value) & outputs:
            return True
    rows = {
        keyword.value
        for call in parts.calls
        if last_name(call.func)[:1].isupper() and call.lineno <= last
        for keyword in call.keywords
        if keyword.arg in TEXTS and logs.names_in(keyword.value) & outputs
    }
    added = any(last_name(call.func) in ADDING and call.lineno <= last for call in parts.calls)
    return bool(rows) and added
