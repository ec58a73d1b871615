"""What every codemod shares: it changes the one call that stands at a given range."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext
from libcst.metadata import CodeRange, PositionProvider


class CallCodemod(CodemodCommand, cst.CSTTransformer, ABC):
    """Changes the call at `target` (lines from 1, columns from 0); `found` tells whether one stands there.

    `arguments` are the operation's own; which ones, the subclass says. `RefusalError` when the call cannot be changed.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, context: CodemodContext, target: CodeRange, arguments: Mapping[str, str]) -> None:
        super().__init__(context)
        self.target = target
        self.arguments = arguments
        self.found = False

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Carries out the change."""
        return tree.visit(self)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """Changes the call if it is the one."""
        if self.get_metadata(PositionProvider, original_node) != self.target:
            return updated_node
        self.found = True
        return self.change(updated_node)

    @abstractmethod
    def change(self, call: cst.Call) -> cst.Call:
        """The call as it should be; the same object when it is so already."""

    @staticmethod
    @abstractmethod
    def mirror(call: ast.Call, arguments: Mapping[str, str]) -> ast.Call:
        """The same change made to the standard library's tree, against which the edited text is proven."""
