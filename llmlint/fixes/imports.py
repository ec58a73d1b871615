"""Where an import goes among those that a file has: into one of the same module, else into its section, in order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from llmlint.records import record

_Item = TypeVar("_Item")
_Key = tuple[int, str]


@record
class ImportLine:
    """One import statement, number `index` of the file. `names` is empty for `import module`."""

    index: int
    module: str
    names: tuple[str, ...] = ()
    plain: bool = True  # a `from` import without a star: a name can be added to it

    @property
    def section(self) -> int:
        """0 for `__future__`, 1 for the standard library, 2 for what is installed, 3 for relative imports."""
        root = self.module.partition(".")[0]
        return 0 if root == "__future__" else 3 if not root else 1 if root in sys.stdlib_module_names else 2


@record
class Placement:
    """What to do for a new import.

    `merge` is the statement that takes the name at `position`; otherwise a new statement goes before number `index`.
    It `leads` where it takes the place of the first in that section, blank lines above included; a section of its own
    has a blank line `above` or `below` it, where something stands there.
    """

    merge: int | None = None
    position: int = 0
    index: int = 0
    leads: bool = False
    above: bool = False
    below: bool = False


def placement(lines: Sequence[ImportLine], module: str, name: str) -> Placement | None:
    """Where `import module`, or `from module import name`, goes among at least one import; None if it is there."""
    new = ImportLine(0, module, (name,) if name else ())
    alike = [line for line in lines if line.module == module and bool(line.names) == bool(name)]
    if any(not name or name in line.names for line in alike):
        return None
    for line in alike:
        if line.plain:
            return Placement(merge=line.index, position=_position(line.names, name))
    same = [line for line in lines if line.section == new.section]
    if same:
        key = _order(same)
        follower = next((line for line in same if key(line) > key(new)), None)
        return Placement(index=follower.index, leads=True) if follower else Placement(index=same[-1].index + 1)
    earlier = [line for line in lines if line.section < new.section]
    if earlier:
        return Placement(index=earlier[-1].index + 1, above=True, below=True)
    return Placement(index=lines[0].index, leads=True, below=True)


def _order(lines: Sequence[ImportLine]) -> Callable[[ImportLine], _Key]:
    return _by_module if _is_sorted(lines, _by_module) and not _is_sorted(lines, _by_form) else _by_form


def _by_form(line: ImportLine) -> _Key:
    """`import a` before `from a import b`."""
    return int(bool(line.names)), line.module.lower()


def _by_module(line: ImportLine) -> _Key:
    return 0, line.module.lower()


def _position(names: Sequence[str], name: str) -> int:
    """Where a name goes in the order that the names have; at the end where they have none."""
    for key in (_by_type, _by_letter, _by_character):
        if _is_sorted(names, key):
            return next((place for place, each in enumerate(names) if key(each) > key(name)), len(names))
    return len(names)


def _by_type(name: str) -> _Key:
    """Constants, then classes, then functions: the order of isort."""
    return 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name


def _by_letter(name: str) -> _Key:
    return 0, name.lower()


def _by_character(name: str) -> _Key:
    return 0, name


def _is_sorted(items: Sequence[_Item], key: Callable[[_Item], _Key]) -> bool:
    keys = [key(item) for item in items]
    return all(one <= other for one, other in pairwise(keys))
