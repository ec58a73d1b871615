"""Encoded files: pictures that a helper of the project reads and encodes as they are: `encode_image(path)`."""

from __future__ import annotations

import ast

from llmlint.index.project import Project
from llmlint.index.tree import last_name, nodes_in
from llmlint.index.values import Function, alternatives
from llmlint.patterns import regex
from llmlint.sites.records import logs

SHRINKING = regex(r"(?i)resize|thumbnail|compress|downscale|shrink")
ENCODING = ("b64encode", "standard_b64encode")
READING = ("read", "read_bytes")


def encodes_file(project: Project, call: ast.Call) -> bool:
    """Whether a call is of a function of the project that gives back a file's bytes encoded, and nothing smaller."""
    options = list(alternatives(project.evaluator.evaluate(call.func)))
    function = options[0] if len(options) == 1 else None
    if not isinstance(function, Function) or isinstance(function.node, ast.Lambda):
        return False
    called = {last_name(part.func) for part in logs.parts_of(function.node).calls}
    whole = bool(called & set(ENCODING)) and bool(called & set(READING))
    return whole and SHRINKING.search(ast.unparse(function.node)) is None and "save" not in called


def sets_detail(around: ast.AST) -> bool:
    """Whether a level of detail is put into a part that is written without one: `image["detail"] = "low"`."""
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and getattr(node.slice, "value", "") == "detail"
        for node in nodes_in(around)
    )
