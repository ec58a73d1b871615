"""The codemod `replace-expression`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from llmlint.fixes import layout
from llmlint.fixes.codemod import Codemod
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.spreading import spread_in_place


class ReplaceExpression(Codemod[cst.BaseExpression, ast.expr]):
    """Puts the expression spelled `new` in the place of the one spelled `old`.

    Where its line would become too long, the arguments of a new call are put on lines of their own, and the entries of
    a dict that a keyword is given.
    """

    DESCRIPTION = "Replaces one expression by another."

    def change(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The new expression; one that stands there already is left alone."""
        new = _parsed(self.arguments["new"])
        spelled = _spelled(node)
        if spelled == _spelled(new):
            return node
        if spelled != self.arguments["old"]:
            if _is_same(spelled, self.arguments["new"]):
                return node
            raise RefusalError("the code there has changed in the meantime")
        new = new.with_changes(lpar=[*node.lpar, *new.lpar], rpar=[*new.rpar, *node.rpar])
        return spread_in_place(layout.fitted(new, node, self.room), self.room)

    @staticmethod
    def mirror(node: ast.expr, arguments: Mapping[str, str]) -> ast.expr:
        """The same in the standard library's tree."""
        return ast.parse(f"({arguments['new']})", mode="eval").body


def _spelled(node: cst.BaseExpression) -> str:
    return cst.Module(body=[]).code_for_node(node.with_changes(lpar=[], rpar=[]))


def _is_same(one: str, other: str) -> bool:
    """Whether two spellings differ in their layout alone."""
    try:
        trees = [ast.dump(ast.parse(f"({each})", mode="eval")) for each in (one, other)]
    except SyntaxError:  # a newer Python's, whose layout is not looked through
        return False
    return trees[0] == trees[1]


def _parsed(source: str) -> cst.BaseExpression:
    try:
        inner = cst.parse_expression(f"({source})")
    except cst.ParserSyntaxError as error:
        raise RefusalError(f"{source!r} is not an expression") from error
    return inner.with_changes(lpar=inner.lpar[1:], rpar=inner.rpar[:-1])
