"""Memories of frameworks that keep every turn, given to a chain that sends them whole."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.checks import stored_memory
from llmlint.checks.loops import while_around
from llmlint.index.tree import (
    FUNCTIONS,
    ancestors,
    block_of,
    class_of,
    head_of,
    last_name,
    named_function_of,
    nodes_in,
    scope_of,
)
from llmlint.index.values import Result, alternatives, dotted
from llmlint.records import record
from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.sites.kept_in_session import kept
from llmlint.sites.outward import ways_out

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.sites.callsite import CallSite

MAKING = frozenset({"__init__", "__post_init__"})
RERUN = frozenset({"streamlit"})  # what runs the whole module anew for every turn


@record
class Memory:
    """A memory that keeps all turns: the call that builds it, and how the call of the chain spells it."""

    built: ast.Call
    spelled: str


def memory(site: CallSite) -> Memory | None:
    """The memory that keeps every turn of the chain which a site calls, where it lives longer than one turn."""
    func = site.reference or site.node.func
    for chain in (func.value, func) if isinstance(func, ast.Attribute) else (func,):
        handing = stored_memory.handed(site, chain)
        if handing is not None and not _sliced(site.module):
            return Memory(handing, ast.unparse(handing.func))
        for given, built in _memories(site, chain):
            if _outlives(site, chain, built) or _outlives(site, given, built) or stored_memory.keeps(site, built):
                module = scope_of(built).module
                if not any(_sliced(one) for one in (site.module, module)) and not _emptied(site):
                    return Memory(built, ast.unparse(built.func))
    return None


def _memories(site: CallSite, chain: ast.expr) -> Iterator[tuple[ast.expr, ast.Call]]:
    ev = site.project.evaluator
    for option in alternatives(ev.evaluate(chain)):
        keywords = option.call.keywords if isinstance(option, Result) and option.call is not None else []
        for keyword in keywords:
            for value in alternatives(ev.evaluate(keyword.value, option.frame)) if keyword.arg == "memory" else ():  # type: ignore[attr-defined]
                if isinstance(value, Result) and value.call is not None and _keeps_all(dotted(value.callee)):
                    yield keyword.value, value.call


def _keeps_all(path: str) -> bool:
    name = sdk_for_root(path) if path else None
    sdk = load_sdk(name) if name is not None else None
    return sdk is not None and sdk.canonical(path) in sdk.histories


def _outlives(site: CallSite, holder: ast.expr, built: ast.Call) -> bool:
    """Whether an object that holds the memory is used again by the next turn, and not built for each."""
    if kept(site.project.evaluator, holder) is not None:
        return True
    root = head_of(holder)
    if root is None:
        return False
    if root.id == "self" and root is not holder:
        return _kept_on_object(site, holder, built)
    scope = scope_of(root).lookup(root.id)
    if scope is None:
        return False
    loop = while_around(site.node)
    if loop is not None and scope_of(root) is scope and loop not in list(ancestors(built)):
        return not any(loop in list(ancestors(binding.node)) for binding in scope.bindings.get(root.id, ()))
    inner = named_function_of(root)
    return scope.kind == "module" and inner is not None and not _rerun(scope.module)


def _kept_on_object(site: CallSite, holder: ast.expr, built: ast.Call) -> bool:
    """Whether the object's attribute is set when it is made or started, and by nothing that leads to the call."""
    maker, owner = named_function_of(built), class_of(site.function) if site.function is not None else None
    if maker is None or maker is site.function:
        return False
    if maker.name in MAKING:
        return True
    name = ast.unparse(holder).split(".")[1]
    methods = [node for node in owner.body if isinstance(node, FUNCTIONS)] if owner is not None else []
    setting = {method.name for method in methods if _sets(method, name)} - MAKING
    if owner is None or not setting or not any(method is maker for method in methods):
        return False
    for _ in methods:
        more = {method.name for method in methods if _runs(method, {*setting, maker.name})}
        if more <= setting:
            break
        setting |= more
    leading = [named_function_of(place) for place, _ in ways_out(site.project, site.node)]
    within = {one.name for one in leading if one is not None and class_of(one) is owner}
    return within.isdisjoint({*setting, maker.name})


def _sets(method: ast.AST, name: str) -> bool:
    """Whether a method sets an attribute of its object to more than a constant."""
    return any(
        isinstance(node, (ast.Assign, ast.AnnAssign))
        and not isinstance(node.value, (ast.Constant, type(None)))
        and any(
            isinstance(target, ast.Attribute) and target.attr == name
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        )
        for node in nodes_in(method)
    )


def _runs(method: ast.AST, names: set[str]) -> bool:
    """Whether a method calls another of these names."""
    return any(isinstance(node, ast.Call) and last_name(node.func) in names for node in nodes_in(method))


def _rerun(module: Module) -> bool:
    names = (a.name if isinstance(s, ast.Import) else s.module or "" for s in module.imports for a in s.names)
    return any(name.partition(".")[0] in RERUN for name in names)


def _emptied(site: CallSite) -> bool:
    """Whether a memory is cleared each time before the call."""
    own = (call for call in site.module.calls.get("clear", ()) if named_function_of(call) is site.function)
    return any(block_of(site.node).within(block_of(call)) for call in own if "memory" in ast.unparse(call.func).lower())


def _sliced(module: Module) -> bool:
    """Whether the messages of a memory are cut somewhere: `memory.chat_memory.messages[-10:]`, `….messages.pop(0)`."""
    return any(_is_messages(cut) for node in ast.walk(module.tree) if (cut := _cut(node)) is not None)


def _cut(node: ast.AST) -> ast.expr | None:
    """What is sliced, or loses an item."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return node.value
    func = node.func if isinstance(node, ast.Call) else None
    return func.value if isinstance(func, ast.Attribute) and func.attr in ("pop", "popleft", "remove") else None


def _is_messages(node: ast.expr) -> bool:
    spelled = ast.unparse(node)
    return any(word in spelled for word in ("messages", "chat_memory", "buffer", "history"))
