"""Rebinding: what a function sees of a name that its module binds more than once, as the cells of a notebook do."""

from __future__ import annotations

import ast

from llmlint.index.scopes import Binding
from llmlint.index.tree import ancestors, position_of, statement_of

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def seen_within(bindings: list[Binding], use: ast.AST) -> list[Binding]:
    """The bindings of a module's name that a use within a function can see: not what was replaced before that ran."""
    last = _last_for_good(bindings)
    definition = _definition(use)
    if last is None or definition is None:
        return bindings
    early = [when for when in _mentioned(definition) if when < last.position]
    run = max(early) if early else (0, 0)
    return [b for b in bindings if b.position >= last.position or not _at_top(b) or b.position < run]


def left_behind(bindings: list[Binding]) -> list[Binding]:
    """The bindings of a module's name that others can see once all of its lines have run."""
    last = _last_for_good(bindings)
    return [b for b in bindings if last is None or b.position >= last.position or not _at_top(b)]


def _last_for_good(bindings: list[Binding]) -> Binding | None:
    """The last binding that certainly happens and replaces what was there."""
    plain = [b for b in bindings if b.block.parent is None and _at_top(b) and b.kind != "augmented"]
    return max(plain, key=lambda b: b.position) if len(bindings) > 1 and plain else None


def _at_top(binding: Binding) -> bool:
    """Whether the module's own lines bind the name, and no function by `global`."""
    *_, outermost = binding.block.outwards()
    return isinstance(outermost.owner, ast.Module)


def _definition(use: ast.AST) -> Definition | None:
    """The outermost function or class around a use."""
    found: Definition | None = None
    for above in ancestors(use):
        if isinstance(above, Definition):
            found = above
    return found


def _mentioned(definition: Definition) -> list[tuple[int, int]]:
    """Where the module's own lines may run a function: where they name it, what uses it, or what they made of it."""
    known: list[tuple[int, int]] | None = definition.__dict__.get("mentioned")
    if known is not None:
        return known
    found: list[tuple[int, int]] = []
    *_, tree = ancestors(definition)
    module = tree.__dict__["scope"].module
    names = [definition.name]
    for name in names:  # which grows
        for load in module.name_loads(name):
            around = _definition(load)
            if around is not None:
                names += [around.name] if around.name not in names else []
                continue
            found.append(position_of(load))
            statement = statement_of(load)
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            names += [t.id for t in targets if isinstance(t, ast.Name) and t.id not in names]
    definition.__dict__["mentioned"] = found
    return found
