"""Functions of the project that a decorator of an SDK turns into LLM calls, and the modules that may call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.index.values import Function
from llmlint.records import record
from llmlint.sites.recognition.surfaces import decorated_surface

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    users: dict[str, Module] = {}
    for module in modules:
        for name, functions in module.functions.items():
            if any(decorated_surface(project.evaluator, Function(module, node)) for node in functions):
                names |= _names(project, module, name, users)
    others = tuple(users[path] for path in sorted(users.keys() - searched))
    return Decorated(frozenset(names), others)


def _names(project: Project, home: Module, name: str, users: dict[str, Module]) -> set[str]:
    """The names under which the modules that import `home`, however indirectly, may know the function `name` of it.

    Modules that spell one of them are added to `users`.
    """
    names, waiting = {name}, [name]
    files = project.files
    while waiting:
        needle = waiting.pop().encode()
        for path in files.reaching(home.key):
            file = files.by_path.get(path)
            module = project.module(path) if file is not None and needle in file.data and path.endswith(".py") else None
            if module is None:
                continue
            users[path] = module
            renamed = {alias for alias in _renamed(module, needle.decode()) if alias not in names}
            names |= renamed
            waiting += sorted(renamed)
    return names


def _renamed(module: Module, name: str) -> Iterator[str]:
    for statement in module.imports:
        for alias in statement.names:
            if alias.name.rpartition(".")[2] == name and alias.asname:
                yield alias.asname
