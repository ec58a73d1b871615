"""Which parameters a call takes, at the top and inside the objects that it is given."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Iterator

from llmlint.rulebook.verify.probe.annotations import (
    alternatives,
    fields,
    model_extra_allowed,
    resolve,
    takes_anything,
)
from llmlint.rulebook.verify.probe.answer import UnclearError


class Surface:
    """The parameters of a callable by name, those that can be given by position, and whether it takes others, too."""

    def __init__(self) -> None:
        self.annotations: dict[str, object] = {}
        self.positional: list[str] = []
        self.others = False


def takes(found: object, path: str) -> bool:
    """Whether the callable takes this parameter; a dot leads into a nested object. Raises UnclearError."""
    first, _, rest = path.partition(".")
    surface = surface_of(found)
    if first not in surface.annotations:
        if surface.others:
            raise UnclearError("it takes any keyword")
        return False
    return not rest or _holds(surface.annotations[first], rest)


def in_order(found: object, names: tuple[str, ...]) -> bool:
    """Whether these are the first parameters that can be given by position."""
    surface = surface_of(found)
    if tuple(surface.positional[: len(names)]) != names:
        if surface.others and not surface.positional:
            raise UnclearError("it takes any argument")
        return False
    return True


@functools.cache
def surface_of(found: object) -> Surface:
    """The parameters of a function, method or class. Raises UnclearError if they cannot be read."""
    surface = Surface()
    if isinstance(found, type) and (model := fields(found)) is not None:
        surface.annotations |= model
        surface.others = model_extra_allowed(found)
    for signature, module in _signatures(found):
        for parameter in signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                _unpack(parameter, module, surface)
            elif parameter.name not in {"self", "cls"} and parameter.kind is not parameter.VAR_POSITIONAL:
                surface.annotations.setdefault(parameter.name, resolve(parameter.annotation, module))
                if parameter.kind is not parameter.KEYWORD_ONLY and parameter.name not in surface.positional:
                    surface.positional.append(parameter.name)
        if isinstance(found, type) and fields(found) is not None:
            surface.others = model_extra_allowed(found)
    return surface


def _signatures(found: object) -> Iterator[tuple[inspect.Signature, str]]:
    """The signature of a callable; for a class, those of its bases too as long as one hands on what it is given."""
    module = getattr(inspect.unwrap(found) if callable(found) else found, "__module__", None) or ""
    try:
        signature = inspect.signature(found)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise UnclearError("its signature cannot be read") from error
    yield signature, module
    if isinstance(found, type):
        for each in found.__mro__[:-1]:
            if "__init__" in vars(each):
                signature = inspect.signature(each.__init__)  # type: ignore[misc]
                yield signature, each.__module__
                if not any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values()):
                    return


def _unpack(parameter: inspect.Parameter, module: str, surface: Surface) -> None:
    annotation = resolve(parameter.annotation, module)
    unpacked = [fields(each) for each in typing.get_args(annotation) if fields(each) is not None]
    surface.others = surface.others or not unpacked
    for each in unpacked:
        surface.annotations |= each or {}


def _holds(annotation: object, path: str) -> bool:
    first, _, rest = path.partition(".")
    unclear = False
    for kind in alternatives(annotation):
        if takes_anything(kind):
            unclear = True
            continue
        inner = fields(kind)
        if inner is None and isinstance(kind, type) and kind.__module__ != "builtins":
            try:
                surface = surface_of(kind)
            except UnclearError:
                continue
            inner, unclear = surface.annotations, unclear or surface.others
        if inner and first in inner and (not rest or _holds(inner[first], rest)):
            return True
    if unclear:
        raise UnclearError("what it holds is not said")
    return False
