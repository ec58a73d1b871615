"""Functions of the project that a decorator of an SDK turns into LLM calls, and the modules that may call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.index.values import Function
from llmlint.records import record
from llmlint.sites.surface import decorated_surface

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmlint.index.module import Module
    from llmlint.index.project import Project
    from llmlint.rulebook.sdk_model import Sdk


@record
class Decorated:
    """The names of such functions, and modules beyond those searched that use one of them."""

    names: frozenset[str]
    importers: tuple[Module, ...]


def decorated(project: Project, sdks: Iterable[Sdk], modules: Iterable[Module]) -> Decorated:
    """The decorated functions of the modules; empty where none of the SDKs has decorators."""
    if not any(client.decorator for sdk in sdks for client in sdk.clients):
        return Decorated(frozenset(), ())
    searched = {module.key for module in modules}
    names: set[str] = set()
    users: set[str] = set()
    for module in modules:
        for name, functions in module.functions.items():
            if any(decorated_surface(project.evaluator, Function(module, node)) for node in functions):
                names.add(name)
                users |= _users(project, module, name)
    importers = [project.module(path) for path in sorted(users - searched) if not path.endswith(".pyi")]
    return Decorated(frozenset(names), tuple(module for module in importers if module is not None))


def _users(project: Project, home: Module, name: str) -> set[str]:
    """The files that import the module, however indirectly, and spell the name."""
    needle = name.encode()
    files = project.files
    return {path for path in files.reaching(home.key) if path in files.by_path and needle in files.by_path[path].data}
