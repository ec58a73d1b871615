"""What every codemod shares: it changes the one node that stands at a given range."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext
from libcst.metadata import CodeRange, PositionProvider

from llmlint.fixes.room import Room
from llmlint.fixes.text import Text
from llmlint.fixes.units import Unit

_Concrete = TypeVar("_Concrete", bound=cst.CSTNode)
_Abstract = TypeVar("_Abstract", bound=ast.AST)


class Codemod(CodemodCommand, cst.CSTTransformer, ABC, Generic[_Concrete, _Abstract]):
    """Changes the node at `target` (lines from 1, columns from 0); `found` tells whether one of `KINDS` stands there.

    `UNIT` says which part of a file LibCST has to read for it. `arguments` are the operation's own; which ones, the
    subclass says; `room` is what the node has on its lines. `RefusalError` when the node cannot be changed.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)
    UNIT: ClassVar[Unit] = Unit.EXPRESSION
    KINDS: ClassVar[tuple[type[cst.CSTNode], ...]] = (cst.BaseExpression,)

    def __init__(self, context: CodemodContext, target: CodeRange, arguments: Mapping[str, str], room: Room) -> None:
        super().__init__(context)
        self.target = target
        self.arguments = arguments
        self.room = room
        self.found = False
        self._blocks: list[str] = []
        self._step = ""

    @property
    def indentation(self) -> str:
        """What the blocks around the node add to the whitespace of lines that take part in it."""
        return "".join(self._blocks)

    @classmethod
    def applies(cls, text: Text, arguments: Mapping[str, str]) -> bool:
        """Whether the rest of the file asks for the change at all."""
        return True

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Carries out the change."""
        self._step = tree.default_indent
        return tree.visit(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Notes the indentation of a block."""
        if isinstance(node, cst.IndentedBlock):
            self._blocks.append(self._step if node.indent is None else node.indent)
        return super().on_visit(node)

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        """Changes the node if it is the one."""
        if isinstance(original_node, cst.IndentedBlock):
            self._blocks.pop()
        if not isinstance(original_node, self.KINDS):
            return updated_node
        if self.place(original_node) != self.target:
            return updated_node
        self.found = True
        # KINDS says what a subclass can be given; an expression may become one of another class.
        changed = self.change(updated_node)  # type: ignore[arg-type]
        return changed  # type: ignore[return-value]

    def place(self, node: cst.CSTNode) -> CodeRange:
        """The range of a node."""
        place = self.get_metadata(PositionProvider, node)
        assert isinstance(place, CodeRange)
        return place

    @abstractmethod
    def change(self, node: _Concrete, /) -> cst.CSTNode:
        """The node as it should be; the same object when it is so already."""

    @staticmethod
    @abstractmethod
    def mirror(node: _Abstract, arguments: Mapping[str, str], /) -> ast.AST:
        """The same change made to the standard library's tree, against which the edited text is proven."""


class CallCodemod(Codemod[cst.Call, ast.Call]):
    """Changes one call."""

    KINDS = (cst.Call,)


AnyCodemod = Codemod[Any, Any]
