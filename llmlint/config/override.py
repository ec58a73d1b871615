"""Lays the settings of the command line over a configuration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from llmlint.config.model import Config, Overrides
from llmlint.rulebook.rules import Rulebook


def apply_overrides(config: Config, overrides: Overrides, rulebook: Rulebook) -> Config:
    """The configuration with the command line's settings on top.

    `--select` replaces the configuration's whole choice of rules. `--extend-select` and `--ignore` change it, and win
    over any of its selectors; `--fix-only` wins over `unfixable` likewise. Raises ConfigError for an unknown selector.
    """
    if overrides.select is not None:
        select: tuple[str, ...] | None = overrides.select
        extend, ignore = overrides.extend_select, overrides.ignore
    else:
        select = None if config.select is None else _without(config.select, overrides.ignore, rulebook)
        extend = (*_without(config.extend_select, overrides.ignore, rulebook), *overrides.extend_select)
        ignore = (*_without(config.ignore, overrides.extend_select, rulebook), *overrides.ignore)
    rulebook.select(select, extend, ignore)
    only = overrides.fix_only
    return replace(
        config,
        select=select,
        extend_select=extend,
        ignore=ignore,
        fixable=(*config.fixable, *only),
        unfixable=_without(config.unfixable, only, rulebook),
        profile=overrides.profile or config.profile,
        strict=config.strict if overrides.strict is None else overrides.strict,
        today=overrides.today or config.today,
        fail_on=overrides.fail_on or config.fail_on,
    )


def _without(selectors: Iterable[str], stronger: Iterable[str], rulebook: Rulebook) -> tuple[str, ...]:
    # The selectors form a tree, so one that is not wholly covered by a stronger one is wider than it, or apart from
    # it; then the more specific one wins anyhow.
    covered = {name for selector in stronger for name in rulebook.expand(selector)}
    return tuple(selector for selector in selectors if not covered.issuperset(rulebook.expand(selector)))
