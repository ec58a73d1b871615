"""The state of a container where a name is read: its value after the mutations that come before."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.conditions import decide, of_variables
from llmlint.index.mutations import altered, apply, within
from llmlint.index.reach import settles
from llmlint.index.scopes import Binding, Block, Scope
from llmlint.index.tree import block_of, parent, position_of
from llmlint.index.values import (
    Frame,
    Mapping,
    Sequence,
    Value,
    alternatives,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def changed(
    ev: Evaluator, value: Value, use: ast.Name, here: Scope, owner: Scope, bindings: list[Binding], frame: Frame | None
) -> Value:
    """The container after the statements between its binding and this use that alter it."""
    if not any(isinstance(option, (Mapping, Sequence)) for option in alternatives(value)):
        return value
    start = min(binding.position for binding in bindings)
    where, block = (use.lineno, use.col_offset), block_of(use)
    loop = _loop_around(block, bindings)
    covered: dict[str, list[Block]] = {}
    for at, change, carried in _in_order(owner, use.id, where, loop):
        inside = block_of(change)
        if at <= start or inside.misses(block):
            continue
        certain = block.within(inside)
        if not certain and left_out(ev, inside, owner, frame):
            continue
        if carried:
            value = union([altered(ev, option, change, frame, False) for option in alternatives(value)])
            continue
        value = union([apply(ev, option, change, frame, certain, inside) for option in alternatives(value)])
        key = _constant_key(change)
        if key is not None and not certain and settles(inside, block, covered.setdefault(key, [])):
            value = union([_settled(option, key) for option in alternatives(value)])
    return changed_elsewhere(ev, value, use.id, owner, owner)


def changed_elsewhere(
    ev: Evaluator, value: Value, name: str, owner: Scope, flow: Scope | None = None, frame: Frame | None = None
) -> Value:
    """A container after what other scopes than `flow` do to it: at a module's top level certainly, in functions maybe.

    A list that functions alter has what it was written with, and perhaps more. `frame` is the activation of the
    owner that a function within it closes over.
    """
    if not any(isinstance(option, (Mapping, Sequence)) for option in alternatives(value)):
        return value
    for scope in owner.module.scopes:
        if name not in scope.changes or scope is flow or scope.lookup(name) is not owner:
            continue
        for change in sorted(scope.changes[name], key=position_of):
            inside = block_of(change)
            if scope is owner and left_out(ev, inside, owner, frame):
                continue
            certain = scope is owner and scope.kind == "module" and inside.parent is None
            around = frame if scope is owner else None
            value = union([_altered(ev, option, change, certain, inside, around) for option in alternatives(value)])
    return value


def _altered(ev: Evaluator, value: Value, change: ast.AST, certain: bool, block: Block, frame: Frame | None) -> Value:
    """A container after a change in another scope."""
    if isinstance(value, Sequence) and not certain:
        return Sequence(value.parts, value.open or "it is changed elsewhere", value.origin)
    return apply(ev, value, change, frame, certain, block)


def left_out(ev: Evaluator, block: Block, owner: Scope, frame: Frame | None) -> bool:
    """Whether the arguments of this activation keep control from coming to a block of its function."""
    function = frame.function if frame is not None else None
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or function is not owner.node:
        return False
    step: Block | None = block
    while step is not None and step.owner is not function:
        if isinstance(step.owner, ast.If) and of_variables(step.owner.test, owner, ("parameter", "kwargs", "value")):
            if decide(ev, step.owner.test, frame) is (step.field != "body"):
                return True
        step = step.parent
    return False


def _in_order(
    owner: Scope, name: str, where: tuple[int, int], loop: Block | None
) -> list[tuple[tuple[int, int], ast.AST, bool]]:
    """The changes that can come before a use, in order: those of earlier rounds of a loop stand at its head."""
    found: list[tuple[tuple[int, int], ast.AST, bool]] = []
    for change in [*owner.changes.get(name, ()), *_handed_on(owner, name)]:
        if (getattr(change, "end_lineno", 0), getattr(change, "end_col_offset", 0)) <= where:
            found.append((position_of(change), change, False))
        elif loop is not None and loop.owner is not None and block_of(change).within(loop):
            found.append((position_of(loop.owner), change, True))
    return sorted(found, key=lambda entry: entry[0])


def _handed_on(owner: Scope, name: str) -> Iterator[ast.AST]:
    """The places where the container is an argument of a call, which may alter it."""
    for load in owner.loads.get(name, ()):
        above = parent(load)
        handed = isinstance(above, ast.Call) and above.func is not load
        if handed or (isinstance(above, ast.keyword) and above.arg is not None):
            yield load


def _loop_around(block: Block, bindings: list[Binding]) -> Block | None:
    """The outermost loop around a use that does not hold the bindings: its later statements come round to the use."""
    found: Block | None = None
    step: Block | None = block
    while step is not None:
        if isinstance(step.owner, (ast.For, ast.AsyncFor, ast.While)) and step.field == "body":
            if any(binding.block.within(step) for binding in bindings):
                break
            found = step
        step = step.parent
    return found


def _constant_key(change: ast.AST) -> str | None:
    key = change.slice if isinstance(change, ast.Subscript) and not within(change) else None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _settled(value: Value, key: str) -> Value:
    """The mapping once every branch has set the key."""
    if not isinstance(value, Mapping) or key not in value.entries:
        return value
    return Mapping({**value.entries, key: value.entries[key].always()}, value.open, value.origin)
