"""Texts that are read from files beside the code, such as prompts: `(HERE / "prompts" / "system.md").read_text()`."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, scope_of
from llmlint.index.values import Const, Origin, Template, Value

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

READING = ("read", "read_text")
TEXTS = (".txt", ".md", ".prompt", ".jinja", ".jinja2", ".j2", ".tmpl")
JOINING = ("join", "joinpath", "Path", "PurePath", "PosixPath", "open", "str", "fspath")
PLACES = ("dirname", "abspath", "realpath", "resolve", "absolute", "parent", "parents", "getcwd", "cwd", "files")
MAX_LEVELS = 4  # folders above the code
MAX_STEPS = 4  # names
MOST = 400_000  # characters


def read(ev: Evaluator, node: ast.Call) -> Value | None:
    """The text that a call reads, None where it reads none or it is not known which.

    It is text with parts, and no constant: the file may be another when the program runs.
    """
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in READING:
        return None
    if "read" not in node.__dict__:
        node.__dict__["read"] = _read(ev, node, node.func.value, opened=node.func.attr == "read")
    found: Value | None = node.__dict__["read"]
    return found


def _read(ev: Evaluator, node: ast.Call, source: ast.expr, *, opened: bool) -> Value | None:
    parts = _parts(_opening(source) if opened else source, 0)
    path = os.path.join(*parts) if parts else ""
    if not path.endswith(TEXTS) or os.path.isabs(path):
        return None
    module = ev.module_of(node)
    folder = os.path.dirname(os.path.abspath(module.path))
    for _ in range(MAX_LEVELS):
        beside = os.path.join(folder, path)
        try:
            if os.path.isfile(beside):  # a pipe would be waited for
                with open(beside, encoding="utf-8") as file:
                    return Template((Const(file.read(MOST), "str", Origin(module, node)),), Origin(module, node))
        except (OSError, ValueError):
            pass
        folder = os.path.dirname(folder)
    return None


def _opening(source: ast.expr) -> ast.expr | None:
    """The call of `open` behind a file that is read, right there or by its name."""
    if isinstance(source, ast.Name):
        scope = scope_of(source).lookup(source.id)
        bound = scope.bindings.get(source.id, ()) if scope is not None else ()
        opened = [one.value for one in bound if one.value is not None]
        source = opened[0] if len(bound) == len(opened) == 1 else source
    return source if isinstance(source, ast.Call) and last_name(source.func) == "open" else None


def _parts(path: ast.expr | None, depth: int) -> list[str] | None:
    """The parts of a path, without those that say where the code lies; None where another is not known."""
    if isinstance(path, ast.Constant) and isinstance(path.value, str):
        return [path.value]
    if isinstance(path, ast.BinOp) and isinstance(path.op, ast.Div):
        return _all([path.left, path.right], depth)
    if isinstance(path, ast.Call):
        name, inner = last_name(path.func), path.func.value if isinstance(path.func, ast.Attribute) else None
        if name in PLACES:
            return []
        if name in JOINING:
            by_method = inner is not None and (name == "joinpath" or (name == "open" and not path.args))
            given = path.args[:1] if name == "open" else path.args
            return _all([*([inner] if inner is not None and by_method else []), *given], depth)
        return None
    if isinstance(path, (ast.Attribute, ast.Subscript)):
        above = path.value if isinstance(path, ast.Subscript) else path
        return [] if isinstance(above, ast.Attribute) and above.attr in PLACES else None
    if isinstance(path, ast.Name):
        if path.id == "__file__":
            return []
        scope = scope_of(path).lookup(path.id)
        bound = scope.bindings.get(path.id, ()) if scope is not None else ()
        if len(bound) == 1 and bound[0].kind == "value" and depth < MAX_STEPS:
            return _parts(bound[0].value, depth + 1)
    return None


def _all(paths: list[ast.expr], depth: int) -> list[str] | None:
    found = [_parts(path, depth) for path in paths]
    return [part for parts in found for part in parts or ()] if None not in found else None
