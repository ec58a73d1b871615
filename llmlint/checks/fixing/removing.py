"""Taking a parameter out of a call, and what to say of the option that held its value."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import remove_keyword
from llmlint.checks.fixing.orphans import orphan
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.module import Module
from llmlint.sites.callsite import CallSite


def removal(site: CallSite, parameter: str, applicability: Applicability) -> Fix | None:
    """Take a parameter out of the call; none where an option would be left that sets nothing any more."""
    return removed_from(site.module, site.node, parameter, applicability) if site.reference is None else None


def removed_from(module: Module, call: ast.Call, parameter: str, applicability: Applicability) -> Fix | None:
    """The same for any call, as of a constructor."""
    if orphan(module, call, parameter):
        return None
    return remove_keyword(module, call, parameter, applicability)


def leaving(site: CallSite, parameter: str) -> str:
    """What to say of an option that would be left so: a clause for the help, or nothing."""
    left = orphan(site.module, site.node, parameter) if site.reference is None else ""
    return f"; nothing else in this file reads `{left}`, so decide what becomes of that, too" if left else ""
