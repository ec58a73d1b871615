"""Immutable records that cost little to define.

A frozen `dataclasses.dataclass` writes and compiles up to seven methods for each class when it is imported, which adds
up to a tenth of a second on every run. These write a constructor (and for a `record`, the comparison). That nothing
assigns to a field afterwards is the type checker's to see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def record(cls: type[T]) -> type[T]:
        """A class of slots whose objects are equal when their fields are."""

    @dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
    def entity(cls: type[T]) -> type[T]:
        """A class of slots whose objects are equal to nothing but themselves."""
else:
    record = partial(dataclass, slots=True, repr=False, unsafe_hash=True)
    entity = partial(dataclass, slots=True, repr=False, eq=False)
