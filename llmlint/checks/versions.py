"""Versions of a package that the code itself speaks of: it tells them apart, or asks for an older one."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from llmlint.config import pins
from llmlint.diagnostics import Note
from llmlint.index.module import Module
from llmlint.index.project import Project
from llmlint.index.testcode import is_test
from llmlint.index.tree import nodes_in, parent
from llmlint.rulebook.sdk_model import Sdk

COMPARED = r"(?:\.startswith|\.split|[<>]|[=!]=)"


def tells_versions_apart(module: Module, sdk: Sdk) -> bool:
    """Whether a module asks which version of an SDK is installed, or what it has.

    `if openai.__version__.startswith("0.")`, `OLD = version("openai") < "1"`, `hasattr(openai, "OpenAI")`.
    """
    return any(_asks_version(module.text, root, sdk.distribution) for root in sdk.roots)


@lru_cache(maxsize=256)
def _asks_version(text: str, root: str, package: str) -> bool:
    name = re.escape(root)
    if not any(word in text for word in ("version", "hasattr", "get_distribution")):
        return False
    asking = rf"(?:\b{name}\.__version__|\b(?:version|get_distribution)\(\s*[\"']{re.escape(package)}[\"']\s*\))"
    if re.search(rf"\bhasattr\(\s*{name}\s*,", text) is not None:
        return True
    if (
        re.search(rf"\bif\b[^\n]*{asking}|{asking}[\w.]*\)?\s*{COMPARED}|(?i:parse|version)\(\s*{asking}", text)
        is not None
    ):
        return True
    held = {re.escape(one) for one in re.findall(rf"(?m)^[ \t]*(\w+)\s*=[^=\n]*{asking}", text)}
    return any(re.search(rf"\bif\b[^\n]*\b{one}\b|\b{one}\s*{COMPARED}", text) for one in held)


def does_without(module: Module, sdk: Sdk, used: tuple[str, ...]) -> bool:
    """Whether a module goes on where clients cannot be imported, other than those that it uses without them."""
    for node in module.imports:
        if isinstance(node, ast.ImportFrom) and node.module in sdk.roots and isinstance(parent(node), ast.Try):
            imported = {f"{node.module}.{alias.name}" for alias in node.names}
            known = {name for client in sdk.clients for name in client.classes}
            if imported.isdisjoint(known) or not imported.isdisjoint(used):
                continue
            around = parent(node)
            if isinstance(around, ast.Try) and node in around.body and any(map(_goes_on, around.handlers)):
                return True
    return False


def _goes_on(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type is not None else "Exception"
    leaves = any(isinstance(node, ast.Raise) or "exit" in _called(node) for node in nodes_in(handler))
    return any(name in caught for name in ("ImportError", "ModuleNotFound", "Exception")) and not leaves


def _called(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


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
