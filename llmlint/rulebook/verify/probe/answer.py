"""Why a question cannot be answered with yes or no."""

from __future__ import annotations


class MissingError(Exception):
    """There is no such thing in the package."""


class UnclearError(Exception):
    """The package does not tell; the text says why."""


class NotInstalledError(UnclearError):
    """The name belongs to a package that is not in this environment."""


class OutOfSightError(UnclearError):
    """It lies behind an annotation that cannot be read; something else of the same kind may show it."""
