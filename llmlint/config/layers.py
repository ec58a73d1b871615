"""Configuration files laid over those they extend, with the file that each setting came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from llmlint.config.files import read_table
from llmlint.config.schema import settings
from llmlint.config.source import Key, Source
from llmlint.records import record

_ADDING = frozenset({("extend-select",), ("extend-exclude",), ("rules",)})


@record
class Layers:
    """The settings of a file and of all it extends: value and files by key, such as ("fix", "timeout").

    A value has several files where lists add up. `extends` are the files below, the nearest first.
    """

    values: Mapping[Key, object]
    origins: Mapping[Key, tuple[str, ...]]
    extends: tuple[str, ...] = ()


def read_layers(source: Source, table: Mapping[str, object], below: tuple[str, ...] = ()) -> Layers:
    """The settings of a file, whose table is given, over those of the files it extends.

    `below` holds the files that led here. Raises ConfigError.
    """
    path = source.path
    own = dict(settings(table, source))
    extended = own.pop(("extend",), None)
    if extended is None:
        return Layers(own, dict.fromkeys(own, (path,)))
    base_path = os.path.normpath(os.path.join(os.path.dirname(path), str(extended)))
    chain = (*below, path)
    if any(os.path.realpath(base_path) == os.path.realpath(earlier) for earlier in chain):
        raise source.error(("extend",), f"extends itself in a circle: {' -> '.join((*chain, base_path))}")
    if not os.path.isfile(base_path):
        raise source.error(("extend",), f"there is no file {base_path}")
    base = read_layers(replace(source, path=base_path), read_table(base_path), chain)
    values, origins = dict(base.values), dict(base.origins)
    for key, value in own.items():
        if key in _ADDING and key in values:
            values[key] = _joined(values[key], value)
            origins[key] = (*origins[key], path)
        else:
            values[key] = value
            origins[key] = (path,)
    return Layers(values, origins, (base_path, *base.extends))


def _joined(base: object, own: object) -> tuple[object, ...]:
    assert isinstance(base, tuple)
    assert isinstance(own, tuple)
    return (*base, *own)
