"""The codemod `replace-expression`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from llmlint.fixes.codemod import Codemod
from llmlint.fixes.refusal import RefusalError


class ReplaceExpression(Codemod[cst.BaseExpression, ast.expr]):
    """Puts the expression spelled `new` in the place of the one spelled `old`."""

    DESCRIPTION = "Replaces one expression by another."

    def change(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The new expression; one that stands there already is left alone."""
        new = _parsed(self.arguments["new"])
        spelled = _spelled(node)
        if spelled == _spelled(new):
            return node
        if spelled != self.arguments["old"]:
            raise RefusalError("the code there has changed meanwhile")
        return new.with_changes(lpar=[*node.lpar, *new.lpar], rpar=[*new.rpar, *node.rpar])

    @staticmethod
    def mirror(node: ast.expr, arguments: Mapping[str, str]) -> ast.expr:
        """The same in the standard library's tree."""
        return ast.parse(f"({arguments['new']})", mode="eval").body


def _spelled(node: cst.BaseExpression) -> str:
    return cst.Module(body=[]).code_for_node(node.with_changes(lpar=[], rpar=[]))


def _parsed(source: str) -> cst.BaseExpression:
    try:
        inner = cst.parse_expression(f"({source})")
    except cst.ParserSyntaxError as error:
        raise RefusalError(f"{source!r} is no expression") from error
    return inner.with_changes(lpar=inner.lpar[1:], rpar=inner.rpar[:-1])
