"""Immutable records that cost next to nothing to define.

A frozen `dataclasses.dataclass` writes and compiles up to seven methods for each class when it is imported, and there
are so many classes that this takes a quarter of a short run. These have the constructor (and for a `record`, the
comparison) written when the first object is made. That nothing assigns to a field afterwards is the type checker's
to see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

_unwritten: dict[type, Callable[[], None]] = {}


def _deferred(cls: Any, **options: bool) -> Any:
    """The class with slots for its fields, which gets what `dataclass` adds once the first object is made."""
    fields = cls.__annotations__
    own = {name: value for name, value in vars(cls).items() if name not in {*fields, "__dict__", "__weakref__"}}
    before = set(vars(cls))

    def write() -> None:
        dataclass(repr=False, **options)(cls)
        for name in vars(cls).keys() - before:
            setattr(slotted, name, vars(cls)[name])

    def first(self: object, *given: object, **named: object) -> None:
        for each in reversed(slotted.__mro__):
            if each in _unwritten:
                _unwritten.pop(each)()
        slotted.__init__(self, *given, **named)

    slotted = type(cls)(cls.__name__, cls.__bases__, {**own, "__slots__": tuple(fields), "__init__": first})
    _unwritten[slotted] = write
    return slotted


if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def record(cls: type[T]) -> type[T]:
        """A class of slots whose objects are equal when their fields are."""

    @dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
    def entity(cls: type[T]) -> type[T]:
        """A class of slots whose objects are equal to nothing but themselves."""
else:
    record = partial(_deferred, unsafe_hash=True)
    entity = partial(_deferred, eq=False)
