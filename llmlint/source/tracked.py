"""What git keeps of a repository: the files that it tracks, whatever its ignore files say of them."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

_HEAD = struct.Struct(">4sII")
_NAME = 62  # where the name begins in an entry: behind times, mode, size, object name and flags
_EXTENDED = 0x4000
_WORKTREE = "gitdir: "


class Tracked:
    """The tracked files of the repository whose top is `directory`, read from its index when first asked for."""

    def __init__(self, directory: str) -> None:
        self._prefix = directory.rstrip("/") + "/"
        self._data: bytes | None = None
        self._files: frozenset[bytes] | None = None
        self._folders: frozenset[bytes] = frozenset()

    def holds(self, path: str, is_directory: bool) -> bool:
        """Whether git tracks the file at this absolute path, or any file below the directory."""
        if self._data is None:
            self._data = _index(self._prefix)
        name = os.fsencode(path[len(self._prefix) :])
        if name.rpartition(b"/")[2] not in self._data:
            return False  # no version of the format shortens the last step of a path that is the first to have it
        if self._files is None:
            self._files = frozenset(_names(self._data))
            self._folders = frozenset(folder for file in self._files for folder in _above(file))
        return name in (self._folders if is_directory else self._files)


def _above(file: bytes) -> Iterator[bytes]:
    while b"/" in file:
        file = file.rpartition(b"/")[0]
        yield file


def _index(top: str) -> bytes:
    """The index of the repository, empty where there is none that can be read."""
    git = f"{top}.git"
    try:
        if os.path.isfile(git):  # the checkout is a worktree or a submodule of another repository
            with open(git, encoding="utf-8", errors="surrogateescape") as file:
                git = os.path.join(top, file.read().removeprefix(_WORKTREE).strip())
        with open(os.path.join(git, "index"), "rb") as data:
            return data.read()
    except OSError:
        return b""


def _names(data: bytes) -> Iterator[bytes]:
    """The paths in an index of git (versions 2 to 4); none where it is of another kind."""
    if len(data) < _HEAD.size:
        return
    mark, version, count = _HEAD.unpack_from(data)
    if mark != b"DIRC" or version not in (2, 3, 4):
        return
    at, name = _HEAD.size, b""
    for _ in range(count):
        start = at + _NAME
        if start > len(data):
            return
        start += 2 if data[start - 2] << 8 & _EXTENDED else 0
        kept = 0
        if version == 4:
            cut, start = _number(data, start)
            kept = len(name) - cut
        end = data.find(b"\0", start)
        if end < 0 or kept < 0:
            return
        name = name[:kept] + data[start:end]
        yield name
        at = end + 1 if version == 4 else at + ((end - at) // 8 + 1) * 8


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length at a place, and where it ends."""
    value = data[at] & 127
    while data[at] & 128:
        at += 1
        value = (value + 1 << 7) | (data[at] & 127)
    return value, at + 1
