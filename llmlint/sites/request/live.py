"""Live answers: requests that look something up while they are answered."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.values import Mapping, Result, Sequence, Value, alternatives, is_none, text_of
from llmlint.rulebook.families import load_family
from llmlint.rulebook.searching import load_searching

if TYPE_CHECKING:
    from llmlint.sites.callsite import CallSite

MAX_DEPTH = 4


def looks_up(site: CallSite) -> bool:
    """Whether a tool, a parameter or the model of a request may look something up, on the web for one."""
    known = load_searching()
    if any(load_family("searching").holds(model) for model in site.models):
        return True
    if any(name in known.parameters for name in _parameters(site)):
        return True
    tools = site.setting("tools").value
    return tools is not None and any(known.is_tool(name) for name in _names(tools, 0))


def _parameters(site: CallSite) -> Iterator[str]:
    """What is given to the call, or put into the body that it is given, unless it is None or false."""
    for keyword in site.node.keywords:
        if keyword.arg and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value):
            yield keyword.arg
    extra = site.setting("extra").value
    for option in alternatives(extra) if extra is not None else ():
        for name, entry in option.entries.items() if isinstance(option, Mapping) else ():
            if not all(is_none(each) or getattr(each, "value", True) is False for each in alternatives(entry.value)):
                yield str(name)


def _names(value: Value, depth: int) -> Iterator[str]:
    """The names and types of tools: keys, texts, and keywords of constructors."""
    for option in alternatives(value) if depth < MAX_DEPTH else ():
        text = text_of(option)
        if text is not None:
            yield text
        elif isinstance(option, Sequence):
            yield from (name for item in option.items for name in _names(item, depth + 1))
        elif isinstance(option, Mapping):
            yield from (str(key) for key in option.entries)
            kind = option.entries.get("type")
            yield from _names(kind.value, depth + 1) if kind is not None else ()
        elif isinstance(option, Result) and option.call is not None:
            yield from (keyword.arg for keyword in option.call.keywords if keyword.arg)
            yield ast.unparse(option.call.func).rpartition(".")[2]
