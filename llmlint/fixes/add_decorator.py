"""The codemod `add-decorator`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import copy

import libcst as cst
from libcst.metadata import CodeRange

from llmlint.fixes.codemod import Codemod
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.units import Unit


class AddDecorator(Codemod[cst.FunctionDef, ast.FunctionDef | ast.AsyncFunctionDef]):
    """Puts `@decorator` above a function that has none."""

    DESCRIPTION = "Decorates a function."
    UNIT = Unit.STATEMENT
    KINDS = (cst.FunctionDef,)

    def place(self, node: cst.CSTNode) -> CodeRange:
        """The range of a function from its first decorator on: with the new one it must be found again."""
        place = super().place(node)
        above = node.decorators if isinstance(node, cst.FunctionDef) else ()
        return CodeRange(super().place(above[0]).start, place.end) if above else place

    def change(self, node: cst.FunctionDef) -> cst.FunctionDef:
        """The function with the decorator; one that has it is left alone."""
        try:
            decorator = cst.parse_expression(self.arguments["decorator"])
        except cst.ParserSyntaxError as error:
            raise RefusalError(f"{self.arguments['decorator']!r} is not an expression") from error
        if any(each.decorator.deep_equals(decorator) for each in node.decorators):
            return node
        return node.with_changes(decorators=[cst.Decorator(decorator), *node.decorators])

    @staticmethod
    def mirror(
        node: ast.FunctionDef | ast.AsyncFunctionDef, arguments: Mapping[str, str]
    ) -> ast.FunctionDef | ast.AsyncFunctionDef:
        """The same in the standard library's tree."""
        changed = copy(node)
        changed.decorator_list = [ast.parse(arguments["decorator"], mode="eval").body, *node.decorator_list]
        return changed
