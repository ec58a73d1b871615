"""Versions of a package that the code itself speaks of: it tells them apart, or asks for an older one."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from llmlint.config import pins
from llmlint.diagnostics import Note
from llmlint.index.module import Module
from llmlint.index.project import Project
from llmlint.index.testcode import is_test
from llmlint.index.tree import parent


def tells_versions_apart(text: str, root: str) -> bool:
    """Whether a file asks which version of a package is installed: `if openai.__version__.startswith("0.")`."""
    spelled = f"{root}.__version__"
    if spelled not in text:
        return False
    name = re.escape(spelled)
    return (
        re.search(rf"\bif\b[^\n]*\b{name}|\b{name}\s*(\.startswith|\.split|[<>]|[=!]=)|parse\({name}", text) is not None
    )


def asks_for_older(project: Project, module: Module, package: str, version: str) -> tuple[str, Note] | None:
    """What the code of a project says that keeps a package below a version, with the place.

    That is what it installs by pip, and a requirement written where the file of the module is named: a template is run
    with what is written down for what it becomes.
    """
    spelled = re.compile(rf"(?<![\w.-]){re.escape(package)}\s*(?:\[[\w, -]*\])?\s*(?:===?|~=|<=?)\s*\d[\w.*]*")
    file = posixpath.basename(module.key).encode(errors="surrogateescape")
    for path in sorted(project.files.holding(package.encode())):
        data = project.files.by_path[path].data
        asking = (
            project.module(path)
            if not path.endswith(".ipynb") and spelled.search(data.decode(errors="replace"))
            else None
        )
        for node, text in _texts(asking) if asking is not None and not is_test(asking) else ():
            found = next((one[0] for one in spelled.finditer(text) if pins.keeps_below(one[0], version)), None)
            if found is not None and asking is not None and (file in data or _installs(node, text)):
                return found, Note("asked for here", asking.location(node))
    return None


def _texts(module: Module) -> Iterator[tuple[ast.expr, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


def _installs(node: ast.expr, text: str) -> bool:
    """Whether a text is run to install a package: `pip install openai==0.28`, `["install", "openai==0.28"]`."""
    beside = getattr(parent(node), "elts", None) or getattr(parent(node), "args", [])
    words = {part.value for part in beside if isinstance(part, ast.Constant)}
    return "pip install" in text or "install" in words
