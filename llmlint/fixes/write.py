"""Writing a file so that it holds either the old bytes or the new ones at every moment."""

from __future__ import annotations

import os
import stat
from contextlib import suppress


class FileChangedError(OSError):
    """The file is no longer what was read; writing would lose somebody's change."""


def write_atomically(path: str, data: bytes, *, old: bytes) -> None:
    """Replaces a file's content `old` by `data`; mode and owner stay, a symbolic link stays one.

    On any `OSError` (`PermissionError` for a read-only file or one whose owner cannot be kept, `FileChangedError`, a
    full disk, ...) the file is as it was and nothing is left beside it. Other hard links keep the old content.
    """
    import tempfile

    target = os.path.realpath(path)
    before = os.stat(target)
    if not stat.S_ISREG(before.st_mode):
        raise OSError("not a regular file")
    if not os.access(target, os.W_OK) or not before.st_mode & 0o222:
        raise PermissionError("the file is read-only")
    descriptor, temporary = tempfile.mkstemp(prefix=".llmlint-", suffix=".tmp", dir=os.path.dirname(target))
    try:
        try:
            _keep_owner_and_mode(descriptor, temporary, before)
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with open(target, "rb") as file:
            if file.read() != old:
                raise FileChangedError("the file has changed since it was read")
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_directory(os.path.dirname(target))


def _keep_owner_and_mode(descriptor: int, temporary: str, before: os.stat_result) -> None:
    now = os.fstat(descriptor)
    if hasattr(os, "fchown") and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        os.fchown(descriptor, before.st_uid, before.st_gid)
    os.chmod(temporary, stat.S_IMODE(before.st_mode))


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _sync_directory(path: str) -> None:
    # The rename is done; where a directory cannot be synced (Windows, some network drives) nothing is lost but time.
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
