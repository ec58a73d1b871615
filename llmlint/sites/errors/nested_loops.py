"""Nested loops: programs in which a function that runs the event loop lets the other tasks of it go on meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.index.values import alternatives, dotted
from llmlint.rulebook.running import load_running

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite


def loop_goes_on(site: CallSite) -> bool:
    """Whether the program of a call has the event loop go on within what runs it: `nest_asyncio.apply()`.

    A notebook is a program by itself, and does it for no other.
    """
    if _nests(site.module):
        return True
    for package in sorted({path.partition(".")[0] for path in load_running().nesting}):
        for path in site.project.files.mentioning(package):
            module = site.project.module(path)
            if module is not None and module.source.cells is None and _nests(module):
                return True
    return False


def _nests(module: Module) -> bool:
    nesting = load_running().nesting
    for name in sorted({path.rpartition(".")[2] for path in nesting}):
        for call in module.calls.get(name, ()):
            if any(dotted(option) in nesting for option in alternatives(module.evaluator.evaluate(call.func))):
                return True
    return False
