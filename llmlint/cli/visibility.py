"""Which findings a person is shown, and which count for the exit status."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from llmlint.config.load import ConfigResolver
from llmlint.config.model import Config, Overrides
from llmlint.diagnostics import Diagnostic, Severity
from llmlint.rulebook.rules import Rulebook


class Visibility:
    """Judges findings by the configuration of the file they are in."""

    def __init__(self, resolver: ConfigResolver, overrides: Overrides, rulebook: Rulebook) -> None:
        self._config_for = cache(resolver.for_file)
        self._rulebook = rulebook
        selectors = (*(overrides.select or ()), *overrides.extend_select)
        self._asked_for = {name for selector in selectors for name in rulebook.expand(selector)}

    def shown(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings without the advice that nobody asked for.

        Findings of severity info are asked for by --fail-on info, by selecting their rule on the command line, or by
        selecting it by name or code in the configuration.
        """
        return [diagnostic for diagnostic in diagnostics if self._is_shown(diagnostic)]

    def any_failing(self, diagnostics: Iterable[Diagnostic]) -> bool:
        """Whether one of the findings is bad enough for exit status 1."""
        return any(
            diagnostic.severity.rank >= self._config_for(diagnostic.location.path).fail_on.rank
            for diagnostic in diagnostics
        )

    def _is_shown(self, diagnostic: Diagnostic) -> bool:
        if diagnostic.severity is not Severity.INFO or diagnostic.name in self._asked_for:
            return True
        config = self._config_for(diagnostic.location.path)
        return config.fail_on is Severity.INFO or diagnostic.name in self._named(config)

    def _named(self, config: Config) -> set[str]:
        selectors = (*(config.select or ()), *config.extend_select)
        return {self._rulebook.rule(selector).name for selector in selectors if self._rulebook.names.is_exact(selector)}
