"""How messages name the callers that lead to a call."""

from __future__ import annotations

import posixpath

from llmlint.index.callers import Caller
from llmlint.sites.outward import function_name


def caller_name(caller: Caller) -> str:
    """The function that holds a call or, for one at the top level of a module, the file."""
    return function_name(caller.call) or posixpath.basename(caller.module.path)
