"""Attributes: of modules, classes, instances and things outside the project."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import (
    calls,
    declared,
    dumped,
    left_empty,
    menus,
    mutations,
    names,
    optional_fields,
    options,
    sessions,
    typehints,
    validators,
)
from llmlint.index.built import constructions
from llmlint.index.construction import method_frame, super_init
from llmlint.index.overrides import passes_on
from llmlint.index.scopes import Binding
from llmlint.index.stores import is_own, kept_on_class, settles, stored
from llmlint.index.tree import block_of, class_of, decorated, named_function_of, parameters, parent, scope_of
from llmlint.index.values import (
    NONE,
    Class,
    Const,
    Frame,
    Function,
    Mapping,
    Member,
    ModuleRef,
    Result,
    Symbol,
    Unknown,
    Value,
    alternatives,
    const,
    dotted,
    is_none,
    union,
)
from llmlint.rulebook.running import load_running

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MISSING = "is not assigned in the project"
PROPERTIES = ("property", "cached_property")


def attribute(ev: Evaluator, node: ast.Attribute, frame: Frame | None) -> Value:
    """The value of `base.name`."""
    base = ev.evaluate(node.value, frame)
    statement = _assigning(node) if isinstance(base, Result) and isinstance(base.callee, Class) else None
    if statement is not None:
        return before(ev, base, node, statement)
    found = [of(ev, option, node.attr, node) for option in alternatives(base)]
    useful = [value for value in found if not is_none(value) or len(found) == 1]
    if any(isinstance(value, Function) for value in useful):  # an object without the method cannot be the one used
        useful = [v for v in useful if not (isinstance(v, Unknown) and v.why.endswith(MISSING))]
    return union(useful or found)


def _assigning(node: ast.Attribute) -> ast.Assign | None:
    """The assignment to the attribute in whose value it is read: `self.options = {**self.options, "n": 1}`."""
    if not isinstance(node.value, ast.Name) or node.attr not in scope_of(node).module.attribute_stores:
        return None
    above = parent(node)
    while above is not None and not isinstance(above, ast.stmt):
        above = parent(above)
    targets = above.targets if isinstance(above, ast.Assign) else []
    for target in targets:
        if isinstance(target, ast.Attribute) and target.attr == node.attr and isinstance(target.value, ast.Name):
            if target.value.id == node.value.id and isinstance(above, ast.Assign):
                return above
    return None


def before(ev: Evaluator, base: Value, node: ast.Attribute, statement: ast.Assign) -> Value:
    """What an attribute of an instance may hold when a statement of its class sets it anew."""
    assert isinstance(base, Result)
    assert isinstance(base.callee, Class)
    function = named_function_of(node)
    here = class_of(function) if function is not None else None
    order = [owner for owner in ev.project.mro(base.callee) if isinstance(owner, Class)]
    start = next((n for n, owner in enumerate(order) if owner.node is here), 0)
    aspect = f".{node.attr} before {id(statement)}"
    found = ev.guarded(
        base.call or base.callee.node, base.frame, lambda: _held(ev, base, order[start:], node.attr, statement), aspect
    )
    return found if found is not NONE else of(ev, base, node.attr, node)


def _held(ev: Evaluator, base: Result, owners: list[Class], name: str, statement: ast.Assign) -> Value:
    """What these classes assign to the attribute by other statements; None (the value) where they do not."""
    found: list[Value] = []
    for owner in owners:
        for binding in scope_of(owner.node.body[0]).bindings.get(name, []):
            found += _class_level(ev, base, owner, binding, name)
        found += stored(ev, base, owner, name, statement)
    useful = [value for value in _changed(ev, base, name, _constructed(found)) if not is_none(value)]
    return union(useful) if useful else NONE


def of(ev: Evaluator, base: Value, name: str, node: ast.Attribute | None = None) -> Value:
    """The attribute of one object. None has no attributes: an option that is None cannot be the one used."""
    if isinstance(base, ModuleRef):
        return _of_module(ev, base, name)
    if isinstance(base, Symbol):
        return sessions.attribute(ev, base, name, node) or Symbol(f"{base.path}.{name}")
    if isinstance(base, Class):
        return _of_class(ev, base, name)
    if isinstance(base, Result) and isinstance(base.callee, Class):
        aspect = f".{name} of {id(base.callee.node)}"
        return ev.guarded(base.call or base.callee.node, base.frame, lambda: of_instance(ev, base, name), aspect)
    if isinstance(base, Result) and isinstance(base.callee, Symbol) and base.callee.path == "builtins.super":
        return _of_super(ev, base, name)
    if isinstance(base, Const) and name == "value" and not is_none(base):
        return base  # the value of an enum member, which stands for itself here
    if isinstance(base, Unknown) or is_none(base):
        return base
    if isinstance(base, Function) and name in load_running().methods and _runs_it(ev, base):
        return base
    given = options.parsed(ev, base, name) if isinstance(base, Result) else None
    return given or sessions.attribute(ev, base, name, node) or Member(base, name)


def _runs_it(ev: Evaluator, function: Function) -> bool:
    """Whether a decorator makes an object of a function whose methods run it: `ask.remote(question)`."""
    for decorator in getattr(function.node, "decorator_list", ()):
        made = ev.evaluate(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if any(dotted(option) in load_running().making for option in alternatives(made)):
            return True
    return False


def _of_module(ev: Evaluator, base: ModuleRef, name: str) -> Value:
    module = ev.project.module(base.path)
    if module is None:
        return ev.project.submodule_at(base.path, name) or Unknown(f"{base.path} cannot be read")
    return ev.guarded(module.tree, None, lambda: names.module_name(ev, module, name), name)


def _of_class(ev: Evaluator, base: Class, name: str) -> Value:
    for owner in ev.project.mro(base):
        if isinstance(owner, Symbol):
            return (
                Symbol(f"{owner.path}.{name}") if not owner.path.startswith("builtins.") else Unknown("it is inherited")
            )
        scope = scope_of(owner.node.body[0])
        bindings = scope.bindings.get(name)
        if bindings:
            found = [*alternatives(names.combine(ev, bindings, None)), *_kept(ev, owner, name)]
            found = _changed(ev, Result(base, None), name, found)
            useful = [_bind_class(ev, option, base) for option in found if not is_none(option)]
            return union(useful or found)
        if kept := _kept(ev, owner, name):
            return union(kept)
    return Unknown(f"`{name}` is not defined on the class {base.node.name}")


def _kept(ev: Evaluator, owner: Class, name: str) -> list[Value]:
    """What functions put on the class later: a client that the first object builds for all."""
    if name not in owner.module.attribute_stores:
        return []
    found = ev.guarded(owner.node, None, lambda: union(kept_on_class(ev, owner, name) or [NONE]), f".{name} kept")
    return list(alternatives(found)) if not is_none(found) else []


def _bind_class(ev: Evaluator, value: Value, base: Class) -> Value:
    if isinstance(value, Function) and decorated(value.node, "classmethod"):
        return Function(value.module, value.node, base, value.frame)
    return value


def of_instance(ev: Evaluator, base: Result, name: str) -> Value:
    """An attribute of an instance of a project class: methods and properties first, then what is assigned to it."""
    assert isinstance(base.callee, Class)
    found: list[Value] = []
    settled = False
    for owner in ev.project.mro(base.callee):
        if isinstance(owner, Symbol):
            found += _inherited(ev, base, owner, name, found)
            continue
        bindings = scope_of(owner.node.body[0]).bindings.get(name, [])
        if len(bindings) == 1 and passes_on(ev, bindings[0].node):
            continue
        if any(not is_none(value) for value in found) and bindings and _fields(bindings):
            bindings = []  # a class nearer to the object declares the field anew
        defined = [_bind(ev, base, option, name) for b in bindings for option in _class_level(ev, base, owner, b, name)]
        methods = [v for v in defined if isinstance(v, Function)]
        found += defined
        if methods:
            break
        validated = validators.put(ev, base, owner, name)
        found = [value for value in found if not isinstance(value, Unknown)] + validated if validated else found
        found += stored(ev, base, owner, name, built=not settled) or _patched(ev, base, owner, name)
        settled = settled or settles(owner, name)
    if base.call is None:
        found += _overrides(ev, base.callee, name)
        for value in found:
            if isinstance(value, Function) and _abstract(value.node):
                # An implementation is mixed in from a class beside this one.
                found += _overrides(ev, Class(value.module, class_of(value.node) or base.callee.node), name)
                break
    found = _changed(ev, base, name, _constructed(found))
    useful = [value for value in found if not is_none(value)]
    known = [value for value in useful if not isinstance(value, Unknown)]
    if known and len(known) < len(useful) and any(isinstance(v, Function) for v in known):
        return union(known)
    if not found:
        return _computed(ev, base, name)
    return union(useful or found)


def _fields(bindings: list[Binding]) -> bool:
    """Whether a name in the body of a class is a field with a default."""
    return all(binding.annotation is not None and binding.kind != "annotation" for binding in bindings)


def _patched(ev: Evaluator, base: Result, owner: Class, name: str) -> list[Value]:
    """What the module of a class puts on it from outside: `Bot.reply = _reply`."""
    found: list[Value] = []
    for store in owner.module.attribute_stores.get(name, ()):
        statement = parent(store)
        on_class = isinstance(store.value, ast.Name) and store.value.id == owner.node.name
        if on_class and isinstance(statement, ast.Assign) and named_function_of(store) is None:
            for option in alternatives(ev.evaluate(statement.value)):
                if isinstance(option, Function) and option.receiver is None and class_of(option.node) is None:
                    found.append(Function(option.module, option.node, base))
                else:
                    found.append(option)
    return found


def _constructed(found: list[Value]) -> list[Value]:
    """Without what is merely declared to be of a library's type, where an object of that type is seen to be made."""
    results = [value for value in found if isinstance(value, Result) and isinstance(value.callee, Symbol)]
    made = {dotted(value.callee) for value in results if value.call is not None}
    declared = [value for value in results if value.call is None and dotted(value.callee) in made]
    return [value for value in found if value not in declared] if declared else found


def _computed(ev: Evaluator, base: Result, name: str) -> Value:
    """What `__getattr__` makes of an attribute that nothing assigns."""
    assert isinstance(base.callee, Class)
    hook = ev.project.method(base.callee, "__getattr__")
    positional = parameters(hook.node) if hook is not None else []
    if dumped.dumps(ev, base, name):
        return Member(base, name)
    if hook is None or len(positional) != 2:
        return Unknown(f"`{name}` of {base.callee.node.name} {MISSING}")
    frame = ev.activations.without_arguments(hook.node, base, fixed=((positional[1].arg, const(name)),))
    return calls.activate(ev, frame)


def _class_level(ev: Evaluator, base: Result, owner: Class, binding: Binding, name: str) -> list[Value]:
    """A name bound in the class body; for a declared field, what the constructor was given for it."""
    if binding.annotation is not None and base.call is not None:
        given = declared.given(ev, base, name)
        if given is not None:
            return [given]
    value = declared.default(ev, names.bound(ev, binding, None))
    if binding.annotation is not None and base.call is None and isinstance(base.callee, Class):
        menu = menus.listed(ev, binding.annotation)
        if menu and not constructions(ev, base.callee):  # it comes in from outside, with any of them
            return menu
    typed = typehints.instance(ev, binding.annotation) if binding.annotation is not None else None
    optional = optional_fields.held(ev, base, value, typed, name) if binding.annotation is not None else []
    if optional:
        return optional
    said = isinstance(value, Unknown) or is_none(value) or declared.is_field_call(value)
    if typed is not None and (said or binding.kind == "annotation"):
        return (declared.where_built(ev, base, typed, value, name) if base.call is None else None) or [typed]
    return list(alternatives(value))


def _bind(ev: Evaluator, base: Result, value: Value, name: str) -> Value:
    if not isinstance(value, Function) or class_of(value.node) is None:
        return value
    if decorated(value.node, "staticmethod"):
        return value
    if decorated(value.node, *PROPERTIES):
        return calls.activate(ev, ev.activations.without_arguments(value.node, base))
    if decorated(value.node, "classmethod"):
        return Function(value.module, value.node, base.callee, value.frame)
    return Function(value.module, value.node, base, value.frame)


def _abstract(function: ast.AST) -> bool:
    """Whether a method has no body of its own: nothing, `...`, `pass` or a raised NotImplementedError."""
    if isinstance(function, ast.Lambda):
        return False
    if decorated(function, "abstractmethod"):
        return True
    body = [
        s for s in getattr(function, "body", []) if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    return all(isinstance(s, ast.Pass) or (isinstance(s, ast.Raise) and "NotImplemented" in ast.dump(s)) for s in body)


def _overrides(ev: Evaluator, owner: Class, name: str) -> list[Value]:
    """What subclasses make of the attribute, where the object may be one of theirs."""
    found: list[Value] = []
    for subclass in ev.project.subclasses(owner):
        instance = Result(subclass, None)
        for binding in scope_of(subclass.node.body[0]).bindings.get(name, []):
            found += [
                _bind(ev, instance, option, name) for option in _class_level(ev, instance, subclass, binding, name)
            ]
        found += stored(ev, instance, subclass, name)
    return found


def _changed(ev: Evaluator, base: Result, name: str, found: list[Value]) -> list[Value]:
    """What functions make of a mapping kept on `self` or on the class."""
    assert isinstance(base.callee, Class)
    if not any(isinstance(value, Mapping) for value in found):
        return found
    for owner in ev.project.mro(base.callee):
        for load in owner.module.attribute_loads.get(name, ()) if isinstance(owner, Class) else ():
            change = mutations.change_of(load)
            function = named_function_of(load) if change is not None else None
            if change is None or function is None or not isinstance(owner, Class):
                continue
            method = class_of(function) is owner.node and bool(parameters(function))
            if not (method and is_own(load, function)) and not _of_named_class(load, owner):
                continue
            frame = method_frame(ev, base, owner, function) if method else None
            certain = function.name == "__init__" and block_of(change).parent is None
            found = [mutations.altered(ev, value, change, frame, certain) for value in found]
    return left_empty.opened(ev, base, name, found)


def _of_named_class(load: ast.Attribute, owner: Class) -> bool:
    return isinstance(load.value, ast.Name) and load.value.id == owner.node.name


def _inherited(ev: Evaluator, base: Result, owner: Symbol, name: str, found: list[Value]) -> list[Value]:
    """An attribute that comes from a base class outside the project, such as an SDK client that was subclassed."""
    if found or not ev.project.is_sdk(owner.path):
        return []
    own = ev.project.method(base.callee, "__init__") if isinstance(base.callee, Class) else None
    call, frame, module = base.call, base.frame, base.module
    holder = class_of(own.node) if own is not None else None
    if own is not None and holder is not None and isinstance(own.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        call = super_init(own.node)
        frame = method_frame(ev, base, Class(own.module, holder), own.node)
        module = own.module
    elif call is None and isinstance(base.callee, Class):
        built = constructions(ev, base.callee)
        if built:
            return [Member(Result(owner, one.call, one.module, one.frame), name) for one in built]
    return [Member(Result(owner, call, module, frame), name)]


def _of_super(ev: Evaluator, base: Result, name: str) -> Value:
    function = named_function_of(base.call) if base.call is not None else None
    owner = class_of(function) if function is not None else None
    if function is None or owner is None:
        return Unknown("super() is used outside a class")
    instance = Result(Class(scope_of(function).module, owner), None)
    assert isinstance(instance.callee, Class)
    found = ev.project.method_after(instance.callee, owner, name)
    if found is not None:
        receiver = base.frame.receiver if base.frame is not None and base.frame.receiver is not None else instance
        return Function(found.module, found.node, receiver)
    for above in ev.project.mro(instance.callee):
        if isinstance(above, Symbol):
            own = base.frame.receiver if base.frame is not None else None
            given = own if isinstance(own, Result) and isinstance(own.callee, Class) else instance
            inherited = _inherited(ev, given, above, name, []) if name != "__init__" else []
            return union(inherited) if inherited else Member(Result(above, None), name)
    return Unknown(f"`{name}` of the base class is not in the project")
