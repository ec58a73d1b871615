"""The fix that says how often an SDK tries again by itself."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import add_keyword, replace_expression
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.module import Module
from llmlint.index.values import Result
from llmlint.patterns import regex
from llmlint.rulebook.sdk_model import SettingTable
from llmlint.sites.callsite import CallSite

COUNT = regex(r"(max|num)_retries")
"""What takes a number. The other parameters take an object."""


def set_retries(site: CallSite, retries: int) -> Fix | None:
    """Build the client for this many tries after the first, or say so in the call where only that takes it.

    None where it is no keyword of its own, is given by an expression, or a derived client decides.
    """
    surface = site.match.surface
    root, client = surface.root, surface.client
    if len(site.matches) > 1 or surface.derived or site.reference is not None:
        return None
    if client is not None and client.settings.paths("retries"):
        if not isinstance(root, Result) or root.call is None or root.module is None:
            return None
        return _set(root.module, root.call, client.settings, retries)
    return _set(site.module, site.node, site.match.operation.settings, retries)


def _set(module: Module, call: ast.Call, table: SettingTable, retries: int) -> Fix | None:
    paths = table.paths("retries")
    if not paths or COUNT.fullmatch(paths[0]) is None:
        return None
    number = str(retries + (table.retries_unit == "attempts"))
    given = next((keyword.value for keyword in call.keywords if keyword.arg == paths[0]), None)
    if given is None:
        return add_keyword(module, call, paths[0], number)
    if not isinstance(given, ast.Constant):
        return None
    return replace_expression(module, given, number, Applicability.UNSAFE, f"Set {paths[0]}={number}")
