"""Where the rule files are."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from llmlint.rulebook.table import RulebookError

if TYPE_CHECKING:
    from pathlib import Path


@cache
def rules_dir() -> Path:
    """`rules_path` as a Path. Raises RulebookError."""
    from pathlib import Path

    return Path(rules_path())


@cache
def rules_path() -> str:
    """The folder of rule files: `llmlint/_rules` in a wheel, `rules/` beside the package in a source checkout.

    Without pathlib, whose import costs more than finding all rules. Raises RulebookError if there is no such folder.
    """
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    for candidate in (os.path.join(package, "_rules"), os.path.join(os.path.dirname(package), "rules")):
        # The name "rules" alone proves nothing: beside an installed package, that may be anybody's folder.
        if os.path.isfile(os.path.join(candidate, "renamed.toml")):
            return candidate
    raise RulebookError(
        f"{os.path.join(package, '_rules')}: this installation has no rule files; install llmlint again"
    )
