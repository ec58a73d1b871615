"""Ambient models: what a framework's objects ask where they are not given one, set once for the whole program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_test
from llmlint.index.tree import parent
from llmlint.index.values import Mapping, Member, Result, Unknown, Value, alternatives, dotted

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import Ambient
    from llmlint.sites.recognition.surface import Surface

SurfaceOf = Callable[["Evaluator", Value], "Surface | None"]


def on_model(ev: Evaluator, surface: Surface, callee: Value, surface_of: SurfaceOf) -> Surface | None:
    """The surface with the model that answers as its client; None where that is not told in one place."""
    root = surface.root
    if surface.client is None or not isinstance(root, Result) or root.module is None:
        return None
    for ambient in surface.sdk.ambients:
        if not set(surface.client.classes) & set(ambient.clients):
            continue
        own = list(_given(ev, callee, ambient))
        found = [surface_of(ev, value) for value in own or _set(ev, ambient, surface, root.module)]
        if len(found) == 1 and found[0] is not None and not found[0].path:
            model = found[0]
            if own or model.sdk is surface.sdk:
                return replace(surface, client=model.client, root=model.root, derived=model.derived)
    return None


def _given(ev: Evaluator, callee: Value, ambient: Ambient) -> Iterator[Value]:
    """What the calls that lead to the operation give as the model, or may give."""
    while isinstance(callee, (Member, Result)):
        if isinstance(callee, Result):
            yield from _among(ev, callee, ambient, 0)
        callee = callee.base if isinstance(callee, Member) else callee.callee


def _among(ev: Evaluator, made: Result, ambient: Ambient, depth: int) -> Iterator[Value]:
    """The model among the arguments of a call, or of those that made one of its arguments."""
    for keyword in made.call.keywords if made.call is not None else ():
        if keyword.arg is None:
            yield from _spread(ev.evaluate(keyword.value, made.frame), ambient)
        elif keyword.arg == ambient.argument or keyword.arg in ambient.also:
            yield from alternatives(ev.evaluate(keyword.value, made.frame))
        elif keyword.arg in ambient.within and depth < len(ambient.within):
            for option in alternatives(ev.evaluate(keyword.value, made.frame)):
                if isinstance(option, Result):
                    yield from _among(ev, option, ambient, depth + 1)
                elif isinstance(option, Unknown):
                    yield option


def _spread(given: Value, ambient: Ambient) -> Iterator[Value]:
    """The model in a mapping that is spread into a call; what is not known of it may be one."""
    for option in alternatives(given):
        if not isinstance(option, Mapping):
            yield option
            continue
        entries = [option.entries[name] for name in (ambient.argument, *ambient.also) if name in option.entries]
        for entry in entries:
            yield from alternatives(entry.value)
        if option.open is not None and not entries:
            yield Unknown(option.open)


def _set(ev: Evaluator, ambient: Ambient, surface: Surface, module: Module) -> list[Value]:
    """What the model is set to: in the module, else in the whole program."""
    here = _set_in(ev, ambient, surface, module)
    if here or module.source.cells is not None:
        return here
    return ev.searched(f"ambient {ambient.argument}", module.tree, lambda: _anywhere(ev, ambient, surface))


def _anywhere(ev: Evaluator, ambient: Ambient, surface: Surface) -> list[Value]:
    endings = [f".{name.rpartition('.')[2]}" for name in (*ambient.attributes, *ambient.functions)]
    paths = {path for ending in endings for path in ev.project.files.spelling(ending.encode())}
    modules = [module for path in sorted(paths) if (module := ev.project.module(path)) is not None]
    programs = (module for module in modules if module.source.cells is None and not is_test(module))
    return [value for module in programs for value in _set_in(ev, ambient, surface, module)]


def _set_in(ev: Evaluator, ambient: Ambient, surface: Surface, module: Module) -> list[Value]:
    found: list[ast.expr] = []
    for name in ambient.attributes:
        owner, _, last = name.rpartition(".")
        for store in module.attribute_stores.get(last, ()):
            statement = parent(store)
            if isinstance(statement, ast.Assign) and _is(ev, surface, store.value, owner):
                found.append(statement.value)
    for name in ambient.functions:
        for call in module.calls.get(name.rpartition(".")[2], ()):
            if _is(ev, surface, call.func, name):
                found += [keyword.value for keyword in call.keywords if keyword.arg == ambient.argument]
    return [option for value in found for option in alternatives(ev.evaluate(value))]


def _is(ev: Evaluator, surface: Surface, node: ast.expr, name: str) -> bool:
    return any(surface.sdk.canonical(dotted(option)) == name for option in alternatives(ev.evaluate(node)))
