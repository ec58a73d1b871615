"""The codemod `insert-guard`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import copy

import libcst as cst

from llmlint.fixes.codemod import Codemod
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.units import Unit


class InsertGuard(Codemod[cst.For | cst.While, ast.For | ast.AsyncFor | ast.While]):
    """Puts `if test: continue` in front of the statement with number `before` of a loop's body."""

    DESCRIPTION = "Skips a pass of a loop when a condition holds."
    UNIT = Unit.STATEMENT
    KINDS = (cst.For, cst.While)

    def change(self, node: cst.For | cst.While) -> cst.For | cst.While:
        """The loop with the guard; one that has it there already is left alone."""
        block = node.body
        if not isinstance(block, cst.IndentedBlock):
            raise RefusalError("the body of the loop is on the same line as the loop")
        place = int(self.arguments["before"])
        try:
            follower = block.body[place]
            test = cst.parse_expression(self.arguments["test"])
        except (IndexError, cst.ParserSyntaxError) as error:
            raise RefusalError("the loop has changed in the meantime") from error
        if isinstance(follower, cst.If) and follower.test.deep_equals(test):
            return node
        skip = cst.SimpleStatementLine([cst.Continue()])
        guard = cst.If(test, cst.IndentedBlock([skip], indent=block.indent))
        return node.with_changes(body=block.with_changes(body=[*block.body[:place], guard, *block.body[place:]]))

    @staticmethod
    def mirror(
        node: ast.For | ast.AsyncFor | ast.While, arguments: Mapping[str, str]
    ) -> ast.For | ast.AsyncFor | ast.While:
        """The same in the standard library's tree."""
        place = int(arguments["before"])
        guard = ast.If(ast.parse(arguments["test"], mode="eval").body, [ast.Continue()], [])
        changed = copy(node)
        changed.body = [*node.body[:place], guard, *node.body[place:]]
        return changed
