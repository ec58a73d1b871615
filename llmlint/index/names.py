"""Names: from a load to the bindings that reach it, and from a binding to its value."""

from __future__ import annotations

import ast
import builtins
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from llmlint.index import (
    activations,
    calls,
    conditions,
    container_state,
    containers,
    narrowing,
    parameters,
    rebound,
    ruled_out,
    text,
    typehints,
)
from llmlint.index.failing_imports import lacks_some
from llmlint.index.reach import made_at, reaching
from llmlint.index.scopes import Binding, Scope
from llmlint.index.tree import block_of, parent, position_of, scope_of
from llmlint.index.values import (
    Class,
    Frame,
    Function,
    ModuleRef,
    Symbol,
    Unknown,
    Value,
    alternatives,
    is_none,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module

BUILTINS = frozenset(dir(builtins))


def name(ev: Evaluator, node: ast.Name, frame: Frame | None) -> Value:
    """The value of a name where it is read."""
    here, owner, local, bindings = read(node)
    if owner is None:
        return _undefined(ev, here.module, node.id)
    if not bindings:
        return Unknown(f"`{node.id}` has no value here yet")
    inner = frame_for(owner, frame)
    if local and inner is not None and len(bindings) > 1:
        block = block_of(node)
        live = [b for b in bindings if conditions.entered(ev, b.block, block, inner) is not False]
        bindings = live or bindings
    value = combine(ev, bindings, inner)
    if any(is_none(option) for option in alternatives(value)) and _is_something(node, owner, bindings, local=local):
        rest = [option for option in alternatives(value) if not is_none(option)]
        value = union(rest) if rest else Unknown(f"`{node.id}` is not None here")
    value = ruled_out.remaining(ev, value, node, bindings, frame)
    if local:
        return container_state.changed(ev, value, node, here, owner, bindings, inner)
    return container_state.changed_elsewhere(ev, value, node.id, owner, frame=inner)


class Read(NamedTuple):
    """Where a name is read, which scope owns it, whether that is in one flow, and the bindings that reach it."""

    here: Scope
    owner: Scope | None
    local: bool
    bindings: list[Binding]


def read(node: ast.Name) -> Read:
    """What a load of a name reads, found once."""
    found: Read | None = node.__dict__.get("read")
    if found is None:
        here = scope_of(node)
        owner = here.lookup(node.id)
        local = owner is not None and flow_scope(here) is flow_scope(owner)
        bindings = reaching(owner, node.id, node, local=local) if owner is not None else []
        found = node.__dict__["read"] = Read(here, owner, local, bindings)
    return found


def _is_something(node: ast.Name, owner: Scope, bindings: list[Binding], *, local: bool) -> bool:
    """Whether a name is not None where it is read; in a function that closes over it also where that was made."""
    if narrowing.excludes_none(node):
        return True
    if local or owner.parent is None:
        return False
    maker = made_at(owner, node)
    settled = all(binding.position < position_of(maker) for binding in bindings)
    return settled and narrowing.excludes_none_at(node.id, maker)


def flow_scope(scope: Scope) -> Scope:
    """The scope whose statements run in order around this one: comprehensions belong to their surroundings."""
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    return scope


def frame_for(owner: Scope, frame: Frame | None) -> Frame | None:
    """The activation, among the frame and those it closes over, that holds the scope's variables."""
    function = flow_scope(owner).node
    while frame is not None and frame.function is not function:
        frame = frame.outer
    return frame


def combine(ev: Evaluator, bindings: list[Binding], frame: Frame | None) -> Value:
    """The union of the bindings' values, with augmented assignments applied in order."""
    plain = [bind for bind in bindings if bind.kind != "augmented"]
    value = (
        union([bound(ev, binding, frame) for binding in plain]) if plain else Unknown("what it grows from is not known")
    )
    for binding in sorted((b for b in bindings if b.kind == "augmented"), key=lambda b: b.position):
        if binding.value is not None:
            value = _augment(ev, value, binding, ev.evaluate(binding.value, frame))
    return value


def _augment(ev: Evaluator, value: Value, binding: Binding, more: Value) -> Value:
    node = binding.node
    if isinstance(node, ast.AugAssign):
        if isinstance(node.op, ast.BitOr):
            return containers.merge(value, more) or Unknown("it is computed at run time")
        if isinstance(node.op, ast.Add):
            return text.add(value, more)
    return Unknown("it is computed at run time")


def module_name(ev: Evaluator, module: Module, wanted: str) -> Value:
    """What a module's attribute is, seen from outside: what its lines leave behind."""
    bindings = module.scope.bindings.get(wanted)
    if bindings is None:
        return _undefined(ev, module, wanted, builtin=False)
    return container_state.changed_elsewhere(ev, combine(ev, rebound.left_behind(bindings), None), wanted, module.scope)


def _undefined(ev: Evaluator, module: Module, wanted: str, *, builtin: bool = True) -> Value:
    for star in module.stars:
        source = ev.project.import_target(module, star.module or "", star.level)
        if isinstance(source, ModuleRef):
            other = ev.project.module(source.path)
            if other is not None and other is not module:
                value = ev.guarded(star, None, partial(module_name, ev, other, wanted), wanted)
                if not isinstance(value, Unknown):
                    return value
        elif isinstance(source, Symbol) and ev.project.is_sdk(source.path) and wanted not in BUILTINS:
            return Symbol(f"{source.path}.{wanted}")
    if builtin and wanted in BUILTINS:
        return Symbol(f"builtins.{wanted}")
    submodule = ev.project.submodule(module, wanted)
    if submodule is None and len(module.stars) == 1 and wanted not in BUILTINS:
        source = ev.project.import_target(module, module.stars[0].module or "", module.stars[0].level)
        if isinstance(source, Symbol):  # nothing else can have brought the name
            return Symbol(f"{source.path}.{wanted}")
    return submodule if submodule is not None else Unknown(f"`{wanted}` is not defined in {module.path}")


def bound(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    """The value that one binding gives its name."""
    handler = _KINDS.get(binding.kind)
    if handler is None:
        return Unknown(f"`{binding.name}` is bound in a way that cannot be followed")
    value = handler(ev, binding, frame)
    if binding.annotation is not None and isinstance(value, Unknown) and binding.kind == "value":
        typed = typehints.instance(ev, binding.annotation)
        return typed if typed is not None else value
    return value


def _value(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    return ev.evaluate(binding.value, frame) if binding.value is not None else Unknown("it is only declared")


def _annotation(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    typed = typehints.instance(ev, binding.annotation) if binding.annotation is not None else None
    return typed if typed is not None else Unknown(f"`{binding.name}` is only declared")


def _import(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    alias = binding.node
    assert isinstance(alias, ast.alias)
    path = alias.name if alias.asname else alias.name.partition(".")[0]
    return ev.project.import_target(scope_of(alias).module, path, 0)


def _from(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    alias = binding.node
    statement = parent(alias)
    assert isinstance(alias, ast.alias)
    assert isinstance(statement, ast.ImportFrom)
    return ev.guarded(alias, None, lambda: imported(ev, scope_of(statement).module, statement, alias.name))


def imported(ev: Evaluator, module: Module, statement: ast.ImportFrom, wanted: str) -> Value:
    """What `from … import wanted` brings."""
    source = ev.project.import_target(module, statement.module or "", statement.level)
    if isinstance(source, Symbol):
        return Symbol(f"{source.path}.{wanted}")
    if isinstance(source, ModuleRef):
        other = ev.project.module(source.path)
        if other is not None:
            if lacks_some(ev, other, statement):
                if ev.project.is_sdk(statement.module or ""):
                    return Symbol(f"{statement.module}.{wanted}")  # a file that bears an SDK's name, of another program
                return Unknown(f"`{statement.module}` of the project has not all that is imported from it")
            if wanted in other.scope.bindings and other is not module:
                return module_name(ev, other, wanted)
            submodule = ev.project.submodule(other, wanted)
            return submodule if submodule is not None else module_name(ev, other, wanted)
        within = ev.project.submodule_at(source.path, wanted)
        if within is not None:
            return within
        if not statement.level and statement.module and ev.project.is_sdk(statement.module):
            return Symbol(f"{statement.module}.{wanted}")  # a mere folder that bears an SDK's name
    return source if isinstance(source, Unknown) else Unknown(f"`{statement.module}` cannot be read")


def _item(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    if binding.value is None:
        return Unknown("it is a loop variable")
    value = containers.elements(ev.evaluate(binding.value, frame))
    for step in binding.index:
        value = containers.component(value, step)
    return value


def _unpack(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    value = ev.evaluate(binding.value, frame) if binding.value is not None else Unknown("it is unpacked")
    for step in binding.index:
        value = containers.component(value, step)
    return value


def _enter(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    value = ev.evaluate(binding.value, frame) if binding.value is not None else Unknown("it is entered")
    return union([calls.entered(ev, option) for option in alternatives(value)])


def _function(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    node = binding.node
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    return Function(scope_of(node).module, node, None, frame)


def _class(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    node = binding.node
    assert isinstance(node, ast.ClassDef)
    return Class(scope_of(node).module, node)


def _parameter(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    function = parent(binding.node)
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    return ev.guarded(binding.node, frame, lambda: parameters.value(ev, function, binding.name, frame))


def _kwargs(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    function = parent(binding.node)
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    return ev.guarded(binding.node, frame, lambda: parameters.keywords(ev, function, frame))


def _varargs(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    if frame is not None and frame.complete:
        return activations.varargs(ev, frame)
    function = parent(binding.node)
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    return ev.guarded(binding.node, frame, lambda: parameters.positional(ev, function, binding.name))


_KINDS = {
    "value": _value,
    "annotation": _annotation,
    "import": _import,
    "from": _from,
    "item": _item,
    "unpack": _unpack,
    "enter": _enter,
    "function": _function,
    "class": _class,
    "parameter": _parameter,
    "kwargs": _kwargs,
    "varargs": _varargs,
}
