"""Callers: the calls that run a project function, and the places that hand it on by reference."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeGuard

from llmlint.index import instances, tables
from llmlint.index.calls import fits
from llmlint.index.module import Module, Uses
from llmlint.index.testcode import is_no_program
from llmlint.index.tree import FunctionNode, class_of, last_name, parent, scope_of, taker_of
from llmlint.index.values import Class, Function, Partial, Result, Unknown, Value, alternatives, dotted
from llmlint.records import entity
from llmlint.rulebook.running import load_running

if TYPE_CHECKING:
    from llmlint.index.project import Project


@entity
class Caller:
    """One place that runs the function.

    `call` is the call expression; where the function is handed on by reference, the call that takes it, with
    `reference` the expression that names it. `bound` says that the receiver is not among the arguments.
    """

    call: ast.Call
    module: Module
    bound: bool
    reference: ast.expr | None = None


def find(project: Project, function: FunctionNode) -> list[Caller]:
    """The callers of a function, tests apart. A lambda has none that could be found by name."""
    if isinstance(function, ast.Lambda):
        return []
    home = scope_of(function).module
    owner = class_of(function)
    found: list[Caller] = []
    words = [function.name]
    if function.name == "__init__" and owner is not None:
        itself = Class(home, owner)
        heirs = [c for c in project.subclasses(itself) if _inherits(project, c, function)]
        words += [owner.name, *(heir.node.name for heir in heirs)]
        for own in {id(m): m for m in (home, *(heir.module for heir in heirs))}.values():
            found += _in_module(project, function, owner, own, "cls")
    for word in words:
        for path in _candidates(project, function, word, home):
            module = project.module(path)
            if module is not None and (not is_no_program(module) or module is home):
                found += _in_module(project, function, owner, module, word)
                for table in _uses(module, word).tables:
                    known = {id(caller.call) for caller in found}
                    found += [c for c in _by_table(project, function, module, table) if id(c.call) not in known]
                for alias in _uses(module, word).kept_as if owner is None else ():
                    known = {id(caller.call) for caller in found}
                    found += [c for c in _by_alias(project, function, module, alias) if id(c.call) not in known]
    if owner is not None and function.name in instances.RUN_BY_CALLING:
        users = project.files.using(owner.name, home.key)  # a local name is called where it is given
        for alias in sorted(instances.names(project, Class(home, owner))):
            known = {id(caller.call) for caller in found}
            found += [c for c in _by_alias(project, function, home, alias, users) if id(c.call) not in known]
    return found


def _kept_as(module: Module, word: str) -> set[str]:
    """Attributes that a function is kept under: `self.complete = complete_with_retries`."""
    statements = [parent(load) for load in module.name_loads(word)]
    targets = [t for s in statements if isinstance(s, ast.Assign) and len(s.targets) == 1 for t in s.targets]
    return {target.attr for target in targets if isinstance(target, ast.Attribute)}


def _by_alias(
    project: Project,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    home: Module,
    alias: str,
    users: Iterable[str] = (),
) -> Iterator[Caller]:
    """The calls of a function by a name that it is kept under: an attribute, or also a name of the files `users`."""
    files = project.files
    paths = {home.key, *users, *files.calling(alias, home.key, anywhere=False), *project.handed_and_spelling(alias)}
    paths |= files.below([home.key]).intersection(files.spelling(f".{alias}(".encode()))
    for path in sorted(paths):
        module = project.module(path)
        for call in module.calls.get(alias, ()) if module is not None and not is_no_program(module) else ():
            bound = _runs(project, project.evaluator.evaluate(call.func), function, None, None)
            if module is not None and bound is not None:
                yield Caller(call, module, bound)


def _by_table(
    project: Project, function: ast.FunctionDef | ast.AsyncFunctionDef, home: Module, table: str
) -> Iterator[Caller]:
    """The calls of a function that look it up in a table of its module."""
    for path in sorted({home.key, *project.files.using(table, home.key)}):
        module = project.module(path)
        for call in tables.looked_up(module, table) if module is not None and not is_no_program(module) else ():
            bound = _runs(project, project.evaluator.evaluate(call.func), function, None, None)
            if module is not None and bound is not None:
                yield Caller(call, module, bound)


def _inherits(project: Project, subclass: Class, function: ast.AST) -> bool:
    method = project.method(subclass, "__init__")
    return method is not None and method.node is function


def _candidates(project: Project, function: FunctionNode, word: str, home: Module) -> list[str]:
    """The files worth parsing for calls spelled with this word."""
    files = project.files
    owner = class_of(function)
    if owner is None or word != getattr(function, "name", ""):
        return files.using(word, home.key)
    importable = home.source.cells is None
    bases = project.mro(Class(home, owner))  # `self.method()` in a base class runs what its heirs make of it
    above = {base.module.key for base in bases if isinstance(base, Class)} - {home.key}
    found = {home.key, *above}
    for key in above:  # what is declared as an object of the base class may be one of this
        found |= set(files.calling(word, key, anywhere=False))
    found |= set(files.calling(word, home.key, anywhere=importable and distinctive(word)))
    if importable:
        found |= project.handed_and_spelling(word)
    return sorted(found)


def distinctive(name: str) -> bool:
    """Whether a method name says enough by itself to tell its calls where the receiver cannot be resolved."""
    return "_" in name.strip("_") and len(name) > 8 and not name.startswith("__")


def _in_module(
    project: Project,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    owner: ast.ClassDef | None,
    module: Module,
    word: str,
) -> Iterator[Caller]:
    uses = _uses(module, word)
    for call in uses.calls:
        callee = project.evaluator.evaluate(call.func)
        bound = _runs(project, callee, function, owner, call)
        if bound is not None and (_is_partly_given(callee) or fits(function, call, bound=bound)):
            yield Caller(call, module, bound)
    if function.name == "__init__":
        return
    for load, taker in uses.handed:
        bound = _runs(project, project.evaluator.evaluate(load), function, owner, None)
        if bound is not None and not _only_looks(project, taker):
            yield Caller(taker, module, bound, load)
    packed = (_runs(project, project.evaluator.evaluate(load), function, owner, None) for load in uses.packed)
    if not uses.packed or all(bound is None for bound in packed):
        return
    for call in unpacked_calls(module):
        bound = _runs(project, project.evaluator.evaluate(call.func), function, owner, None)
        if bound is not None:
            yield Caller(call, module, bound)


def _is_partly_given(callee: Value) -> bool:
    """Whether what is called gives arguments of its own."""
    return any(isinstance(option, Partial) for option in alternatives(callee))


def _uses(module: Module, word: str) -> Uses:
    """What a module does with a name, or with another that it knows the same thing by; found once for each name."""
    found = module.uses.get(word)
    if found is None:
        names = sorted({word, *_local_names(module, word)})
        known_as = sorted({*names, *_assigned_names(module, names)})
        calls = [call for name in known_as for call in module.calls.get(name, ())]
        calls += [call for name in sorted(load_running().methods) for call in _by_method(module, name, known_as)]
        takers = [(load, taker_of(load)) for load in _loads(module, known_as)]
        handed = [(load, taker) for load, taker in takers if taker is not None]
        packed = [load for load, _ in takers if isinstance(parent(load), (ast.Tuple, ast.List, ast.Dict))]
        found = Uses(calls, handed, packed, sorted(tables.holding(packed)), sorted(_kept_as(module, word)))
        module.uses[word] = found
    return found


def _by_method(module: Module, method: str, names: list[str]) -> Iterator[ast.Call]:
    """The calls of a method of what one of these names stands for: `ask.remote(question)`."""
    for call in module.calls.get(method, ()):
        if isinstance(call.func, ast.Attribute) and last_name(call.func.value) in names:
            yield call


def unpacked_calls(module: Module) -> list[ast.Call]:
    """The calls of names that hold a part of something: `prompt, call = task` and then `call(prompt)`."""
    if module.unpacked is None:
        module.unpacked = [
            call
            for calls in module.calls.values()
            for call in calls
            if isinstance(call.func, ast.Name) and _is_part(call.func)
        ]
    return module.unpacked


def _is_part(name: ast.Name) -> bool:
    scope = scope_of(name).lookup(name.id)
    return scope is not None and any(binding.kind in ("unpack", "item") for binding in scope.bindings[name.id])


def _local_names(module: Module, word: str) -> set[str]:
    return {
        alias.asname for statement in module.imports for alias in statement.names if alias.name == word and alias.asname
    }


def _assigned_names(module: Module, names: list[str]) -> Iterator[str]:
    """The names under which the function is kept: `ask = cached_ask if cache else plain_ask`."""
    for load in _loads(module, names):
        above = parent(load)
        while isinstance(above, (ast.IfExp, ast.BoolOp)) or _is_partial(above, load):
            above = parent(above)
        for target in above.targets if isinstance(above, ast.Assign) else ():
            if isinstance(target, (ast.Name, ast.Attribute)):
                yield target.id if isinstance(target, ast.Name) else target.attr


def _is_partial(node: ast.AST | None, function: ast.expr) -> TypeGuard[ast.Call]:
    """Whether a call fixes arguments of a function: `partial(ask, model)`."""
    return isinstance(node, ast.Call) and last_name(node.func) == "partial" and node.args[:1] == [function]


def _runs(
    project: Project,
    callee: Value,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    owner: ast.ClassDef | None,
    call: ast.Call | None,
) -> bool | None:
    """Whether the callee can be the function: True with its receiver bound, False without, None if it is not."""
    options = alternatives(callee)
    for option in options:
        target = option.function if isinstance(option, Partial) else option
        if isinstance(target, Function):
            if target.node is function:
                return target.receiver is not None
        elif isinstance(target, Class):
            method = project.method(target, "__init__") if function.name == "__init__" else None
            if method is not None and method.node is function:
                return True
        elif isinstance(target, Result) and isinstance(target.callee, Class):
            if instances.runs(project, target.callee, function):
                return True
    if call is not None and owner is not None and all(isinstance(option, Unknown) for option in options):
        return True if _by_name(project, function, owner, call) else None
    return None


def _by_name(
    project: Project, function: ast.FunctionDef | ast.AsyncFunctionDef, owner: ast.ClassDef, call: ast.Call
) -> bool:
    """Whether a method call on an unresolved receiver must mean this method: one hierarchy alone defines the name."""
    if not distinctive(function.name) or not isinstance(call.func, ast.Attribute):
        return False
    top = _top(project, Class(scope_of(function).module, owner))
    for path in project.files.defining(function.name):
        module = project.module(path)
        for node in module.functions.get(function.name, ()) if module is not None else ():
            holder = class_of(node)
            if holder is None or module is None or _top(project, Class(module, holder)) is not top:
                return False
    return True


def _top(project: Project, owner: Class) -> ast.ClassDef:
    """The highest project class above."""
    return [entry for entry in project.mro(owner) if isinstance(entry, Class)][-1].node


def _only_looks(project: Project, taker: ast.Call) -> bool:
    """Whether a call is told of a function and does not call it: `inspect.signature(ask)`."""
    looking = load_running().looking
    if not any(path.endswith(f".{last_name(taker.func)}") for path in looking):
        return False
    return any(dotted(option) in looking for option in alternatives(project.evaluator.evaluate(taker.func)))


def _loads(module: Module, names: list[str]) -> Iterator[ast.expr]:
    for name in names:
        yield from module.attribute_loads.get(name, ())
        yield from module.name_loads(name)
