"""Scopes, bindings and blocks: where a name gets its value and which values reach a use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmlint.index.module import Module

LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(slots=True, eq=False)
class Block:
    """A run of statements executed together: a function body, one branch of an `if`, a loop body, …

    `with` bodies run on with their surroundings and share their block. `always` is False where control may never
    enter the block although it entered the parent (a branch, a loop, a handler).
    """

    parent: Block | None
    owner: ast.AST | None
    field: str
    leaves: bool = False  # ends in return, raise, continue or break
    resumes: bool = False  # ends in continue or break: control goes on behind the loop

    def within(self, other: Block) -> bool:
        """Whether this block is `other` or nested in it."""
        block: Block | None = self
        while block is not None:  # asked so often that a generator shows
            if block is other:
                return True
            block = block.parent
        return False

    def misses(self, use: Block) -> bool:
        """Whether control never comes from the end of this block to `use`: it leaves before."""
        if not self.leaves or use.within(self):
            return False
        if not self.resumes:
            return True
        loop = self.loop()
        return loop is not None and use.within(loop)

    def loop(self) -> Block | None:
        """The body of the innermost loop around."""
        return next(
            (block for block in self.outwards() if isinstance(block.owner, LOOPS) and block.field == "body"), None
        )

    def outwards(self) -> Iterator[Block]:
        """This block and those around it, innermost first."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent


@dataclass(slots=True, eq=False)
class Binding:
    """One place where a name gets a value.

    `kind` says how `value` is to be read: "value" (the expression itself), "import", "from", "parameter", "item"
    (element of the iterated value), "enter" (what a `with` item yields), "function", "class", "exception", "augmented",
    "unpack" (component `index` of the value), "unknown".
    """

    name: str
    kind: str
    node: ast.AST
    block: Block
    value: ast.expr | None = None
    index: tuple[int, ...] = ()
    position: tuple[int, int] = (0, 0)
    annotation: ast.expr | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """A namespace: module, class, function, lambda or comprehension."""

    kind: str
    node: ast.AST
    parent: Scope | None
    module: Module
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    loads: dict[str, list[ast.Name]] = field(default_factory=dict)
    changes: dict[str, list[ast.AST]] = field(default_factory=dict)  # statements and calls that alter a named container
    elsewhere: dict[str, str] = field(default_factory=dict)  # names declared global or nonlocal

    def __post_init__(self) -> None:
        self.module.scopes.append(self)

    def bind(self, binding: Binding) -> None:
        """Record a binding in the scope that owns the name."""
        declared = self.elsewhere.get(binding.name)
        scope: Scope = self
        if declared == "global":
            while scope.parent is not None:
                scope = scope.parent
        elif declared == "nonlocal":
            scope = self.enclosing(binding.name) or self
        elif self.kind == "comprehension" and isinstance(binding.node, ast.NamedExpr):
            while scope.kind == "comprehension" and scope.parent is not None:
                scope = scope.parent
        scope.bindings.setdefault(binding.name, []).append(binding)

    def enclosing(self, name: str) -> Scope | None:
        """The nearest outer scope, classes left out, that binds the name."""
        scope = self.parent
        while scope is not None:
            if scope.kind != "class" and name in scope.bindings:
                return scope
            scope = scope.parent
        return None

    def lookup(self, name: str) -> Scope | None:
        """The scope that a load of the name in this scope reads from, or None for builtins and undefined names."""
        if name in self.bindings and name not in self.elsewhere:
            return self
        return self.enclosing(name)
