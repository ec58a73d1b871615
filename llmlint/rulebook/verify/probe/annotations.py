"""What an annotation says: its text made to types, and the fields of the types."""

from __future__ import annotations

import collections.abc
import dataclasses
import inspect
import types
import typing
from collections.abc import Iterator, Mapping

from llmlint.rulebook.verify.probe.hidden import names_in

_MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
_AWAITABLES = (collections.abc.Awaitable, collections.abc.Coroutine)
_QUALIFIERS = {"ClassVar", "Final", "NotRequired", "ReadOnly", "Required"}


def resolve(annotation: object, module: str) -> object:
    """The type behind an annotation that stands in this module, or the text itself where a name in it is unknown."""
    if not isinstance(annotation, (str, typing.ForwardRef)):
        return annotation
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    try:
        return typing.get_type_hints(holder, names_in(module), include_extras=True)["it"]
    except Exception:
        return annotation


def alternatives(annotation: object, module: str = "typing") -> Iterator[object]:
    """The types that a value of this annotation can have, without None; what a wrapper holds instead of the wrapper."""
    annotation = resolve(annotation, module)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        for each in arguments:
            yield from alternatives(each, module)
    elif origin is typing.Annotated:
        yield from alternatives(arguments[0], module)
    elif arguments and (origin in _AWAITABLES or str(origin).rpartition(".")[2] in _QUALIFIERS):
        yield from alternatives(arguments[-1], module)
    elif isinstance(annotation, typing.NewType) or hasattr(annotation, "__supertype__"):
        yield from alternatives(annotation.__supertype__, module)
    elif hasattr(annotation, "__value__"):
        yield from alternatives(annotation.__value__, getattr(annotation, "__module__", module))
    elif annotation is not type(None):
        yield origin if isinstance(origin, type) else annotation


def takes_anything(kind: object) -> bool:
    """Whether nothing can be said of the keys and attributes of such a value."""
    if kind is inspect.Parameter.empty or isinstance(kind, (str, typing.TypeVar, typing.ForwardRef)):
        return True
    return kind in (typing.Any, object, *_MAPPINGS) or typing.get_origin(kind) in _MAPPINGS


def fields(kind: object) -> Mapping[str, object] | None:
    """The fields of a pydantic model, typed dictionary, dataclass or record by name and alias; None for other types."""
    if not isinstance(kind, type):
        return None
    models = getattr(kind, "model_fields", None) or getattr(kind, "__fields__", None)
    if isinstance(models, Mapping):
        return {name: field for key, info in models.items() for name, field in _model_field(key, info)}
    if dataclasses.is_dataclass(kind) or typing.is_typeddict(kind) or hasattr(kind, "__total__"):
        return _annotated(kind)
    return None


def _model_field(key: str, info: object) -> Iterator[tuple[str, object]]:
    annotation = getattr(info, "annotation", None) or getattr(info, "outer_type_", typing.Any)
    yield key, annotation
    for alias in (getattr(info, "alias", None), getattr(info, "validation_alias", None)):
        for choice in getattr(alias, "choices", [alias]):
            if isinstance(choice, str):
                yield choice, annotation


def _annotated(kind: type) -> dict[str, object]:
    found: dict[str, object] = {}
    # A typed dictionary forgets its bases but keeps their annotations.
    for each in reversed(kind.__mro__):
        for name, annotation in inspect.get_annotations(each).items():
            found[name] = next(alternatives(annotation, each.__module__), typing.Any)
    return found


def model_extra_allowed(kind: type) -> bool:
    """Whether a pydantic model takes further fields as they come."""
    config = getattr(kind, "model_config", None)
    return isinstance(config, Mapping) and config.get("extra") == "allow"


def classes(annotation: object, module: str) -> tuple[type, ...]:
    """The classes among the alternatives; none where the annotation does not say."""
    return tuple(
        each for each in alternatives(annotation, module) if isinstance(each, type) and not takes_anything(each)
    )
