"""Parameters: what callers pass, where the function's activation is not known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import activations, calls, command_options, handed_to, heirs, menus, typehints
from llmlint.index.declared_class import narrowed
from llmlint.index.patched import holder_of
from llmlint.index.tree import FunctionNode, decorated, default_of, named_function_of, parameters, scope_of
from llmlint.index.uncalled import uncalled
from llmlint.index.values import (
    CIRCULAR,
    UNCALLED,
    Class,
    Entry,
    Frame,
    Mapping,
    Result,
    Sequence,
    Symbol,
    Unknown,
    Value,
    alternatives,
    is_none,
    union,
    widest,
)

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.evaluate import Evaluator

MAX_CALLERS = 40
ENUMERATIONS = ("enum.Enum", "enum.StrEnum")


def value(ev: Evaluator, function: FunctionNode, name: str, frame: Frame | None) -> Value:
    """The value of a parameter: the activation's, else all that the known callers pass, else its default or type."""
    given = activations.argument(ev, frame, name) if frame is not None else None
    if given is not None:
        return narrowed(ev, given, _annotation(function, name))
    owner = holder_of(function)
    if owner is not None and is_receiver(function, name):
        if frame is not None and frame.receiver is not None:
            return frame.receiver
        itself = Class(scope_of(function).module, owner)
        return itself if decorated(function, "classmethod") else Result(itself, None)
    if frame is not None and frame.complete:
        return _default(ev, function, name) or Unknown(f"no argument is passed for `{name}`")
    return _from_callers(ev, function, name, frame)


def is_receiver(function: FunctionNode, name: str) -> bool:
    """Whether the parameter is a method's `self` or `cls`."""
    every = parameters(function)
    return bool(every) and every[0].arg == name and not decorated(function, "staticmethod")


def _annotation(function: FunctionNode, name: str) -> ast.expr | None:
    return next((arg.annotation for arg in parameters(function) if arg.arg == name), None)


def _default(ev: Evaluator, function: FunctionNode, name: str) -> Value | None:
    default = default_of(function, name)
    if default is None:
        return command_options.of_decorator(ev, function, name)
    value = ev.evaluate(default)
    return command_options.described(ev, value) or injected(ev, value)


def injected(ev: Evaluator, default: Value) -> Value:
    """What a framework's `Depends(provider)` default stands for: the result of the provider."""
    results: list[Value] = []
    for option in alternatives(default):
        callee = option.callee if isinstance(option, Result) else None
        if isinstance(callee, Symbol) and callee.path.rpartition(".")[2] in ("Depends", "Security", "Provide"):
            call = option.call if isinstance(option, Result) else None
            if call is not None and call.args:
                provider = ev.evaluate(call.args[0])
                results += [calls.entered(ev, calls.result(ev, p)) for p in alternatives(provider)]
                continue
        results.append(option)
    return union(results)


def _from_callers(ev: Evaluator, function: FunctionNode, name: str, around: Frame | None) -> Value:
    passed: list[Value] = []
    annotation = _annotation(function, name)
    provided = _annotated_dependency(ev, annotation)
    if provided is not None:
        return provided
    default = _default(ev, function, name)
    if len(ev.project.callers(function)) > MAX_CALLERS:
        return Unknown(f"`{name}` has too many callers")
    callers = heirs.callers(ev, function, around)
    for caller, outer in callers:
        frame = handed_to.activation(ev, function, caller, outer)
        given = activations.argument(ev, frame, name) if frame is not None else None
        if given is not None and _hands_on(function, caller, name):
            passed += [option for option in alternatives(given) if option != CIRCULAR]
        elif given is not None:
            passed.append(given)
        elif frame is None or not frame.complete:
            passed.append(Unknown(f"the function is handed on, so its `{name}` cannot be seen"))
        elif default is not None:
            passed.append(default)
    if default is not None and not is_none(default) and _only_tried_out(function, callers):
        passed.append(default)
    passed = [narrowed(ev, one, annotation) for one in passed]
    known = [v for v in passed if not isinstance(v, Unknown)]
    menu = menus.listed(ev, annotation) if not callers and getattr(function, "decorator_list", []) else []
    if menu:  # whoever runs the function from outside may choose any
        return union([*menu, *([default] if default is not None else [])])
    if not callers and default is not None:
        known = [default]
        if is_none(default):  # None stands for "the caller decides", and no caller is in sight
            passed = [Unknown(f"no caller that passes `{name}` is known")]
    typed = typehints.instance(ev, annotation) if annotation is not None else None
    if typed is not None and known and any(_is_choice(ev, option) for option in alternatives(typed)):
        typed = None  # a member stands for itself
    settled = bool(callers) and len(known) == len(passed)
    if typed is not None and not settled and not any(isinstance(o, Result) for v in known for o in alternatives(v)):
        return typed
    left_out = settled and not ev.project.library and all(is_none(option) for v in known for option in alternatives(v))
    if typed is not None and not left_out and not (settled and _are_all(ev, known, typed)):
        # An interface of the project: other implementations than the callers' can come in.
        known += [o for o in alternatives(typed) if isinstance(o, Result) and isinstance(o.callee, Class)]
    if len(known) >= len(passed) and known:
        return union(known)
    if known:
        return union([*known, Unknown(f"not every caller's `{name}` can be resolved")])
    name_of = getattr(function, "name", "lambda")
    return Unknown(f"`{name}` comes in as a parameter of `{name_of}`")


def _only_tried_out(function: FunctionNode, callers: heirs.Callers) -> bool:
    """Whether notebooks alone call what a module offers: a program that uses it need not give what they do."""
    if scope_of(function).module.source.cells is not None:
        return False
    return bool(callers) and all(caller.module.source.cells is not None for caller, _ in callers)


def _hands_on(function: FunctionNode, caller: Caller, name: str) -> bool:
    """Whether a function calls itself with the parameter as it is: nothing comes in that others do not pass."""
    if named_function_of(caller.call) is not function:
        return False
    given = [*caller.call.args, *(keyword.value for keyword in caller.call.keywords)]
    return any(isinstance(value, ast.Name) and value.id == name for value in given)


def _is_choice(ev: Evaluator, value: Value) -> bool:
    """Whether a value is some member of an enumeration."""
    owner = value.callee if isinstance(value, Result) else None
    bases = ev.project.mro(owner) if isinstance(owner, Class) else []
    return any(isinstance(base, Symbol) and base.path in ENUMERATIONS for base in bases)


def _are_all(ev: Evaluator, known: list[Value], typed: Value) -> bool:
    """Whether the values are objects seen to be made of the one class that a type stands for."""
    owners = [option.callee if isinstance(option, Result) else None for option in alternatives(typed)]
    owner = owners[0] if len(owners) == 1 else None
    if not isinstance(owner, Class) or ev.project.subclasses(owner):
        return False
    made = [option for value in known for option in alternatives(value)]
    return all(
        isinstance(option, Result)
        and option.call is not None
        and isinstance(option.callee, Class)
        and option.callee.node is owner.node
        for option in made
    )


def _annotated_dependency(ev: Evaluator, annotation: ast.expr | None) -> Value | None:
    """The provider's result for `Annotated[T, Depends(provider)]`, also where a name stands for it."""
    if isinstance(annotation, (ast.Name, ast.Attribute)):
        annotation = typehints.annotated(ev.evaluate(annotation))
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        for extra in annotation.slice.elts[1:]:
            if isinstance(extra, ast.Call):
                found = injected(ev, ev.evaluate(extra))
                if not (isinstance(found, Result) and found.call is extra):
                    return found
    return None


def positional(ev: Evaluator, function: FunctionNode, name: str) -> Value:
    """What a `*args` parameter holds where the project calls the function at one place; others may pass more."""
    callers = ev.project.callers(function)
    frame = handed_to.activation(ev, function, callers[0]) if len(callers) == 1 else None
    given = activations.varargs(ev, frame) if frame is not None and frame.complete else Sequence(())
    return Sequence(given.parts, given.open or f"*{name} comes from the caller")


def keywords(ev: Evaluator, function: FunctionNode, frame: Frame | None) -> Value:
    """The mapping that a `**kwargs` parameter holds."""
    if frame is not None and frame.complete:
        return activations.keywords(ev, frame)
    callers = ev.project.callers(function)
    if not callers and not ev.project.library and uncalled(ev.project, function):
        return Mapping({}, UNCALLED)
    if not callers or len(callers) > MAX_CALLERS:
        return Mapping({}, "the callers are not all known")
    entries: dict[str, Entry] = {}
    times: dict[str, int] = {}
    opened: str | None = None
    for caller in callers:
        activation = handed_to.activation(ev, function, caller)
        if activation is None:
            opened = widest(opened, "the function is handed on")
            continue
        extra = activations.keywords(ev, activation)
        opened = widest(opened, extra.open, None if activation.complete else "the function is handed on")
        for key, entry in extra.entries.items():
            before = entries.get(key)
            entries[key] = before.joined(entry) if before else entry
            times[key] = times.get(key, 0) + entry.certain
    always = {key: entry if times[key] == len(callers) else entry.maybe() for key, entry in entries.items()}
    return Mapping(always, opened)
