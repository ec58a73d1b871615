"""Colours, where there are any."""

from __future__ import annotations

from llmlint.diagnostics import Severity
from llmlint.records import record

_SEVERITIES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


@record
class Palette:
    """Paints text for a terminal, or leaves it as it is."""

    enabled: bool = False

    def bold(self, text: str) -> str:
        """What a line is about."""
        return self._paint("1", text)

    def dim(self, text: str) -> str:
        """What may be overlooked."""
        return self._paint("2", text)

    def label(self, text: str) -> str:
        """The word that says what follows."""
        return self._paint("36", text)

    def good(self, text: str) -> str:
        """All is well."""
        return self._paint("32", text)

    def bad(self, text: str) -> str:
        """Something is missing."""
        return self._paint("31", text)

    def unsure(self, text: str) -> str:
        """Nobody knows."""
        return self._paint("33", text)

    def severity(self, severity: Severity, text: str) -> str:
        """The colour of a severity."""
        return self._paint(_SEVERITIES[severity], text)

    def _paint(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.enabled and text else text
