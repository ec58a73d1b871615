"""What a dotted name leads to, and what an attribute path leads to from there."""

from __future__ import annotations

import functools
import sys
from importlib import import_module
from importlib.util import find_spec

from llmlint.rulebook.verify.probe.answer import MissingError, NotInstalledError, UnclearError
from llmlint.rulebook.verify.probe.walk import Unseen, called, step


@functools.cache
def named(dotted: str) -> object:
    """The object behind a dotted name; `name()` is what a call gives. Raises MissingError, UnclearError."""
    parts = dotted.split(".")
    _need_installed(parts)
    trouble: Exception = MissingError(dotted)
    # The attribute of a package comes before the submodule of the same name, as in an import.
    for end in range(1, len(parts) + 1):
        try:
            found: object = import_module(".".join(parts[:end]))
        except ModuleNotFoundError as error:
            if not ".".join(parts[:end]).startswith(str(error.name)):
                trouble = NotInstalledError(f"needs {error.name}")
            break
        except Exception as error:
            raise UnclearError(f"its import fails: {error!r}") from error
        try:
            for part in parts[end:]:
                found = step(found, part)
        except MissingError:
            continue
        except UnclearError as error:
            trouble = error
            continue
        return found
    raise trouble


@functools.cache
def target(name: str, path: str, build: bool = True) -> object:
    """The object at an attribute path of what a class or function builds, or the class itself for no path.

    Without `build` a class is not called, and the path leads through what it says of its objects.
    """
    found = named(name)
    if path:
        found = Unseen((found,)) if isinstance(found, type) and not build else called(found)
        for part in path.split("."):
            found = step(found, part)
    return found


def _need_installed(parts: list[str]) -> None:
    for end in range(1, len(parts) + 1):
        package = ".".join(parts[:end])
        try:
            spec = find_spec(package) if package not in sys.modules else sys.modules[package].__spec__
        except (ImportError, ValueError, AttributeError):
            spec = None
        if spec is None:
            raise NotInstalledError(f"{package} is not installed")
        if spec.origin is not None:
            return
