"""Imports of what a package has in older versions only: they hold the project there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase

from llmlint.index.module import Module
from llmlint.index.tree import ancestors
from llmlint.index.values import Result
from llmlint.records import record
from llmlint.sites.callsite import CallSite


@record
class OldImport:
    """An import statement of a module and the dotted name that it asks for."""

    module: Module
    node: ast.stmt
    path: str


def old_imports(site: CallSite) -> Iterator[OldImport]:
    """What the modules of a call and of its client import that the SDK's packages had in older versions only.

    An import under a test or in a `try` may have a newer one beside it.
    """
    known = site.match.surface.sdk.removed_imports
    for found in _imports(site) if known else ():
        above = list(ancestors(found.node))
        certain = all(part is found.module.tree or part is site.function for part in above)
        if certain and any(fnmatchcase(found.path, name) for one in known for name in one.names):
            yield found


def sdk_imports(site: CallSite) -> Iterator[OldImport]:
    """The imports of the SDK in the modules of a call and of its client."""
    roots = site.match.surface.sdk.roots
    for found in _imports(site):
        if any(found.path == root or found.path.startswith(f"{root}.") for root in roots):
            yield found


def _imports(site: CallSite) -> Iterator[OldImport]:
    root = site.match.surface.root
    built = root.module if isinstance(root, Result) else None
    for module in dict.fromkeys((site.module, built or site.module)):
        for node in module.imports:
            prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            if isinstance(node, ast.Import) or (node.module and not node.level):
                for alias in node.names:
                    yield OldImport(module, node, f"{prefix}{alias.name}")
