"""Shape: attribute chains that only the SDKs have, where the receiver cannot be resolved."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.module import Module
from llmlint.index.project import Project
from llmlint.index.values import Unknown
from llmlint.rulebook.sdk import sdk_for_root
from llmlint.rulebook.sdk_model import Sdk
from llmlint.sites.recognition.surface import Match, Surface

NO_CALL = frozenset({"http", "other", "tokens"})  # operations that send no prompt to a model, or not of themselves


def by_shape(project: Project, sdks: list[Sdk], module: Module, func: ast.expr) -> Match | None:
    """An attribute chain that only LLM SDKs have, on a receiver that cannot be resolved."""
    whole = _chain(func)
    for sdk in sdks:
        chain = [part for part in whole if part not in sdk.transparent]
        for operation in sdk.operations_by_last.get(chain[-1], ()) if chain else ():
            if not operation.shape or operation.kind in NO_CALL:
                continue
            for path in operation.paths:
                parts = path.split(".")
                if len(chain) <= len(parts) or chain[-len(parts) :] != parts:
                    continue
                # A single name says less than a chain: there the module itself must import the SDK.
                if _names_sdk(module, sdk.name) or (len(parts) > 1 and _imports(project, module, sdk)):
                    return Match(Surface(sdk, None, Unknown("the client cannot be resolved")), operation, path)
    return None


def may_be(sdks: list[Sdk], module: Module, func: ast.Attribute) -> bool:
    """Whether the module names an SDK that has an operation spelled like this."""
    chain = _chain(func)
    for sdk in sdks:
        for operation in sdk.operations_by_last.get(chain[-1], ()):
            steps = [path.replace("()", "").split(".") for path in operation.paths]
            if any(chain[-len(parts) :] == parts and len(chain) > len(parts) for parts in steps):
                if operation.kind not in NO_CALL and _names_sdk(module, sdk.name):
                    return True
    return False


def _imports(project: Project, module: Module, sdk: Sdk) -> bool:
    """Whether the module, or one that it imports, imports the SDK."""
    near = [module]
    for statement in module.imports:
        near += [m for m in _targets(project, module, statement) if m is not None]
    return any(_names_sdk(candidate, sdk.name) for candidate in near)


def _targets(project: Project, module: Module, statement: ast.Import | ast.ImportFrom) -> Iterator[Module | None]:
    names = [statement.module or ""] if isinstance(statement, ast.ImportFrom) else [a.name for a in statement.names]
    level = statement.level if isinstance(statement, ast.ImportFrom) else 0
    for name in names:
        target = project.import_target(module, name, level)
        path = getattr(target, "path", "")
        if path in project.files.by_path:
            yield project.module(path)


def _chain(func: ast.expr) -> list[str]:
    """The names of an attribute chain, the receiver first; a receiver that is no name counts as one part."""
    parts: list[str] = []
    while isinstance(func, ast.Attribute):
        parts.append(func.attr)
        func = func.value
    parts.append(func.id if isinstance(func, ast.Name) else "?")
    return parts[::-1]


def _names_sdk(module: Module, name: str) -> bool:
    for statement in module.imports:
        if isinstance(statement, ast.ImportFrom):
            if not statement.level and statement.module and sdk_for_root(statement.module) == name:
                return True
            if not statement.level and any(
                sdk_for_root(f"{statement.module}.{a.name}") == name for a in statement.names
            ):
                return True
        elif any(sdk_for_root(alias.name) == name for alias in statement.names):
            return True
    return False
