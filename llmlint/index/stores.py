"""Stores: what functions assign to `self` and to the class itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import calls, containers, reach, typehints
from llmlint.index.construction import method_frame
from llmlint.index.never_taken import never_taken
from llmlint.index.scopes import Block
from llmlint.index.tree import block_of, class_of, decorated, named_function_of, nodes_in, parameters, parent, scope_of
from llmlint.index.values import Class, Frame, Function, Result, Unknown, Value, alternatives, dotted, is_none

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def stored(
    ev: Evaluator,
    base: Result,
    owner: Class,
    name: str,
    without: ast.Assign | None = None,
    built: bool = True,
) -> list[Value]:
    """What functions assign to an attribute of one class, one statement (and, unless `built`, `__init__`) apart."""
    found: list[Value] = []
    for target in owner.module.attribute_stores.get(name, ()):
        if without is not None and parent(target) is without:
            continue
        function = named_function_of(target)
        if function is None:
            continue
        if class_of(function) is owner.node and is_own(target, function):
            if function.name != "__init__" or (built and not _left_out(ev, target, function)):
                found += _assigned(ev, target, method_frame(ev, base, owner, function))
        elif _is_on_class(target, owner, function):
            found += _assigned(ev, target, _frame(ev, base, owner, function))
    return found


def kept_on_class(ev: Evaluator, owner: Class, name: str) -> list[Value]:
    """What functions assign to an attribute of the class itself: `Service.client = OpenAI()`."""
    found: list[Value] = []
    for target in owner.module.attribute_stores.get(name, ()):
        function = named_function_of(target)
        if function is not None and (_is_on_class(target, owner, function) or _by_classmethod(target, owner, function)):
            found += _assigned(ev, target, _frame(ev, Result(owner, None), owner, function))
    return found


def _frame(ev: Evaluator, base: Result, owner: Class, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Frame | None:
    """The activation of a function on an object, where it is a method of its class."""
    method = class_of(function) is owner.node and bool(parameters(function))
    return method_frame(ev, base, owner, function) if method else None


def _left_out(ev: Evaluator, target: ast.Attribute, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether no construction comes to an assignment; objects of the project's own classes are kept for their calls."""
    statement = parent(target)
    if not isinstance(statement, ast.Assign) or not never_taken(ev, target, function):
        return False
    options = alternatives(ev.evaluate(statement.value))
    return not any(isinstance(option, Result) and isinstance(option.callee, Class) for option in options)


def _is_on_class(target: ast.Attribute, owner: Class, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the attribute is one of the class: of its name, of `type(self)` or of `self.__class__`."""
    holder = target.value
    if isinstance(holder, ast.Name):
        return holder.id == owner.node.name and holder.id not in scope_of(function.body[0]).bindings
    if isinstance(holder, ast.Call) and isinstance(holder.func, ast.Name) and holder.func.id == "type":
        inner: ast.expr | None = holder.args[0] if len(holder.args) == 1 else None
    else:
        inner = holder.value if isinstance(holder, ast.Attribute) and holder.attr == "__class__" else None
    first = parameters(function)
    own = class_of(function) is owner.node and bool(first)
    return own and isinstance(inner, ast.Name) and inner.id == first[0].arg


def _by_classmethod(target: ast.Attribute, owner: Class, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    own = class_of(function) is owner.node and is_own(target, function)
    return own and (decorated(function, "classmethod") or function.name == "__new__")


def settles(owner: Class, name: str) -> bool:
    """Whether a class's constructor sets the attribute whatever happens, after that of its base class has run."""
    known: dict[str, bool] = owner.node.__dict__.setdefault("settles", {})
    if name not in known:
        known[name] = _set_for_good(owner, name)
    return known[name]


def _set_for_good(owner: Class, name: str) -> bool:
    covered: list[Block] = []
    lines: list[int] = []
    for target in owner.module.attribute_stores.get(name, ()):
        function, statement = named_function_of(target), parent(target)
        if function is None or function.name != "__init__" or class_of(function) is not owner.node:
            continue
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            continue
        lines.append(target.lineno)
        if is_own(target, function) and reach.settles(block_of(target), block_of(function.body[0]), covered):
            return not _undone(function, min(lines), target.lineno)
    return False


def _undone(function: ast.FunctionDef | ast.AsyncFunctionDef, first: int, last: int) -> bool:
    """Whether the constructor may return before an assignment, or runs that of its base class after one."""
    for node in nodes_in(function):
        if isinstance(node, ast.Return) and node.lineno < last:
            return True
        if isinstance(node, ast.Attribute) and node.attr == "__init__" and node.lineno > first:
            return True
    return False


def is_own(target: ast.Attribute, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the attribute is one of the method's own object."""
    first = parameters(function)
    return bool(first) and isinstance(target.value, ast.Name) and target.value.id == first[0].arg


def _assigned(ev: Evaluator, target: ast.Attribute, frame: Frame | None) -> list[Value]:
    statement = parent(target)
    if isinstance(statement, ast.Assign):
        options = list(alternatives(ev.evaluate(statement.value, frame)))
        checked = _checked(ev, statement.value)
        if checked is None or any(_is_object(ev, option) for option in options):
            return options
        return list(alternatives(checked))
    if isinstance(statement, ast.AnnAssign):
        value = ev.evaluate(statement.value, frame) if statement.value is not None else Unknown("it is only declared")
        typed = typehints.instance(ev, statement.annotation)
        if typed is not None and (isinstance(value, Unknown) or is_none(value) or _says_more(ev, typed, value)):
            return list(alternatives(typed))
        return list(alternatives(value))
    if isinstance(statement, (ast.withitem,)):
        return list(alternatives(calls.entered(ev, ev.evaluate(statement.context_expr, frame))))
    if isinstance(statement, (ast.Tuple, ast.List)):
        above = parent(statement)
        if isinstance(above, ast.Assign):
            return list(
                alternatives(containers.component(ev.evaluate(above.value, frame), statement.elts.index(target)))
            )
    return [Unknown(f"`{target.attr}` is assigned in a way that cannot be followed")]


def _says_more(ev: Evaluator, typed: Value, value: Value) -> bool:
    """Whether a declared type is the project's own where what is assigned comes out of a container of a library."""
    own = all(isinstance(option, Result) and isinstance(option.callee, Class) for option in alternatives(typed))
    return own and all(dotted(option) and not ev.project.is_sdk(dotted(option)) for option in alternatives(value))


def _is_object(ev: Evaluator, value: Value) -> bool:
    """Whether a value is something of the project or of an SDK, so that a test of its type tells no more."""
    if isinstance(value, Result) and isinstance(value.callee, Class):
        return True
    return isinstance(value, (Class, Function)) or ev.project.is_sdk(dotted(value) or "")


def _checked(ev: Evaluator, node: ast.expr) -> Value | None:
    """The type that an `isinstance` test in the same function gives an expression."""
    tests = _type_tests(node)
    spelled = ast.dump(node) if tests else ""
    for test in tests:
        if ast.dump(test.args[0]) == spelled:
            return typehints.instance(ev, test.args[1])
    return None


def _type_tests(node: ast.expr) -> list[ast.Call]:
    """The calls of `isinstance` in the function of an expression, found once for each function."""
    function = named_function_of(node)
    if function is None:
        return []
    found: list[ast.Call] | None = function.__dict__.get("type_tests")
    if found is None:
        every = scope_of(node).module.calls.get("isinstance", ())
        found = [test for test in every if len(test.args) == 2 and named_function_of(test) is function]
        function.__dict__["type_tests"] = found
    return found
