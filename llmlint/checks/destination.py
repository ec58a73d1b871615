"""Whether it is known which model a call reaches, and where."""

from __future__ import annotations

from llmlint.index.values import Const, Result, Symbol, Template, Unknown, Value, alternatives, text_of
from llmlint.sites.callsite import CallSite, State


def names_its_model(site: CallSite) -> bool:
    """Whether every id that can reach the call is written in the code: one from outside may be of any model."""
    setting = site.setting("model")
    if setting.state is not State.PRESENT or setting.value is None:
        return False
    return all(text_of(option) for option in alternatives(setting.value))


def knows_its_host(site: CallSite) -> bool:
    """Whether every client that can make the call is built in sight, for an address that is written in the code."""
    if site.confidence != "resolved":
        return False
    if site.via == "direct":
        callees = alternatives(site.project.evaluator.evaluate(site.node.func))
        if any(isinstance(callee, Unknown) for callee in callees):
            return False
    for match in site.matches:
        root = match.surface.root
        if not isinstance(root, Symbol) and not (isinstance(root, Result) and root.call is not None):
            return False
    address = site.setting("base-url")
    return address.state is State.ABSENT or _is_written(address.value)


def has_open_address(site: CallSite) -> bool:
    """Whether it is said where the call goes, but not by the code; Azure's addresses are all Azure's."""
    if site.via == "http":
        url = site.node.args[0] if site.node.args else None
        value = site.project.evaluator.evaluate(url) if url is not None else None
        return isinstance(value, Template) and value.parts[0] is None
    classes = [name for match in site.matches if match.surface.client for name in match.surface.client.classes]
    if any("Azure" in name for name in classes):
        return False
    address = site.setting("base-url")
    return address.state is not State.ABSENT and not _is_written(address.value)


def _is_written(value: Value | None) -> bool:
    return value is not None and all(isinstance(option, Const) for option in alternatives(value))
