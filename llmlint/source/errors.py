"""The reason why a path could not be looked at."""

from __future__ import annotations

from llmlint.records import record


@record
class SourceError:
    """A path that could not be walked or read; collected and reported, never raised.

    `message` is a predicate for the path, without a full stop: "does not exist".
    """

    path: str
    message: str


def from_os_error(path: str, error: OSError) -> SourceError:
    """The operating system's refusal in plain words."""
    if isinstance(error, FileNotFoundError):
        return SourceError(path, "does not exist")
    if isinstance(error, PermissionError):
        return SourceError(path, "cannot be read: permission denied")
    return SourceError(path, f"cannot be read: {(error.strerror or 'the operating system refused').lower()}")
